"""What Slack might send, each with a few places that hold something else."""

import json
from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

from tests.bot.wire import ANA

_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 10**30, 1.5, "", "x" * 5_000),
    *("<!channel>", "\0", "💥", [], {}, [[]], {"": {}}),
)


def payloads(chance: Random, response_url: str) -> Iterator[dict[str, Any]]:
    """Yield what Slack might send, each with a few places that hold something else."""
    while True:
        payload = json.loads(json.dumps(chance.choice(_shapes(chance, response_url))))
        for _ in range(chance.randrange(1, 4)):
            spoil(chance, payload)
        payload["response_url"] = response_url  # nothing leaves the loopback
        yield payload


def _shapes(chance: Random, response_url: str) -> list[dict[str, Any]]:
    user, team = {"id": ANA, "team_id": "T1"}, {"id": "T1"}
    common = {"user": user, "team": team, "trigger_id": "t", "response_url": response_url}
    action = chance.choice(
        ["approve", "stop", "pause", "edit", "redraw", "row_add", "pick", "home_look", "keep",
         "go_who", "replace", "see", "paste_instead", "form_instead", "save_who", "import_list",
         "save_audience", "export_sample", "list_aside", "older_aside", "show_aside", "retry_one",
         "older_steps", "whole_report", "whole_audiences", "older_page"]
    )  # fmt: skip
    step = chance.choice(["start", "who", "what", "when", "limits", "review"])
    pressed = {"type": "button", "action_id": action, "block_id": "b", "value": "c1:h:r"}
    values = (
        {
            f"{step}.{name}": {"keep": {"type": "plain_text_input", "value": "A"}}
            for name in ("name", "cap", "key_values", "start_date", "alternative_name_1")
        }
        | {
            name: {"value": {"type": "plain_text_input", "value": "A"}}
            for name in ("text", "name", "number", "properties")
        }
        | {
            "file": {"value": {"type": "file_input", "files": [{"id": "F1", "name": "a.csv"}]}},
            "encoding": {"value": {"type": "static_select", "selected_option": None}},
            "campaign": {"value": {"type": "static_select", "selected_option": {"value": "c1"}}},
        }
    )
    memo = json.dumps({"form": "new", "step": step})
    view = {
        "id": "V1", "type": "modal", "hash": "h", "private_metadata": memo, "blocks": [],
        "callback_id": chance.choice(
            ["draft", "paste", "seen", "changes", "raise", "waiting", "import_list",
             "save_audience", "export_sample"]
        ),
        "state": {"values": values},
    }  # fmt: skip
    container = {"type": "message", "channel_id": "C1", "message_ts": "1.1", "is_ephemeral": False}
    return [
        common | {"type": "block_actions", "actions": [pressed], "container": container,
                  "channel": {"id": "C1"}},
        common | {"type": "block_actions", "actions": [pressed], "view": view,
                  "container": {"type": "view", "view_id": "V1"}},
        common | {"type": "view_submission", "view": view},
        common | {"type": "view_closed", "view": view, "is_cleared": False},
        common | {"type": "block_suggestion", "action_id": "pick", "block_id": "who.name_0",
                  "value": "x", "view": view},
        common | {"type": "shortcut", "callback_id": "s"},
    ]  # fmt: skip


def spoil(chance: Random, node: Any) -> None:
    """Put something else in one place, anywhere in the tree."""
    while True:
        if isinstance(node, dict) and node:
            key: Any = chance.choice(sorted(node))
        elif isinstance(node, list) and node:
            key = chance.randrange(len(node))
        else:
            return
        if not isinstance(node[key], dict | list) or not node[key] or chance.random() < 0.3:
            break
        node = node[key]
    if chance.random() < 0.3:
        del node[key]
    else:
        node[key] = deepcopy(chance.choice(_VALUES))
