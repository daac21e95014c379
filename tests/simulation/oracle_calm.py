"""Lives in which nothing went wrong: there a judge may ask that everything went as it should."""

from tests.simulation.oracle_ledger import Ledger


def is_untroubled(ledger: Ledger) -> bool:
    """Whether one daemon lived through it all, Segment took everything, and nobody left."""
    well = all(answer.success for _, answer in ledger.responses.values())
    return (
        ledger.clock_is_true
        and well
        and len(ledger.daemons) == 1
        and not ledger.suppressed
        and not ledger.rotten
        and not ledger.outages
    )


def is_undisturbed(ledger: Ledger, campaign: str) -> bool:
    """Whether nobody ever paused or stopped a campaign, and it never paused itself."""
    acts = any(ledger.acts_on(campaign, "pause", "stop"))
    states = {books.state for _, books in ledger.books.get(campaign, ())}
    return not acts and not states & {"paused", "stopped", "faulted"}
