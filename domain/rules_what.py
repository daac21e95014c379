"""The rules of what: an event name, keys and templates that can become a message."""

from collections.abc import Iterator, Mapping

from domain.assignment import every_pairs
from domain.campaign import Campaign
from domain.constant import may_give
from domain.content import KEY_CHARS_MAX, PAIRS_MAX, BadTemplate, compile_template
from domain.place import member
from domain.problem import Problem
from domain.rules_text import duplicate_problems, text_problems
from domain.rules_variants import variant_pairs
from domain.words import offer

EVENT_CHARS_MAX = 100
CHOSEN_MAX = 100
"""How many properties may be chosen by name; more than that is what `*` is for."""
TEMPLATE_CHARS_MAX = 2_000
EVERY = "*"


def what_problems(campaign: Campaign) -> Iterator[Problem]:
    """Yield what is wrong with the content of a campaign."""
    what, live = campaign.what, campaign.kind == "live"
    yield from text_problems(what.event, "what.event", EVENT_CHARS_MAX)
    yield from _chosen_problems(what.profile, "what.profile")
    yield from _chosen_problems(what.event_properties, "what.event_properties")
    yield from _chosen_problems(what.identify, "what.identify")
    if what.event_properties and not live:
        said = "A past behaviour campaign has no triggering event to take properties from."
        yield Problem("what.event_properties", said, "Remove it, or make the campaign live.")
    most = max(len(pairs) for _, pairs in every_pairs(campaign))
    if most > PAIRS_MAX:
        said = f"There are {most} pairs; at most {PAIRS_MAX} are possible."
        yield Problem("what.key_values", said, "Leave some out.")
    yield from _pair_problems(campaign, "what.key_values", what.key_values)
    for place, _, pairs in variant_pairs(campaign):
        yield from _pair_problems(campaign, member(place, "key_values"), pairs)
    yield from _required_problems(campaign)


def _chosen_problems(keys: tuple[str, ...], where: str) -> Iterator[Problem]:
    if len(keys) > CHOSEN_MAX:
        said = f"There are {len(keys)} keys; at most {CHOSEN_MAX} are possible."
        yield Problem(where, said, f'For all of them write ["{EVERY}"].')
    if EVERY in keys and len(keys) > 1:
        said = f'"{EVERY}" already means every key.'
        yield Problem(where, said, f'Write ["{EVERY}"], or the keys alone.')
    for key in keys:
        yield from text_problems(key, where, KEY_CHARS_MAX)
    yield from duplicate_problems(keys, where)


def _pair_problems(campaign: Campaign, where: str, pairs: Mapping[str, str]) -> Iterator[Problem]:
    live, constant = campaign.kind == "live", may_give(campaign.who)
    for key, text in pairs.items():
        place = member(where, key)
        yield from text_problems(key, place, KEY_CHARS_MAX)
        yield from _template_problems(text, place, live=live, constant=constant)


def _template_problems(text: str, where: str, *, live: bool, constant: bool) -> Iterator[Problem]:
    if len(text) > TEMPLATE_CHARS_MAX:
        said = (
            f"The template has {len(text)} characters; at most {TEMPLATE_CHARS_MAX} are possible."
        )
        yield Problem(where, said, "Shorten it.")
        return
    template = compile_template(text)
    if isinstance(template, BadTemplate):
        said = template.problem
        yield Problem(where, f"{said[:1].upper()}{said[1:].rstrip('.')}.", "Correct the template.")
        return
    if template.uses_event() and not live:
        said = "It uses Event, but a past behaviour campaign has no triggering event."
        yield Problem(where, said, "Use Profile, or make the campaign live.")
    if template.uses_constant() and not constant:
        said = "It uses ConstantEventProperty, but no condition of this campaign gives it a value."
        fix = 'Add a condition of type "same_value", not under "not"; or use Profile.'
        yield Problem(where, said, fix)


def _required_problems(campaign: Campaign) -> Iterator[Problem]:
    required = campaign.what.required
    yield from duplicate_problems(required, "what.required")
    for variant, pairs in every_pairs(campaign):
        of = f' of the variant "{variant}"' if variant else ""
        for key in dict.fromkeys(required):
            if key not in pairs:
                possible = offer(key, pairs) if pairs else ""
                fix = f'Add "{key}" to key_values, or remove it here. {possible}'.strip()
                yield Problem("what.required", f'"{key}" is not among the key_values{of}.', fix)
