from functools import partial
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from actors import intake_view, keeping
from actors.mail_intake import Intake, ShowIntake, ZoneLine
from actors.rules import Rules
from domain.audience import DidNot
from store import retention
from tests.actors.doorway import open_door
from tests.actors.given import KEY, ZONE
from tests.store import stage


def identify(user: str, **traits: Any) -> dict[str, Any]:
    return {"type": "identify", "userId": user, "traits": traits}


async def test_what_came_in_is_told_by_source_with_zones_that_nobody_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_view, "ZONES_MAX", 1)
    async with open_door(tmp_path) as door:
        zones = {"a": "Mars/Base", "b": "Mars/Base", "c": "Pluto", "d": "Asia/Tokyo"}
        await door.post({"batch": [identify(user, timezone=z) for user, z in zones.items()]})
        shown = await door.house.desk.ask(ShowIntake())
        assert isinstance(shown, Intake)
        (source,) = shown.sources
        assert (source.name, source.counts["accepted"]) == ("default", 4)
        assert (shown.zones, shown.more_zones) == ((ZoneLine("Mars/Base", 2),), True)
        await door.post({"batch": [identify(user, timezone="UTC") for user in zones]})
        again = await door.house.desk.ask(ShowIntake())
        assert isinstance(again, Intake)
        assert again.zones == (), "it counts who is unknown now, not who ever was"


async def test_who_was_turned_away_at_the_doors_is_told(tmp_path: Path) -> None:
    async with open_door(tmp_path) as door:
        await door.post({"batch": []}, Authorization="Bearer nobody")
        await door.client.get(f"{door.url}/elsewhere")
        shown = await door.house.desk.ask(ShowIntake())
        assert isinstance(shown, Intake)
        assert [(each.status, each.n) for each in shown.refused] == [(401, 1), (404, 1)]


async def test_it_says_since_when_events_are_kept_and_counts_those_that_came_too_late(
    tmp_path: Path,
) -> None:
    async with open_door(tmp_path) as door:
        await door.house.store.write(partial(retention.keep_for, days=30))
        old = {"type": "track", "userId": "a", "event": "E", "timestamp": "2020-01-01T00:00:00Z"}
        status, _ = await door.post({"batch": [old, {**old, "type": "identify"}]})
        shown = await door.house.desk.ask(ShowIntake())
        assert isinstance(shown, Intake)
        assert (status, shown.sources[0].counts) == (200, {"accepted": 1, "too_old": 1})
        assert shown.keep_events_days == 30
        assert shown.kept_since_ms is not None
        assert shown.kept_since_ms % 86_400_000 == 0


def test_it_names_the_campaign_for_which_events_are_kept_longer_than_was_said() -> None:
    conn = stage.fresh()
    who = DidNot("Order Completed", days=89)
    stage.start(conn, structs.replace(stage.past(), who=who))
    keeping.keep(conn, 30)
    for said, told in ((30, "Win back"), (89, "")):
        shown = intake_view.shown(conn, ShowIntake(), Rules(0, KEY, ZONE, keep_events_days=said))
        assert (shown.keep_events_days, shown.kept_longer_for) == (89, told)
