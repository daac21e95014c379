"""A wizard that stands open, for the tests of its parts."""

from typing import Any

import msgspec
from msgspec import structs

from bot.refs import Memo
from bot.wizard.frame import wizard_view
from bot.wizard.review import review_blocks
from bot.wizard.step import StepName
from bot.wizard.unfinished import NEW
from bot.wizard.values import Values, checked, to_values
from domain.campaign import Campaign
from tests.bot.fake_desk import NOW_MS, FakeDesk
from tests.bot.wire import ANA, opened

ZONE = "Europe/Oslo"
MEMO = Memo("C0MAIN", form=NEW)


def view_of(values: Values, memo: Memo = MEMO) -> dict[str, Any]:
    """The modal with these values, as the bot draws it."""
    looked = checked(values, now_ms=NOW_MS, zone=ZONE)
    review = review_blocks(looked, zone=ZONE, now_ms=NOW_MS)
    return wizard_view(values, looked, memo, zone=ZONE, review=review)


def stands(
    desk: FakeDesk,
    values: Values | Campaign,
    at: StepName = StepName.START,
    memo: Memo = MEMO,
    *,
    view_hash: str = "hash-0",
    **entered: str,
) -> Any:
    """Ana's form with these values, kept, open at a step, after she entered some more there.

    What was entered is named without its step: `cap="7"`.
    """
    shown = to_values(values) if isinstance(values, Campaign) else values
    shown = structs.replace(shown, at=at)
    desk.forms[ANA, memo.form] = msgspec.json.encode(shown).decode()
    given = {f"{at}.{name}": text for name, text in entered.items()}
    return opened(view_of(shown, memo), given, view_hash)


def kept(desk: FakeDesk, form: str = NEW) -> Values:
    """What is kept of Ana's form now."""
    return msgspec.json.decode(desk.forms[ANA, form], type=Values)
