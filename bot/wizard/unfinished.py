"""The wizard's values between two clicks: the engine keeps them, for each person and form.

Slack sends what is typed in several requests, which may overtake each other. So each form changes
in one thread at a time, and what was typed into a view that has been left, or earlier than what is
kept, changes nothing.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

import msgspec
from msgspec import Struct

from actors.mail import Refused
from actors.mail_forms import DropForm, FormStands, KeepForm, ShowForm
from bot.line import Line, Patience
from bot.menus import LongNames
from bot.wizard.values import Values

NEW = "new"
"""The form of a new campaign; that of an edit is called by the campaign's id."""
GONE = Refused(
    what="This form was saved or begun anew meanwhile.",
    fix="Close it. `/campaign new` begins another; Edit on a card opens what there is.",
)
_LOCKS = 64
_VIEWS_MAX = 1_000


class Typed(Struct, frozen=True):
    """A request out of a view: which state of which view it comes from, and when it happened.

    `only_typed`: nothing but an input has changed; the view stays as it is.
    """

    view: str
    hash: str
    ts: float = 0.0
    only_typed: bool = False

    @classmethod
    def of(cls, body: dict[str, Any], *, only_typed: bool = False) -> "Typed":
        """Read it from a request of Slack's."""
        view = body["view"]
        text = str((body.get("actions") or [{}])[0].get("action_ts") or "0")
        ts = float(text) if text.replace(".", "", 1).isdigit() else 0.0
        return cls(view["id"], view.get("hash") or "", ts, only_typed)


class Forms:
    """Keeps and gives back what people have entered."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self.long_names = LongNames()
        self._locks = [Lock() for _ in range(_LOCKS)]
        self._latest: OrderedDict[str, Typed] = OrderedDict()

    def change(
        self,
        person: str,
        form: str,
        typed: Typed,
        change: Callable[[Values], Values],
        patience: Patience,
    ) -> Values | Refused:
        """Change what is kept, and return it; what comes too late changes nothing."""
        with self._lock(person, form):
            found = self.find(person, form, patience)
            if found is None:
                return GONE
            if isinstance(found, Refused) or self._late(typed):
                return found
            fresh = change(found)
            if fresh != found:
                refused = self.keep(person, form, fresh, patience)
                if refused is not None:
                    return refused
            if not typed.ts or not self.is_older(typed):
                self._latest[typed.view] = typed
            self._latest.move_to_end(typed.view)
            while len(self._latest) > _VIEWS_MAX:
                self._latest.popitem(last=False)
            return fresh

    def find(self, person: str, form: str, patience: Patience) -> Values | Refused | None:
        """Return what is kept; None: nothing, or what another version of Clarion kept."""
        answer = self._line.ask(ShowForm(person, form), patience)
        if isinstance(answer, Refused):
            return answer
        assert isinstance(answer, FormStands), "the engine shows a form or refuses"
        if not answer.body:
            return None
        try:
            return msgspec.json.decode(answer.body, type=Values)
        except msgspec.ValidationError:
            return None

    def keep(self, person: str, form: str, values: Values, patience: Patience) -> Refused | None:
        """Keep this in place of what is kept."""
        body = msgspec.json.encode(values).decode()
        answer = self._line.ask(KeepForm(person, form, body), patience)
        return answer if isinstance(answer, Refused) else None

    def drop(self, person: str, form: str, patience: Patience) -> None:
        """Forget a form that was saved."""
        with self._lock(person, form):
            self._line.ask(DropForm(person, form), patience)

    def is_left(self, typed: Typed) -> bool:
        """Tell whether a click has drawn the view anew since it was as this request saw it.

        To be asked inside a change: it is about what was kept before it.
        """
        latest = self._latest.get(typed.view)
        return latest is not None and latest.hash == typed.hash and not latest.only_typed

    def is_older(self, typed: Typed) -> bool:
        """Tell whether a request that happened later was kept before this one.

        To be asked inside a change: it is about what was kept before it.
        """
        latest = self._latest.get(typed.view)
        return latest is not None and typed.ts < latest.ts

    def _late(self, typed: Typed) -> bool:
        latest = self._latest.get(typed.view)
        if latest is None or not typed.only_typed or latest.hash != typed.hash:
            return False
        return typed.ts < latest.ts

    def _lock(self, person: str, form: str) -> Lock:
        return self._locks[hash((person, form)) % _LOCKS]
