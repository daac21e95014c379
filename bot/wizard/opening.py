"""Opening the wizard: for a new campaign, for an edit, or for a copy under another name.

A modal that waits opens first: its trigger lasts 3 seconds, and the engine may take longer. What
somebody has begun before and not saved stands there again, at the step where it was left; if that
step shows whom the campaign reaches, it is counted at once.
"""

from msgspec import Struct, structs
from slack_sdk import WebClient

from actors.mail import CampaignView, Refused
from bot import answers, modals
from bot.blocks import clip
from bot.ids import COMMAND
from bot.line import Caller, Line, Patience, tell, update_if_open
from bot.refs import RAN, RUNS, Memo, Ref
from bot.wizard.reaching import Job, Reaching
from bot.wizard.showing import refused_view, shown
from bot.wizard.unfinished import NEW, Forms
from bot.wizard.values import Values, to_values
from domain import schedule
from domain.campaign import Campaign
from domain.definition import NAME_CHARS_MAX
from domain.review import OVER, Action, State, before_edit

COPY = " (copy)"
NOTE_NAME_CHARS_MAX = 100
GOES_ON = ":leftwards_arrow_with_hook: You had begun this: it stands as you left it."
OLDER = ":warning: It was edited since you began to change it; your unfinished changes are dropped."


class _Begun(Struct, frozen=True):
    """A form that is kept, and what is said on top of it."""

    memo: Memo
    values: Values
    note: str = ""


class Opening:
    """Opens the wizard, whatever asked for it."""

    def __init__(self, line: Line, forms: Forms, reaching: Reaching) -> None:
        self._line = line
        self._forms = forms
        self._reaching = reaching

    def new(self, client: WebClient, trigger: str, caller: Caller) -> None:
        """Open what the person had begun, or an empty form."""
        memo = Memo(caller.channel, form=NEW)
        opened = client.views_open(trigger_id=trigger, view=modals.waiting_view(memo))
        patience = self._patience(client, caller)
        found = self._forms.find(caller.user, NEW, patience)
        note = _goes_on(found) if isinstance(found, Values) and found != Values() else ""
        begun = self._begun(caller, memo, found or Values(), patience, note)
        self._show(client, opened["view"]["id"], caller, begun)

    def edit(
        self, client: WebClient, trigger: str, caller: Caller, name: str, *, copy: bool = False
    ) -> None:
        """Open what the campaign is now; as a `copy` under another name, which edits nothing."""
        waiting = modals.waiting_view(Memo(caller.channel))
        opened = client.views_open(trigger_id=trigger, view=waiting)
        patience = self._patience(client, caller)
        found = self._line.find(name, patience)
        begun: _Begun | Refused
        if isinstance(found, Refused):
            begun = found
        elif copy:
            memo = Memo(caller.channel, form=f"copy of {found.id}")
            begun = self._begun(caller, memo, to_values(_copy_of(found)), patience)
        else:
            begun = self._edited(caller, found, patience)
        self._show(client, opened["view"]["id"], caller, begun)

    def _edited(self, caller: Caller, view: CampaignView, patience: Patience) -> _Begun | Refused:
        if Action.EDIT not in view.allowed:  # before anybody fills in a form that none would take
            return _fixed(view)
        memo = Memo(caller.channel, Ref.of(view), form=view.id, fixed=_keeps(view))
        begun = self._forms.find(caller.user, view.id, patience)
        if isinstance(begun, Refused):
            return begun
        fresh = to_values(view.definition, base=view.hash)
        if begun is not None and begun.base == view.hash:
            changed = structs.replace(begun, at=fresh.at, seen=fresh.seen) != fresh
            return _Begun(memo, begun, GOES_ON if changed else "")
        note = OLDER if begun is not None and begun.seen else ""
        return self._begun(caller, memo, fresh, patience, note)

    def _begun(
        self,
        caller: Caller,
        memo: Memo,
        values: Values | Refused,
        patience: Patience,
        note: str = "",
    ) -> _Begun | Refused:
        """Keep the values from the first moment on, so that every later click finds them."""
        if isinstance(values, Refused):
            return values
        refused = self._forms.keep(caller.user, memo.form, values, patience)
        return _Begun(memo, values, note) if refused is None else refused

    def _show(self, client: WebClient, view: str, caller: Caller, begun: _Begun | Refused) -> None:
        if isinstance(begun, Refused):
            update_if_open(client, view, refused_view(begun))
            return
        memo, values = begun.memo, begun.values
        counted = self._reaching.told(caller.user, memo, values)
        fresh = shown(self._line, memo, values, counted=counted, note=begun.note)
        view_hash = update_if_open(client, view, fresh)
        if view_hash:
            self._reaching.follow(Job(client, caller.user, memo, view, view_hash, values))

    def _patience(self, client: WebClient, caller: Caller) -> Patience:
        return self._line.patience(lambda: tell(client, caller, answers.working()))


def _keeps(view: CampaignView) -> str:
    """Return what keeps most of a campaign as it is; "": all of it may change."""
    if view.state == State.RUNNING or view.amends:
        return RUNS
    return RAN if view.runs else ""


def _goes_on(values: Values) -> str:
    """Say what stands there again, and how to be rid of it."""
    name = values.start.name.strip()
    which = f" It is *{clip(name, NOTE_NAME_CHARS_MAX)}*." if name else ""
    return f"{GOES_ON}{which} For another one press *Begin anew*."


def _fixed(view: CampaignView) -> Refused:
    """Say that what has begun is not edited, and what can be done instead."""
    halts = " `Pause` or `Stop` on its card halts this one."
    if view.state in OVER or view.state == State.PAUSED:
        halts = ""
    again = view.kind == "live" or schedule.comes_again(view.definition.when)
    first = before_edit(State(view.state), goes_on=again or not view.runs)
    return Refused(
        f"“{view.name}” cannot be edited {'now' if first else 'any more'}:"
        f" it is {view.state.replace('_', ' ')}.",
        f"{first}. "
        * bool(first)
        + f"To send something else, draft it again under another name: `{COMMAND} clone"
        f" {view.name}`.{halts}",
    )


def _copy_of(view: CampaignView) -> Campaign:
    name = view.definition.name[: NAME_CHARS_MAX - len(COPY)].rstrip() + COPY
    return structs.replace(view.definition, name=name)
