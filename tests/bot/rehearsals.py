"""A rehearsal that tests draw, print and show."""

from actors.mail_rehearsal import HeldRun, Rehearsed
from actors.mail_report import Skipped
from actors.mail_trust import Step, Told
from actors.mail_views import BooksView
from domain.spans import Span

DAY_MS = 24 * 3_600_000
UNTIL_MS = 1_774_000_000_000
FROM_MS = UNTIL_MS - 30 * DAY_MS
REHEARSED = Rehearsed(
    name="Cart & <!channel>",
    kind="live",
    zone="Europe/Oslo",
    from_ms=FROM_MS,
    until_ms=UNTIL_MS,
    events=4_321,
    moved=7,
    books=BooksView(1_000, 100, 850, {"cap_reached": 50}, 0),
    users=800,
    held=33,
    skipped=(Skipped("cap_reached", 50, "The campaign's total cap was full."),),
    by_hour=(Span(FROM_MS, 850),),
    by_day=tuple(Span(FROM_MS + n * DAY_MS, 85, days=True) for n in range(10)),
    busiest=Span(FROM_MS + DAY_MS, 90),
    hour_max=100,
    cap_filled_ms=UNTIL_MS - DAY_MS,
    blocked=(HeldRun("2026-03-18T09:00[Europe/Oslo]", 700, 500),),
    examples=tuple(
        Told(
            f"secret-user-{n} in “Cart & <!channel>”: 1 sent.",
            "Europe/Oslo",
            steps=tuple(Step(FROM_MS + i, f"step {i}") for i in range(6)),
        )
        for n in range(10)
    ),
    notes=("Profiles and lists are those of now",),
    took_ms=4_200,
)
