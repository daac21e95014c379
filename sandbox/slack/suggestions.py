"""What a bot may answer when somebody types into a menu that asks it for options."""

from typing import Any

import msgspec

from sandbox.slack import limits, objects
from sandbox.slack.checks import Report


class Suggested(msgspec.Struct, frozen=True):
    """The options that are shown, groups flattened; none, and the problems, if Slack drops them."""

    options: list[dict[str, Any]] = []
    problems: tuple[str, ...] = ()


def suggested(answer: Any) -> Suggested:
    """Check an answer as strictly as a menu that lists its options itself."""
    if not isinstance(answer, dict):
        return Suggested(problems=("options or option_groups expected",))
    given = [name for name in ("options", "option_groups") if name in answer]
    if len(given) != 1:
        return Suggested(problems=("must define either `options` or `option_groups`",))
    name, report = given[0], Report("modal")
    check = objects.offered_options if name == "options" else objects.offered_groups
    check(report, answer[name], f"/{name}")
    if report.problems:
        return Suggested(problems=tuple(report.problems))
    if name == "options":
        return Suggested(answer[name])
    options = [each for group in answer[name] for each in group["options"]]
    if len(options) > limits.OPTIONS_MAX:
        return Suggested(problems=(f"no more than {limits.OPTIONS_MAX} options in all groups",))
    return Suggested(options)
