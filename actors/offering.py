"""Offers names to forms while somebody types: from memory, and learned anew in the background.

The audience's copy is asked by one at a time, and may be busy for seconds; a menu of Slack's waits
three. So an answer never waits for the copy but for the first word of a subject, and not long then.
"""

import logging
import unicodedata
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Sequence

import trio
from msgspec import Struct

from actors.mail_names import FindNames, NamesFound, Offered
from store import memberships, saved_audiences
from store.copy_errors import CopyWaitsError
from store.database import Database
from store.offering import Source

FRESH_SECONDS = 15.0
"""What is older is learned anew, and serves until then."""
FIRST_WAIT_SECONDS = 2.0
"""Slack shows nothing that comes after three."""
KNOWN_NAMES_MAX = 100_000
"""Of all subjects together; those that were asked for longest ago go first."""
WORD_STARTS = frozenset(" _-./:")
_log = logging.getLogger(__name__)


class _Known(Struct, frozen=True):
    names: Sequence[Offered]
    folded: Sequence[str]
    learned_s: float


class Offering:
    """Answers FindNames. Inside `run` it learns in the background, else before it answers."""

    def __init__(
        self, store: Database, learn: Callable[[Source], Awaitable[Sequence[Offered]]]
    ) -> None:
        self._store = store
        self._learn = learn
        self._known: OrderedDict[Source, _Known] = OrderedDict()
        self._learning: dict[Source, trio.Event] = {}
        self._nursery: trio.Nursery | None = None

    async def run(self, body: Callable[[], Awaitable[None]]) -> None:
        """Run `body`; what it starts to learn meanwhile ends with it."""
        async with trio.open_nursery() as nursery:
            self._nursery = nursery
            try:
                await body()
            finally:
                self._nursery = None

    async def answer(self, asked: FindNames) -> NamesFound:
        """Return what matches best; before anything is known, nothing, and not `ready`."""
        match asked.wanted:
            case "audience" | "list":
                names = saved_audiences.names if asked.wanted == "audience" else memberships.names
                every = [Offered(name) for name in sorted(await self._store.read(names))]
                return NamesFound(_best(every, list(map(fold, map(_name, every))), asked))
            case _:
                known = await self._of(Source(asked.wanted, asked.event, asked.property))
        if known is None:
            return NamesFound((), ready=False)
        return NamesFound(_best(known.names, known.folded, asked))

    async def _of(self, source: Source) -> _Known | None:
        known = self._known.get(source)
        if known is None or trio.current_time() - known.learned_s >= FRESH_SECONDS:
            learned = self._start(source)
            if self._nursery is None:
                await self._learn_now(source, learned)
            elif known is None:
                with trio.move_on_after(FIRST_WAIT_SECONDS):
                    await learned.wait()
            known = self._known.get(source)
        if known is not None:
            self._known.move_to_end(source)
        return known

    def _start(self, source: Source) -> trio.Event:
        """Have it learned, unless it is being learned already; the event tells of the end."""
        learned = self._learning.get(source)
        if learned is None:
            learned = self._learning[source] = trio.Event()
            if self._nursery is not None:
                self._nursery.start_soon(self._learn_now, source, learned)
        return learned

    async def _learn_now(self, source: Source, learned: trio.Event) -> None:
        try:
            found = await self._learn(source)
            folded = [fold(one.name) for one in found]
            self._known[source] = _Known(found, folded, trio.current_time())
            while sum(len(each.names) for each in self._known.values()) > KNOWN_NAMES_MAX:
                self._known.popitem(last=False)
        except CopyWaitsError as failed:
            _log.info("names are not learned yet: %s", failed)
        finally:
            self._learning.pop(source, None)
            learned.set()


def fold(text: str) -> str:
    """Return what two texts have in common that people would not tell apart."""
    return unicodedata.normalize("NFC", text).casefold()


def _name(one: Offered) -> str:
    return one.name


def _best(names: Iterable[Offered], folded: Sequence[str], asked: FindNames) -> tuple[Offered, ...]:
    """Return the same name first, then what begins so, what has a word that does, what has it."""
    typed = fold(asked.typed.strip())
    if not typed:
        return tuple(names)[: asked.at_most]
    ranks: tuple[list[Offered], ...] = ([], [], [], [])
    for one, text in zip(names, folded, strict=True):
        place = text.find(typed)
        if place < 0:
            continue
        if one.name == asked.typed:
            ranks[0].insert(0, one)
        elif text == typed:
            ranks[0].append(one)
        else:
            ranks[_rank(text, typed, place)].append(one)
    return tuple(one for rank in ranks for one in rank)[: asked.at_most]


def _rank(text: str, typed: str, place: int) -> int:
    if place == 0:
        return 1
    while place > 0:
        if text[place - 1] in WORD_STARTS:
            return 2
        place = text.find(typed, place + 1)
    return 3
