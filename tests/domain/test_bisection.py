from hypothesis import given
from hypothesis import strategies as st

from domain.bisection import Search


def test_what_is_not_under_search_goes_together() -> None:
    assert Search().batches(["a", "b", "c"]) == [[0, 1, 2]]
    assert Search().batches([]) == []


def test_a_refused_batch_goes_in_halves_apart_from_the_others() -> None:
    search = Search().refused(["a", "b", "c", "d"])
    assert search.batches(["new", "a", "b", "newer", "c", "d"]) == [[0, 3], [1, 2], [4, 5]]
    assert search.settled(["a", "b"]).batches(["a", "b", "c", "d"]) == [[0, 1], [2, 3]]


@given(st.integers(1, 300), st.sets(st.integers(0, 299), max_size=4))
def test_only_the_poison_is_found_and_in_few_requests(n: int, poison: set[int]) -> None:
    ids = [str(number) for number in range(n)]
    bad = {str(number) for number in poison}
    search, dead, requests = Search(), set(), 0
    waiting = list(ids)
    while waiting:
        sent: set[str] = set()
        for places in search.batches(waiting):
            batch = [waiting[place] for place in places]
            requests += 1
            if not bad & set(batch):
                sent |= set(batch)
                search = search.settled(batch)
            elif len(batch) == 1:
                dead |= set(batch)
                search = search.settled(batch)
            else:
                search = search.refused(batch)
        waiting = [one for one in waiting if one not in sent | dead]
    assert dead == bad & set(ids)
    assert requests <= 1 + 2 * 10 * max(len(dead), 1)
    assert not search.at_most
