"""Things set aside for a person, in a house that runs."""

import sqlite3

from actors.mail_trust import Aside, AsideLine, ListAside, Told, Why
from actors.segment import Accepted, Outcome, Rejected
from store import users
from tests.actors.house import KEY, LIVE, House, Posted, Wire


def picky() -> Wire:
    """A wire whose Segment refuses whatever is for a user named bad-something."""

    def answer(posted: Posted) -> Outcome:
        bad = any(str(m["userId"]).startswith("bad") for m in posted.messages)
        return Rejected(400) if bad else Accepted()

    return Wire(answer=answer)


def pleased(wire: Wire) -> None:
    """Let Segment take everything from now on."""
    wire.answer = lambda _posted: Accepted()


async def refused_message(house: House, user: str = "bad") -> str:
    """Let Segment refuse a message for good; return its id."""
    await house.orders([user])
    await house.idle(30)
    ((message_id,),) = await house.rows(
        "SELECT message_id FROM outbox WHERE user = ? AND state = 'dead'", user
    )
    return str(message_id)


async def unknown_message(house: House, user: str = "bad") -> str:
    """The same, but nobody knows whether it arrived."""
    message_id = await refused_message(house, user)

    def doubt(conn: sqlite3.Connection) -> None:
        conn.execute(
            "UPDATE outbox SET state = 'unknown', reason = 'unknown', ambiguous_ms = updated_ms"
            " WHERE message_id = ?",
            (message_id,),
        )
        conn.execute("UPDATE books SET reason = 'unknown' WHERE reason = 'dead'")

    await house.store.write(doubt)
    return message_id


async def poison_event(house: House, user: str = "cleo") -> str:
    """Let an event break the running campaign; return its id for a person."""
    now = house.clock.now_ms()

    def insert(conn: sqlite3.Connection) -> None:
        users.enrol(conn, {user: 1}, install_key=KEY)
        conn.execute(
            "INSERT INTO log (kind, source_id, user, name, time_ms, received_ms, body)"
            " VALUES ('event', ?, ?, 'Order Completed', ?, ?, x'7b22')",
            (f"bad-{user}", user, now, now),
        )

    await house.store.write(insert)
    await house.heard_of_events()
    await house.idle(20)
    ((campaign, seq),) = await house.rows(
        "SELECT campaign, event_seq FROM poison WHERE user = ?", user
    )
    return f"{campaign}:{seq}"


async def listed(house: House, campaign: str = "", limit: int = 50) -> tuple[AsideLine, ...]:
    answer = await house.desk.ask(ListAside(campaign=campaign, limit=limit))
    assert isinstance(answer, Aside), answer
    return answer.lines


async def told(house: House, user: str, campaign: str = LIVE.name) -> Told:
    answer = await house.desk.ask(Why(user=user, campaign=campaign))
    assert isinstance(answer, Told), answer
    return answer


async def steps(house: House, user: str) -> str:
    return "\n".join(step.said for step in (await told(house, user)).steps)
