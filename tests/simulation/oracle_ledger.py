"""A history sorted out for its judge: who sent what when, and who said what.

What stands earlier in a history happened earlier, so places in it (`at`) order what shares a
millisecond.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from tests.simulation.history import (
    NOT_SENT_FAULTS,
    Answered,
    Aside,
    Asked,
    Books,
    Controlled,
    Daemon,
    Ended,
    Entry,
    Goals,
    Kept,
    Left,
    Outage,
    Planned,
    Posted,
    Ran,
    Received,
    Request,
    Response,
    Rest,
    Rotten,
    Suppressed,
    Tested,
    User,
    WallClock,
    Watched,
)
from tests.simulation.oracle_parts import EVER as EVER  # a ledger's own words
from tests.simulation.oracle_parts import Act as Act
from tests.simulation.oracle_parts import Arrival as Arrival
from tests.simulation.oracle_parts import Try as Try
from tests.simulation.oracle_rules import Rules as Rules


class Ledger:
    """The entries of a history by what they are about, each with its place."""

    def __init__(self, entries: Sequence[Entry], *, keep_days: int = 0, zone: str = "UTC") -> None:
        self.zone = zone  # the account's
        self._keep_days = keep_days
        self.plans: dict[str, Planned] = {}
        self.users: dict[str, list[User]] = defaultdict(list)
        self.introduced: dict[str, int] = {}
        self.said_again: dict[str, int] = {}
        self.requests: list[tuple[int, Request]] = []
        self.tries: dict[str, list[Try]] = defaultdict(list)
        self.tries_of: dict[str, list[Try]] = defaultdict(list)
        self.responses: dict[int, tuple[int, Response]] = {}
        self.received: set[str] = set()
        self.took: dict[int, frozenset[str]] = {}
        self.acts: list[Act] = []
        self.arrivals: dict[str, list[Arrival]] = defaultdict(list)
        self.daemons: list[tuple[int, Daemon]] = []
        self.clock: list[tuple[int, WallClock]] = []
        self.outages: list[Outage] = []
        self.books: dict[str, list[tuple[int, Books]]] = defaultdict(list)
        self.ended: dict[str, list[Ended]] = defaultdict(list)
        self.suppressed: list[tuple[int, Suppressed]] = []
        self.rotten: list[tuple[int, Rotten]] = []
        self.asides: list[Aside] = []
        self.goals: dict[str, Goals] = {}
        self.watched: dict[str, list[Watched]] = defaultdict(list)
        self.tested: dict[str, list[Tested]] = defaultdict(list)
        self.ran: dict[str, list[Ran]] = defaultdict(list)
        self.left: list[Left] = []
        self.controlled: list[Controlled] = []
        self.too_old: set[str] = set()  # ids of events that came, and were too old to be kept
        self.kept: Kept | None = None
        self.rest: Rest | None = None
        self.end_ms = entries[-1].at_ms if entries else 0
        asked: dict[int, int] = {}
        for at, entry in enumerate(entries):
            if isinstance(entry, Asked):
                asked[entry.n] = len(self.acts)
                self.acts.append(Act(at, EVER, entry, None))
            elif isinstance(entry, Answered):
                act = self.acts[asked[entry.n]]
                self.acts[asked[entry.n]] = Act(act.asked, at, act.ask, entry)
            else:
                self._note(at, entry)

    def _note(self, at: int, entry: Entry) -> None:  # noqa: C901, PLR0912, PLR0915 - one case a kind
        match entry:
            case Planned(name=name):
                self.plans[name] = entry
            case User(user=user):
                self.users[user].append(entry)
                self.introduced.setdefault(user, at)
                self.said_again[user] = at
            case Posted(at_ms=at_ms, status=status, events=events):
                for event in events:
                    if is_gone(event.time_ms, at_ms, self._keep_days):
                        self.too_old.add(event.id)
                        continue
                    arrival = Arrival(at, at_ms, status, event)
                    self.arrivals[event.name].append(arrival)
            case Request():
                self._note_request(at, entry)
            case Response(n=n):
                self.responses[n] = (at, entry)
            case Received(n=n, accepted=accepted, duplicates=duplicates):
                self.took[n] = self.took.get(n, frozenset()) | frozenset(accepted)
                self.received.update(accepted, duplicates)
            case Daemon():
                self.daemons.append((at, entry))
            case WallClock():
                self.clock.append((at, entry))
            case Outage():
                self.outages.append(entry)
            case Books(campaign=campaign):
                self.books[campaign].append((at, entry))
            case Ended(message_id=message_id):
                self.ended[message_id].append(entry)
            case Suppressed():
                self.suppressed.append((at, entry))
            case Rotten():
                self.rotten.append((at, entry))
            case Aside():
                self.asides.append(entry)
            case Goals(campaign=campaign):
                self.goals[campaign] = entry
            case Watched(campaign=campaign):
                self.watched[campaign].append(entry)
            case Tested(campaign=campaign):
                self.tested[campaign].append(entry)
            case Ran(campaign=campaign):
                self.ran[campaign].append(entry)
            case Left():
                self.left.append(entry)
            case Controlled():
                self.controlled.append(entry)
            case Kept():
                self.kept = entry
            case Rest():
                self.rest = entry
            case _:
                raise AssertionError(f"an entry that nobody judges: {entry}")

    def _note_request(self, at: int, request: Request) -> None:
        self.requests.append((at, request))
        for sent in request.messages:
            tried = Try(at, request, sent)
            self.tries[sent.message_id].append(tried)
            self.tries_of[sent.campaign].append(tried)

    def acts_on(self, campaign: str, *names: str) -> Iterator[Act]:
        """Give what people asked for about one campaign, or about all."""
        for act in self.acts:
            if act.ask.campaign in (campaign, "") and act.ask.act in names:
                yield act

    def offset_ms(self, at: int) -> int:
        """Return how far the wall clock was from the truth at a place of the history."""
        return next((c.offset_ms for when, c in reversed(self.clock) if when < at), 0)

    @property
    def clock_is_true(self) -> bool:
        """Whether the wall clock showed the truth all the time."""
        return all(jump.offset_ms == 0 for _, jump in self.clock)

    @property
    def restored(self) -> int:
        """The place where the last backup came back; -1 if none did."""
        return max((at for at, d in self.daemons if d.what == "restored"), default=-1)

    def restored_between(self, first: float, last: float) -> bool:
        """Whether a backup came back between two places: what it did not hold was forgotten."""
        return any(first < at < last for at, d in self.daemons if d.what == "restored")

    @property
    def healed_ms(self) -> float:
        """When all faults were over; EVER if that time never came."""
        return self.rest.healed_ms if self.rest else EVER

    def last_books(self, campaign: str) -> Books | None:
        """Return the books of a campaign as they were shown last; None: a restore forgot it."""
        shown = [books for at, books in self.books.get(campaign, ()) if at > self.restored]
        return shown[-1] if shown else None

    def is_late(self, user: str) -> bool:
        """Whether the user came when people and senders were at work already."""
        firsts = min((said[0].at_ms for said in self.users.values()), default=0)
        return user not in self.users or self.users[user][0].at_ms > firsts

    def is_lasting(self, user: str) -> bool:
        """Whether what the user is stands in every backup, or was said again after it."""
        again = self.said_again.get(user, -1)
        return self.restored < 0 or again > self.restored or not self.is_late(user)

    def is_sound(self, user: str) -> bool:
        """Whether nothing that is kept of the user ever went bad or was erased."""
        gone = {one.user for _, one in self.suppressed if one.erased}
        return user not in gone and not self.is_rotten(user)

    def is_rotten(self, user: str) -> bool:
        """Whether a row of the user, or an event of theirs, ever went bad."""
        return any(one.user == user for _, one in self.rotten)

    def members(self, group: str, at: float) -> set[str]:
        """Return the users who were of a group at a place of the history, and always."""
        return {
            user
            for user, said in self.users.items()
            if self.introduced[user] < at
            and self.is_lasting(user)
            and all(group in ("", one.group) for one in said)
        }

    def is_superseded(self, at: int, daemon: int) -> bool:
        """Whether a later daemon had begun at a place of the history."""
        return any(when < at and d.daemon > daemon for when, d in self.daemons)

    def may_have_arrived(self, tried: Try) -> bool:
        """Whether nobody could tell after this try if Segment has the message.

        Said only where it is certain: no answer, an answer of a server in trouble or of none of
        Segment's, or one that its daemon may not have lived to write down.
        """
        if tried.request.fault in NOT_SENT_FAULTS:
            return False
        answer = self.responses.get(tried.request.n)
        if answer is None:
            return True
        status = answer[1].status
        if status == 200:
            return self.settled_at(tried) == EVER
        # 501 and 505 say that nothing was done with the request
        return status == 0 or (status >= 500 and status not in {501, 505})

    def settled_at(self, tried: Try) -> float:
        """Return where the daemon saw that the message was accepted, and lived to write it down.

        EVER, where that is not certain.
        """
        answer = self.responses.get(tried.request.n)
        if answer is None or answer[1].status != 200 or not answer[1].success:
            return EVER
        seen, response = answer
        for at, daemon in self.daemons:
            if at > seen and (daemon.daemon == tried.request.daemon or daemon.what in TAKES_OVER):
                return seen if daemon.at_ms - response.at_ms > SETTLE_MS_MAX else EVER
        return seen


DAY_MS = 24 * 3_600_000
SLACK_DAYS = 1
"""A day of the account's zone may begin so much before UTC's."""
TAKES_OVER = frozenset({"started", "restored"})
"""After this the daemon before can write nothing any more."""
SETTLE_MS_MAX = 5_000
"""An answer that came less than this before its daemon's end may not have been written down."""


def is_gone(time_ms: int, at_ms: int, keep_days: int) -> bool:
    """Whether what happened then is certainly older than what is kept at a moment."""
    return bool(keep_days) and time_ms < (at_ms // DAY_MS - keep_days - SLACK_DAYS) * DAY_MS


def paused_until(ledger: Ledger, campaign: str, pause: Act) -> float:
    """Return the place where a pause may have ended: a person asked for it, or a backup came."""
    resumed = (
        a.asked
        for a in ledger.acts_on(campaign, "resume")
        if a.answered > pause.asked and not a.refused  # else it was certainly decided before
    )
    # A backup from before the pause knows nothing of it; it is adopted by hand.
    restored = (at for at, d in ledger.daemons if d.what == "restored" and at > pause.answered)
    return min(*resumed, *restored, EVER, EVER)
