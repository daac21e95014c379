"""Campaigns for tests: the examples of the docs, and any valid campaign at random."""

from datetime import date
from pathlib import Path
from typing import Any, get_args

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.audience import (
    Age,
    All,
    Amount,
    AnyOf,
    Count,
    CustomList,
    Dates,
    DaysAgo,
    Device,
    Did,
    DidAverage,
    DidFirst,
    DidMostly,
    DidNot,
    DidOnDays,
    DidShare,
    DidSum,
    Doing,
    Filter,
    Gender,
    Geography,
    Hours,
    Minutes,
    Near,
    Node,
    Not,
    Place,
    Property,
    Reachability,
    SameValue,
    Saved,
    Step,
    StepNot,
    Weekday,
)
from domain.campaign import (
    Campaign,
    Delivery,
    DoNotDisturb,
    Limits,
    QuietWindow,
    Trigger,
    What,
    When,
)
from domain.goal import Goal
from domain.people import Channel
from domain.variants import AbTest, ByProperty, Case, Part, Split, Variant, Variants
from tests.domain.triggers import any_trigger

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
NOW_MS = 1_774_000_000_000  # 2026-03-20T09:46:40Z
ZONE = "Europe/Kyiv"

sweep = settings(max_examples=50)
"""How laws are tried: the same examples each time, so that a change alone can fail them."""

LIVE = Campaign(name="Cart", kind="live", trigger=Trigger(event="Product Added"))
PAST = Campaign(name="Win back", kind="past_behaviour")


def example(name: str) -> str:
    """Return the text of an example definition."""
    return (EXAMPLES / f"{name}.toml").read_text(encoding="utf-8")


_letters = st.text(
    st.characters(categories=["L", "N", "P", "S", "M"], exclude_characters="{}%"), max_size=12
).map(lambda text: f"a{text}")
_any_text = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
_numbers = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
_scalars = _any_text | _numbers | st.booleans()
_dates = st.dates(date(1000, 1, 1), date(2999, 12, 31)).map(lambda day: day.isoformat())
_comparisons: SearchStrategy[tuple[Any, Any]] = st.one_of(
    st.tuples(st.sampled_from(["equals", "not_equals"]), _scalars),
    st.tuples(st.just("in"), st.lists(_scalars, min_size=1, max_size=3).map(tuple)),
    st.tuples(st.sampled_from(["contains", "does_not_contain", "starts_with"]), _any_text),
    st.tuples(st.sampled_from(["exists", "does_not_exist"]), st.none()),
    st.tuples(st.sampled_from(["<", "<=", ">", ">="]), _numbers),
    st.tuples(
        st.just("between"), st.tuples(_numbers, _numbers).map(lambda pair: tuple(sorted(pair)))
    ),
    st.tuples(st.sampled_from(["before", "after"]), _dates),
)
_filters = st.lists(
    st.builds(lambda name, how: Filter(name, *how), _letters, _comparisons), max_size=3
).map(tuple)
_moving = st.tuples(
    st.sampled_from(["in_last_days", "before_last_days", "in_next_days", "after_next_days"]),
    st.integers(1, 3_650),
)
_who_filters = st.lists(
    st.builds(lambda name, how: Filter(name, *how), _letters, _comparisons | _moving), max_size=3
).map(tuple)
_goals = st.none() | st.builds(
    Goal, _letters, _filters, st.integers(5, 43_200), st.just("") | _letters
)
_times = st.times().map(lambda at: f"{at:%H:%M}")
_deed: dict[str, SearchStrategy[Any]] = {
    "where": _who_filters,
    "also": st.just(()) | _letters.map(lambda name: (Doing(f"{name}2", ()),)),
    "time_of_day": st.none() | st.lists(_times, min_size=2, max_size=2, unique=True).map(tuple),
    "weekdays": st.lists(st.sampled_from(get_args(Weekday)), max_size=2, unique=True).map(tuple),
}
_periods = st.one_of(
    st.builds(Hours, st.integers(1, 99)),
    st.builds(Minutes, st.integers(1, 99)),
    st.builds(DaysAgo, st.tuples(st.integers(0, 99), st.integers(0, 99))),
    st.builds(Dates, st.just("2026-01-01"), st.none() | st.just("2026-03-31")),
)
_ranges: SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({**_deed, "days": st.none() | st.integers(1, 3_650)}),
    st.fixed_dictionaries({**_deed, "period": _periods}),
)
_pairs = st.tuples(st.integers(1, 50), st.integers(50, 1_000))
_counts = st.builds(
    Count,
    op=st.sampled_from([">=", ">", "!="]),
    value=st.integers(0, 1_000),
    include_zero=st.booleans(),
) | st.builds(Count, st.just("between"), _pairs, st.booleans())
_sums = st.floats(-1e9, 1e9) | st.integers(-(10**9), 10**9)
_amounts = st.builds(Amount, st.sampled_from(["<", "=", ">="]), _sums, st.booleans()) | st.builds(
    Amount, st.just("between"), _pairs
)


def _did(kind: Any, **more: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Any condition about events of a kind, with what all of them share."""
    return st.tuples(st.fixed_dictionaries({"event": _letters, **more}), _ranges).map(
        lambda drawn: kind(**drawn[0], **drawn[1])
    )


_same_values = st.builds(
    SameValue,
    _letters,
    _did(Step, property=st.none() | _letters).map(lambda step: (step,)),
    st.lists(_did(StepNot, property=st.none() | _letters), max_size=2).map(tuple),
)
_places = st.builds(Place, st.integers(-90, 90), st.floats(-180, 180), st.floats(0.1, 20_000))
_names = st.lists(_letters, max_size=2).map(tuple)
_leaves: SearchStrategy[Node] = st.one_of(
    st.builds(lambda name, how: Property(name, *how), _letters, _comparisons | _moving),
    _did(Did, count=_counts),
    _did(DidNot),
    _did(DidFirst),
    _did(DidSum, property=_letters, amount=_amounts),
    _did(DidAverage, property=_letters, amount=_amounts),
    _did(DidOnDays, count=_counts),
    _did(DidMostly, property=_letters, value=_scalars),
    _did(DidShare, property=_letters, value=_scalars, percent=st.integers(1, 100)),
    _same_values,
    st.builds(Age, st.just("between"), st.tuples(st.integers(0, 50), st.integers(50, 150))),
    st.builds(Age, st.sampled_from(["<", "="]), st.integers(1, 150)),
    st.builds(Gender, st.sampled_from(["female", "male", "other"])),
    st.builds(Geography, st.lists(_letters, min_size=1, max_size=2).map(tuple), _names, _names),
    st.builds(Near, st.lists(_places, min_size=1, max_size=2).map(tuple)),
    st.builds(Reachability, st.sampled_from(get_args(Channel))),
    st.builds(Saved, _letters),
    st.builds(CustomList, _letters),
    st.just(Device((Filter("os", "exists"), Filter("app_version", "between", ("5.9", "5.10"))))),
)
nodes: SearchStrategy[Node] = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(All, st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    ),
    max_leaves=5,
)
triggers = any_trigger(_letters, _filters)
_caps = st.none() | st.integers(1, 10**9)
_global = st.fixed_dictionaries(
    {
        "ignore_global": st.just(value=False),
        "count_towards_global": st.booleans(),
        "over_global": st.sampled_from(["drop", "queue"]),
    }
) | st.just({"ignore_global": True})
_percents = st.just(0) | st.integers(2, 99)
_keys = st.lists(_letters, max_size=3, unique=True).map(tuple)
_templates = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="{}%"), max_size=40
) | st.sampled_from(["{{ Profile.first_name | default: 'you' }}", 'a\\b "c"\n{{ Profile.x }}\n'])
_quiet = st.none() | st.builds(
    DoNotDisturb,
    start=st.sampled_from(["21:30", "00:00"]),
    end=st.sampled_from(["08:00", "23:59"]),
    mode=st.sampled_from(["delay", "discard"]),
    days=st.lists(st.sampled_from(get_args(Weekday)), max_size=2, unique=True).map(tuple),
    also=st.lists(
        st.builds(QuietWindow, st.just("12:00"), st.just("24:00"), st.just(("sunday",))), max_size=2
    ).map(tuple),
)

_pairs_n, _waits = st.integers(3, 10**9), st.integers(5, 43_200)
_own = st.dictionaries(_letters, _templates, max_size=2)
_variant = st.builds(Variant, _letters, _own)
_two = st.lists(_variant, min_size=2, max_size=3, unique_by=lambda each: each.name).map(tuple)
_variants: SearchStrategy[Variants | None] = st.one_of(
    st.none(),
    st.tuples(st.integers(1, 99), _own).map(
        lambda drawn: Split((Part("A", drawn[0], drawn[1]), Part("B", 100 - drawn[0])))
    ),
    st.builds(
        lambda name, values, own: ByProperty(
            name, (Case("Some", tuple(values), own),), Variant("Others")
        ),
        _letters,
        st.lists(_any_text, min_size=1, max_size=3, unique=True),
        _own,
    ),
    st.builds(lambda of, n, wait: AbTest(of, None, n, wait), _two, _pairs_n, _waits),
)


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    """Draw any campaign without problems."""
    live = draw(st.booleans())
    pairs = draw(st.dictionaries(_letters, _templates, max_size=3))
    year = draw(st.integers(2027, 2998))
    variants = draw(_variants)
    return Campaign(
        name=draw(_letters),
        kind="live" if live else "past_behaviour",
        labels=draw(_keys),
        trigger=draw(triggers) if live else None,
        who=draw(nodes),
        when=When(
            start=draw(st.sampled_from(["now", f"{year}-06-01T09:30"])),
            end=f"{year + 1}-01-31T00:00" if live and draw(st.booleans()) else None,
            zone=draw(st.sampled_from([None, "Asia/Tokyo", "America/St_Johns"])),
            cutoff=None if live else draw(st.sampled_from([None, "18:00"])),
        ),
        what=What(
            event=draw(_letters),
            email=draw(st.booleans()),
            identity=draw(st.booleans()),
            profile=draw(st.just(("*",)) | _keys),
            event_properties=draw(_keys) if live else (),
            key_values=pairs,
            object_id=draw(st.booleans()),
            push_tokens=draw(st.booleans()),
            identify=draw(st.just(("*",)) | _keys),
            required=tuple(pairs) if draw(st.booleans()) else (),
        ),
        goal=draw(_goals.filter(bool) if isinstance(variants, AbTest) else _goals),
        variants=variants,
        limits=Limits(
            cap_total=draw(_caps),
            cap_per_day=draw(_caps) if live else None,
            cap_per_run=None if live else draw(_caps),
            safety_limit=None if live else draw(_caps),
            portion_percent=draw(st.integers(1, 100)),
            safety_per_hour=draw(_caps) if live else None,
            per_user_max=draw(st.none() | st.integers(1, 250)) if live else None,
            per_user_minutes=draw(st.none() | st.integers(5, 43_200)) if live else None,
            **draw(_global),
            control_percent=draw(_percents),
            system_control=draw(st.booleans()),
            control_groups=draw(_keys),
        ),
        do_not_disturb=draw(_quiet),
        on_pause="hold" if live and draw(st.booleans()) else "drop",
        delivery=Delivery(
            on_ambiguous=draw(st.sampled_from(["retry", "hold"])),
            expires_minutes=draw(st.none() | st.integers(1, 4_320)),
            messages_per_5_minutes=draw(_caps.filter(lambda n: n is None or n <= 10**7)),
            anonymous=draw(st.booleans()),
        ),
    )
