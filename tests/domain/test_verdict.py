import pytest
from msgspec.structs import replace

from domain.books import SkipReason
from domain.campaign import Campaign, Delivery, DoNotDisturb, Limits
from domain.control import NO_CONTROLS, Controls, group_of, shares
from domain.facts import User
from domain.verdict import (
    Control,
    Hold,
    Send,
    Skip,
    Verdict,
    at_rest,
    draw_coefficients,
    judge,
)
from domain.zones import local_wall

HOUR = 3_600_000
NOON_UTC = 1_774_008_000_000  # 2026-03-20T12:00Z, a Friday
ANN = User("ann", h=7, zone="Europe/Oslo")  # 13:00 on her wall
NIGHT = DoNotDisturb("22:00", "08:00")
SIESTA = DoNotDisturb("13:00", "14:00")


def campaign(quiet: DoNotDisturb | None = None, control: int = 0) -> Campaign:
    limits = Limits(control_percent=control)
    return Campaign(name="Cart", kind="live", do_not_disturb=quiet, limits=limits)


def said(who: User, quiet: DoNotDisturb | None = None, *, now_ms: int = NOON_UTC) -> Verdict:
    return judge("c_1", campaign(quiet), who, now_ms=now_ms, account_zone="Asia/Tokyo")


def controlled() -> User:
    """Return somebody in the control group of c_1, whatever else is wrong with them."""
    definition = campaign(control=50)
    for h in range(200):
        who = User("anon:1", h=h, suppressed=True)
        if group_of("c_1", definition, who, NO_CONTROLS):
            return who
    raise AssertionError("half of all users are in the control group")


def test_a_user_with_nothing_against_it_is_sent_to() -> None:
    assert said(ANN) == Send()


def test_control_comes_before_every_other_question() -> None:
    """Otherwise the two arms of the comparison would not be alike."""
    definition = campaign(SIESTA, control=50)
    answer = judge("c_1", definition, controlled(), now_ms=NOON_UTC, account_zone="UTC")
    assert answer == Control("campaign", otherwise=Skip(SkipReason.SUPPRESSED))


def test_of_a_control_user_it_is_known_when_the_message_would_have_gone() -> None:
    """There the window of the comparison begins, as it does for those who get the message."""
    awake = judge("c_1", campaign(), ANN, now_ms=NOON_UTC, account_zone="UTC")
    asleep = judge("c_1", campaign(SIESTA), ANN, now_ms=NOON_UTC, account_zone="UTC")
    for quiet, expected in ((None, awake), (SIESTA, asleep)):
        everyone = Controls(system=100)
        answer = judge(
            "c_1",
            campaign(quiet),
            ANN,
            now_ms=NOON_UTC,
            account_zone="UTC",
            controls=everyone,
        )
        assert not isinstance(expected, Control)
        assert answer == Control("system", otherwise=expected)


def test_the_operators_groups_come_before_the_campaigns_own() -> None:
    everyone = Controls(system=100)
    answer = judge(
        "c_1",
        campaign(control=99),
        ANN,
        now_ms=NOON_UTC,
        account_zone="UTC",
        controls=everyone,
    )
    assert answer == Control("system")


def test_suppression_is_named_before_reachability() -> None:
    assert said(User("anon:1", h=1, suppressed=True)) == Skip(SkipReason.SUPPRESSED)


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        (User("ann", h=1, suppressed=True), SkipReason.SUPPRESSED),
        (User("anon:1", h=1), SkipReason.UNREACHABLE),
    ],
)
def test_who_gets_nothing_gets_nothing_at_night_either(who: User, reason: SkipReason) -> None:
    assert said(who, NIGHT, now_ms=NOON_UTC + 12 * HOUR) == Skip(reason)


@pytest.mark.parametrize(
    ("user", "expected"),
    [
        ("anon:d1", Send()),
        ("anon:null", Skip(SkipReason.UNREACHABLE)),
        ("anon:00000000-0000-0000-0000-000000000000", Skip(SkipReason.UNREACHABLE)),
        ("null", Send()),
    ],
)
def test_a_campaign_may_message_devices_but_none_that_many_share(
    user: str, expected: Verdict
) -> None:
    allows = replace(campaign(None), delivery=Delivery(anonymous=True))
    who = User(user, h=1)
    assert judge("c_1", allows, who, now_ms=NOON_UTC, account_zone="UTC") == expected


def test_a_message_in_the_night_is_held_until_its_end() -> None:
    answer = said(ANN, NIGHT, now_ms=NOON_UTC + 12 * HOUR)
    assert isinstance(answer, Hold)
    wall = local_wall(answer.until_ms, "Europe/Oslo")
    assert f"{wall:%d %H:%M}" == "21 08:00"


def test_a_campaign_may_discard_instead() -> None:
    discards = DoNotDisturb("13:00", "14:00", mode="discard")
    assert said(ANN, discards) == Skip(SkipReason.DND_DISCARD)
    assert said(ANN, discards, now_ms=NOON_UTC + HOUR) == Send()


@pytest.mark.parametrize(
    ("offset_ms", "expected"),
    [(-1, Send()), (0, Hold(NOON_UTC + HOUR)), (HOUR - 1, Hold(NOON_UTC + HOUR)), (HOUR, Send())],
)
def test_the_window_is_half_open_in_the_users_zone(offset_ms: int, expected: Verdict) -> None:
    assert said(ANN, SIESTA, now_ms=NOON_UTC + offset_ms) == expected


def test_an_unknown_zone_is_the_accounts_and_never_send_now() -> None:
    nowhere = User("bob", h=1)
    assert said(nowhere, SIESTA) == Send()  # 21:00 in Tokyo
    assert said(nowhere, DoNotDisturb("21:00", "23:00")) == Hold(NOON_UTC + 2 * HOUR)


def test_rest_asks_about_the_hour_alone() -> None:
    """It is asked again just before sending, when everything else was settled long ago."""
    who = User("anon:1", h=1, suppressed=True, zone="Europe/Oslo")
    answers = [
        at_rest(campaign(quiet), who, now_ms=NOON_UTC, account_zone="UTC")
        for quiet in (None, NIGHT, SIESTA)
    ]
    assert answers == [Send(), Send(), Hold(NOON_UTC + HOUR)]


def test_each_campaign_and_each_run_has_chances_of_its_own() -> None:
    own = Campaign(name="Cart", kind="live", limits=Limits(control_percent=9))
    groups = [next(shares(name, own, NO_CONTROLS)) for name in ("c_1", "c_2")]
    chances = {
        *((share.a, share.b) for share in groups),
        draw_coefficients("c_1", "r1"),
        draw_coefficients("c_1", "r2"),
        draw_coefficients("c_2", "r1"),
    }
    assert len(chances) == 5
