import random

import pytest

from sandbox.slack.refusal import Refused
from sandbox.slack.tickets import ResponseTicket, Tickets
from tests.sandbox.slack.bots import Clock


@pytest.fixture
def tickets(clock: Clock) -> Tickets:
    return Tickets(clock, random.Random(1))


def test_a_trigger_works_once(tickets: Tickets) -> None:
    trigger = tickets.issue_trigger("U1", "C1")
    assert tickets.trade_trigger(trigger).user == "U1"
    with pytest.raises(Refused, match="exchanged_trigger_id"):
        tickets.trade_trigger(trigger)


def test_a_trigger_is_too_old_after_three_seconds(tickets: Tickets, clock: Clock) -> None:
    trigger = tickets.issue_trigger("U1")
    clock.seconds += 3.1
    with pytest.raises(Refused, match="expired_trigger_id"):
        tickets.trade_trigger(trigger)


def test_a_trigger_may_be_told_to_last_longer(clock: Clock) -> None:
    tickets = Tickets(clock, random.Random(1), trigger_seconds_max=60)
    trigger = tickets.issue_trigger("U1")
    clock.seconds += 59
    assert tickets.trade_trigger(trigger).user == "U1"


@pytest.mark.parametrize("wrong", ["1.2.abc", None, 7, ["x"]])
def test_a_false_trigger_is_refused(tickets: Tickets, wrong: object) -> None:
    with pytest.raises(Refused, match="invalid_trigger_id"):
        tickets.trade_trigger(wrong)


def test_a_response_url_works_five_times(tickets: Tickets, clock: Clock) -> None:
    key = tickets.issue_response(ResponseTicket("U1", "C1", clock()))
    for _ in range(5):
        tickets.use_response(key)
    with pytest.raises(Refused, match="used_url"):
        tickets.use_response(key)


def test_a_response_url_works_for_thirty_minutes(tickets: Tickets, clock: Clock) -> None:
    key = tickets.issue_response(ResponseTicket("U1", "C1", clock()))
    clock.seconds += 30 * 60
    tickets.use_response(key)
    clock.seconds += 1
    with pytest.raises(Refused, match="expired_url"):
        tickets.use_response(key)


def test_a_false_response_url_is_refused(tickets: Tickets) -> None:
    with pytest.raises(Refused, match="invalid_url"):
        tickets.use_response("nothing")
