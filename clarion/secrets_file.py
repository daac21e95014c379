"""Secrets: from the environment, or from a file that its owner alone can read. Never shown."""

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

from msgspec import Struct
from msgspec.structs import fields

from clarion import source_secrets
from clarion.config import IngestSource
from clarion.source_secrets import SourceSecret, double_keys
from domain import toml_source
from domain.problem import Problem
from domain.words import offer

FILE_NAME = "secrets.toml"
FILE_VARIABLE = "CLARION_SECRETS_FILE"
SECRET_CHARS_MAX = 500
SECRET_CHARS_MIN = source_secrets.SECRET_CHARS_MIN
SOURCES = "sources"
"""The table of the sources' own keys, in the file and in `Secrets`."""

Mode: TypeAlias = str

NEEDED: dict[Mode, tuple[str, ...]] = {
    "socket": ("slack_bot_token", "slack_app_token"),
    "http": ("slack_bot_token", "slack_signing_secret"),
    "off": (),
}
"""What each mode of Slack needs, besides what Segment and ingest always need."""
KEYS = "ingest_keys"
ALWAYS_NEEDED = ("segment_write_key", KEYS)
"""Where sources have keys of their own, the others may be absent."""

WHY = {
    "slack_bot_token": "the bot speaks with it; Slack shows it under OAuth & Permissions",
    "slack_app_token": "Socket Mode connects with it; Slack shows it under Basic Information",
    "slack_signing_secret": "Slack signs its requests with it; it stands under Basic Information",
    "segment_write_key": "messages leave with it; Segment shows it in the source's settings",
    "smtp_password": "email.user logs in with it at the mail server",
    "ingest_keys": "senders of events show one; choose them, 8 characters or more, commas between",
}
_PREFIX = {"slack_bot_token": "xoxb-", "slack_app_token": "xapp-"}


class Secrets(Struct, frozen=True):
    """What must never be shown. Empty: not set."""

    slack_bot_token: str = ""
    slack_app_token: str = ""
    slack_signing_secret: str = ""
    segment_write_key: str = ""
    ingest_keys: tuple[str, ...] = ()
    sources: tuple[SourceSecret, ...] = ()
    smtp_password: str = ""

    @property
    def values(self) -> tuple[str, ...]:
        """Every secret that is set, for whoever must keep them out of something."""
        single = [getattr(self, name) for name in _NAMES if name != "ingest_keys"]
        own = [text for source in self.sources for text in (source.key, source.secret)]
        return tuple(text for text in (*single, *self.ingest_keys, *own) if text)

    def __repr__(self) -> str:
        """Say only which are set."""
        shown = (f"{name}={'<set>' if getattr(self, name) else '<not set>'}" for name in _NAMES)
        return f"Secrets({', '.join(shown)})"


_NAMES = tuple(field.name for field in fields(Secrets) if field.name != SOURCES)


def variable(name: str) -> str:
    """Return the environment variable of a secret: `CLARION_SEGMENT_WRITE_KEY`."""
    return f"CLARION_{name.upper()}"


def load_secrets(
    environ: Mapping[str, str],
    folder: Path,
    mode: Mode,
    sources: Sequence[IngestSource] = (),
    *,
    logs_in: bool = False,
) -> tuple[Secrets, list[Problem]]:
    """Return the secrets that the mode of Slack needs, and everything that is wrong with them.

    The environment comes before the file. No problem ever quotes a value. `logs_in`: the mail
    server wants a password.
    """
    named = environ.get(FILE_VARIABLE, "")
    path = Path(named).expanduser() if named else folder / FILE_NAME
    found, problems = _read(path, demanded=bool(named))
    unreadable = bool(problems)
    for name in _NAMES:
        if text := environ.get(variable(name), "").strip():
            found[name] = _split(text) if name == "ingest_keys" else text
    own, wrong = source_secrets.load(sources, environ, found.pop(SOURCES, {}), str(path))
    secrets = Secrets(**found, sources=own)
    more = ("smtp_password",) if logs_in else ()
    needed = (
        *NEEDED[mode],
        *more,
        *(each for each in ALWAYS_NEEDED if each != KEYS or not sources),
    )
    for name in needed:
        # Where the file cannot be read, what it would have had is not known to be missing.
        if not getattr(secrets, name) and not unreadable:
            what = f"It is missing: {WHY[name]}."
            fix = f"Set it in the environment, or {name} in {path}."
            problems.append(Problem(variable(name), what, fix))
    problems += [bad for name in _NAMES if (bad := _value_problem(name, secrets))]
    problems += [] if unreadable else wrong
    if double_keys([*secrets.ingest_keys, *(each.key for each in own if each.key)]):
        what = "Two sources, or a source and an ingest key, have the same key."
        problems.append(Problem(variable(KEYS), what, "Give each source a key of its own."))
    return secrets, problems


def _split(text: str) -> tuple[str, ...]:
    return tuple(key for part in text.split(",") if (key := part.strip()))


def _value_problem(name: str, secrets: Secrets) -> Problem | None:
    value = getattr(secrets, name)
    texts: tuple[str, ...] = value if isinstance(value, tuple) else (value,) if value else ()
    prefix = _PREFIX.get(name, "")
    if any(not text.startswith(prefix) for text in texts):
        fix = "Look whether the bot token and the app token are exchanged."
        return Problem(variable(name), f"It does not begin with {prefix}", fix)
    if name == "smtp_password":  # people choose it: any character may be in it
        texts = tuple(text.replace(" ", "") for text in texts)
    if any(not text.isprintable() or not text.isascii() or " " in text for text in texts):
        what = "It has a space, or a character that no key has."
        return Problem(variable(name), what, "Copy it again.")
    if any(len(text) > SECRET_CHARS_MAX for text in texts):
        what = f"It is longer than {SECRET_CHARS_MAX} characters."
        return Problem(variable(name), what, "Copy it again.")
    if name == "ingest_keys" and any(len(text) < SECRET_CHARS_MIN for text in texts):
        what = f"A key has fewer than {SECRET_CHARS_MIN} characters: it can be guessed."
        return Problem(variable(name), what, "Choose long random keys of letters and digits.")
    if name == "ingest_keys" and any(":" in text for text in texts):
        what = "A key has a colon, which ends the user name in Basic auth."
        return Problem(variable(name), what, "Choose keys of letters and digits.")
    return None


def _read(path: Path, *, demanded: bool) -> tuple[dict[str, Any], list[Problem]]:
    """Read the file of secrets; one that nobody named may be absent."""
    where = str(path)
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        if not demanded:
            return {}, []
        return {}, [Problem(where, "There is no such file.", f"Correct {FILE_VARIABLE}.")]
    except OSError as error:
        return {}, [Problem(where, f"It cannot be read: {error.strerror}.", _own(path))]
    with open(descriptor, "rb") as file:  # noqa: PTH123 - what was checked is what is read
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return {}, [Problem(where, "It is not a file.", "Name a TOML file.")]
        if status.st_uid != os.geteuid() or status.st_mode & 0o077:
            return {}, [Problem(where, "Others than its owner can read it.", _own(path))]
        text = file.read(toml_source.TEXT_BYTES_MAX + 1).decode(errors="replace")
    loaded = toml_source.load(text)
    if not isinstance(loaded, toml_source.Loaded):
        return {}, [Problem(where, each.what, each.fix, each.line) for each in loaded]
    return _checked(loaded, where)


def _checked(loaded: toml_source.Loaded, where: str) -> tuple[dict[str, Any], list[Problem]]:
    """Return what the file has, key by key. Not by `decode`: its problems quote values."""
    found: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, value in loaded.data.items():
        wrong: tuple[str, str] | None = None
        if key == SOURCES and isinstance(value, Mapping):
            found[key] = value
        elif key == SOURCES:
            wrong = "It is not a table.", 'Write [sources.NAME] and key = "...".'
        elif key not in _NAMES:
            wrong = "This key is unknown.", offer(key, _NAMES)
        elif key == "ingest_keys":
            if isinstance(value, list) and all(isinstance(each, str) and each for each in value):
                found[key] = tuple(value)
            else:
                wrong = "It is not a list of texts.", 'Write it as ingest_keys = ["...", "..."].'
        elif isinstance(value, str):
            found[key] = value.strip()
        else:
            wrong = "It is not a text.", "Put it in quotes."
        if wrong is not None:
            problems.append(Problem(f"{where}, {key}", *wrong, loaded.line_of(key)))
    return found, problems


def _own(path: Path) -> str:
    return f"Make it yours alone: chown and chmod 600 {path}"
