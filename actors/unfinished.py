"""Keeps the forms that people have begun in Slack, and gives them back."""

from functools import partial

from actors.context import Context
from actors.mail import Refused
from actors.mail_forms import DropForm, FormStands, KeepForm, ShowForm
from store import unfinished

BODY_CHARS_MAX = 256 * 1024
"""Four times what a whole definition may have."""
_TOO_LONG = Refused(
    what="This form holds more than can be kept.",
    fix="Shorten its texts. *Paste a definition* takes a longer one as a file.",
)


class Unfinished:
    """Answers for the desk what is asked about unfinished forms."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def answer(self, asked: KeepForm | ShowForm | DropForm) -> FormStands | Refused:
        """Keep, show or forget one form."""
        match asked:
            case KeepForm(by, form, body):
                if len(body) > BODY_CHARS_MAX:
                    return _TOO_LONG
                now = self._context.clock.now_ms()
                keep = partial(unfinished.keep, person=by, form=form, body=body, now_ms=now)
                await self._context.store.write(keep)
                return FormStands(body)
            case DropForm(by, form):
                await self._context.store.write(partial(unfinished.drop, person=by, form=form))
                return FormStands()
            case ShowForm(by, form):
                show = partial(unfinished.shown, person=by, form=form)
                found = await self._context.store.read(show)
                return FormStands() if found is None else FormStands(found)
