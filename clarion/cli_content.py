"""`clarion campaign preview` and `test`: a content for real users, before anybody is sent it."""

from typing import Annotated

import typer

from actors.mail_content import Preview, TestSend
from clarion.cli_common import AsOption, NameArgument
from clarion.command import asks

VariantOption = Annotated[
    str,
    typer.Option("--variant", metavar="VARIANT", help="This one instead of the user's own."),
]


@asks
def preview(
    name: NameArgument,
    by: AsOption,
    user: Annotated[
        str,
        typer.Option("--user", metavar="ID", help="For this user; without it, for somebody."),
    ] = "",
    variant: VariantOption = "",
) -> Preview:
    """Show the message of one user exactly as it would be sent. Nothing is sent."""
    return Preview(campaign=name, by=by, user=user, variant=variant)


@asks
def send_test(
    name: NameArgument,
    by: AsOption,
    users: Annotated[
        list[str] | None,
        typer.Option("--user", metavar="ID", help="To this test user; without it, to all."),
    ] = None,
    variant: VariantOption = "",
) -> TestSend:
    """Send the message now to test users, marked as a test; it counts nowhere."""
    return TestSend(campaign=name, by=by, users=tuple(users or ()), variant=variant)
