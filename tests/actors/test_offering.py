import time
from collections.abc import Sequence
from pathlib import Path

import pytest
import trio
from trio.testing import MockClock

from actors.mail_audience import SaveAudience
from actors.mail_names import FindNames, NamesFound, Offered
from actors.offering import FIRST_WAIT_SECONDS, FRESH_SECONDS, Offering
from domain.audience import EVERYONE
from store.copy_errors import CopyBehindError
from store.database import Database
from store.offering import Source
from tests.actors.house import ANA, House, open_house

MANY = 10_000
ANSWER_SECONDS_MAX = 0.1


async def names(house: House, wanted: str, typed: str = "", event: str = "") -> list[str]:
    asked = FindNames(wanted, ANA, typed, event)  # type: ignore[arg-type]
    answer = await house.desk.ask(asked)
    assert isinstance(answer, NamesFound), answer
    return [one.name for one in answer.names]


async def test_what_came_in_is_offered_and_found_by_a_part_of_its_name(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        await house.people(2, city="Moss")
        await house.feed(
            house.event("u1", "Order Completed", price=5),
            house.event("u1", "Order Completed", price=5),
            house.event("u1", "Reorder", size=1),
        )
        assert await names(house, "event") == ["Order Completed", "Reorder"]
        assert await names(house, "event", "reOR") == ["Reorder"]
        assert await names(house, "property", event="Reorder") == ["size"]
        assert await names(house, "trait") == ["city"]


async def test_saved_audiences_are_offered(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, quiet=True) as house:
        for name in ("Loyal", "New"):
            await house.desk.ask(SaveAudience(name, EVERYONE, ANA))
        assert await names(house, "audience", "loy") == ["Loyal"]
        assert await names(house, "list") == []


class _Learned:
    """What is learned of any source, as fast or as slow as a test wants it."""

    def __init__(self, *found: str) -> None:
        self.found: Sequence[Offered] = [Offered(name, n) for n, name in enumerate(found)]
        self.asked: list[Source] = []
        self.seconds = 0.0
        self.fails = False

    async def __call__(self, source: Source) -> Sequence[Offered]:
        self.asked.append(source)
        await trio.sleep(self.seconds)
        if self.fails:
            raise CopyBehindError(50)
        return self.found


async def best(offering: Offering, typed: str) -> list[str]:
    return [one.name for one in (await offering.answer(FindNames("event", ANA, typed))).names]


STORE: Database = None  # type: ignore[assignment]  # names of events are not in it


async def test_the_same_name_comes_first_then_what_begins_so_then_a_word_then_the_rest() -> None:
    learned = _Learned("preorder", "Pre Order", "Orders", "order", "Order", "Seen")
    assert await best(Offering(STORE, learned), "Order") == [
        "Order", "order", "Orders", "Pre Order", "preorder",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Пошук", "пош"),
        ("注文完了", "完了"),
        ("Kjøp 🎉", "🎉"),
        ("Cafe\u0301", "café"),
        ("STRASSE", "straße"),
    ],
)
async def test_names_of_any_script_are_found(name: str, typed: str) -> None:
    assert await best(Offering(STORE, _Learned(name)), typed) == [name]


async def test_of_ten_thousand_names_an_answer_takes_less_than_a_tenth_of_a_second() -> None:
    offering = Offering(STORE, _Learned(*(f"Event {n} happened" for n in range(MANY))))
    await best(offering, "")
    began = time.process_time()
    assert await best(offering, "9999") == ["Event 9999 happened"]
    assert time.process_time() - began < ANSWER_SECONDS_MAX


async def test_nobody_waits_for_a_busy_copy_but_for_the_first_answer_and_not_for_long(
    autojump_clock: MockClock,
) -> None:
    learned = _Learned("Order")
    learned.seconds = 60.0
    offering = Offering(STORE, learned)

    async def body() -> None:
        began = trio.current_time()
        first = await offering.answer(FindNames("event", ANA))
        assert not first.ready
        assert trio.current_time() - began == pytest.approx(FIRST_WAIT_SECONDS)
        await trio.sleep(60.0)
        began = trio.current_time()
        assert await best(offering, "") == ["Order"]
        learned.found = [Offered("Other")]
        await trio.sleep(FRESH_SECONDS)
        began = trio.current_time()
        assert await best(offering, "") == ["Order"]
        assert trio.current_time() == began
        await trio.sleep(61.0)
        assert await best(offering, "") == ["Other"]

    await offering.run(body)
    assert len(learned.asked) <= 3


async def test_what_cannot_be_learned_now_is_tried_again_at_the_next_question(
    autojump_clock: MockClock,
) -> None:
    learned = _Learned("Order")
    learned.fails = True
    offering = Offering(STORE, learned)
    assert not (await offering.answer(FindNames("event", ANA))).ready
    learned.fails = False
    assert await best(offering, "") == ["Order"]


async def test_memory_of_names_does_not_grow_without_end(autojump_clock: MockClock) -> None:
    learned = _Learned(*(str(n) for n in range(MANY)))
    offering = Offering(STORE, learned)
    for n in range(12):
        await offering.answer(FindNames("property", ANA, event=str(n)))
    assert len(learned.asked) == 12
    await offering.answer(FindNames("property", ANA, event="11"))
    assert len(learned.asked) == 12
    await offering.answer(FindNames("property", ANA, event="0"))
    assert len(learned.asked) == 13
