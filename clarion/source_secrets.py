"""The keys of the sources of events: from the environment, or from the file of secrets.

`CLARION_SOURCE_WEB_KEY` is the key of the source `web`; in the file it is `key` under
`[sources.web]`. A webhook's shared secret is `..._SECRET`, or `secret`. No problem quotes a value.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from clarion.config import IngestSource
from domain.problem import Problem
from domain.words import offer

SECRET_CHARS_MIN = 8
SECRET_CHARS_MAX = 500
PARTS = ("key", "secret")


class SourceSecret(Struct, frozen=True):
    """What one source shows, and what its requests are signed with. Empty: not set."""

    name: str
    key: str = ""
    secret: str = ""

    def __repr__(self) -> str:
        """Say whose it is, and no more."""
        return f"SourceSecret({self.name!r})"


def source_variable(name: str, part: str) -> str:
    """Return the environment variable of a source's `key` or `secret`."""
    return f"CLARION_SOURCE_{name.upper().replace('-', '_')}_{part.upper()}"


def load(
    sources: Sequence[IngestSource], environ: Mapping[str, str], file: Mapping[str, Any], path: str
) -> tuple[tuple[SourceSecret, ...], list[Problem]]:
    """Return the secrets of the sources, and everything that is wrong with them.

    `file` is the table `sources` of the file of secrets; the environment comes before it.
    """
    names = {source.name for source in sources}
    problems = list(_shape(file, names, path))
    found = []
    for source in sources:
        held = file.get(source.name)
        given = held if isinstance(held, Mapping) else {}
        parts = {}
        for part in PARTS:
            text = environ.get(source_variable(source.name, part), "").strip() or given.get(part)
            parts[part] = text if isinstance(text, str) else ""
        found.append(SourceSecret(source.name, **parts))
        problems += _missing(source, found[-1], path)
    return tuple(found), problems


def double_keys(keys: Sequence[str]) -> bool:
    """Whether two sources would show the same key: nobody could tell who sends."""
    return len(set(keys)) < len(keys)


def _shape(file: Mapping[str, Any], names: set[str], path: str) -> Iterator[Problem]:
    for name, held in file.items():
        where = f"{path}, sources.{name}"
        if name not in names:
            fix = offer(name, names) if names else "Add it as [[ingest.sources]] to config.toml."
            yield Problem(where, "config.toml has no such source.", fix)
        elif not isinstance(held, Mapping):
            yield Problem(where, "It is not a table.", f'Write [sources.{name}] and key = "...".')
        else:
            for part, text in held.items():
                if part not in PARTS:
                    yield Problem(f"{where}.{part}", "This key is unknown.", offer(part, PARTS))
                elif not isinstance(text, str):
                    yield Problem(f"{where}.{part}", "It is not a text.", "Put it in quotes.")


def _missing(source: IngestSource, held: SourceSecret, path: str) -> Iterator[Problem]:
    """Yield what a source cannot do without; a revoked one needs nothing."""
    needed = PARTS if source.kind == "webhook" else ("key",)
    for part in PARTS:
        where, text = source_variable(source.name, part), getattr(held, part)
        if not text:
            if part in needed and not source.revoked:
                what = f"The {part} of the source “{source.name}” is missing."
                yield Problem(
                    where, what, f"Set it, or {part} under [sources.{source.name}] in {path}."
                )
        elif not text.isprintable() or not text.isascii() or " " in text or ":" in text:
            yield Problem(
                where, "It has a space, a colon, or a character that no key has.", _CHOOSE
            )
        elif not SECRET_CHARS_MIN <= len(text) <= SECRET_CHARS_MAX:
            right = f"{SECRET_CHARS_MIN} to {SECRET_CHARS_MAX}"
            what = f"It has {len(text):,} characters; {right} are right."
            yield Problem(where, what, _CHOOSE)


_CHOOSE = "Choose a long random text of letters and digits."
