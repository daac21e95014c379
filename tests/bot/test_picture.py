import io
import struct
import subprocess
import sys

import msgspec
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from actors.mail_report import Report
from actors.mail_views import BooksView
from bot import figures, picture
from bot.figures import with_lift
from bot.picture import CONTROL, PENDING, SENT, SKIPPED, VARIANT, draw, draw_rehearsal
from bot.picture_kinds import Drawn
from domain.goal import Goal
from domain.lift import Lift
from tests.bot.rehearsals import REHEARSED
from tests.bot.reports import REPORT, judged

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
    assert 600 <= height <= 2_000
    assert len(png) < 500_000


def test_more_variants_make_a_taller_picture_up_to_a_few() -> None:
    (one, *_) = REPORT.variants
    heights = [
        size(draw(msgspec.structs.replace(REPORT, variants=(one,) * n)))[1] for n in (0, 2, 5, 50)
    ]
    assert heights[0] < heights[1] < heights[2] == heights[3]


def test_words_of_wide_letters_stay_within_the_picture() -> None:
    """A name and an event of wide letters, and a variant's."""
    one = msgspec.structs.replace(REPORT.variants[0], name="W" * 60)
    wide = msgspec.structs.replace(
        REPORT, name="W" * 60, variants=(one,), goal=Goal("W" * 60, window_minutes=4_321)
    )
    pixels = Image.open(io.BytesIO(draw(with_lift(wide)))).convert("RGB")
    edge = pixels.crop((1_080 - 20, 0, 1_080, pixels.height))
    assert len(set(edge.get_flattened_data())) == 1, "only paper"


def words_of(report: Report, monkeypatch: pytest.MonkeyPatch) -> list[Text]:
    """Return every text of a report's picture, with its place."""
    drawn: list[Figure] = []

    def keep(figure: Figure) -> bytes:
        drawn.append(figure)
        return b""

    monkeypatch.setattr(picture, "render", keep)
    draw(report)
    FigureCanvasAgg(drawn[0])
    drawn[0].draw_without_rendering()
    return [text for text in drawn[0].findobj(Text) if text.get_text()]


def test_the_words_of_a_picture_are_large_on_a_phone_and_leave_none_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A phone shows it 360 points wide: 11 points of 389 are 10 there."""
    long = msgspec.structs.replace(
        REPORT.variants[0], name="Ten per cent off and free shipping to every country", won=True
    )
    words = words_of(with_lift(msgspec.structs.replace(REPORT, variants=(long,))), monkeypatch)
    for text in words:
        assert float(text.get_fontsize()) * 360 / (picture.WIDTH_INCHES * 72) >= 9, text.get_text()
        place = text.get_window_extent()
        assert place.x0 >= 0, text.get_text()
        assert place.x1 <= picture.WIDTH_INCHES * picture.DPI, text.get_text()


def test_a_picture_tells_what_the_campaign_brought_and_the_lift(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = [text.get_text() for text in words_of(with_lift(REPORT), monkeypatch)]
    assert "Got the message: 10.0 % (90 of 900)" in said
    assert "Revenue: 1,200.00 in all, 1.33 a user" in said
    assert "Control group's: 100.00 in all, 0.50 a user" in said
    assert "B won: 13.3 % (60 of 450)" in said
    assert any(line.startswith("Lift +100.0\N{NO-BREAK SPACE}%") for line in said)


def test_a_picture_tells_what_a_test_of_variants_found(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [text.get_text() for text in words_of(judged(), monkeypatch)]
    assert figures.latest_finding(judged()) == "Variant “B” won the test."
    assert "Variant “B” won the test." in lines
    assert figures.latest_finding(REPORT) == ""


@pytest.mark.parametrize("most", [1, 7, 400, 1_234_567])
def test_no_bar_is_higher_than_the_highest_number_beside_it(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    first, second, *_ = REPORT.delivered
    spans = (msgspec.structs.replace(first, n=most), msgspec.structs.replace(second, n=0))
    drawn: list[Figure] = []

    def keep(figure: Figure) -> bytes:
        drawn.append(figure)
        return b""

    monkeypatch.setattr(picture, "render", keep)
    draw(msgspec.structs.replace(REPORT, delivered=spans))
    axes = next(each for each in drawn[0].axes if each.patches and each.get_xticks().size == 2)
    low, high = axes.get_ylim()
    assert low == 0
    assert most <= high == axes.get_yticks()[-1]


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
