"""A Slack workspace on one's own machine, as strict as Slack is."""

from sandbox.slack.acts import Outcome
from sandbox.slack.messages import Message
from sandbox.slack.refusal import Complaint, NotPossible
from sandbox.slack.server import LocalSlack
from sandbox.slack.views import View
from sandbox.slack.workspace import (
    ALERTS,
    ANA,
    APP,
    APPROVERS,
    BEN,
    BOT,
    BOT_USER,
    CAMPAIGNS,
    CHANNELS,
    CHLOE,
    GENERAL,
    MARKETERS,
    PEOPLE,
    REVIEWS,
    TEAM,
)

__all__ = [
    "ALERTS",
    "ANA",
    "APP",
    "APPROVERS",
    "BEN",
    "BOT",
    "BOT_USER",
    "CAMPAIGNS",
    "CHANNELS",
    "CHLOE",
    "GENERAL",
    "MARKETERS",
    "PEOPLE",
    "REVIEWS",
    "TEAM",
    "Complaint",
    "LocalSlack",
    "Message",
    "NotPossible",
    "Outcome",
    "View",
]
