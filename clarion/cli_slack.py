"""`clarion slack manifest`: what to paste into Slack when the app is made."""

import json
import sys
from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot.manifest import manifest as of_slack
from clarion.cli_common import USAGE
from clarion.command import group
from clarion.printing import refuse

app = group("slack", "Set up the Slack app.")


@app.callback()
def _slack() -> None:
    """Set up the Slack app."""


@app.command()
def manifest(
    url: Annotated[
        str,
        typer.Option(
            "--url", metavar="URL", help="The https address of slack.http_port, for mode http."
        ),
    ] = "",
) -> None:
    """Print the app's manifest as JSON: for Socket Mode, or with --url for HTTP."""
    parts = urlsplit(url)
    if url and (parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment):
        refuse(f"{url} is no https address.", "Slack calls https only, such as https://host.")
        raise typer.Exit(USAGE)
    sys.stdout.write(json.dumps(of_slack(url), indent=2) + "\n")
