"""The reference of settings as a table, from `config.toml` and the structs that decode it.

`python -m clarion.reference` prints the page; a test holds docs/reference/config.md to it.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import NODEFAULT
from msgspec.structs import fields

from clarion.config import Config, IngestSource
from clarion.secrets_file import FILE_NAME, FILE_VARIABLE, NEEDED, WHY, variable
from domain.words import expected

CONFIG_FILE = Path(__file__).resolve().parent.parent / "config.toml"

_HEAD = """\
# Settings

`clarion run --config FILE` reads one TOML file. Without `--config` it is the file that
`CLARION_CONFIG` names, else `config.toml` in the working directory, else nothing but the defaults.
A section or key that is left out has its default; an unknown one is refused. `clarion check` says
everything that is wrong at once, with its line.
"""
_SOURCES = """\
## [[ingest.sources]]

Each sender of events may have a name, a key of its own and a count of its own; one that nobody
trusts any more is turned away alone. Write one such section for each, in place of `sources = []`:

```toml
[[ingest.sources]]
name = "web"
kind = "browser"
```

| key | what | default | why |
|---|---|---|---|
"""
_SOURCE_WHY = {
    "name": "What `clarion status` and `/health` call it; for CleverTap's uploads it is the account"
    " id too.",
    "kind": "server and browser send to `/v1/...`, webhook to `/hooks/segment`, clevertap to"
    " `/1/upload`. A browser's key is public, so it may not say of two people that they are one.",
    "revoked": "true: whoever shows its key is refused, and told that it was revoked.",
}
_FREQUENCY = """\
## [[frequency.rules]]

Limits on what one user gets over all campaigns but those that ignore them
(`limits.ignore_global`). All must hold. A window rolls, or is a calendar day, week (from Monday) or
month where the user is; one whose zone is not known lives in the account's. Write one such section
for each, in place of `rules = []`:

```toml
[[frequency.rules]]
window = "calendar"
period = "day"
max = 2

[[frequency.rules]]
window = "rolling"
minutes = 10080
max = 5
```

| key | what | why |
|---|---|---|
| `window` | `"rolling"` or `"calendar"` | Any so many minutes, or a calendar window. |
| `max` | 1-250 | So many messages the window may have. |
| `minutes` | 5-43200 | Of a rolling window: how long it is; a day has 1440. |
| `period` | `"day"`, `"week"` or `"month"` | Of a calendar window. |

See [Limit how often users are messaged](../how-to/limit-messages.md).
"""
_SECRETS = f"""\
## Secrets

They come from the environment, or from `{FILE_NAME}` in the folder of data (or the file that
`{FILE_VARIABLE}` names), which its owner alone may be able to read: `chmod 600`. The environment
comes first. In the file the names are without `CLARION_` and in small letters, and `ingest_keys` is
a list. They show in no log and no answer.

| variable | needed | why |
|---|---|---|
"""
_SOURCE_SECRETS = (
    "| `CLARION_SOURCE_NAME_KEY` | for each source | it shows this key; NAME is the source's, in"
    " capitals, with `_` for `-` |\n"
    "| `CLARION_SOURCE_NAME_SECRET` | for each source of kind webhook | Segment signs its requests"
    " with it: the destination's shared secret |\n"
    """
In the file they are `key` and `secret` under `[sources.NAME]`. With sources that have keys of their
own `CLARION_INGEST_KEYS` may be absent; whoever shows one of those is the source `default`.
"""
)


def settings(config: Config) -> dict[str, dict[str, Any]]:
    """Return every setting by section and key, as plain data."""
    found: dict[str, dict[str, Any]] = msgspec.json.decode(msgspec.json.encode(config))
    return found


def reasons(text: str) -> dict[str, str]:
    """Return the comment above each key of a configuration file: `{"ingest.port": "Its port."}`."""
    found: dict[str, str] = {}
    section, above = "", ""
    for line in text.splitlines():
        if line.startswith("#"):
            above = f"{above} {line.lstrip('# ')}".strip()
        elif line.startswith("["):
            section, above = line.strip("[] "), ""
        elif "=" in line:
            found[f"{section}.{line.split('=')[0].strip()}"] = above
            above = ""
        else:
            above = ""
    return found


def page(config_text: str) -> str:
    """Return the whole reference page."""
    tables = [*_sections(reasons(config_text)), _SOURCES + "\n".join(_source_keys()), _FREQUENCY]
    return "\n".join([_HEAD, *tables, _SECRETS + "\n".join(_secrets()) + _SOURCE_SECRETS])


def _sections(why: dict[str, str]) -> Iterator[str]:
    types = {
        f"{section.name}.{field.encode_name}": expected(field.type)
        for section in fields(Config)
        for field in fields(section.type)
    }
    for section, keys in settings(Config()).items():
        yield f"## [{section}]\n\n| key | what | default | why |\n|---|---|---|---|"
        for key, value in keys.items():
            place = f"{section}.{key}"
            default = msgspec.json.encode(value).decode()  # these values read the same in TOML
            yield f"| `{key}` | {types[place]} | `{default}` | {why[place]} |"
        yield ""


def _source_keys() -> Iterator[str]:
    for field in fields(IngestSource):
        default = "" if field.default is NODEFAULT else msgspec.json.encode(field.default).decode()
        shown = f"`{default}`" if default else "(needed)"
        yield f"| `{field.name}` | {expected(field.type)} | {shown} | {_SOURCE_WHY[field.name]} |"
    yield ""


def _secrets() -> Iterator[str]:
    for name, why in WHY.items():
        modes = [mode for mode, needed in NEEDED.items() if name in needed]
        needed = f"Slack's mode {' or '.join(modes)}" if modes else "always"
        needed = "with `email.user`" if name == "smtp_password" else needed
        yield f"| `{variable(name)}` | {needed} | {why} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(page(CONFIG_FILE.read_text("utf-8")))
