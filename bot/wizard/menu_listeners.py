"""The menus of the forms: asks the engine for what fits while somebody types.

Slack asks at each pause of the typing, and shows nothing that comes after three seconds.
"""

from typing import Any

from msgspec import structs
from slack_bolt import Ack, App

from actors.mail import Refused
from actors.mail_names import FindNames, NamesFound
from bot.ids import ActionId, ViewId
from bot.line import Caller, Line
from bot.offers import options
from bot.refs import read_memo
from bot.wizard.step import Menu, StepName
from bot.wizard.steps import STEPS
from bot.wizard.unfinished import Forms
from bot.wizard.values import Values


class MenuListeners:
    """Answers what a menu asks for."""

    def __init__(self, line: Line, forms: Forms) -> None:
        self._line = line
        self._forms = forms

    def register(self, app: App) -> None:
        """Tell Bolt what we listen to."""
        app.options(ActionId.PICK)(self.asked)

    def asked(self, ack: Ack, body: dict[str, Any]) -> None:
        """Offer what fits; nothing to whoever may ask for no names."""
        person, typed = Caller.of(body).user, str(body.get("value") or "")
        menu = self._menu(body, person)
        if menu is None:
            ack(options=[])
            return
        question = FindNames(menu.wanted, person, typed, event=menu.event, property=menu.property)
        patience = self._line.patience(lambda: None)
        found = self._line.ask(question, patience)
        if isinstance(found, Refused):
            ack(options=[])
            return
        assert isinstance(found, NamesFound), "the engine finds names or refuses"
        if typed.strip() and not found.names and menu.wanted in ("event", "trait"):
            every = self._line.ask(structs.replace(question, typed=""), patience)
            if isinstance(every, NamesFound):  # "cart" is called "Product Added" here
                found = every
        self._forms.long_names.note(one.name for one in found.names)
        ack(options=options(found, menu.wanted, typed))

    def _menu(self, body: dict[str, Any], person: str) -> Menu | None:
        """Return what the menu is about, by what is kept of the form that it stands in."""
        if "view" not in body or not self._line.members.may(person, FindNames):
            return None
        if body["view"].get("callback_id") == ViewId.EXPORT_SAMPLE:
            return Menu("trait")
        memo = read_memo(body["view"])
        values = self._forms.find(person, memo.form, self._line.patience(lambda: None))
        if not isinstance(values, Values) or memo.step not in {*STEPS}:
            return None
        step = STEPS[StepName(memo.step)]
        return step.menu(getattr(values, memo.step), str(body.get("block_id") or ""))
