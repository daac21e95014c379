import pytest

from sandbox.slack.refusal import Refused
from sandbox.slack.workspace import ANA, REVIEWS
from sandbox.slack.world import World, page_of


def test_a_channel_is_found_by_id_and_by_name(world: World) -> None:
    assert world.channel(REVIEWS).name == "campaign-reviews"
    assert world.channel("#campaign-reviews").id == REVIEWS


@pytest.mark.parametrize("wrong", [None, "", "C0UNKNOWN1", 7, {}])
def test_an_unknown_channel_is_refused(world: World, wrong: object) -> None:
    with pytest.raises(Refused, match="channel_not_found"):
        world.channel(wrong)


def test_an_unknown_person_is_refused(world: World) -> None:
    assert world.person(ANA).name == "ana"
    with pytest.raises(Refused, match="user_not_found"):
        world.person("U0UNKNOWN1")


def test_a_permalink_names_the_thread_too(world: World) -> None:
    assert world.permalink("C1", "1.000002", None).endswith("/archives/C1/p1000002")
    assert world.permalink("C1", "1.000002", "1.000001").endswith("?thread_ts=1.000001&cid=C1")


def test_a_long_list_comes_in_pages() -> None:
    first, cursor = page_of([1, 2, 3], {"limit": 2}, 100)
    rest, end = page_of([1, 2, 3], {"limit": 2, "cursor": cursor}, 100)
    assert (first, rest, end) == ([1, 2], [3], "")


@pytest.mark.parametrize("args", [{"limit": "many"}, {"limit": "9" * 5000}, {"cursor": "x"}])
def test_a_wrong_page_is_refused(args: dict[str, object]) -> None:
    with pytest.raises(Refused, match="invalid_"):
        page_of([], args, 100)


def test_a_complaint_is_a_change_that_the_page_hears_of(world: World) -> None:
    before = world.feed.version
    world.complain("views.open", "expired_trigger_id")
    assert world.feed.version == before + 1
