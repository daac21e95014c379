"""Campaigns that the bot's tests talk about."""

from typing import Any

import msgspec

from actors.mail import CampaignView
from domain.audience import All, Count, Did, Filter, Property
from domain.campaign import Campaign, Limits, Trigger, What, content_hash
from domain.review import TABLE, State
from tests.bot.audiences import ESTIMATE
from tests.bot.fake_desk import NOW_MS
from tests.bot.wire import ANA

PAST = Campaign(
    name="Spring sale",
    kind="past_behaviour",
    who=All(
        (
            Did("Order Completed", (Filter("price", ">", 50),), Count(">=", 2), 180),
            Property("country", "in", ("NO", "SE")),
        )
    ),
    what=What(key_values={"coupon": "SPRING", "first": "{{ Profile.first_name }}"}),
    limits=Limits(cap_per_run=1_000, safety_limit=50),
)
LIVE = Campaign(
    name="Thank you",
    kind="live",
    trigger=Trigger("Order Completed", (Filter("price", ">=", 50),)),
    what=What(key_values={"product": "{{ Event.product }}"}, required=("product",)),
    limits=Limits(cap_total=100),
)


def draft(definition: Campaign, *, state: str = "draft", **more: Any) -> CampaignView:
    """The campaign as the desk shows it."""
    view = CampaignView(
        id="c1",
        name=definition.name,
        kind=definition.kind,
        state=state,
        reason="",
        author=ANA,
        editors=(ANA,),
        revision=1,
        hash=content_hash(definition),
        definition=definition,
        allowed=tuple(TABLE[State(state)]),
        estimate=None if definition.kind == "live" else ESTIMATE,
        created_ms=NOW_MS,
        updated_ms=NOW_MS,
    )
    return msgspec.structs.replace(view, **more)
