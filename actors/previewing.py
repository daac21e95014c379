"""Previews and test messages: a content rendered for real users before anybody is sent it.

Rendering is done in a worker thread: what nobody has approved must not hold up what runs. A test
message goes to the operator's test users alone, under an id of its own, and counts nowhere.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial

import msgspec

from actors import asked_content
from actors.context import Context
from actors.mail import Done, Refused
from actors.mail_content import Preview, Previewed, TestSend
from actors.rules import Rules, person
from actors.sending import AsideSender
from actors.sent_aside import told
from actors.subjects import Subject, event_names, find_subject, pick, sample
from domain import expiry, trying
from domain.assignment import assign
from domain.campaign import Campaign
from domain.composing import Composed, Envelope, compose
from domain.message_id import message_id
from domain.payload import Unsendable
from domain.variants import AbTest, names
from store import acts, users
from store.copy_errors import CopyWaitsError

STEP = "1"
WAIT_SECONDS_MAX = 10.0
"""How long a test message may wait for its turn before the person is told that nothing leaves."""
TEST_USERS_AT_ONCE_MAX = 10
SAMPLED_USERS_MAX = 50


class Previewing:
    """Answers for the desk what a content would be for somebody."""

    def __init__(self, context: Context, sender: AsideSender, test_users: Sequence[str]) -> None:
        self._context = context
        self._sender = sender
        self._test_users = tuple(test_users)

    async def answer(self, asked: Preview | TestSend, rules: Rules) -> Previewed | Done | Refused:
        """Preview or send; whoever asks is named."""
        by = person(asked.by)
        if isinstance(by, Refused):
            return by
        read = partial(asked_content.kept, name=asked.campaign)
        if isinstance(asked, Preview) and asked.definition is not None:
            read = partial(
                asked_content.unkept,
                campaign=asked.campaign,
                definition=asked.definition,
                rules=rules,
            )
        found = await self._context.store.read(read)
        if isinstance(found, Refused):
            return found
        campaign, definition = found
        if refused := _no_variant(definition, asked.variant):
            return refused
        if isinstance(asked, Preview):
            try:
                return await self._preview(campaign, definition, asked, rules)
            except CopyWaitsError as error:
                return Refused(what=f"Nobody can be looked for now: {error}.", fix="Name a user.")
        return await self._test(campaign, definition, msgspec.structs.replace(asked, by=by), rules)

    async def _preview(
        self, campaign: str, definition: Campaign, asked: Preview, rules: Rules
    ) -> Previewed | Refused:
        subject = await self._subject(campaign, definition, asked.user, rules)
        if isinstance(subject, Refused):
            return subject
        own = _variant(definition, campaign, subject)
        variant = asked.variant or own
        envelope = self._envelope(campaign, definition, subject, variant, rules)
        made = await self._compose(definition, envelope, subject)
        who = subject.about.user.user
        notes = (*subject.notes, *_variant_notes(definition, variant, own))
        if subject.about.user.suppressed:
            notes = (f"{who} is suppressed: nothing is sent to this user.", *notes)
        if isinstance(made, Unsendable):
            said = f"{who} would get nothing of it: {made.detail} ({made.reason})."
            return Previewed(
                said,
                who,
                variant=variant,
                notes=notes,
                campaign=campaign,
                variants=names(definition.variants),
            )
        notes += tuple(f"{name} is not there and renders empty." for name in made.missing)
        return Previewed(
            message=f"What {who} would get: {sum(map(len, made.events)):,} bytes.",
            user=who,
            events=tuple(each.decode() for each in made.events),
            bytes=sum(map(len, made.events)),
            variant=variant,
            notes=notes,
            campaign=campaign,
            variants=names(definition.variants),
        )

    async def _test(
        self, campaign: str, definition: Campaign, asked: TestSend, rules: Rules
    ) -> Done | Refused:
        users = asked.users or self._test_users
        if refused := self._not_testable(users):
            return refused
        said = []
        for user in users:
            subject = await self._subject(campaign, definition, user, rules)
            if isinstance(subject, Refused):
                said.append(f"{user}: {subject.what}")
                continue
            said.append(await self._send(campaign, definition, subject, asked, rules))
        return Done(message="\n".join(said))

    def _not_testable(self, users: Sequence[str]) -> Refused | None:
        if not self._test_users:
            return Refused(
                what="There are no test users: a test goes to nobody else.",
                fix="The operator names them in config.toml, under [review] as test_users.",
            )
        others = [user for user in users if user not in self._test_users]
        if others:
            named = ", ".join(f"“{user}”" for user in self._test_users)
            return Refused(
                what=f"“{others[0]:.60}” is no test user, and a test goes to nobody else.",
                fix=f"Test users are {named}: the operator names them in config.toml.",
            )
        if len(users) > TEST_USERS_AT_ONCE_MAX:
            return Refused(
                what=f"There are {len(users)} test users; {TEST_USERS_AT_ONCE_MAX} go at once.",
                fix="Name some of them.",
            )
        return None

    async def _send(
        self, campaign: str, definition: Campaign, subject: Subject, asked: TestSend, rules: Rules
    ) -> str:
        """Write down who sends it to whom, send it, and say what became of it."""
        who = subject.about.user.user
        if subject.about.user.suppressed:
            return f"{who}: nothing is sent to this user, who is suppressed."
        variant = asked.variant or _variant(definition, campaign, subject)
        envelope = self._envelope(campaign, definition, subject, variant, rules, is_test=True)
        made = await self._compose(definition, envelope, subject)
        if isinstance(made, Unsendable):
            return f"{who}: not sent, because {made.detail} ({made.reason})."
        is_suppressed = False

        def record(conn: sqlite3.Connection) -> bool:
            nonlocal is_suppressed
            found = users.get_readable(conn, (who,)).get(who)
            is_suppressed = found is None or found.suppressed
            if not is_suppressed:
                acts.record(
                    conn,
                    who=asked.by,
                    action="test_send",
                    campaign=campaign,
                    detail=envelope.message_id,
                    key=rules.key,
                    now_ms=rules.now_ms,
                )
            return not is_suppressed

        outcome = await self._sender.send_aside(
            made.events,
            wait_seconds_max=WAIT_SECONDS_MAX,
            user=who,
            claim=partial(self._context.store.write, record),
        )
        if is_suppressed:
            return f"{who}: nothing is sent to this user, who is suppressed."
        sent = f"{who}: {told(outcome)} (id {envelope.message_id})."
        return " ".join((sent, *subject.notes))

    async def _subject(
        self, campaign: str, definition: Campaign, user: str, rules: Rules
    ) -> Subject | Refused:
        if not user:
            picked = await pick(self._context, campaign, definition)
            if isinstance(picked, Refused):
                return picked
            user = picked
        return await self._context.store.read_long(
            partial(find_subject, user=user, definition=definition, rules=rules)
        )

    def _envelope(
        self,
        campaign: str,
        definition: Campaign,
        subject: Subject,
        variant: str,
        rules: Rules,
        *,
        is_test: bool = False,
    ) -> Envelope:
        event = subject.about.event
        now = rules.now_ms
        run = "test" if is_test else "live" if definition.kind == "live" else "preview"
        name = message_id(
            self._context.install_key,
            campaign=campaign,
            run=run,
            user=subject.about.user.user,
            step=STEP,
            occurrence=f"{now}" if is_test or event is None else event.source_id,
        )
        expires = expiry.expires_ms(definition, due_ms=now, fell_due_ms=now)
        return Envelope(name, campaign, run, now, expires, variant, is_test)

    async def _compose(
        self, definition: Campaign, envelope: Envelope, subject: Subject
    ) -> Composed | Unsendable:
        version = self._context.library_version
        return await self._context.hold.in_thread(
            partial(compose, definition, envelope, subject.about, library_version=version)
        )

    async def checks(self, campaign: str, definition: Campaign, rules: Rules) -> tuple[str, ...]:
        """Return what a review should know of a content: tried on some users, and by its names."""
        try:
            abouts = await sample(self._context, campaign, definition, rules, SAMPLED_USERS_MAX)
            notes = list(await self._unknown(definition))
        except CopyWaitsError:
            return ()
        version = self._context.library_version
        tried = await self._context.hold.in_thread(
            partial(
                trying.try_content,
                definition,
                campaign,
                abouts,
                now_ms=rules.now_ms,
                library_version=version,
            )
        )
        return (*notes, *trying.told(tried))

    async def _unknown(self, definition: Campaign) -> list[str]:
        users, events = trying.mentioned(definition)
        notes: list[str] = []
        if users:
            known = await self._context.selector.traits()
            notes += trying.unknown("No user", users, known)
        if events and definition.trigger is not None:
            named = event_names(definition.trigger)
            seen = [await self._context.selector.properties(name) for name in named]
            came = [properties for properties in seen if properties is not None]
            there = [one.name for properties in came for one in properties] if came else None
            notes += trying.unknown_of(named, events, there)
        return notes


def _no_variant(definition: Campaign, variant: str) -> Refused | None:
    there = names(definition.variants)
    if not variant or variant in there:
        return None
    possible = ", ".join(f"“{name}”" for name in there)
    return Refused(
        what=f"There is no variant “{variant:.60}”.",
        fix=f"Its variants are {possible}." if there else "The campaign has no variants.",
    )


def _variant(definition: Campaign, campaign: str, subject: Subject) -> str:
    """Return the user's variant; of a test, which takes turns, the first."""
    given = assign(campaign, definition, subject.about.user)
    return given or next(iter(names(definition.variants)), "")


def _variant_notes(definition: Campaign, variant: str, own: str) -> list[str]:
    if not variant:
        return []
    others = ", ".join(f"“{name}”" for name in names(definition.variants) if name != variant)
    if isinstance(definition.variants, AbTest):
        return [f"Variant “{variant}” of a test, which takes turns; the others: {others}."]
    if variant != own:
        return [f"Variant “{variant}”, as you chose; this user gets “{own}”."]
    return [f"Variant “{variant}”, which is this user's; the others: {others}."]
