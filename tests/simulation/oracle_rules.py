"""What the judge is told of the world, since no history says it."""

from msgspec import Struct

from tests.simulation.kinds import House


class Rules(Struct, frozen=True):
    """What the world configured, and the judge cannot read in a history.

    `rate`: messages a second, 0 for one that nobody judges. `zone`: the account's. `secrets`: what
    must never be seen, besides what says `canary`. `sleeps_ms`: how much
    longer a machine may sleep than it was told to.
    """

    rate: int = 0
    zone: str = "UTC"
    requests_at_once_max: int = 4
    secrets: tuple[str, ...] = ()
    frequency: tuple[tuple[int, int, str], ...] = ()  # (most, minutes or 0, period or "")
    dwell_minutes: int = 0
    most_per_5_minutes: int = 0
    sleeps_ms: int = 0
    house: House = House()
