"""The step Limits: how many messages at most, and when nobody is disturbed."""

from typing import Any

from msgspec import Struct, structs

from bot.blocks import Block
from bot.wizard.asking import Asking
from bot.wizard.kept import kept_blocks, read_kept, write_kept
from bot.wizard.reading import Reading
from bot.wizard.step import Given, Page, Step, StepName, block_id, entered
from domain.campaign import Campaign, Delivery, DoNotDisturb, Limits
from domain.place import within
from domain.summary import tell_delivery
from domain.telling_limits import tell_limits, tell_quiet

_STEP = StepName.LIMITS
_RUN_CAPS = {"cap_total": "in total", "cap_per_run": "in its run"}
_LIVE_CAPS = {"cap_total": "in total", "cap_per_day": "a day"}
_QUIET = {
    "none": "None: send at any time",
    "delay": "Wait until it ends, then send",
    "discard": "Do not send at all",
}


class LimitsValues(Struct, frozen=True):
    """What was entered; `kept` and `kept_quiet` are what no input can say, as JSON."""

    cap: str = ""
    cap_kind: str = "cap_total"
    live_cap_kind: str = "cap_total"
    safety: str = ""
    quiet: str = "none"
    quiet_from: str = "22:00"
    quiet_to: str = "08:00"
    kept: str = ""
    kept_quiet: str = ""
    kept_delivery: str = ""


def _blocks(part: LimitsValues, page: Page) -> list[Block]:
    ask = Asking(_STEP, page)
    if part.kept:
        shown = kept_blocks(_STEP, "kept", [tell_limits(read_kept(part.kept, Limits))])
    else:
        shown = _how_many(part, ask, live=page.live)
    if part.kept_quiet:
        told = tell_quiet(read_kept(part.kept_quiet, DoNotDisturb))
        shown += kept_blocks(_STEP, "kept_quiet", [f"Do not disturb: {told}"])
    else:
        shown += _quiet(part, ask)
    if part.kept_delivery:
        kept = read_kept(part.kept_delivery, Delivery)
        campaign = Campaign("", "live" if page.live else "past_behaviour", delivery=kept)
        told = tell_delivery(campaign)
        shown += kept_blocks(_STEP, "kept_delivery", [f"Delivery: {told}"])
    return shown


def _how_many(part: LimitsValues, ask: Asking, *, live: bool) -> list[Block]:
    shown = ask.number("cap", "At most this many messages", part.cap, placeholder="No cap")
    if live:
        return shown + ask.select("live_cap_kind", "Counted", _LIVE_CAPS, part.live_cap_kind)
    hint = "If more users qualify, nobody is messaged and the alerts channel is asked."
    return [
        *shown,
        *ask.select("cap_kind", "Counted", _RUN_CAPS, part.cap_kind),
        *ask.number(
            "safety", "Safety limit", part.safety, placeholder="No safety limit", hint=hint
        ),
    ]


def _quiet(part: LimitsValues, ask: Asking) -> list[Block]:
    shown = ask.select("quiet", "Do not disturb", _QUIET, part.quiet, redraws=True)
    if part.quiet == "none":
        return shown
    hint = "In each user's own time zone; it may cross midnight."
    return [
        *shown,
        *ask.time("quiet_from", "From", part.quiet_from),
        *ask.time("quiet_to", "To", part.quiet_to, hint=hint),
    ]


def _read(part: LimitsValues, given: Given) -> LimitsValues:
    return entered(part, _STEP, given)


def _say(part: LimitsValues, live: bool, reading: Reading) -> dict[str, Any]:
    return {
        "limits": _limits(part, live, reading),
        "do_not_disturb": _said_quiet(part, reading),
        "delivery": read_kept(part.kept_delivery, Delivery) if part.kept_delivery else Delivery(),
    }


def _limits(part: LimitsValues, live: bool, reading: Reading) -> Limits:
    if part.kept:
        kept: Limits = read_kept(part.kept, Limits)
        return kept
    cap = reading.whole(block_id(_STEP, "cap"), part.cap, "1000")
    safety = None if live else reading.whole(block_id(_STEP, "safety"), part.safety, "50000")
    counted = part.live_cap_kind if live else part.cap_kind
    return structs.replace(Limits(safety_limit=safety), **{counted: cap})


def _said_quiet(part: LimitsValues, reading: Reading) -> DoNotDisturb | None:
    if part.kept_quiet:
        kept: DoNotDisturb = read_kept(part.kept_quiet, DoNotDisturb)
        return kept
    if part.quiet == "none":
        return None
    for name in ("quiet_from", "quiet_to"):
        if not getattr(part, name):
            reading.wrong(block_id(_STEP, name), "Choose the time of day.")
    mode = "discard" if part.quiet == "discard" else "delay"
    return DoNotDisturb(part.quiet_from, part.quiet_to, mode)  # type: ignore[arg-type]  # a str of two


def _fill(campaign: Campaign) -> LimitsValues:
    live, limits, quiet = campaign.kind == "live", campaign.limits, campaign.do_not_disturb
    caps = {
        name: str(value)
        for name in ("cap_total", "cap_per_day", "cap_per_run")
        if (value := getattr(limits, name)) is not None
    }
    counted, cap = next(iter(caps.items()), ("cap_total", ""))
    part = LimitsValues(
        cap=cap,
        **{"live_cap_kind" if live else "cap_kind": counted},
        safety="" if limits.safety_limit is None else str(limits.safety_limit),
    )
    reading = Reading()
    if _limits(part, live, reading) != limits or reading.errors:
        part = LimitsValues(kept=write_kept(limits))
    if campaign.delivery != Delivery():
        part = structs.replace(part, kept_delivery=write_kept(campaign.delivery))
    if quiet is None:
        return part
    asked = structs.replace(part, quiet=quiet.mode, quiet_from=quiet.start, quiet_to=quiet.end)
    if _said_quiet(asked, Reading()) == quiet and quiet.end != "24:00":
        return asked
    return structs.replace(part, kept_quiet=write_kept(quiet))


def _place(_part: LimitsValues, where: str) -> str:
    if within(where, "do_not_disturb"):
        to = within(where, "do_not_disturb.end")
        return block_id(_STEP, "quiet_to" if to else "quiet_from")
    if within(where, "limits.safety_limit"):
        return block_id(_STEP, "safety")
    return block_id(_STEP, "cap") if within(where, "limits") or within(where, "delivery") else ""


STEP = Step(_STEP, "Limits", _blocks, _read, _say, _fill, _place)
