"""What people are shown of a campaign as numbers: entries of a history."""

from msgspec import Struct


class Books(Struct, frozen=True, tag="books"):
    """The books of a campaign (all runs together) as the product shows them at this moment."""

    at_ms: int
    campaign: str
    state: str
    qualified: int
    control: int
    sent: int
    skipped: dict[str, int]
    pending: int


class Goals(Struct, frozen=True, tag="goals"):
    """What the product shows at the end of a campaign's goal: users and events of both arms."""

    at_ms: int
    campaign: str
    users: int
    converted: int
    conversions: int
    control_users: int
    control_conversions: int
