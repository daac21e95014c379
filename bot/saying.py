"""Any answer of the desk, as words for the person who asked in Slack."""

from typing import assert_never

from actors.mail import Answer, BackedUp, Done, Listed, Reached, Refused
from actors.mail_attention import Attention
from actors.mail_audience import Audiences, AudienceShown, Exported, Weighed
from actors.mail_content import Previewed
from actors.mail_copy import CopyStatus
from actors.mail_files import FileStands
from actors.mail_forms import FormStands
from actors.mail_intake import Intake
from actors.mail_limits import LimitsShown
from actors.mail_names import NamesFound
from actors.mail_people import UserShown
from actors.mail_rehearsal import Rehearsed
from actors.mail_report import Report
from actors.mail_schema import Schema
from actors.mail_trust import Aside, Connection, PausedAll, Told
from bot import answers, audience_card, audience_list, connection, inquiry, message_card
from bot.blocks import Message
from bot.limit_card import limit_card
from bot.lists import listing
from bot.pausing import paused_all
from bot.rehearsal_card import rehearsal_card
from bot.report_card import report_card


def said(answer: Answer, zone: str) -> Message:
    """Return the words; `zone` is the account's."""
    match answer:
        case Done():
            return answers.done(answer)
        case Refused():
            return answers.refused(answer)
        case Listed(campaigns):
            return listing(campaigns, zone)
        case Report():
            return report_card(answer)
        case Rehearsed():
            return rehearsal_card(answer)
        case Told():
            return inquiry.told(answer)
        case Previewed():
            return message_card.previewed(answer)
        case Reached() | Audiences() | AudienceShown() | LimitsShown() | PausedAll() | Connection():
            return _beside(answer, zone)
        case BackedUp() | Aside() | Intake() | UserShown() | FileStands() | Attention():
            raise AssertionError("only the command line and the home tab ask for these")
        case Exported() | CopyStatus() | Schema() | NamesFound() | FormStands() | Weighed():
            raise AssertionError("only the command line, menus and forms ask for these")
        case _:
            assert_never(answer)


def _beside(
    answer: Reached | Audiences | AudienceShown | LimitsShown | PausedAll | Connection, zone: str
) -> Message:
    match answer:
        case Reached():
            return audience_card.reached(answer)
        case Audiences():
            return audience_list.listed(answer)
        case AudienceShown():
            return audience_card.shown(answer, zone)
        case LimitsShown():
            return limit_card(answer)
        case PausedAll():
            return paused_all(answer)
        case Connection():
            return connection.told(answer)
