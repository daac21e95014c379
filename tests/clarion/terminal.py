"""A terminal, as the commands see one: they are run in it, and what they say is read from it."""

from typer.testing import CliRunner, Result

from clarion.cli import app


def run(*arguments: str, text: str | None = None, env: dict[str, str] | None = None) -> Result:
    """Run one command in this process; `text` is its standard input."""
    return CliRunner(env=env).invoke(app, [*arguments], input=text)


def flat(said: str) -> str:
    """Return what was said on one line, because where it is wrapped is the terminal's affair."""
    return " ".join(said.split())
