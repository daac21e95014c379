"""The people and places of the local Slack: one team, three marketers, a bot, four channels."""

from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

TEAM: Final = "T0LOCAL001"
TEAM_NAME: Final = "Local Marketing"
TEAM_DOMAIN: Final = "local"
APP: Final = "A0LOCAL001"
APP_NAME: Final = "Clarion"
BOT: Final = "B0LOCAL001"
BOT_USER: Final = "U0CLARION1"

ANA: Final = "U0ANA00001"
BEN: Final = "U0BEN00002"
CHLOE: Final = "U0CHLOE003"

CAMPAIGNS: Final = "C0CAMPAIGN"
REVIEWS: Final = "C0REVIEWS1"
ALERTS: Final = "C0ALERTS01"
GENERAL: Final = "C0GENERAL1"

APPROVERS: Final = "S0APPROVE1"


class Person(msgspec.Struct, frozen=True):
    """A member of the workspace."""

    id: str
    name: str
    real_name: str
    zone: str
    colour: str
    is_bot: bool = False


class Channel(msgspec.Struct, frozen=True):
    """A place to talk; a direct message has the `user` it belongs to."""

    id: str
    name: str
    purpose: str = ""
    user: str | None = None


PEOPLE: Final = {
    person.id: person
    for person in (
        Person(ANA, "ana", "Ana Marin", "Europe/Madrid", "7a3e9d"),
        Person(BEN, "ben", "Ben Osei", "Europe/London", "1f6feb"),
        Person(CHLOE, "chloe", "Chloe Tran", "America/New_York", "b4550d"),
        Person(BOT_USER, "clarion", APP_NAME, "UTC", "0b7a5c", is_bot=True),
    )
}
MARKETERS: Final = (ANA, BEN, CHLOE)

CHANNELS: Final = {
    channel.id: channel
    for channel in (
        Channel(CAMPAIGNS, "campaigns", "Plan and run campaigns"),
        Channel(REVIEWS, "campaign-reviews", "Every campaign is read by a second person here"),
        Channel(ALERTS, "campaign-alerts", "Safety limits and failures"),
        Channel(GENERAL, "general", "Everyone"),
    )
}

SLACKBOT: Final = "USLACKBOT"
COMMANDS: Final = {
    "/campaign": (
        "help",
        "new",
        "list",
        "show NAME",
        "submit NAME",
        "publish NAME",
        "pause NAME",
        "resume NAME",
        "stop NAME",
        "clone NAME",
        "archive NAME",
    ),
}

USERGROUPS: Final = {APPROVERS: ("campaign-approvers", (ANA, BEN))}


def direct_channel(user: str) -> Channel:
    """The direct message between `user` and the bot; its id is the user's with a D."""
    return Channel(id="D" + user[1:], name=APP_NAME, user=user)


def find_channel(channel: str) -> Channel | None:
    """The channel of that id, or the direct message of that id or of that user; else None."""
    if channel in CHANNELS:
        return CHANNELS[channel]
    for user in MARKETERS:
        if channel in (user, direct_channel(user).id):
            return direct_channel(user)
    return None


def user_json(person: Person) -> dict[str, Any]:
    """A user as users.info shows one."""
    offset = datetime.now(UTC).astimezone(ZoneInfo(person.zone)).utcoffset()
    email = f"{person.name}@local.example"
    first, _, last = person.real_name.partition(" ")
    return {
        "id": person.id,
        "team_id": TEAM,
        "name": person.name,
        "deleted": False,
        "color": person.colour,
        "real_name": person.real_name,
        "tz": person.zone,
        "tz_label": person.zone.replace("_", " "),
        "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
        "profile": {
            "real_name": person.real_name,
            "real_name_normalized": person.real_name,
            "display_name": person.name,
            "display_name_normalized": person.name,
            "first_name": first,
            "last_name": last,
            "email": email,
            "team": TEAM,
        },
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_bot": person.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
    }


def channel_json(channel: Channel) -> dict[str, Any]:
    """A conversation as conversations.info shows one."""
    direct = channel.user is not None
    common = {
        "id": channel.id,
        "created": 1_700_000_000,
        "is_archived": False,
        "is_im": direct,
        "is_mpim": False,
        "is_org_shared": False,
        "context_team_id": TEAM,
    }
    if direct:
        return common | {"user": channel.user, "is_user_deleted": False, "is_open": True}
    return common | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": True,
        "is_group": False,
        "is_private": False,
        "is_general": channel.id == GENERAL,
        "is_member": True,
        "is_shared": False,
        "is_ext_shared": False,
        "unlinked": 0,
        "creator": ANA,
        "num_members": len(PEOPLE),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": channel.purpose, "creator": ANA, "last_set": 1_700_000_000},
        "previous_names": [],
    }
