import re
import tomllib
from typing import Any, get_args

from typer.main import get_command

from actors.file_import import Imported
from actors.mail import Answer
from bot import audience_card
from bot.answers import USES
from bot.ids import COMMAND
from clarion import cli, cli_audit, cli_common, cli_folder
from clarion.cli import app
from clarion.config import Config
from clarion.reference import CONFIG_FILE, page, reasons, settings

GROUPS = {"clarion", "clarion campaign", "clarion dead", "clarion connection"}
ARGUMENTS = ("FILE", "NAME", "USER")
DOCS = CONFIG_FILE.parent / "docs/reference"


def test_the_configuration_file_names_every_setting_with_exactly_its_default() -> None:
    assert tomllib.loads(CONFIG_FILE.read_text()) == settings(Config())


def test_every_setting_has_its_reason_in_the_file() -> None:
    why = reasons(CONFIG_FILE.read_text())
    assert set(why) == {f"{s}.{k}" for s, keys in settings(Config()).items() for k in keys}
    assert all(why.values())


def test_the_reference_of_settings_is_current() -> None:
    """If not: `python -m clarion.reference > docs/reference/config.md`."""
    assert (DOCS / "config.md").read_text() == page(CONFIG_FILE.read_text())


def members(union: Any) -> list[Any]:
    inner = get_args(union)
    return [each for one in inner for each in members(one)] if inner else [union]


def tag_of(struct: Any) -> str:
    return str(struct.__struct_config__.tag)


def commands(command: Any, path: str) -> dict[str, list[str]]:
    inner = getattr(command, "commands", {})
    options = [opt for each in command.params for opt in each.opts if opt.startswith("--")]
    found = {path: options}
    for name, each in inner.items():
        found |= commands(each, f"{path} {name}")
    return found


def test_the_reference_of_commands_names_every_command_and_option() -> None:
    text = (DOCS / "commands.md").read_text()
    common = {"--help", "--config", "--data", "--json"}
    rows = [line for line in text.splitlines() if line.startswith("| `clarion")]
    for path, options in commands(get_command(app), "clarion").items():
        named = (
            row
            for row in rows
            if row.startswith((f"| `{path}`", *(f"| `{path} {each}" for each in ARGUMENTS)))
        )
        row = text if path in GROUPS else next(named, "")
        assert path in text
        absent = [each for each in {*options} - common if f"`{each}`" not in row]
        assert absent == [], path


def test_the_reference_names_every_type_of_answer_in_json_and_each_is_one_thing() -> None:
    for_the_bot_or_shown_otherwise = {
        "Attention",
        "FileStands",
        "FormStands",
        "NamesFound",
        "Weighed",
    }
    answers = [tag_of(each) for each in members(Answer)]
    ours = [cli_audit.Verified, cli_audit.ActsExported, cli_common.Checked, cli.CheckedSettings]
    ours += [cli_folder.Restored, cli_folder.Rewritten, Imported]
    types = answers + [tag_of(each) for each in ours]
    assert len(types) == len(set(types))
    paragraph = (
        (DOCS / "commands.md").read_text().partition("`--json` prints")[2].partition("\n\n")[0]
    )
    named = re.findall(r"`([A-Z]\w+)`", paragraph)
    assert sorted(named) == sorted(set(types) - for_the_bot_or_shown_otherwise)


def test_the_reference_of_commands_names_every_command_of_slack_and_what_it_takes() -> None:
    text = (DOCS / "commands.md").read_text()
    for name, (takes, does) in USES.items():
        typed = f"{COMMAND} {name} {takes}".strip().replace("|", r"\|")
        assert f"| `{typed}` | {does[0].upper()}{does[1:]}. |" in text, name
    assert [use for use in audience_card.USES.values() if f"`{use}`" not in text] == []
