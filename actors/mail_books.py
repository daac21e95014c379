"""The books as people see them: part of the mail."""

from msgspec import Struct


class BooksView(Struct, frozen=True):
    """The books of one run: qualified = control + sent + sum(skipped) + pending."""

    qualified: int = 0
    control: int = 0
    sent: int = 0
    skipped: dict[str, int] = {}
    pending: int = 0


class VariantView(Struct, frozen=True):
    """The books of one variant of a run. `winner`: a test chose it for the rest."""

    name: str
    sent: int = 0
    skipped: int = 0
    pending: int = 0
    winner: bool = False


class RunView(Struct, frozen=True):
    """One run of a campaign: a slot of a schedule, or `live`."""

    run: str
    state: str
    books: BooksView
    due_ms: int | None = None
    qualified: int = 0  # as counted when the run was judged
    safety_limit: int | None = None
    sample: int | None = None  # answered with a random few
    decided_by: str = ""
    variants: tuple[VariantView, ...] = ()
    test_until_ms: int | None = None  # when the winner of its test is chosen, if it is not yet
