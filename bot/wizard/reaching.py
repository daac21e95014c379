"""The count of whom a form reaches, which follows its edits.

Each form has at most one count under way; the newest edit wins, and what was counted for an older
one is not shown. A count is drawn into the modal with the hash of the view that it was counted
for, so that it never takes away what another click has brought meanwhile. What is being typed
stays as it is: Slack keeps an input over an update while its block stays.
"""

import logging
from collections import OrderedDict, deque
from threading import Lock
from typing import Any, TypeAlias

import trio
from msgspec import Struct, structs
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from actors.mail import Reach
from actors.mail_audience import Weigh
from actors.mail_names import FindNames, Wanted
from bot.line import Line, Patience, answered
from bot.refs import Memo
from bot.wizard.counted import BUSY, COUNTING, FIRST, NOT_YET, Counted, counted
from bot.wizard.showing import shown
from bot.wizard.step import StepName
from bot.wizard.unfinished import Forms
from bot.wizard.values import Values, checked
from domain.campaign import Campaign, Delivery, Limits, canonical

SETTLE_SECONDS = 0.3
"""So long nothing is counted after an edit: another may follow at once."""
SAID_AFTER_SECONDS = 0.5
"""A count that takes longer is announced."""
FRESH_SECONDS = 30.0
"""What was counted longer ago is counted again at the next edit, whatever that changes."""
MINUTE_SECONDS = 60.0
DRAWN_PER_MINUTE_MAX = 60
"""Of all forms together. Slack takes 100 updates of views a minute, and clicks need some."""
NAMES_SECONDS = 300.0
"""So long after a form was counted its menus' names are taken to be known."""
FORMS_MAX = 1_000
COUNTS_AT_ONCE_MAX = 10
"""Each takes one of the threads that requests of Slack are answered in."""
HASHES_MAX = 100
Key: TypeAlias = tuple[str, str]
log = logging.getLogger(__name__)


class Job(Struct, frozen=True):
    """Values that stand in a view, to be counted for a person. `hash` "": nobody knows it."""

    client: WebClient
    person: str
    memo: Memo
    view: str
    hash: str
    values: Values


class _Form:
    """What is known of the count of one form."""

    def __init__(self) -> None:
        self.wanted: Job | None = None
        self.running = False
        self.question = b""
        self.counted = NOT_YET
        self.counted_s = 0.0
        self.later: OrderedDict[str, str] = OrderedDict()  # a view's hash -> the one after it
        self.clicked = ""  # the hash of the view as the latest click drew it
        self.drawing = Lock()


class Reaching:
    """Counts in the thread of the request that asked for it, after Slack has had its answer."""

    def __init__(self, line: Line, forms: Forms) -> None:
        self._line = line
        self._forms = forms
        self._lock = Lock()
        self._names_until = 0.0
        self._drawn: deque[float] = deque()
        self._counts: OrderedDict[Key, _Form] = OrderedDict()

    def told(self, person: str, memo: Memo, values: Values) -> Counted:
        """Return what a step that is drawn now says of what was counted."""
        if not _counts(values):
            return NOT_YET
        asked = self._question(values)
        if asked is None:
            return FIRST if values.at is StepName.WHO else NOT_YET
        form = self._form((person, memo.form))
        with self._lock:
            known = form.question == _key(asked)
            return form.counted if known else NOT_YET if values.live else COUNTING

    def drawing(self, person: str, memo: Memo) -> Lock:
        """Return what a click holds while it draws the form's view and tells the hash.

        Of two clicks that draw close by, the one that Slack heard last is then heard last here.
        """
        return self._form((person, memo.form)).drawing

    def replaced(self, person: str, memo: Memo, before: str, after: str) -> None:
        """Hear that a view was drawn anew by a click: what is counted for it is still welcome."""
        form = self._form((person, memo.form))
        with self._lock:
            _note(form, before, after)
            form.clicked = after or form.clicked

    def follow(self, job: Job) -> None:
        """Count for this edit and show it, unless another count of the form will."""
        if not _counts(job.values):
            return
        form = self._form((job.person, job.memo.form))
        with self._lock:
            form.wanted = job
            running = sum(each.running for each in self._counts.values())
            if form.running:
                return
            form.running = running < COUNTS_AT_ONCE_MAX
        if not form.running:
            self._show(form, job, BUSY)
            return
        try:
            self._learn_names(job.person)
            while self._next(form):
                trio.from_thread.run(trio.sleep, SETTLE_SECONDS)
                if (wanted := self._taken(form)) is not None:
                    self._count(form, self._as_it_stands(wanted))
        except BaseException:
            with self._lock:
                form.running = False
            raise

    def _learn_names(self, person: str) -> None:
        """Have the names learned that the step's menus will be asked for, once in a while."""
        now = trio.from_thread.run_sync(trio.current_time)
        with self._lock:
            known, self._names_until = now < self._names_until, now + NAMES_SECONDS
        wanted: tuple[Wanted, ...] = () if known else ("event", "trait")
        for each in wanted:
            question = FindNames(each, person, at_most=1)
            self._line.ask(question, self._line.patience(lambda: None))

    def _next(self, form: _Form) -> bool:
        """Tell whether there is more to count; if not, whoever comes next counts for itself."""
        with self._lock:
            form.running = form.wanted is not None
            return form.running

    def _taken(self, form: _Form) -> Job | None:
        with self._lock:
            job, form.wanted = form.wanted, None
            return job

    def _as_it_stands(self, job: Job) -> Job:
        """Return it with what is kept now: the thread of an earlier edit may ask after a later."""
        now = self._forms.find(job.person, job.memo.form, self._line.patience(lambda: None))
        return structs.replace(job, values=now) if isinstance(now, Values) else job

    def _count(self, form: _Form, job: Job) -> None:
        if not _counts(job.values):
            return
        asked = self._question(job.values)
        if asked is None:
            if job.values.at is StepName.WHO:
                self._show(form, job, FIRST)
            return
        question = _key(asked)
        began = trio.from_thread.run_sync(trio.current_time)
        with self._lock:
            fresh = form.question == question and began - form.counted_s < FRESH_SECONDS
            known = form.counted if fresh else NOT_YET
        if known != NOT_YET:
            self._show(form, job, known)
            return
        announced = NOT_YET if job.values.live else COUNTING
        patience = Patience(began + SAID_AFTER_SECONDS, lambda: self._show(form, job, announced))
        found = counted(self._line.ask(asked, patience))
        with self._lock:
            form.question, form.counted, form.counted_s = question, found, began
        self._show(form, job, found)

    def _question(self, values: Values) -> Reach | Weigh | None:
        """Return what is to be counted, whatever the rest of the form says; None: not yet.

        A review of a form that is in order is weighed, by the very content that is reviewed.
        """
        found = checked(values, now_ms=self._line.now_ms(), zone=self._line.settings.zone)
        if values.at is StepName.REVIEW and not found.problems:
            return Weigh(found.campaign)
        if found.problems.get(StepName.WHO) or values.live:
            return None
        limits, delivery = found.campaign.limits, found.campaign.delivery
        if found.problems.get(StepName.LIMITS):
            limits, delivery = Limits(), Delivery()
        who = found.campaign.who
        return Reach(Campaign("Reach", "past_behaviour", who=who, limits=limits, delivery=delivery))

    def _show(self, form: _Form, job: Job, found: Counted) -> None:
        """Draw it, if the form is as it was counted and its view as it was seen or drawn here.

        A click that came close by may have drawn over the view that the edit was made in; the form
        is the same, so the count is good for that view as well.
        """
        if found == NOT_YET or not self._may_draw(announcing=found == COUNTING):
            return
        now = self._forms.find(job.person, job.memo.form, self._line.patience(lambda: None))
        if now != job.values:
            return
        fresh = shown(self._line, job.memo, job.values, counted=found)
        with form.drawing:
            self._draw(form, job, fresh)

    def _draw(self, form: _Form, job: Job, fresh: dict[str, Any]) -> None:
        with self._lock:
            hashes = [_latest(form, job.hash), *filter(None, [_latest(form, form.clicked)])]
        for view_hash in dict.fromkeys(hashes):
            seen = {"hash": view_hash} if view_hash else {}
            try:
                answer = job.client.views_update(view_id=job.view, view=fresh, **seen)
            except SlackApiError as error:
                if answered(error) == "hash_conflict":
                    continue
                if answered(error) != "not_found":
                    log.warning("The reach was not shown: %s", answered(error))
                return
            with self._lock:
                _note(form, view_hash, str((answer.get("view") or {}).get("hash") or ""))
            return

    def _may_draw(self, *, announcing: bool) -> bool:
        """Keep to what Slack takes of all forms together; a mere announcement gives way first."""
        while True:
            now = trio.from_thread.run_sync(trio.current_time)
            with self._lock:
                while self._drawn and self._drawn[0] <= now - MINUTE_SECONDS:
                    self._drawn.popleft()
                busy = len(self._drawn)
                if busy < DRAWN_PER_MINUTE_MAX // (2 if announcing else 1):
                    self._drawn.append(now)
                    return True
            if announcing:
                return False
            trio.from_thread.run(trio.sleep, 1)

    def _form(self, key: Key) -> _Form:
        with self._lock:
            form = self._counts.setdefault(key, _Form())
            self._counts.move_to_end(key)
            while len(self._counts) > FORMS_MAX:
                self._counts.popitem(last=False)
            return form


def _counts(values: Values) -> bool:
    """Tell whether the step shows what was counted: of a live campaign only its cautions."""
    return values.at is StepName.REVIEW or (values.at is StepName.WHO and not values.live)


def _key(asked: Reach | Weigh) -> bytes:
    """Name a question; the same content is weighed otherwise than it is counted."""
    return type(asked).__name__.encode() + canonical(asked.definition)


def _latest(form: _Form, view_hash: str) -> str:
    """Return the hash that a view has now, as far as it was drawn here."""
    while view_hash in form.later:
        view_hash = form.later[view_hash]
    return view_hash


def _note(form: _Form, before: str, after: str) -> None:
    if before and after and before != after:
        form.later[before] = after
        while len(form.later) > HASHES_MAX:
            form.later.popitem(last=False)
