"""The values that worlds are made of: few that meet often, and some as odd as they may come."""

from typing import Any

from domain.audience import (
    All,
    AnyOf,
    CustomList,
    Did,
    Node,
    Not,
    Property,
    Saved,
)

NOWS_MS = (
    1_774_800_000_000,  # 2026-03-29T16:00:00Z, the day of Europe's change
    1_774_746_000_000,  # 2026-03-29T01:00:00Z, its very instant
    1_792_890_000_000,  # 2026-10-25T01:00:00Z, the hour that comes twice begins
    1_709_164_800_000,  # 2024-02-29T00:00:00Z
    1_777_075_200_000,  # 2026-04-25T00:00:00Z, a day after Cairo's change at midnight
)
ACCOUNT_ZONES = ("UTC", "Europe/Kyiv", "Pacific/Auckland", "America/St_Johns", "Africa/Cairo")
USER_ZONES = (None, "Europe/Kyiv", "America/Havana", "Asia/Beirut", "UTC+05:30", "Pacific/Apia")

FEW = (1, 1.0, "pro", True, 5)
TEXTS: tuple[str, ...] = (
    "Pro",
    "",
    "5",
    "true",
    "İstanbul",
    "ΣΑΣ",
    "'; DROP TABLE users; --",
    'a"b',
    "a\0b",
    "😀",
)
TEXTS += ("100%", "2026-03-29", "2026-03-29T09:00:00+02:00", "2026-13-40", "1", "e\u0301", "é")
NUMBERS = (0, -0.0, 5.5, 1.005, -3, 0.1, 0.2, 2**53, 2**53 + 1, 10**15, 10**30, 1_774_800_000)
SCALARS: tuple[str | int | float, ...] = (*FEW, *TEXTS, *NUMBERS, 1_774_800_000_000, False)
ODD: tuple[Any, ...] = (
    None,
    {},
    {"a": 1},
    [],
    [None],
    [[1]],
    10**400,
    [1, "pro"],
    ["pro", None],
    [True, 5, 5],
)
NAMES = ("Bought", "Viewed", "Ordered'; --")
KEYS = ("price", "s1", "two words", '"')
VERSIONS = ("5.9", "5.10", "5", "5.0", "0", "v5", "", "10.0.1", "5.9-beta", "99999999999", "٣.1")
BIRTHDAYS = ("1990-03-29", "1990-03-30", "2008-02-29", "2000-10-25T12:00:00+12:00", "2030-01-01")
CITIES = ("Oslo", "OSLO", "İzmir", "São Paulo", "", 5, None, ["Oslo", "Bergen"])
AMOUNTS = (0, 0.3, 1, 1.005, 2, 5, 5.5, 6, 6.25, -3, 10**15, 10**16)
KINDS = ("did", "did", "not", "first", "sum", "average", "days", "mostly", "share", "same", "same")
LISTS = {
    "vips": frozenset({"u0", "u2", "nobody"}),
    "empty": frozenset[str](),
    "'; --": frozenset({"u1"}),
}
SAVED: dict[str, Node] = {
    "buyers": All((Did("Bought"), Not(Saved("staff")))),
    "staff": AnyOf((Property("price", "equals", "pro"), CustomList("vips"))),
}
