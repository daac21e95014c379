"""Campaigns as hypothesis invents them: long, rude and full of markup."""

from hypothesis import strategies as st

from actors.mail import BooksView, CampaignLine, CampaignView, Estimate, RunView
from actors.mail_audience import AudienceUse
from actors.mail_views import Since
from domain.audience import All, Did, Property
from domain.campaign import Campaign, Limits, Trigger, What, content_hash
from domain.review import TABLE, State
from domain.slots import Slot
from domain.waits import Cause, Wait
from tests.bot.wire import ANA, BEN

NASTY = ["<!channel>", "<!here|x>", "<@U0ANA>", "&amp;", "*_~`", "```", '"\\', "\n\n", "🎉", "\x00"]
NAMES = st.text(max_size=200) | st.lists(st.sampled_from(NASTY), max_size=80).map("".join)
COUNTS = st.integers(min_value=0, max_value=10**12)

DEFINITIONS = st.builds(
    Campaign,
    name=NAMES,
    kind=st.sampled_from(["live", "past_behaviour"]),
    trigger=st.none() | st.builds(Trigger, event=NAMES),
    who=st.lists(st.builds(Did, event=NAMES) | st.builds(Property, NAMES, st.just("equals"), NAMES))
    .map(tuple)
    .map(All),
    what=st.builds(What, key_values=st.dictionaries(NAMES, NAMES, max_size=20)),
    limits=st.builds(Limits, cap_total=COUNTS),
)
BOOKS = st.builds(
    BooksView,
    qualified=COUNTS,
    sent=COUNTS,
    skipped=st.dictionaries(NAMES.map(lambda name: name[:40]), COUNTS, max_size=4),
)
USES = st.builds(AudienceUse, NAMES, st.just(1), st.integers(1, 2), st.builds(Did, event=NAMES))
RUNS = st.builds(
    RunView,
    run=st.sampled_from(["now", "live", "2026-03-29T09:00[Europe/Kyiv]"]),
    state=st.sampled_from(["drawing", "blocked", "sending", "done", "skipped", "stopped"]),
    books=BOOKS,
    due_ms=st.none() | st.just(1_790_000_000_000),
    qualified=COUNTS,
    sample=st.none() | COUNTS,
    safety_limit=st.none() | COUNTS,
    decided_by=st.sampled_from(["", BEN]),
)
MOMENT_MS = 1_790_000_000_000
MOMENTS = st.none() | st.just(MOMENT_MS)
WAITS = st.builds(Wait, st.sampled_from(list(Cause)), COUNTS, MOMENTS, MOMENTS, COUNTS)
SINCE = st.builds(
    Since,
    revision=st.just(2),
    by=st.sampled_from(["", BEN, "command line <x>"]),
    at_ms=MOMENTS,
    changes=st.lists(st.tuples(NAMES, NAMES), max_size=16).map(tuple),
)


@st.composite
def views(draw: st.DrawFn) -> CampaignView:
    definition = draw(DEFINITIONS)
    state = draw(st.sampled_from(list(State)))
    return CampaignView(
        id="c1",
        name=definition.name,
        kind=definition.kind,
        state=state,
        reason=draw(NAMES),
        author=ANA,
        editors=(ANA, BEN, "command line <x>"),
        revision=3,
        hash=content_hash(definition),
        definition=definition,
        approved_by=draw(st.sampled_from(["", BEN])),
        published_ms=draw(st.none() | st.just(1_790_000_000_000)),
        allowed=tuple(TABLE[state]),
        estimate=draw(st.none() | st.just(Estimate(1, 2, 3, 4, 5, 6))),
        audiences=tuple(draw(st.lists(USES, max_size=7))),
        runs=tuple(draw(st.lists(RUNS, max_size=8))),
        books=draw(BOOKS),
        unverified=draw(st.booleans()),
        cautions=tuple(draw(st.lists(NAMES, max_size=14))),
        since=draw(st.none() | SINCE),
        waits=tuple(draw(st.lists(WAITS, max_size=4))),
        waiting=draw(st.sampled_from([0, 1, 9])),
        next_runs=draw(st.sampled_from([(), (Slot(MOMENT_MS, "a"),) * 5])),
    )


LINES = st.builds(
    CampaignLine,
    id=st.just("c1"),
    name=NAMES,
    kind=st.sampled_from(["live", "past_behaviour"]),
    state=st.sampled_from(list(State)),
    author=st.just(ANA),
    books=BOOKS,
    updated_ms=COUNTS,
    published_ms=MOMENTS,
    next_ms=MOMENTS,
    last_ms=MOMENTS,
    reason=st.just("") | NAMES,
    hash=st.just("0" * 64),
)
