"""The people in Slack: they ask the desk, and ask again when nobody answered."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from actors.mail import (
    Approve,
    CampaignView,
    Done,
    Draft,
    ListAll,
    Listed,
    Pause,
    Publish,
    RaiseLimit,
    Refused,
    Request,
    Resume,
    SendSample,
    Show,
    SkipRun,
    Stop,
    Submit,
)
from actors.mail_people import EraseUser, SuppressUser
from actors.mail_report import Report, ShowReport
from actors.mail_shelf import Undo
from actors.mail_trust import Aside as SetAside
from actors.mail_trust import ListAside
from actors.mail_views import RunView
from bot import answers, views
from tests.simulation import changes, shelf
from tests.simulation.daemon import Daemon
from tests.simulation.defined import definition_of
from tests.simulation.history import Answered, Aside, Asked, Books, Goals, Planned, Ran, Suppressed
from tests.simulation.plan import PlannedAct, PlannedSuppression
from tests.simulation.shown import Share
from tests.simulation.world import World

ANA, BEN = "U0ANA00001", "U0BEN00002"
TRIES_MAX = 30
THINKS_MS_MAX = 3_000
ASIDE_MAX = 1_000

Home = Callable[[], Awaitable[Daemon]]
"""Waits for the daemon that answers now."""


class People:
    """Everyone who may ask for something."""

    def __init__(self, world: World, home: Home) -> None:
        self._world = world
        self._home = home
        self._campaigns = {one.name: one for one in world.plan.campaigns}
        self._chance = world.chance("people")

    def plan(self) -> None:
        """Write down what the campaigns will be."""
        start_ms = self._world.plan.start_ms
        for one in self._campaigns.values():
            told = msgspec.structs.asdict(one)
            starts = told.pop("starts")
            ends = told.pop("ends")
            for name, at in (("start_ms", starts), ("ends_ms", ends)):
                told[name] = _first(start_ms + at, self._world.plan.zone) if at else 0
            self._world.record(Planned(at_ms=self._world.now_ms(), **told))

    async def act(self, act: PlannedAct) -> None:
        """Do what the plan says, at once."""
        name = act.campaign
        match act.deed:
            case "launch":
                await self._launch(name)
            case "amend":
                await changes.amend(self, self._campaigns[name], act.at)
            case "lower":
                await changes.lower(self, act)
            case "pause":
                await self.ask("pause", name, Pause(name=name, by=ANA))
            case "resume":
                await self.ask("resume", name, Resume(name=name, by=ANA))
            case "stop":
                await self.ask("stop", name, Stop(name=name, by=ANA))
            case "undo":
                await self.ask("undo", name, Undo(name=name, by=ANA))
            case "sample" | "skip_run" | "raise_limit" | "raise_alone":
                await self.answer_held(name, act.deed)

    async def _launch(self, name: str) -> None:
        """Draft, submit, approve and publish, with some thought in between."""
        planned = self._campaigns[name]
        await shelf.fill(planned.chosen.who, self.told, self._world)
        definition = definition_of(planned, self._world)
        for act, request in (
            ("draft", Draft(definition=definition, by=ANA)),
            ("submit", Submit(name=name, by=ANA)),
            ("approve", Approve(name=name, by=BEN)),
            ("publish", Publish(name=name, by=ANA, undo_seconds=planned.undo_seconds)),
        ):
            if not await self.ask(act, name, request):
                return
            await self.think()

    async def answer_held(self, name: str, deed: str) -> None:
        """Answer the safety check, if it holds a run."""
        view = await self.view(name)
        held = next((run for run in view.runs if run.state == "blocked"), None) if view else None
        if held is None:
            return
        if deed == "sample":
            await self.ask(deed, name, SendSample(name=name, by=BEN, run=held.run))
        elif deed == "skip_run":
            await self.ask(deed, name, SkipRun(name=name, by=BEN, run=held.run))
        else:
            limit = held.qualified + self._chance.randrange(3)
            asked = RaiseLimit(name=name, by=ANA, run=held.run, limit=limit)
            if await self.ask("raise_limit", name, asked):
                by = ANA if deed == "raise_alone" else BEN
                await self.ask("approve", name, Approve(name=name, by=by))

    async def think(self) -> None:
        """Take some seconds."""
        await self._world.pause(self._chance.random() * THINKS_MS_MAX)

    async def told(self, request: Request) -> object | None:
        """Ask until there is an answer, of which nothing is written down; None if none came."""
        for _ in range(TRIES_MAX):
            daemon = await self._home()
            answer = await daemon.visit(lambda doors: doors.engine.desk.ask(request))
            if answer is not None:
                return answer
            await self._world.pause(500)
        return None

    async def view(self, name: str) -> CampaignView | None:
        """Look at a campaign."""
        answer = await self.told(Show(name=name))
        return answer.campaign if isinstance(answer, Done) else None

    async def look(self) -> None:
        """Write down the books of every campaign, as they are shown now."""
        daemon = await self._home()
        answer = await daemon.visit(lambda doors: doors.engine.desk.ask(ListAll()))
        if not isinstance(answer, Listed):
            return
        for line in answer.campaigns:
            books = msgspec.structs.asdict(line.books)
            self._world.record(
                Books(at_ms=self._world.now_ms(), campaign=line.name, state=line.state, **books)
            )

    async def suppress(self, planned: PlannedSuppression) -> None:
        """Say that a user gets nothing any more, until somebody answers."""
        kind = EraseUser if planned.erased else SuppressUser
        request = kind(user=planned.user, by=ANA, **({"yes": True} if planned.erased else {}))
        for _ in range(TRIES_MAX):
            daemon = await self._home()
            answer = await daemon.visit(lambda doors: doors.engine.desk.ask(request))
            if isinstance(answer, Done):
                self._world.record(
                    Suppressed(
                        self._world.now_ms(),
                        planned.user,
                        on_the_wire=answer.on_the_wire,
                        erased=planned.erased,
                    )
                )
                return
            await self._world.pause(2_000 * (1 + self._chance.random()))

    async def look_aside(self) -> None:
        """Write down what is shown as waiting for a person."""
        daemon = await self._home()
        request = ListAside(limit=ASIDE_MAX)
        answer = await daemon.visit(lambda doors: doors.engine.desk.ask(request))
        if isinstance(answer, SetAside):
            for one in answer.lines:
                now_ms = self._world.now_ms()
                self._world.record(Aside(now_ms, one.id, one.state, one.campaign, one.user))
                self._world.left("answer", one.why)

    async def look_at_goals(self) -> None:
        """Write down what is shown of each campaign's goal."""
        for name, one in self._campaigns.items():
            if not one.goal:
                continue
            daemon = await self._home()
            found = await daemon.visit(
                lambda doors, name=name: doors.engine.desk.ask(ShowReport(name))  # type: ignore[misc]
            )
            if isinstance(found, Report) and found.target is not None and found.control is not None:
                target, control = found.target, found.control
                self._world.record(
                    Goals(
                        self._world.now_ms(),
                        name,
                        users=target.users,
                        converted=target.converted,
                        conversions=target.conversions,
                        control_users=control.users,
                        control_conversions=control.conversions,
                        control_converted=control.converted,
                        revenue=target.revenue,
                        control_revenue=control.revenue,
                    )
                )

    async def look_at_runs(self) -> None:
        """Write down the runs of each campaign that has several, or in which users differ."""
        for name, one in self._campaigns.items():
            if one.calendar is None and one.personal is None and one.test is None:
                continue
            view = await self.view(name)
            for run in view.runs if view else ():
                self._world.record(_ran(name, run, self._world.now_ms()))

    async def finish(self) -> None:
        """Answer what still waits for a person, once all faults are over."""
        resumed = self._world.plan.resumed
        for name in self._campaigns:
            view = await self.view(name)
            match view.state if view else "":
                case "paused" | "faulted":
                    await self.act(PlannedAct(0, "resume" if resumed else "stop", name))
                case "blocked":
                    await self.answer_held(name, "sample" if resumed else "skip_run")

    async def ask(self, act: str, name: str, request: Request, said: str = "") -> bool:
        """Ask until there is an answer; tell whether it was yes."""
        world = self._world
        by = getattr(request, "by", "")
        for _ in range(TRIES_MAX):
            daemon = await self._home()
            world.asked += 1
            n = world.asked
            world.record(Asked(world.now_ms(), n, act, name, by, said))
            answer = await daemon.visit(lambda doors: doors.engine.desk.ask(request))
            if answer is not None:
                ok = isinstance(answer, Done)
                on_the_wire = answer.on_the_wire if isinstance(answer, Done) else 0
                world.record(Answered(at_ms=world.now_ms(), n=n, ok=ok, on_the_wire=on_the_wire))
                self._told(answer)
                return ok
            await world.pause(2_000 * (1 + self._chance.random()))
        return False

    def _told(self, answer: object) -> None:
        """Write down what Slack shows of an answer."""
        match answer:
            case Done(campaign=view):
                self._world.left("slack", answers.done(answer).text)
                if view is not None:
                    self._world.left("slack", repr(views.review_card(view, self._world.plan.zone)))
            case Refused():
                self._world.left("slack", answers.refused(answer).text)
            case _:
                pass


def _ran(name: str, run: RunView, at_ms: int) -> Ran:
    return Ran(
        at_ms,
        name,
        run.run,
        run.state,
        run.due_ms or 0,
        qualified=run.books.qualified,
        sent=run.books.sent,
        pending=run.books.pending,
        variants=tuple(Share(v.name, v.sent, v.skipped, v.pending, v.winner) for v in run.variants),
    )


def _first(at_ms: int, zone: str) -> int:
    """Return the first instant at which the wall shows what it shows at this one.

    A definition says the wall's time; in the hour that autumn has twice it means the first.
    """
    wall = datetime.fromtimestamp(at_ms // 1_000, ZoneInfo(zone)).replace(fold=0)
    return round(wall.timestamp()) * 1_000
