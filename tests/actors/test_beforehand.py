from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
import trio
from trio.testing import MockClock

from actors.beforehand import CARD_PERCENT, CARD_SECONDS, PLAY_SECONDS_MAX
from actors.desk import HouseRules
from actors.mail import Approve, Draft, Publish, Refused, RequestChanges, Submit
from actors.mail_rehearsal import (
    FEWER_DAYS,
    SECONDS_MAX,
    Progress,
    Rehearse,
    Rehearsed,
    ShowRehearsal,
)
from actors.mail_views import RehearsalView
from domain.periods import DAY_MS
from store import announcements
from store.announcements import Card
from tests.actors.house import ANA, BEN, LIVE, House, open_house
from tests.bot.rehearsals import REHEARSED

RULES = HouseRules(rehearse_days=30)
NAME = LIVE.name


class Player:
    """Plays for a minute, and notes what it was asked."""

    def __init__(self, *answers: Rehearsed | Refused | Exception) -> None:
        self.asked: list[int] = []
        self.seconds: list[int] = []
        self.over = 0
        self._answers = [*answers, REHEARSED]

    async def __call__(
        self, request: Rehearse, tell: Callable[[Progress], object]
    ) -> Rehearsed | Refused:
        self.asked.append(request.days)
        self.seconds.append(request.seconds_max)
        tell(Progress(0, 1, 0))
        await trio.sleep(60)
        self.over += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def submitted(house: House) -> None:
    await house.asks(Draft(definition=LIVE, by=ANA))
    await house.asks(Submit(name=NAME, by=ANA))


async def stands(house: House) -> RehearsalView | None:
    return (await house.view(NAME)).rehearsal


async def told(house: House) -> list[str]:
    found = await house.store.read(lambda conn: announcements.open_ones(conn, 99))
    return [one.kind for one, _ in found]


async def test_what_is_submitted_is_rehearsed_while_its_review_goes_on(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    player = Player()
    async with open_house(tmp_path, autojump_clock, rules=RULES, rehearse=player) as house:
        await submitted(house)
        assert (begun := await stands(house))
        assert begun.state == "waits"
        await house.asks(Approve(name=NAME, by=BEN))
        assert player.over == 0, "nobody waited for it"
        await trio.sleep(61)
        found = await stands(house)
        assert found is not None
        assert (found.state, found.messages, found.users) == (
            "done",
            REHEARSED.books.sent,
            REHEARSED.users,
        )
        assert player.asked == [30]
        assert sorted(await told(house)) == ["card", "rehearsal", "reply", "reply"]


async def test_what_is_kept_of_it_names_no_user(tmp_path: Path, autojump_clock: MockClock) -> None:
    async with open_house(tmp_path, autojump_clock, rules=RULES, rehearse=Player()) as house:
        assert isinstance(await house.desk.ask(ShowRehearsal(NAME)), Refused)
        await submitted(house)
        assert "no rehearsal" in (await house.refused(ShowRehearsal(NAME))).what
        await trio.sleep(61)
        assert REHEARSED.examples
        assert await house.desk.ask(ShowRehearsal(NAME)) == msgspec.structs.replace(
            REHEARSED, examples=()
        )


async def test_where_there_is_too_much_fewer_days_are_rehearsed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    player = Player(Refused("There are too many.", FEWER_DAYS))
    async with open_house(tmp_path, autojump_clock, rules=RULES, rehearse=player) as house:
        await submitted(house)
        await trio.sleep(130)
        assert player.asked == [30, 7]
        assert (found := await stands(house))
        assert found.state == "done"


@pytest.mark.parametrize(
    ("answer", "said"),
    [(Refused("No.", "Never."), "No. Never."), (OSError("ann"), "could not be played")],
)
async def test_a_rehearsal_that_fails_says_so_and_keeps_nobody(
    tmp_path: Path, autojump_clock: MockClock, answer: Refused | Exception, said: str
) -> None:
    async with open_house(tmp_path, autojump_clock, rules=RULES, rehearse=Player(answer)) as house:
        await submitted(house)
        await trio.sleep(61)
        assert (found := await stands(house))
        assert found.state == "refused"
        assert said in found.said
        assert "ann" not in found.said


async def test_a_rehearsal_that_somebody_waits_for_goes_first(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    player = Player()
    async with open_house(tmp_path, autojump_clock, rules=RULES, rehearse=player) as house:
        await submitted(house)
        await trio.sleep(30)
        assert await house.desk.ask(Rehearse(NAME, 3)) == REHEARSED
        assert (player.asked, player.over) == ([30, 3], 1)
        assert player.seconds == [PLAY_SECONDS_MAX, SECONDS_MAX], "it may take longer by itself"
        await trio.sleep(61)
        assert player.asked == [30, 3, 30]
        assert (found := await stands(house))
        assert found.state == "done"


async def test_a_restart_takes_up_what_was_not_rehearsed_yet(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rules=RULES, rehearse=Player()) as house:
        await submitted(house)
        now = house.clock.now_ms()
    player = Player()
    async with open_house(
        tmp_path, autojump_clock, rules=RULES, rehearse=player, start_ms=now
    ) as house:
        await trio.sleep(61)
        assert player.asked == [30]


async def test_what_is_edited_meanwhile_is_rehearsed_as_it_is_then(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    player = Player()
    async with open_house(tmp_path, autojump_clock, rules=RULES, rehearse=player) as house:
        await submitted(house)
        await house.asks(RequestChanges(name=NAME, by=BEN, comment="Shorter."))
        changed = msgspec.structs.replace(LIVE, labels=("x",))
        await house.asks(Draft(definition=changed, by=ANA))
        await house.asks(Submit(name=NAME, by=ANA))
        await trio.sleep(130)
        assert player.over == 2
        assert (await told(house)).count("rehearsal") == 1


async def test_what_is_published_without_a_review_is_not_rehearsed(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    player = Player()
    rules = msgspec.structs.replace(RULES, review_required=False)
    async with open_house(tmp_path, autojump_clock, rules=rules, rehearse=player) as house:
        await house.asks(Draft(definition=LIVE, by=ANA))
        await house.asks(Publish(name=NAME, by=ANA))
        await trio.sleep(5)
        assert player.asked == []


async def test_where_it_is_switched_off_nothing_waits_for_a_rehearsal(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    async with open_house(tmp_path, autojump_clock, rehearse=Player()) as house:
        await submitted(house)
        assert await stands(house) is None


class Stepping:
    """Plays 30 days in so many steps, one in so many seconds."""

    def __init__(self, steps: int, *, seconds: float) -> None:
        self._steps = steps
        self._seconds = seconds
        self.house: House | None = None

    async def __call__(
        self, request: Rehearse, tell: Callable[[Progress], object]
    ) -> Rehearsed | Refused:
        assert self.house is not None
        from_ms = self.house.clock.now_ms() - request.days * DAY_MS
        for n in range(1, self._steps + 1):
            await trio.sleep(self._seconds)
            at_ms = from_ms + n * request.days * DAY_MS // self._steps
            tell(Progress(n, self._steps, at_ms))
        await trio.sleep(self._seconds)
        return REHEARSED


async def drawn(house: House, seconds: int) -> list[float]:
    """Tell what there is to tell for so long; return when a card of a campaign was drawn."""
    times = []
    with trio.move_on_after(seconds):
        while True:
            await trio.sleep(0.1)
            for one, _ in await house.store.read(lambda conn: announcements.open_ones(conn, 99)):
                times += [trio.current_time()] if one.kind == "card" else []
                card = Card("C1", "1.0") if one.kind == "card" else None
                await house.desk.announced(one, card)
    return times


async def test_the_card_tells_how_far_its_rehearsal_is(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    player = Stepping(10, seconds=6)
    async with open_house(tmp_path, autojump_clock, rules=RULES, rehearse=player) as house:
        player.house = house
        await submitted(house)
        assert await drawn(house, 31)
        found = await stands(house)
        assert found == RehearsalView("waits", percent=50, days_done=15, days=30)


async def test_a_card_is_drawn_anew_every_few_seconds_at_most_and_only_for_more(
    tmp_path: Path, autojump_clock: MockClock
) -> None:
    fast, slow = Stepping(300, seconds=0.2), Stepping(300, seconds=2)
    for player, most in ((fast, 60 / CARD_SECONDS), (slow, 100 / CARD_PERCENT)):
        folder = tmp_path / str(most)
        folder.mkdir()
        async with open_house(folder, autojump_clock, rules=RULES, rehearse=player) as house:
            player.house = house
            await submitted(house)
            first, *more = await drawn(house, 620)
            assert 0.5 * most < len(more) <= most + 1
            waits = [b - a for a, b in zip([first, *more], more[:-1], strict=False)]
            assert min(waits) >= CARD_SECONDS - 0.2
            found = await stands(house)
            assert found is not None
            assert found.state == "done", "the end takes its place"
