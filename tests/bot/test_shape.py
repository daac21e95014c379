from typing import Any

import pytest

from bot.shape import is_slacks

USER, TEAM = {"id": "U0ANA", "team_id": "T1"}, {"id": "T1"}
PRESS = {"type": "button", "action_id": "stop", "block_id": "b", "value": "c1"}
VIEW: dict[str, Any] = {
    "id": "V1",
    "type": "modal",
    "blocks": [],
    "state": {"values": {}},
    "close": None,
}
PRESSED = {"type": "block_actions", "user": USER, "team": TEAM, "actions": [PRESS]}
SUBMITTED = {"type": "view_submission", "user": USER, "team": TEAM, "view": VIEW}


@pytest.mark.parametrize(
    "body",
    [
        {"command": "/campaign", "user_id": "U0ANA", "text": "list"},
        PRESSED,
        PRESSED | {"channel": {"id": "C1", "name": "x"}, "container": {"type": "message"}},
        PRESSED | {"actions": [{"type": "static_select", "action_id": "a", "selected_option": {}}]},
        PRESSED | {"actions": [{"type": "plain_text_input", "action_id": "a", "value": None}]},
        SUBMITTED,
        {"type": "block_suggestion", "user": USER, "action_id": "a", "block_id": "b", "value": "x"},
        {"type": "event_callback", "event_id": "Ev1", "event": {"type": "app_home_opened"}},
        {"type": "url_verification", "challenge": "x"},
        {"ssl_check": "1", "token": "x"},
    ],
)
def test_what_slack_sends_is_let_in(body: dict[str, Any]) -> None:
    assert is_slacks(body)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"type": "block_actions"},
        {"command": "/campaign", "user_id": 7},
        PRESSED | {"actions": []},
        PRESSED | {"actions": [PRESS | {"value": None}]},
        PRESSED | {"actions": [7]},
        PRESSED | {"user": None},
        PRESSED | {"team": "T1"},
        {key: value for key, value in PRESSED.items() if key != "actions"},
        {key: value for key, value in SUBMITTED.items() if key != "view"},
        SUBMITTED | {"view": VIEW | {"state": {"values": []}}},
        {"type": "event_callback", "event": "x"},
    ],
)
def test_anything_else_is_turned_away(body: dict[str, Any]) -> None:
    assert not is_slacks(body)
