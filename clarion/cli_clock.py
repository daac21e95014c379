"""The commands on the clock: `clarion clock ...`, for when the machine's clock has leapt."""

from actors.mail import AcceptClock, ShowClock
from clarion.cli_common import AsOption
from clarion.command import asks, group

app = group("clock", "See whether the clock is held, and say that it is right.")


@app.command()
@asks
def show() -> ShowClock:
    """Say how the clock stands: right, or held because the machine's clock has leapt."""
    return ShowClock()


@app.command()
@asks
def accept(by: AsOption) -> AcceptClock:
    """Say that the machine's clock is right as it is now, so that sending goes on."""
    return AcceptClock(by=by)
