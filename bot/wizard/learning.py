"""Which types the properties have that a step is about: asked of the engine before it is drawn."""

from msgspec import structs

from actors.mail_names import FindNames, NamesFound, Type
from bot.line import Line
from bot.wizard.step import Named
from bot.wizard.steps import STEPS
from bot.wizard.values import Values


def learned(line: Line, values: Values) -> Values:
    """Return the values with the types of what the step that is shown names.

    Only names are asked for here, by a form that is open to whoever may write a campaign.
    """
    step = STEPS.get(values.at)
    if step is None:
        return values
    part = getattr(values, values.at.value)
    types = {each: _types(line, each) for each in step.names(part)}
    fresh = step.learn(part, lambda each: types.get(each, ()))
    return structs.replace(values, **{values.at.value: fresh})


def _types(line: Line, named: Named) -> tuple[Type, ...]:
    asked = FindNames(
        "property" if named.event else "trait", "", named.name, event=named.event, at_most=1
    )
    found = line.ask(asked, line.patience(lambda: None))
    names = found.names if isinstance(found, NamesFound) else ()
    return next((one.types for one in names if one.name == named.name), ())
