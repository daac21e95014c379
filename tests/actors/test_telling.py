from typing import Any

import msgspec
import pytest

from actors.telling import aside_steps, decision_step, explain, message_steps, moment
from domain.books import SkipReason
from store.poison import Poison
from store.trail import Attempt, Decided, Message

NOW = 1_774_000_000_000  # 2026-03-20T10:46:40+01:00 in Oslo
MESSAGE = Message(
    message_id="m1_a",
    campaign="c_1",
    user="ann",
    run="live",
    occurrence="e1",
    event_seq=7,
    revision=2,
    state="pending",
    reason="",
    cap_day="",
    admitted_ms=NOW,
    due_ms=NOW + 60_000,
    fell_due_ms=NOW,
    expires_ms=NOW + 3_600_000,
    attempts=0,
    claimed_ms=None,
    ambiguous_ms=None,
    closed_by="",
    variant="",
    updated_ms=NOW,
)


def said(**more: Any) -> list[str]:
    message = msgspec.structs.replace(MESSAGE, **more)
    return [step.said for step in message_steps(message, "Europe/Oslo", frozenset({"total"}))]


def test_each_failed_attempt_is_told_with_its_claim_its_end_and_what_is_certain() -> None:
    failed = (
        Attempt(1, NOW, NOW + 5, "ambiguous", "ReadTimeout"),
        Attempt(2, NOW + 9, NOW + 12, "not_sent", ""),
    )
    told = said(state="accepted", attempts=3, failed=failed, claimed_ms=NOW + 20)
    assert told[1:-1] == [
        "attempt 1 to send it began",
        "attempt 1 ended: it may have arrived (ReadTimeout)",
        "attempt 2 to send it began",
        "attempt 2 ended: certainly did not arrive",
        "attempt 3 to send it began",
    ]


@pytest.mark.parametrize(
    ("more", "end"),
    [
        (
            {},
            "it waits until 2026-03-20 10:47:40 CET. It is tried until 2026-03-20 11:46:40 CET.",
        ),
        (
            {"held_by": "limits"},
            (
                "it waits until 2026-03-20 10:47:40 CET: before then the user has had as many"
                " messages as the limits over all campaigns allow. It is tried until 2026-03-20"
                " 11:46:40 CET."
            ),
        ),
        (
            {"due_ms": NOW, "reason": "status 503", "expires_ms": 0},
            "it waits to be sent again; the last time: status 503.",
        ),
        ({"state": "in_flight"}, "it is on the wire: Segment has not answered yet."),
        ({"state": "accepted"}, "Segment accepted it under the id m1_a."),
        (
            {"state": "unknown", "closed_by": "U0ANA00001"},
            "nobody knows whether it arrived: @U0ANA00001 dropped it.",
        ),
        ({"state": "unknown"}, "arrived; it waits for a person (`/campaign aside`)."),
        ({"state": "dead", "reason": "dead"}, "Segment refused the message for good."),
        ({"state": "dead", "reason": "set_aside"}, SkipReason.SET_ASIDE.explain()),
        ({"state": "expired", "reason": "expired"}, SkipReason.EXPIRED.explain()),
    ],
)
def test_the_last_step_tells_where_it_stands(more: dict[str, Any], end: str) -> None:
    assert said(**more)[-1].endswith(end)


def test_what_limits_held_is_told_after_it_went_too() -> None:
    told = said(state="accepted", held_by="limits", attempts=1, claimed_ms=NOW + 60_000)
    assert told[1].startswith("held until 2026-03-20 10:47:40 CET: before then the user has had")
    assert not any("held" in step for step in said(held_by="limits")[1:])  # the last step says it
    tried = (Attempt(1, NOW, NOW, "not_sent", ""),)  # when it goes next is another moment by now
    assert not any(
        "held" in step for step in said(state="accepted", held_by="limits", failed=tried)
    )


def test_who_sent_a_message_again_is_told_and_no_do_not_disturb_is_made_up() -> None:
    told = said(state="accepted", closed_by="U0ANA00001", fell_due_ms=NOW + 60_000, attempts=1)
    assert "@U0ANA00001 sent it again, under the same id" in told
    assert not any("do-not-disturb" in one for one in told)


def test_many_attempts_that_end_alike_are_a_few_lines() -> None:
    failed = [Attempt(n, NOW + n, NOW + n, "ambiguous", "ReadTimeout") for n in range(1, 241)]
    failed.append(Attempt(241, NOW + 999, NOW + 999, "not_sent", "ConnectError"))
    told = said(attempts=241, failed=tuple(failed))
    assert len(told) == 7
    assert told[3] == "attempts 2 to 240 ended like that, the last one here"
    assert told[4:6] == [
        "attempt 241 to send it began",
        "attempt 241 ended: certainly did not arrive (ConnectError)",
    ]


def test_a_message_that_could_not_be_written_had_no_attempt() -> None:
    broken = Attempt(1, NOW, NOW, "broken", "DecodeError, error E1")
    assert (
        said(state="dead", reason="set_aside", failed=(broken,))[1:-1]
        == [
            "held until 2026-03-20 10:47:40 CET: it was do-not-disturb time for the user",
            "it could not be written (DecodeError, error E1)",
        ][1:]
    )


def test_the_slots_that_it_took_are_told() -> None:
    assert said(cap_day="2026-03-20")[0].endswith("the cap in total and of 2026-03-20")


def test_a_control_user_and_a_skip_are_told_apart() -> None:
    control = decision_step(Decided("live", "e1", "control", "", NOW))
    skipped = decision_step(Decided("live", "e1", "skipped", "cap_day", NOW))
    assert "control group" in control.said
    assert skipped.said.endswith("(cap_day): The campaign's cap for that day was full.")


@pytest.mark.parametrize("state", ["open", "again", "retried", "dropped"])
def test_every_state_of_a_poison_event_is_told(state: str) -> None:
    (step,) = aside_steps(Poison("c_1", 7, "ann", "KeyError", "E1", NOW, state, "U0ANA00001"))
    assert ("@U0ANA00001" in step.said) is (state != "open")


def test_a_reason_that_is_none_of_the_books_keeps_its_words() -> None:
    assert explain("status 400") == "status 400"


def test_an_hour_that_comes_twice_is_told_apart() -> None:
    first, second = 1_792_888_200_000, 1_792_891_800_000  # 2026-10-25, 02:30 twice
    told = [moment(ms, "Europe/Oslo") for ms in (first, second)]
    assert told == ["2026-10-25 02:30:00 CEST", "2026-10-25 02:30:00 CET"]
