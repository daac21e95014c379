import re
from pathlib import Path
from typing import get_args

import msgspec

from actors import mail
from actors.mail_report import ArmView, Report, ShowReport
from domain.lift import Lift, Rate
from tests.bot.reports import REPORT

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to" / "measure-a-campaign.md"


def test_the_question_and_its_answer_are_in_the_mail() -> None:
    assert ShowReport in get_args(mail.Request)
    assert Report in get_args(mail.Answer)


def test_an_answer_comes_back_from_the_wire_as_it_was() -> None:
    answer = msgspec.structs.replace(REPORT, compared=Lift(0.5, -0.1, 1.5))
    assert msgspec.json.decode(msgspec.json.encode(answer), type=mail.Answer) == answer


def test_an_arm_has_its_rate_and_what_one_user_brings() -> None:
    assert ArmView(200, 10, 12, 500_000_000).rate == Rate(200, 10)
    assert ArmView(200, 10, 12, 500_000_000).revenue_per_user == 2.5
    assert ArmView().revenue_per_user == 0


def test_every_part_of_a_report_as_json_is_written_down() -> None:
    text = HOW_TO.read_text(encoding="utf-8")
    table = text[text.index("| Key | What it is |") :]
    named = {name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row[:90])}
    assert set(Report.__struct_fields__) <= named
