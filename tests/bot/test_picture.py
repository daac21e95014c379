import struct
import subprocess
import sys

import msgspec
import pytest

from actors.mail_report import Report
from actors.mail_views import BooksView
from bot.figures import with_lift
from bot.picture import CONTROL, PENDING, SENT, SKIPPED, VARIANT, draw, draw_rehearsal
from bot.picture_kinds import Drawn
from domain.lift import Lift
from tests.bot.rehearsals import REHEARSED
from tests.bot.reports import REPORT

NOTHING = msgspec.structs.replace(
    REPORT, books=BooksView(), delivered=(), goal=None, target=None, control=None
)
HUGE = msgspec.structs.replace(REPORT, name="☃" * 200, books=BooksView(10**9, 1, 10**9 - 1))


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


@pytest.mark.parametrize("report", [with_lift(REPORT), NOTHING, HUGE])
def test_a_picture_is_as_wide_as_a_phone_and_opaque(report: Report) -> None:
    png = draw(report)
    width, height = size(png)
    assert width == 1080
    assert 600 <= height <= 1_600
    assert len(png) < 500_000


def test_more_variants_make_a_taller_picture_up_to_a_few() -> None:
    (one, *_) = REPORT.variants
    heights = [
        size(draw(msgspec.structs.replace(REPORT, variants=(one,) * n)))[1] for n in (0, 2, 5, 50)
    ]
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_a_rehearsal_has_a_picture_too() -> None:
    assert size(draw_rehearsal(REHEARSED))[0] == 1080


def test_the_parts_of_the_books_are_told_apart_without_colour() -> None:
    patterns = [part.pattern for part in (SENT, CONTROL, SKIPPED, PENDING, VARIANT)]
    assert len(set(patterns)) == len(patterns)


def test_a_process_of_its_own_draws_and_compares() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.picture"],
        input=msgspec.json.encode(REPORT),
        capture_output=True,
        check=True,
    )
    drawn = msgspec.json.decode(done.stdout, type=Drawn)
    assert isinstance(drawn.report, Report)
    assert isinstance(drawn.report.compared, Lift)
    assert size(drawn.png)[0] == 1080
