"""The numbered steps that make the database what this version needs: `schema/NNNN_name.sql`."""

import re
from importlib.resources import files
from importlib.resources.abc import Traversable

from msgspec import Struct

_FILE = re.compile(r"(?P<number>\d{4})_(?P<name>[a-z0-9_]+)\.sql")


class Migration(Struct, frozen=True):
    """One step: a script that leads from the schema `number - 1` to the schema `number`."""

    number: int
    name: str
    sql: str


class BrokenSchema(Exception):  # noqa: N818 - it says what is the matter; no one expects a suffix
    """The schema files are not one unbroken row from 0001: the installation is damaged."""


def load(folder: Traversable | None = None) -> tuple[Migration, ...]:
    """Return every migration in order, from the files shipped with the store.

    Raises BrokenSchema that names every wrong file, rather than leave a step out.
    """
    folder = files("store") / "schema" if folder is None else folder
    found: list[Migration] = []
    wrong: list[str] = []
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".sql"):
            continue
        if (match := _FILE.fullmatch(file.name)) is None:
            wrong.append(f"{file.name}: is not called NNNN_name.sql")
            continue
        migration = Migration(int(match["number"]), match["name"], file.read_text("utf-8"))
        if migration.number != len(found) + 1:
            wrong.append(f"{file.name}: number {len(found) + 1:04} was expected here")
        found.append(migration)
    if wrong or not found:
        what = "; ".join(wrong) or "no migration at all"
        raise BrokenSchema(f"{folder}: {what}. Install the program again")
    return tuple(found)
