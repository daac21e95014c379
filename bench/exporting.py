"""A sample of users with attributes, as a file: as the product writes it, and as anybody would."""

import csv
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from store.attributes import Page
from store.member_file import MemberFile

ATTRIBUTES = ("email", "country", "plan")
_NUMBERS = itertools.count()


def write_ours(folder: Path, pages: Iterable[Page]) -> int:
    """Write the users as the product's export does; return how many stand in the file."""
    path = _fresh(folder)
    written = 0
    with MemberFile(path, ATTRIBUTES) as file:
        for page in pages:
            assert not page.beyond, "the crowd has no attribute that only a profile tells"
            written += file.append(page)
        file.finish()
    path.unlink()
    return written


def write_plain(folder: Path, rows: Iterable[tuple[Any, ...]]) -> int:
    """Write the rows of a query in the simplest way; return how many stand in the file."""
    path = _fresh(folder)
    found = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("user", *ATTRIBUTES), *found])
    path.unlink()
    return len(found)


def _fresh(folder: Path) -> Path:
    return folder / f"export-{next(_NUMBERS)}.csv"
