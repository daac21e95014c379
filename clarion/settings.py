"""Settings: what `config.toml` says and the secrets beside it, or every problem at once."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import structs

from clarion.config import Config
from clarion.secrets_file import Secrets, load_secrets
from clarion.settings_rules import missing_for_the_daemon, value_problems
from domain import toml_source
from domain.decoding import decode
from domain.mending import mend
from domain.place import within
from domain.problem import Problem


class Settings(Config, frozen=True, forbid_unknown_fields=True):
    """Everything that the daemon is told."""

    secrets: Secrets = Secrets()


def load(path: Path | None, environ: Mapping[str, str]) -> Settings | list[Problem]:
    """Return the settings of a file (None: the defaults) and the environment, or all problems."""
    config, problems = _read(path, for_daemon=True)
    mode = config.slack.mode
    if any(problem.where in {"slack", "slack.mode"} for problem in problems):
        mode = "off"  # which secrets Slack needs is not known
    logs_in = bool(config.email.host and config.email.user)
    secrets, missing = load_secrets(
        environ, config.data.folder, mode, config.ingest.sources, logs_in=logs_in
    )
    if problems or missing:
        return [*problems, *missing]
    return Settings(
        **{name: getattr(config, name) for name in Config.__struct_fields__}, secrets=secrets
    )


def load_config(path: Path | None) -> Config | list[Problem]:
    """Return what the file says, without any secret: enough to find a daemon."""
    config, problems = _read(path, for_daemon=False)
    return problems or config


def _read(path: Path | None, *, for_daemon: bool) -> tuple[Config, list[Problem]]:
    """Return the configuration (mended where it is wrong) and everything that is wrong with it."""
    if path is None:
        missing = list(missing_for_the_daemon(Config())) if for_daemon else []
        return _placed(Config(), Path.cwd()), missing
    where = str(path)
    base = path.absolute().parent
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        return _placed(Config(), base), [Problem(where, "It is not UTF-8.", "Save it as UTF-8.")]
    except OSError as error:
        what = f"It cannot be read: {error.strerror}."
        return _placed(Config(), base), [Problem(where, what, "Name a file with `--config`.")]
    loaded = toml_source.load(text)
    if not isinstance(loaded, toml_source.Loaded):
        return _placed(Config(), base), [structs.replace(each, where=where) for each in loaded]
    decoded = decode(loaded.data, Config)
    shape = [] if isinstance(decoded, Config) else decoded
    config = decoded if isinstance(decoded, Config) else _mended(loaded.data)
    bad = [problem.where for problem in shape]
    judged = for_daemon and "slack.mode" not in bad
    needed = missing_for_the_daemon(config) if judged else ()
    content = [
        problem
        for problem in (*value_problems(config), *needed)
        if not any(within(problem.where, each) or within(each, problem.where) for each in bad)
    ]
    return _placed(config, base), toml_source.with_lines([*shape, *content], loaded)


def _mended(data: object) -> Config:
    """Return the configuration with what does not fit replaced, so that the rest can be judged."""
    config = decode(mend(data, Config), Config)
    return config if isinstance(config, Config) else Config()


def _placed(config: Config, base: Path) -> Config:
    """Make the folder of data absolute: a relative one is beside the configuration file."""
    folder = base / Path(config.data.place).expanduser()
    return structs.replace(config, data=structs.replace(config.data, place=str(folder)))
