"""Who is there in the tests of the actors, when and where, and what they run."""

from actors.verifying import Target
from domain.campaign import Campaign, Trigger

ANA, BEN, CLEO = "U0ANA00001", "U0BEN00002", "U0CLEO0003"
START_MS = 1_774_000_000_000  # 2026-03-20T09:46:40Z, 10:46:40 in Oslo
ZONE = "Europe/Oslo"
HOUR_MS = 3_600_000
KEY = bytes(range(32))
TARGET = Target("https://segment.test", "write-key")

LIVE = Campaign(name="Coupon", kind="live", trigger=Trigger(event="Order Completed"))
PAST = Campaign(name="Win back", kind="past_behaviour")
