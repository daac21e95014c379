"""Pictures of reports: one PNG for a phone, drawn by a process of its own.

The colours are told apart by those who see none: every part has its own pattern and its number in
words. The background is opaque, so that a dark screen changes nothing. Matplotlib and SciPy are
heavy to load and hold the interpreter: the daemon starts `python -m bot.picture` for each picture.
"""

import io
import sys
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
from bot.picture_kinds import Drawn
from domain.lift import Lift
from domain.spans import HOURS_SPAN_MS_MAX, Span

WIDTH_INCHES, DPI = 7.2, 150
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


def draw(report: Report) -> bytes:
    """Return the picture of a report, as PNG."""
    rows = [1.5, 2.4]
    if compares := report.target is not None:
        rows.append(1.9)
    if report.variants:
        rows.append(0.6 + 0.3 * len(_drawn_variants(report)))
    height = 1.35 + sum(rows) * 1.2
    figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DPI, facecolor=PAPER)
    axes: Sequence[Axes] = list(
        figure.subplots(len(rows), 1, gridspec_kw={"height_ratios": rows}, squeeze=False)[:, 0]
    )
    _title(figure, report.name, figures.headline(report))
    _books(axes[0], report.books)
    _delivery(axes[1], report.delivered, report.zone)
    if compares:
        _comparison(axes[2], report)
    if report.variants:
        _variants(axes[-1], report)
    figure.subplots_adjust(
        left=0.13, right=0.96, top=1 - 1.2 / height, bottom=0.5 / height, hspace=0.6
    )
    return render(figure)


def draw_rehearsal(answer: Rehearsed) -> bytes:
    """Return the picture of a rehearsal, as PNG: the books it would have had, and when."""
    rows = [1.5, 2.4]
    height = 1.35 + sum(rows) * 1.2
    figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DPI, facecolor=PAPER)
    axes = figure.subplots(2, 1, gridspec_kw={"height_ratios": rows})
    played = f"What would have happened, {rehearsal_words.title_of(answer)}"
    _title(figure, answer.name, played)
    _books(axes[0], answer.books)
    short = answer.until_ms - answer.from_ms <= HOURS_SPAN_MS_MAX
    _delivery(axes[1], answer.by_hour if short else answer.by_day, answer.zone)
    figure.subplots_adjust(
        left=0.13, right=0.96, top=1 - 1.2 / height, bottom=0.5 / height, hspace=0.6
    )
    return render(figure)


def render(figure: Figure) -> bytes:
    """Return a figure as PNG; a character that no font has is drawn as a box, and no warning."""
    out = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        FigureCanvasAgg(figure)
        figure.savefig(out, format="png", dpi=DPI)
    return out.getvalue()


def _title(figure: Figure, name: str, below: str) -> None:
    said = figures.short(name, 44)
    top = figure.get_figheight()
    _text(figure, 0.04, 1 - 0.32 / top, said, size=17, weight="bold")
    _text(figure, 0.04, 1 - 0.66 / top, below, size=11.5, color=MUTED)


def _books(axes: Axes, held: BooksView) -> None:
    """Draw one bar of all who qualified, and each part's number under it."""
    parts = [
        ("sent", held.sent, SENT),
        ("control", held.control, CONTROL),
        ("skipped", sum(held.skipped.values()), SKIPPED),
        ("pending", held.pending, PENDING),
    ]
    axes.set_title(f"{held.qualified:,} qualified", **_HEADING)
    total = max(held.qualified, 1)
    at = 0.0
    for i, (name, n, part) in enumerate(parts):
        axes.barh(0, n / total, left=at, height=0.9, **_look(part))
        at += n / total
        x, y = 0.5 * (i % 2), -1.2 - 0.85 * (i // 2)
        axes.barh(y, 0.03, left=x, height=0.5, **_look(part))
        axes.text(x + 0.045, y, f"{n:,} {name}", va="center", size=11.5, color=INK)
    if not held.qualified:
        axes.barh(0, 1, height=0.9, facecolor=PAPER, edgecolor=GRID)
    axes.set(xlim=(0, 1.02), ylim=(-2.4, 0.6))
    axes.axis("off")


def _delivery(axes: Axes, spans: Sequence[Span], zone: str) -> None:
    every = "" if not spans else ", by the day" if spans[0].days else ", by the hour"
    axes.set_title(f"Messages accepted{every}", **_HEADING)
    _plain(axes)
    if not spans:
        _empty(axes, "nothing has been sent yet")
        return
    axes.bar(range(len(spans)), [one.n for one in spans], width=0.85, **_look(SENT))
    _label_spans(axes, spans, zone)


def _label_spans(axes: Axes, spans: Sequence[Span], zone: str) -> None:
    """Write the moments of at most six bars under them, and whole numbers beside."""
    step = max(1, -(-len(spans) // 6))
    ticks = list(range(0, len(spans), step))
    axes.set_xticks(ticks, [figures.span_label(spans[i], zone) for i in ticks])
    axes.set_xlim(-0.8, max(len(spans), 4) - 0.2)
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _place: figures.compact(value))
    axes.tick_params(axis="x", pad=8)


def _comparison(axes: Axes, report: Report) -> None:
    """Draw both arms' rates as bars with their numbers, and say what the difference is worth."""
    assert report.target is not None, "it is drawn only where there is a goal"
    axes.set_title(figures.goal_line(report), **_HEADING)
    arms = [("target", report.target, SENT)]
    if report.control is not None and report.control.users:
        arms.append(("control", report.control, CONTROL))
    most = max((arm.rate.share for _, arm, _ in arms), default=0.0) or 1.0
    for i, (name, arm, part) in enumerate(arms):
        share = arm.rate.share
        axes.barh(-i, share / most, height=0.7, **_look(part))
        said = f"{share:.1%}  ({arm.converted:,} of {arm.users:,})"
        axes.text(share / most + 0.02, -i, said, va="center", size=11.5, color=INK)
        axes.text(-0.02, -i, name, va="center", ha="right", size=11.5, color=INK)
    told = figures.lift_line(report)
    clear = isinstance(report.compared, Lift) and report.compared.is_clear
    _text(axes, 0, -len(arms) + 0.1, told, size=12, weight="bold" if clear else "normal")
    axes.set(xlim=(0, 1.6), ylim=(-len(arms) - 0.1, 0.6))
    axes.axis("off")


def _drawn_variants(report: Report) -> Sequence[VariantCame]:
    """Return the variants that there is room for: those that most messages have."""
    return sorted(report.variants, key=lambda one: -one.sent)[:VARIANTS_DRAWN_MAX]


def _variants(axes: Axes, report: Report) -> None:
    """Draw each variant's rate, or how many messages it has where there is no goal."""
    shown = _drawn_variants(report)
    more = len(report.variants) - len(shown)
    axes.set_title(f"Variants{f', and {more} more' if more else ''}", **_HEADING)
    rates = report.goal is not None
    sizes = [one.outcome.rate.share if rates else one.sent for one in shown]
    most = max(sizes) or 1.0
    for i, (one, size) in enumerate(zip(shown, sizes, strict=True)):
        axes.barh(-i, size / most, height=0.7, **_look(VARIANT))
        came = one.outcome
        said = f"{size:.1%} ({came.converted:,} of {came.users:,})" if rates else f"{size:,} sent"
        name = f"{figures.short(one.name, 20)}{' won' if one.won else ''}"
        _text(axes, size / most + 0.04, -i, f"{name}: {said}", size=11.5)
    axes.set(xlim=(0, 2.9), ylim=(-len(shown) + 0.4, 0.6))
    axes.axis("off")


_HEADING: dict[str, Any] = {
    "loc": "left",
    "fontsize": 12.5,
    "fontweight": "bold",
    "color": INK,
    "parse_math": False,
}


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
