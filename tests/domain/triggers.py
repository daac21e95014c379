"""Any valid trigger at random, for tests."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from domain.campaign import OnDate, Trigger, Without
from domain.trigger import Keyed


def any_trigger(
    letters: SearchStrategy[str], filters: SearchStrategy[Any]
) -> SearchStrategy[Trigger]:
    """Return triggers of every kind; `letters` and `filters` are names and comparisons."""
    plain = st.lists(st.builds(Keyed, letters, filters), max_size=2).map(tuple)
    more = st.lists(st.builds(Keyed, letters, filters, st.none() | letters), max_size=2).map(tuple)
    minutes = st.integers(1, 5_270_400)
    offsets = st.sampled_from(["before_minutes", "after_minutes"])
    ways: SearchStrategy[dict[str, Any]] = st.one_of(
        st.just({}),
        st.fixed_dictionaries({"delay_minutes": minutes, "recheck": st.booleans()}),
        st.fixed_dictionaries(
            {
                "without": st.builds(
                    Without,
                    letters,
                    minutes,
                    where=filters,
                    also=more,
                    same_property=letters,
                    property=st.none() | letters,
                    on_repeat=st.sampled_from(["restart", "keep"]),
                    grace_seconds=st.integers(0, 3_600),
                )
            }
        ),
        st.builds(
            lambda name, offset, minutes, same, cancel: {
                "date": OnDate(name, same_property=same, cancel=cancel, **{offset: minutes})
            },
            letters,
            offsets,
            minutes,
            letters,
            more,
        ),
    )
    return st.builds(
        lambda event, where, also, first, wait: Trigger(event, where, also, first, **wait),
        letters,
        filters,
        plain,
        st.booleans(),
        ways,
    )
