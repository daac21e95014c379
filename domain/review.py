"""A campaign's life as one table: who may do what in which state, and where it leads.

People act on drafts, reviews and published campaigns; the engine starts, blocks and completes, and
pauses everything when the operator adopts a database that was restored or copied.
`stopped` and `completed` are final. An edit always leads back to `draft` and voids an approval,
because an approval is for exactly the content that was read; a campaign that had runs has none
until the new content is published.
"""

from enum import StrEnum

from msgspec import Struct


class State(StrEnum):
    """Where a campaign stands."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    REJECTED = "rejected"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    AWAITING_NEXT_RUN = "awaiting_next_run"
    PAUSED = "paused"
    BLOCKED = "blocked"
    FAULTED = "faulted"
    STOPPED = "stopped"
    COMPLETED = "completed"


class Action(StrEnum):
    """What moves a campaign on."""

    EDIT = "edit"
    SUBMIT = "submit"
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    EXPIRE = "expire"
    PUBLISH = "publish"
    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    BLOCK = "block"
    RELEASE = "release"
    FINISH_RUN = "finish_run"
    COMPLETE = "complete"
    FAULT = "fault"
    STOP = "stop"
    ADOPT = "adopt"


class Forbidden(Struct, frozen=True):
    """The table has no such step: `allowed` names the actions that the state does allow."""

    state: State
    action: Action
    allowed: tuple[Action, ...]


TABLE: dict[State, dict[Action, State]] = {
    State.DRAFT: {Action.EDIT: State.DRAFT, Action.SUBMIT: State.IN_REVIEW},
    State.IN_REVIEW: {
        Action.EDIT: State.DRAFT,
        Action.APPROVE: State.APPROVED,
        Action.REQUEST_CHANGES: State.REJECTED,
        Action.EXPIRE: State.DRAFT,
    },
    State.REJECTED: {Action.EDIT: State.DRAFT},
    State.APPROVED: {
        Action.EDIT: State.DRAFT,
        Action.PUBLISH: State.SCHEDULED,
        Action.EXPIRE: State.DRAFT,
    },
    State.SCHEDULED: {
        Action.EDIT: State.DRAFT,
        Action.START: State.RUNNING,
        Action.PAUSE: State.PAUSED,
        Action.COMPLETE: State.COMPLETED,  # its only run was missed
        Action.FAULT: State.FAULTED,
        Action.STOP: State.STOPPED,
        Action.ADOPT: State.PAUSED,
    },
    State.RUNNING: {
        Action.PAUSE: State.PAUSED,
        Action.BLOCK: State.BLOCKED,
        Action.FINISH_RUN: State.AWAITING_NEXT_RUN,
        Action.COMPLETE: State.COMPLETED,
        Action.FAULT: State.FAULTED,
        Action.STOP: State.STOPPED,
        Action.ADOPT: State.PAUSED,
    },
    State.AWAITING_NEXT_RUN: {
        Action.EDIT: State.DRAFT,  # of what it says, and its name; whom and when it reaches stays
        Action.START: State.RUNNING,
        Action.PAUSE: State.PAUSED,
        Action.COMPLETE: State.COMPLETED,
        Action.FAULT: State.FAULTED,
        Action.STOP: State.STOPPED,
        Action.ADOPT: State.PAUSED,
    },
    State.PAUSED: {
        Action.RESUME: State.SCHEDULED,  # one that had started goes on where it was: see `diagram`
        Action.COMPLETE: State.COMPLETED,  # its time passed during the pause
        Action.FAULT: State.FAULTED,  # it drops events while it is paused, and that may fail
        Action.STOP: State.STOPPED,
        Action.ADOPT: State.PAUSED,
    },
    State.BLOCKED: {
        Action.RELEASE: State.RUNNING,
        Action.FINISH_RUN: State.AWAITING_NEXT_RUN,  # this run was skipped, another one follows
        Action.COMPLETE: State.COMPLETED,  # its only run was skipped
        Action.STOP: State.STOPPED,
        Action.ADOPT: State.PAUSED,
    },
    State.FAULTED: {
        Action.RESUME: State.SCHEDULED,
        Action.STOP: State.STOPPED,
        Action.ADOPT: State.PAUSED,
    },
    State.STOPPED: {},
    State.COMPLETED: {},
}

UNPUBLISHED = frozenset({State.DRAFT, State.IN_REVIEW, State.REJECTED, State.APPROVED})
"""The states in which people still agree on the content."""

PUBLISHED = frozenset(
    {State.SCHEDULED, State.RUNNING, State.AWAITING_NEXT_RUN, State.PAUSED, State.BLOCKED}
)
"""The states in which a campaign has an actor."""

RAISE_REQUESTED = "raise_requested"
"""The reason of a blocked campaign whose higher limit waits for a second person."""

PAUSED_BY_PEOPLE = frozenset({"", "all paused"})
"""The reasons of a pause that a person brought about; with any other it paused itself."""

OVER = frozenset({State.STOPPED, State.COMPLETED})
"""The final states."""


def step(state: State, action: Action) -> State | Forbidden:
    """Return the state that the action leads to, or why there is none."""
    steps = TABLE[state]
    return steps.get(action) or Forbidden(state, action, tuple(steps))


def before_edit(state: State, *, goes_on: bool) -> str:
    """Say what people do first to edit a campaign that they cannot edit as it stands; "": nothing.

    `goes_on`: it may be edited while it runs, or has not begun.
    """
    if not goes_on:
        return ""
    match state:
        case State.PAUSED | State.FAULTED:
            return "Resume it first, and edit it then"
        case State.BLOCKED:
            return "Answer first what becomes of the run that is held, and edit it then"
        case _:
            return ""


def diagram() -> str:
    """Draw the table for people, in Mermaid's notation: each pair of states once, by its actions.

    A campaign that had started does not wait again after a pause: the steps that `RESUME` takes
    then are drawn too, though they depend on more than the state.
    """
    lines = ["stateDiagram-v2", f"    [*] --> {State.DRAFT}"]
    for state, steps in TABLE.items():
        if not steps:
            lines.append(f"    {state} --> [*]")
        for target in dict.fromkeys(steps.values()):
            names = ", ".join(action for action, led in steps.items() if led is target)
            lines.append(f"    {state} --> {target}: {names}")
        if Action.RESUME in steps:
            lines.append(f"    {state} --> {State.RUNNING}: {Action.RESUME} (it had started)")
            waits = f"{Action.RESUME} (between two runs)"
            lines.append(f"    {state} --> {State.AWAITING_NEXT_RUN}: {waits}")
    return "\n".join(lines) + "\n"


def may_approve(by: str, *, author: str, editors: frozenset[str]) -> bool:
    """Tell whether this person may decide: neither the author nor an editor of the content."""
    return by != author and by not in editors
