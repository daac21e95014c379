"""What events and properties there are, asked of the audience's copy."""

from actors.context import Context
from actors.mail import Refused
from actors.mail_names import FindNames, NamesFound
from actors.mail_schema import Schema, ShowSchema
from actors.offering import Offering
from domain.words import near
from store.copy_errors import CopyWaitsError

NAMED_MAX = 5


class Learning:
    """Answers which names were ever seen."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.offering = Offering(context.store, context.selector.offered)

    async def answer(self, request: ShowSchema | FindNames) -> Schema | NamesFound | Refused:
        """Return the events, or the properties of one or of users; or what a form may offer."""
        if isinstance(request, FindNames):
            return await self.offering.answer(request)
        try:
            if not request.event and not request.profiles:
                return Schema(events=tuple(await self._context.selector.events()))
            event = None if request.profiles else request.event
            found = await self._context.selector.properties(event)
            if found is not None:
                return Schema(event=request.event, properties=tuple(found))
            every = await self._context.selector.events()
        except CopyWaitsError as error:
            return Refused(what=f"It cannot be read now: {error}.", fix="Try it again later.")
        wanted = request.event.casefold()
        some = [one.name for one in every if wanted in one.name.casefold()] or [
            one.name for one in every
        ]
        names = ", ".join(f"“{name}”" for name in some[:NAMED_MAX])
        lists = f"There are {names}; `clarion schema` lists all." if some else "No event has."
        meant = near(request.event, (one.name for one in every))
        return Refused(
            what=f"No event of the name “{request.event:.80}” has come in.",
            fix=f"{meant} {lists}".strip(),
        )
