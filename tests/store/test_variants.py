import sqlite3
from collections import Counter
from collections.abc import Sequence

import msgspec
import pytest

from domain.assignment import Tally, winner
from domain.books import SkipReason
from domain.campaign import Campaign
from domain.goal import Goal
from domain.variants import AbTest, Part, Split, Variant
from domain.verdict import Hold, Send
from store import admission, books, merging, outbox, runs, variants
from store.admission import LIVE, Admitted, Decision
from store.outbox import Ending, Postponed
from store.variants import Count
from tests.store.stage import HOUR, NOW, SLOT, batch, decide, live, past, rows, start, the_run

HALVES = Split((Part("A", 50), Part("B", 50)))
MINUTE = 60_000


def having(definition: Campaign, kind: Split | AbTest) -> Campaign:
    return msgspec.structs.replace(definition, variants=kind)


def ab(*, percent: int | None = None, users: int | None = None, names: str = "AB") -> AbTest:
    return AbTest(tuple(map(Variant, names)), percent, users, wait_minutes=60)


def deciding(variant_names: str) -> list[Decision]:
    return [
        msgspec.structs.replace(decide(f"u{n}", ""), variant=variant)
        for n, variant in enumerate(variant_names)
    ]


def draw(conn: sqlite3.Connection, definition: Campaign, decisions: Sequence[Decision]) -> str:
    campaign = start(conn, definition)
    runs.draw_chunk(conn, the_run(conn, campaign), decisions, now_ms=NOW)
    run = the_run(conn, campaign)
    assert runs.finish_draw(conn, run, definition, qualified=len(decisions), now_ms=NOW)
    return campaign


def come(
    conn: sqlite3.Connection, campaign: str, definition: Campaign, user: str, *, at: int
) -> str:
    """Let a live campaign admit one more message of a user; return its variant."""
    decision = decide(user, f"e{at}")
    page = batch(campaign, [decision], after=at, definition=definition)
    assert isinstance(admission.admit(conn, page, now_ms=NOW + at), Admitted)
    return rows(conn)[decision.message_id].variant


def recounted(conn: sqlite3.Connection, campaign: str, run: str) -> dict[str, int]:
    """Count messages by variant and place from the outbox itself."""
    found: Counter[str] = Counter()
    for row in rows(conn).values():
        if row.campaign == campaign and row.run == run and row.variant and row.state != "drawn":
            found[f"{row.variant} {books.place_of(row.state, row.reason)[0]}"] += 1
    return found


def counted(conn: sqlite3.Connection, campaign: str, run: str) -> dict[str, int]:
    return Counter(
        {
            f"{one.variant} {name}": n
            for one in variants.of_run(conn, campaign, run)
            for name in ("sent", "skipped", "pending")
            if (n := getattr(one, name))
        }
    )


def test_a_run_writes_the_variant_of_each_of_its_users(conn: sqlite3.Connection) -> None:
    campaign = draw(conn, having(past(), HALVES), deciding("ABBA"))
    assert [row.variant for row in rows(conn).values()] == list("ABBA")
    assert variants.of_run(conn, campaign, SLOT) == (
        Count("A", pending=2),
        Count("B", pending=2),
    )


def test_what_is_only_drawn_counts_nowhere(conn: sqlite3.Connection) -> None:
    campaign = start(conn, having(past(), HALVES))
    runs.draw_chunk(conn, the_run(conn, campaign), deciding("AB"), now_ms=NOW)
    assert variants.of_run(conn, campaign, SLOT) == ()


def test_every_end_of_a_message_moves_its_variants_books(conn: sqlite3.Connection) -> None:
    campaign = draw(conn, having(past(), HALVES), deciding("AABBAB"))
    ids = list(rows(conn))
    outbox.claim(conn, campaign, ids[:4], now_ms=NOW)
    assert counted(conn, campaign, SLOT) == {"A pending": 3, "B pending": 3}
    outbox.accepted(conn, ids[:1], now_ms=NOW)
    outbox.again(conn, ids[1:2], due_ms=NOW, outcome="ambiguous", detail="", now_ms=NOW)
    outbox.unclaim(conn, ids[2:3], now_ms=NOW)
    ending = Ending(rows(conn)[ids[3]], "dead", SkipReason.DEAD)
    outbox.end(conn, [ending], now_ms=NOW)
    assert counted(conn, campaign, SLOT) == {
        "A sent": 1,
        "A pending": 2,
        "B skipped": 1,
        "B pending": 2,
    }
    outbox.cancel_open(conn, campaign, SkipReason.STOPPED, now_ms=NOW)
    assert counted(conn, campaign, SLOT) == recounted(conn, campaign, SLOT)
    assert counted(conn, campaign, SLOT) == {"A sent": 1, "A skipped": 2, "B skipped": 3}


def test_a_live_campaign_writes_the_variant_of_its_decision(conn: sqlite3.Connection) -> None:
    definition = having(live(), HALVES)
    campaign = start(conn, definition)
    decision = msgspec.structs.replace(decide("ann"), variant="B")
    admission.admit(conn, batch(campaign, [decision], definition=definition), now_ms=NOW)
    assert variants.of_run(conn, campaign, LIVE) == (Count("B", pending=1),)


@pytest.mark.parametrize(
    ("test", "sizes"),
    [
        (ab(percent=20), [1, 1]),
        (ab(percent=21), [2, 1]),
        (ab(percent=1, names="ABC"), [1, 0, 0]),
        (ab(users=6, names="ABC"), [2, 2, 2]),
        (ab(users=99), [5, 5]),
    ],
    ids=str,
)
def test_a_test_takes_as_many_of_a_run_as_asked_in_turn(
    conn: sqlite3.Connection, test: AbTest, sizes: list[int]
) -> None:
    draw(conn, having(past(), test), [decide(f"u{n}", "") for n in range(10)])
    got = Counter(row.variant for row in rows(conn).values())
    assert [got[variant.name] for variant in test.of] == sizes
    assert got[""] == 10 - sum(sizes)


def test_the_rest_of_a_run_falls_due_when_the_test_is_over(conn: sqlite3.Connection) -> None:
    decisions = [decide(f"u{n}", "", Send()) for n in range(9)]
    decisions.append(decide("u9", "", Hold(NOW + 9 * HOUR)))
    campaign = draw(conn, having(past(), ab(users=2)), decisions)
    found = list(rows(conn).values())
    assert {(r.due_ms, r.expires_ms - r.due_ms) for r in found[:2]} == {(NOW, 72 * HOUR)}
    assert {(r.due_ms, r.fell_due_ms) for r in found[2:9]} == {(NOW + HOUR, NOW + HOUR)}
    assert {r.expires_ms - r.due_ms for r in found} == {72 * HOUR}
    assert found[9].due_ms == NOW + 9 * HOUR
    (trial,) = variants.undecided(conn, campaign)
    assert (trial.run, trial.decide_ms) == (SLOT, NOW + HOUR)


def test_a_run_that_is_a_test_as_a_whole_goes_at_once_and_is_judged_all_the_same(
    conn: sqlite3.Connection,
) -> None:
    campaign = draw(conn, having(past(), ab(users=99)), [decide(f"u{n}", "") for n in range(4)])
    assert {row.due_ms for row in rows(conn).values()} == {NOW}
    assert not variants.waits_for_winner(conn, campaign, SLOT)
    (trial,) = variants.undecided(conn, campaign)
    assert trial.decide_ms == NOW + HOUR


def test_the_winner_goes_to_the_rest_and_is_chosen_once(conn: sqlite3.Connection) -> None:
    definition = having(past(), ab(users=2))
    campaign = draw(conn, definition, [decide(f"u{n}", "") for n in range(6)])
    put_off = [Postponed(row, NOW + 2 * HOUR, row.expires_ms) for row in rows(conn).values()]
    outbox.postpone(conn, put_off[-1:], now_ms=NOW + HOUR)
    assert variants.decide(conn, campaign, SLOT, "B", now_ms=NOW + HOUR)
    assert not variants.decide(conn, campaign, SLOT, "A", now_ms=NOW + HOUR)
    assert [row.variant for row in rows(conn).values()] == list("ABBBBB")
    assert {row.due_ms for row in list(rows(conn).values())[2:]} == {NOW + HOUR}
    assert counted(conn, campaign, SLOT) == {"A pending": 1, "B pending": 5}
    assert variants.undecided(conn, campaign) == []


def test_what_was_closed_while_the_test_ran_gets_no_variant(conn: sqlite3.Connection) -> None:
    campaign = draw(conn, having(past(), ab(users=2)), [decide(f"u{n}", "") for n in range(4)])
    last = list(rows(conn).values())[-1]
    outbox.end(conn, [Ending(last, "cancelled", SkipReason.SUPPRESSED)], now_ms=NOW)
    variants.decide(conn, campaign, SLOT, "B", now_ms=NOW + HOUR)
    assert rows(conn)[last.message_id].variant == ""


def test_a_live_test_takes_turns_until_the_winner_is_known(conn: sqlite3.Connection) -> None:
    definition = having(live(), ab(users=4))
    campaign = start(conn, definition)
    got = [come(conn, campaign, definition, f"u{n}", at=n) for n in range(6)]
    assert "".join(got) == "ABABAB"
    (trial,) = variants.undecided(conn, campaign)
    assert trial.decide_ms == NOW + 3 + HOUR, "an hour after the fourth user"
    variants.decide(conn, campaign, LIVE, "B", now_ms=NOW + HOUR)
    assert come(conn, campaign, definition, "u6", at=6) == "B"
    assert come(conn, campaign, definition, "u0", at=7) == "B"


def test_a_user_who_comes_again_during_a_live_test_keeps_the_variant(
    conn: sqlite3.Connection,
) -> None:
    definition = having(live(), ab(users=9))
    campaign = start(conn, definition)
    got = [come(conn, campaign, definition, user, at=n) for n, user in enumerate("abaab")]
    assert "".join(got) == "ABAAB"


def test_a_live_test_has_as_many_users_of_each_variant_when_one_comes_often(
    conn: sqlite3.Connection,
) -> None:
    definition = having(live(), ab(users=99))
    campaign = start(conn, definition)
    got = [come(conn, campaign, definition, user, at=n) for n, user in enumerate("aaabcde")]
    assert "".join(got) == "AAABABA"


def test_a_live_test_is_of_so_many_users_however_often_one_comes(
    conn: sqlite3.Connection,
) -> None:
    definition = having(live(), ab(users=3))
    campaign = start(conn, definition)
    for n, user in enumerate("aaaabaab"):
        come(conn, campaign, definition, user, at=n)
    assert variants.undecided(conn, campaign) == [], "two users came, in eight messages"
    come(conn, campaign, definition, "c", at=8)
    (trial,) = variants.undecided(conn, campaign)
    assert trial.decide_ms == NOW + 8 + HOUR


def test_who_comes_again_under_another_id_is_one_user_of_a_live_test(
    conn: sqlite3.Connection,
) -> None:
    definition = having(live(), ab(users=3))
    campaign = start(conn, definition)
    assert come(conn, campaign, definition, "ann", at=0) == "A"
    assert come(conn, campaign, definition, "bo", at=1) == "B"
    ids = list(rows(conn))
    outbox.claim(conn, campaign, ids, now_ms=NOW + 2)
    outbox.accepted(conn, ids, now_ms=NOW + 2)
    assert merging.merge(conn, "ann", "zoe", now_ms=NOW + 3, install_key=bytes(32)) == "merged"
    assert come(conn, campaign, definition, "zoe", at=2) == "A"
    assert variants.undecided(conn, campaign) == []


def test_a_variant_does_not_lose_by_one_user_who_comes_often(conn: sqlite3.Connection) -> None:
    """Of the users who got A a third convert, of those who got B half: B does better."""
    test = ab(users=99)
    definition = msgspec.structs.replace(having(live(), test), goal=Goal("Paid"))
    campaign = start(conn, definition)
    for n, user in enumerate(("u0", "u1", "u1", "u1", "u1", "u2", "u3", "u4")):
        come(conn, campaign, definition, user, at=n)
    ids = [row.message_id for row in rows(conn).values()]
    outbox.claim(conn, campaign, ids, now_ms=NOW + 9)
    outbox.accepted(conn, ids, now_ms=NOW + 9)
    for seq, (user, variant) in enumerate((("u0", "A"), ("u1", "B"))):
        conn.execute(
            "INSERT INTO conversion VALUES (?, ?, ?, 1, 'live', '', 'target', ?, 1, 0)",
            (campaign, seq, user, variant),
        )
    found = variants.tallies(conn, campaign, LIVE)
    got = {(row.user, row.variant) for row in rows(conn).values()}
    of = Counter(variant for _, variant in got)
    assert found == {name: Tally(of[name], 1) for name in "AB"}
    assert of["B"] < of["A"], "though more messages were of B"
    assert winner(test, found) == "B"


def test_the_users_of_each_variant_who_reached_the_goal_are_counted_once(
    conn: sqlite3.Connection,
) -> None:
    for seq, user, run, variant in (
        (1, "u1", "live", "A"),
        (2, "u1", "live", "A"),
        (3, "u2", "live", "B"),
        (4, "u3", "other", "B"),
    ):
        conn.execute(
            "INSERT INTO conversion (campaign, event_seq, user, exposed_ms, run, occurrence, arm,"
            " variant, happened_ms, revenue) VALUES ('c1', ?, ?, 1, ?, '', 'target', ?, 1, 0)",
            (seq, user, run, variant),
        )
    assert variants.conversions(conn, "c1", "live") == {"A": 1, "B": 1}
