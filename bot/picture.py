"""Pictures of reports: one PNG for a phone, drawn by a process of its own.

The colours are told apart by those who see none: every part has its own pattern and its number in
words. The background is opaque, so that a dark screen changes nothing. Matplotlib and SciPy are
heavy to load and hold the interpreter: the daemon starts `python -m bot.picture` for each picture.
"""

import io
import sys
import textwrap
import warnings
from collections.abc import Sequence
from typing import Any

import msgspec
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from msgspec import Struct

from actors.mail_rehearsal import Rehearsed
from actors.mail_report import Report, VariantCame
from actors.mail_views import BooksView
from bot import figures, rehearsal_words
from bot.picture_fit import fit
from bot.picture_kinds import Drawn
from domain.spans import HOURS_SPAN_MS_MAX, Span

WIDTH_INCHES, DPI = 5.4, 200
"""1080 pixels; so narrow that the smallest words are 10 points high on a phone of 360."""
INK, PAPER, GRID = "#1d2733", "#fbfaf7", "#d9d5cb"
MUTED = "#5a6672"


class Part(Struct, frozen=True):
    """How one kind of thing looks: a colour, and a pattern for those who see none."""

    colour: str
    pattern: str


SENT = Part("#0b6e5f", "")
CONTROL = Part("#3a6ea5", "//")
SKIPPED = Part("#c2702c", "..")
PENDING = Part("#b9b2a3", "\\\\")
VARIANT = Part("#6d5a97", "xx")
VARIANTS_DRAWN_MAX = 5
MARGIN_INCHES, GAP_INCHES, HEAD_INCHES, NUMBER_INCHES = 0.24, 0.3, 0.3, 0.12
TITLE_INCHES, BOOKS_INCHES, SPANS_INCHES, LABELS_INCHES = 0.85, 1.0, 1.5, 0.45
ROW_INCHES, LINE_INCHES = 0.56, 0.25
LINE_CHARS = 50
"""So many characters of 11 points fit on a line, if they are not all wide ones."""
TITLE_CHARS = 42
"""And so many of 12 points in bold."""
TIED = "\N{NO-BREAK SPACE}"


class Bar(Struct, frozen=True):
    """A share of something as a bar, and above it whose and how large it is."""

    said: str
    share: float
    part: Part
    bold: bool = False


class Page:
    """A picture from its top to its end: parts below each other, each as high as it needs."""

    def __init__(self, name: str, below: str, *heights: float) -> None:
        parts = sum(HEAD_INCHES + height + GAP_INCHES for height in heights)
        self._height = TITLE_INCHES + parts
        self._at = TITLE_INCHES
        self.figure = Figure(figsize=(WIDTH_INCHES, self._height), dpi=DPI, facecolor=PAPER)
        left = MARGIN_INCHES / WIDTH_INCHES
        said = figures.short(name, 34)
        _text(self.figure, left, 1 - 0.3 / self._height, said, size=15, weight="bold")
        size = min(10.5, 10.5 * LINE_CHARS / max(len(below), 1))
        _text(self.figure, left, 1 - 0.58 / self._height, below, size=size, color=MUTED)

    def part(self, title: str, height: float, *, left: float = MARGIN_INCHES) -> Axes:
        """Return the axes of the next part, with its title above them."""
        top = self._at + HEAD_INCHES
        self._at = top + height + GAP_INCHES
        where = (
            left / WIDTH_INCHES,
            1 - (top + height) / self._height,
            1 - (left + MARGIN_INCHES) / WIDTH_INCHES,
            height / self._height,
        )
        axes = self.figure.add_axes(where)
        place = MARGIN_INCHES / WIDTH_INCHES, 1 - (top - 0.16) / self._height
        size = min(12, 12 * TITLE_CHARS / max(len(title), 1))
        _text(self.figure, *place, title, size=size, weight="bold")
        return axes


def draw(report: Report) -> bytes:
    """Return the picture of a report, as PNG."""
    heights = [BOOKS_INCHES, SPANS_INCHES + LABELS_INCHES]
    arms, told = _arms(report), _told(report)
    if report.target is not None:
        heights.append(ROW_INCHES * len(arms) + LINE_INCHES * len(told))
    shown = _drawn_variants(report)
    found = [(line, False) for line in textwrap.wrap(figures.latest_finding(report), LINE_CHARS)]
    if shown:
        heights.append(ROW_INCHES * len(shown) + LINE_INCHES * len(found))
    page = Page(report.name, figures.headline(report), *heights)
    _books(page, report.books)
    _delivery(page, "Messages accepted", report.delivered, report.zone)
    if report.target is not None:
        _bars(page, figures.goal_line(report), arms, told)
    if shown:
        more = len(report.variants) - len(shown)
        _bars(page, f"Variants{f', and {more} more' if more else ''}", shown, found)
    return render(page.figure)


def draw_rehearsal(answer: Rehearsed) -> bytes:
    """Return the picture of a rehearsal, as PNG: the books it would have had, and when."""
    played = f"What would have happened, {rehearsal_words.title_of(answer)}"
    page = Page(answer.name, played, BOOKS_INCHES, SPANS_INCHES + LABELS_INCHES)
    _books(page, answer.books)
    short = answer.until_ms - answer.from_ms <= HOURS_SPAN_MS_MAX
    spans = answer.by_hour if short else answer.by_day
    _delivery(page, "Messages", spans, answer.zone, nothing="nothing would have gone")
    return render(page.figure)


def render(figure: Figure) -> bytes:
    """Return a figure as PNG; a character that no font has is drawn as a box, and no warning."""
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        FigureCanvasAgg(figure)
        fit(figure, (WIDTH_INCHES - MARGIN_INCHES / 2) * DPI)
        figure.savefig(out, format="png", dpi=DPI)
    return out.getvalue()


def _books(page: Page, held: BooksView) -> None:
    """Draw one bar of all who qualified, and each part's number under it."""
    axes = page.part(f"{held.qualified:,} qualified", BOOKS_INCHES)
    parts = [
        ("sent", held.sent, SENT),
        ("control", held.control, CONTROL),
        ("skipped", sum(held.skipped.values()), SKIPPED),
        ("pending", held.pending, PENDING),
    ]
    total = max(held.qualified, 1)
    at = 0.0
    for i, (name, n, part) in enumerate(parts):
        axes.barh(0, n / total, left=at, height=0.9, **_look(part))
        at += n / total
        x, y = 0.5 * (i % 2), -1.1 - 0.8 * (i // 2)
        axes.barh(y, 0.04, left=x, height=0.5, **_look(part))
        _text(axes, x + 0.06, y, f"{n:,} {name}", size=11)
    if not held.qualified:
        axes.barh(0, 1, height=0.9, facecolor=PAPER, edgecolor=GRID)
    axes.set(xlim=(0, 1), ylim=(-2.3, 0.5))
    axes.axis("off")


def _delivery(
    page: Page,
    what: str,
    spans: Sequence[Span],
    zone: str,
    nothing: str = "nothing has been sent yet",
) -> None:
    axes = page.part(figures.spans_title(what, spans, zone), SPANS_INCHES + LABELS_INCHES, left=0.6)
    place = axes.get_position()
    height = SPANS_INCHES + LABELS_INCHES
    share, top = LABELS_INCHES / height, 1 - NUMBER_INCHES / height
    axes.set_position(
        (place.x0, place.y0 + place.height * share, place.width, place.height * (top - share))
    )
    _plain(axes)
    if not spans:
        _empty(axes, nothing)
        return
    axes.bar(range(len(spans)), [one.n for one in spans], width=0.85, **_look(SENT))
    _label_spans(axes, spans, zone)


def _label_spans(axes: Axes, spans: Sequence[Span], zone: str) -> None:
    """Write the moments of at most five bars under them, and whole numbers beside."""
    step = max(1, -(-len(spans) // 5))
    ticks = list(range(0, len(spans), step))
    axes.set_xticks(ticks, [figures.span_label(spans[i], zone) for i in ticks])
    axes.set_xlim(-0.8, max(len(spans), 4) - 0.2)
    ticks_of = MaxNLocator(4, integer=True)
    axes.yaxis.set_major_locator(ticks_of)
    axes.set_ylim(0, ticks_of.tick_values(0, max(1, *(one.n for one in spans)))[-1])
    axes.yaxis.set_major_formatter(lambda value, _place: figures.compact(value))
    axes.tick_params(axis="x", pad=6)


def _bars(
    page: Page, title: str, bars: Sequence[Bar], told: Sequence[tuple[str, bool]] = ()
) -> None:
    """Draw shares below each other, each with its words above it, and lines under them."""
    height = ROW_INCHES * len(bars) + LINE_INCHES * len(told)
    axes = page.part(title, height)
    most = max((bar.share for bar in bars), default=0.0) or 1.0
    for i, bar in enumerate(bars):
        top = i * ROW_INCHES
        weight = "bold" if bar.bold else "normal"
        _text(axes, 0, -top - 0.12, bar.said, size=11, weight=weight)
        axes.barh(-top - 0.35, bar.share / most, height=0.2, **_look(bar.part))
    for i, (said, bold) in enumerate(told):
        at = -ROW_INCHES * len(bars) - LINE_INCHES * (i + 0.5)
        _text(axes, 0, at, said, size=11, weight="bold" if bold else "normal")
    axes.set(xlim=(0, 1), ylim=(-height, 0))
    axes.axis("off")


def _arms(report: Report) -> list[Bar]:
    """Return the target and the control group, if somebody is in it."""
    arms = [("Got the message", report.target, SENT), ("Control group", report.control, CONTROL)]
    return [
        Bar(f"{name}: {figures.rate(arm)}", arm.rate.share, part)
        for name, arm, part in arms
        if arm is not None and (arm.users or arm is report.target)
    ]


def _told(report: Report) -> list[tuple[str, bool]]:
    """Return what the difference is worth, and what users brought: lines, and which are bold."""
    return [
        (part, clear)
        for line, clear in figures.told(report)
        for part in textwrap.wrap(line.replace(" %", f"{TIED}%"), LINE_CHARS)
    ]


def _drawn_variants(report: Report) -> list[Bar]:
    """Return the variants that there is room for, those that most messages have, with their rate.

    Where there is no goal it is how many messages each has.
    """
    chosen = sorted(report.variants, key=lambda one: -one.sent)[:VARIANTS_DRAWN_MAX]
    return [_variant(one, rates=report.goal is not None) for one in chosen]


def _variant(one: VariantCame, *, rates: bool) -> Bar:
    said = figures.rate(one.outcome) if rates else f"{one.sent:,} sent"
    size = one.outcome.rate.share if rates else float(one.sent)
    won = " won" if one.won else ""
    room = LINE_CHARS - len(said) - len(won) - 4
    return Bar(f"{figures.short(one.name, room)}{won}: {said}", size, VARIANT, bold=one.won)


def _look(part: Part) -> dict[str, Any]:
    return {
        "facecolor": part.colour,
        "hatch": part.pattern,
        "edgecolor": PAPER if part.pattern else part.colour,
        "linewidth": 0,
    }


def _plain(axes: Axes) -> None:
    axes.set_facecolor(PAPER)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(GRID)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(colors=INK, labelsize=10.5, length=0)


def _empty(axes: Axes, said: str) -> None:
    axes.set(xticks=[], yticks=[])
    _text(axes, 0.5, 0.5, said, ha="center", size=12, color=MUTED, transform=axes.transAxes)


def _text(where: Figure | Axes, x: float, y: float, said: str, **more: Any) -> None:
    """Write words as they are: a dollar sign is no formula."""
    where.text(x, y, said, **{"va": "center", "color": INK, "parse_math": False, **more})


def main() -> None:
    """Read a report or a rehearsal as JSON, write it back with its comparison and the picture."""
    given = msgspec.json.decode(sys.stdin.buffer.read(), type=Report | Rehearsed)
    if isinstance(given, Rehearsed):
        made = Drawn(given, draw_rehearsal(given))
    else:
        report = figures.with_lift(given)
        made = Drawn(report, draw(report))
    sys.stdout.buffer.write(msgspec.json.encode(made))


if __name__ == "__main__":
    main()
