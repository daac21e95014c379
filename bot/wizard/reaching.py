"""The count of whom a form reaches, which follows its edits.

Each form has at most one count under way; the newest edit wins, and what was counted for an older
one is not shown. A count is drawn into the modal with the hash of the view that it was counted
for, so that it never takes away what another click has brought meanwhile. What is being typed
stays as it is: Slack keeps an input over an update while its block stays.
"""

import logging
from collections import OrderedDict, deque
from threading import Lock
from typing import TypeAlias

import trio
from msgspec import Struct, structs
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from actors.mail import Reach, Reached, Refused
from actors.mail_names import FindNames, Wanted
from bot import words
from bot.blocks import clip
from bot.line import Line, Patience, answered
from bot.refs import Memo
from bot.wizard.showing import shown
from bot.wizard.step import StepName
from bot.wizard.unfinished import Forms
from bot.wizard.values import Values, checked
from domain.campaign import Campaign, Delivery, Limits, canonical

COUNTED_IN = frozenset({StepName.WHO, StepName.REVIEW})
"""The steps that show the count."""
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
COUNTING = "*Estimated reach*: counting…"
BUSY = "*Estimated reach*: many forms are being counted now; it follows your next change."
FIRST = (
    "*Estimated reach*: it is counted as soon as the conditions are complete."
    " After you type a number, press Done."
)

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
        self.said = ""
        self.counted_s = 0.0
        self.later: OrderedDict[str, str] = OrderedDict()  # a view's hash -> the one after it


class Reaching:
    """Counts in the thread of the request that asked for it, after Slack has had its answer."""

    def __init__(self, line: Line, forms: Forms) -> None:
        self._line = line
        self._forms = forms
        self._lock = Lock()
        self._names_until = 0.0
        self._drawn: deque[float] = deque()
        self._counts: OrderedDict[Key, _Form] = OrderedDict()

    def told(self, person: str, memo: Memo, values: Values) -> str:
        """Return what a step that is drawn now says of the reach."""
        if values.at not in COUNTED_IN or values.live:
            return ""
        asked = self._question(values)
        if asked is None:
            return FIRST if values.at is StepName.WHO else ""
        form = self._form((person, memo.form))
        with self._lock:
            return form.said if form.question == canonical(asked) else COUNTING

    def replaced(self, person: str, memo: Memo, before: str, after: str) -> None:
        """Hear that a view was drawn anew by a click: what is counted for it is still welcome."""
        form = self._form((person, memo.form))
        with self._lock:
            _note(form, before, after)

    def follow(self, job: Job) -> None:
        """Count for this edit and show it, unless another count of the form will."""
        if job.values.at not in COUNTED_IN or job.values.live:
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
        if job.values.at not in COUNTED_IN or job.values.live:
            return
        asked = self._question(job.values)
        if asked is None:
            if job.values.at is StepName.WHO:
                self._show(form, job, FIRST)
            return
        question = canonical(asked)
        began = trio.from_thread.run_sync(trio.current_time)
        with self._lock:
            fresh = form.question == question and began - form.counted_s < FRESH_SECONDS
            known = form.said if fresh else ""
        if known:
            self._show(form, job, known)
            return
        patience = Patience(began + SAID_AFTER_SECONDS, lambda: self._show(form, job, COUNTING))
        said = told_reach(self._line.ask(Reach(asked), patience))
        with self._lock:
            form.question, form.said, form.counted_s = question, said, began
        self._show(form, job, said)

    def _question(self, values: Values) -> Campaign | None:
        """Return what is to be counted, whatever the rest of the form says; None: not yet."""
        found = checked(values, now_ms=self._line.now_ms(), zone=self._line.settings.zone)
        if found.problems.get(StepName.WHO):
            return None
        limits, delivery = found.campaign.limits, found.campaign.delivery
        if found.problems.get(StepName.LIMITS):
            limits, delivery = Limits(), Delivery()
        return Campaign(
            "Reach", "past_behaviour", who=found.campaign.who, limits=limits, delivery=delivery
        )

    def _show(self, form: _Form, job: Job, said: str) -> None:
        """Draw it, if the form is as it was counted and its view as it was seen."""
        if not self._may_draw(announcing=said == COUNTING):
            return
        now = self._forms.find(job.person, job.memo.form, self._line.patience(lambda: None))
        if now != job.values:
            return
        with self._lock:
            view_hash = _latest(form, job.hash)
        fresh = shown(self._line, job.memo, job.values, reach=said)
        seen = {"hash": view_hash} if view_hash else {}
        try:
            answer = job.client.views_update(view_id=job.view, view=fresh, **seen)
        except SlackApiError as error:
            if answered(error) not in ("hash_conflict", "not_found"):
                log.warning("The reach was not shown: %s", answered(error))
            return
        with self._lock:
            _note(form, view_hash, str((answer.get("view") or {}).get("hash") or ""))

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


def told_reach(answer: object) -> str:
    """Return what was counted, or why it was not, as markup."""
    match answer:
        case Reached(estimate):
            few, all_of = words.number(estimate.expected), words.number(estimate.qualified)
            took = f"_Counted in {estimate.took_ms / 1_000:.2f} s._"
            first = f"*Estimated reach*: *{few}* get a message, of {all_of} who fit. {took}"
            return f"{first}\n{words.waterfall(estimate)}"
        case Refused(what, fix):
            return f"*Estimated reach*: {clip(what, 500)} {clip(fix, 500)}"
        case _:
            raise AssertionError("the desk counts or refuses")


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
