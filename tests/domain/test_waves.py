from datetime import UTC, datetime
from zoneinfo import available_timezones

from domain.waves import QUARTER_MS, Wave, closes_ms, next_day_ms, quarter_after, waves

NINE = datetime.fromisoformat("2026-06-10T09:00")
HOUR_MS = 3_600_000


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp() * 1_000)


def test_zones_that_agree_are_one_wave_and_the_east_comes_first() -> None:
    zones = ["Europe/Berlin", "Pacific/Kiritimati", "Europe/Paris", "Etc/GMT+12", "UTC+05:30"]
    found, left_out = waves(NINE, frozenset(zones), begins_ms=0, past="drop")
    assert found == (
        Wave(ms("2026-06-10T09:00+14:00"), ("Pacific/Kiritimati",)),
        Wave(ms("2026-06-10T09:00+05:30"), ("UTC+05:30",)),
        Wave(ms("2026-06-10T09:00+02:00"), ("Europe/Berlin", "Europe/Paris")),
        Wave(ms("2026-06-10T09:00-12:00"), ("Etc/GMT+12",)),
    )
    assert left_out == ()


def test_a_zone_where_the_time_is_past_is_left_out_or_served_the_next_day() -> None:
    begins = ms("2026-06-10T09:00+02:00")
    zones = ["Asia/Tokyo", "Europe/Berlin"]
    found, left_out = waves(NINE, frozenset(zones), begins_ms=begins, past="drop")
    assert (found, left_out) == ((Wave(begins, ("Europe/Berlin",)),), ("Asia/Tokyo",))
    found, left_out = waves(NINE, frozenset(zones), begins_ms=begins, past="next_day")
    assert (found[1], left_out) == (Wave(ms("2026-06-11T09:00+09:00"), ("Asia/Tokyo",)), ())


def test_a_later_day_is_found_however_late_the_run_begins() -> None:
    begins = ms("2026-06-13T10:00+09:00")
    assert next_day_ms(NINE, "Asia/Tokyo", begins) == ms("2026-06-14T09:00+09:00")


def test_until_the_last_wall_shows_it_somebody_may_come_into_a_zone() -> None:
    first, last = ms("2026-06-10T09:00+14:00"), ms("2026-06-10T09:00-12:00")
    assert closes_ms(NINE, first_ms=first, begins_ms=first, past="next_day") == last
    begins = ms("2026-06-10T09:00+02:00")
    assert closes_ms(NINE, first_ms=first, begins_ms=begins, past="drop") == last
    later = closes_ms(NINE, first_ms=first, begins_ms=begins + 1, past="next_day")
    assert later > ms("2026-06-11T09:00+02:00")


def test_every_zone_is_due_at_a_quarter_of_an_hour_from_the_first() -> None:
    zones = frozenset(available_timezones() - {"Factory", "localtime"})
    for month in range(1, 13):
        slot = datetime(2026, month, 15, 2, 37)  # noqa: DTZ001 - a wall has no zone
        first = int(slot.replace(tzinfo=UTC).timestamp() * 1_000) - 14 * HOUR_MS
        found, _ = waves(slot, zones, begins_ms=0, past="drop")
        assert {(wave.due_ms - first) % QUARTER_MS for wave in found} == {0}
        assert {quarter_after(wave.due_ms - 1, first) for wave in found} == {
            wave.due_ms for wave in found
        }
        assert quarter_after(first, first) == first + QUARTER_MS


def test_every_zone_is_in_exactly_one_wave_within_26_hours() -> None:
    zones = sorted(available_timezones() - {"Factory", "localtime"})
    for day in range(1, 29):  # over the clock changes of most zones
        slot = datetime(2026, 3, day, 2, 30)  # noqa: DTZ001 - a wall has no zone
        found, left_out = waves(slot, frozenset(zones), begins_ms=0, past="drop")
        assert sorted(zone for wave in found for zone in wave.zones) == zones
        assert left_out == ()
        assert found[-1].due_ms - found[0].due_ms <= 26 * HOUR_MS
        assert [wave.due_ms for wave in found] == sorted({wave.due_ms for wave in found})
