"""The command line: `clarion run`, `check`, `reach`, `demo`, and `clarion campaign ...`."""

import logging
import os
from functools import partial
from importlib.metadata import version
from typing import Annotated

import trio
import typer
from msgspec import Struct

from actors.mail import Reach
from clarion import (
    checks,
    cli_audience,
    cli_audit,
    cli_campaign,
    cli_clock,
    cli_connection,
    cli_content,
    cli_dead,
    cli_folder,
    cli_import,
    cli_inquiry,
    cli_limits,
    cli_rehearse,
    cli_report,
    cli_schema,
    cli_slack,
    cli_user,
    fault_env,
    logs,
    printing,
)
from clarion.checks import Finding
from clarion.cli_common import (
    FENCED,
    REFUSED,
    USAGE,
    ConfigOption,
    FileArgument,
    JsonOption,
    Where,
    config_path,
    end_with_problems,
)
from clarion.cli_definition import read_definition
from clarion.command import asks
from clarion.settings import Settings, load
from domain.problem import Problem
from store.disk import is_no_room
from store.errors import Fenced, NoRoom, StoreError
from store.migrations import BrokenSchema

DISTRIBUTION = "clarion-campaigns"
_log = logging.getLogger(__name__)

app = typer.Typer(
    name="clarion",
    help="Campaigns that marketers run from Slack, and that leave through Segment.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(cli_campaign.app)
app.add_typer(cli_audience.app)
app.add_typer(cli_audit.app)
app.command(name="backup")(cli_folder.back_up)
app.command(name="restore")(cli_folder.restore)
app.command()(cli_folder.compact)
app.add_typer(cli_dead.app)
app.add_typer(cli_user.app)
app.add_typer(cli_import.app)
app.add_typer(cli_connection.app)
app.command()(cli_inquiry.why)
cli_campaign.app.command()(cli_content.preview)
cli_campaign.app.command(name="test")(cli_content.send_test)
app.command()(cli_schema.schema)
app.command()(cli_report.report)
app.command()(cli_limits.limits)
app.command()(cli_rehearse.rehearse)
app.command()(cli_inquiry.status)
app.command()(cli_inquiry.pause)
app.add_typer(cli_clock.app)
app.add_typer(cli_slack.app)


class CheckedSettings(Struct, frozen=True, tag=True):
    """What `clarion check --json` prints: `ok` without problems, all findings well."""

    ok: bool
    problems: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()


def main() -> None:
    """Run the command line and exit; whatever happens, without a traceback on the screen."""
    logging.getLogger().addHandler(logging.NullHandler())  # else Python prints what nobody logs
    try:
        fault_env.listen(os.environ)
        app(prog_name="clarion")
    except fault_env.WrongFaultPoint as wrong:
        printing.refuse(str(wrong), "Unset the variable, unless you test Clarion itself.")
        raise SystemExit(USAGE) from None
    except Exception:  # noqa: BLE001 - a person gets an id; the log has the rest
        name = logs.error_id()
        _log.exception("the command failed, error %s", name)
        printing.refuse(
            f"Something went wrong (id {name}).",
            "`clarion --verbose ...` shows what; report it with the id if it comes again.",
        )
        raise SystemExit(REFUSED) from None


def _show_version(wanted: bool) -> None:
    if wanted:
        print(f"clarion {version(DISTRIBUTION)}")
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_show_version, help="Print the version and exit."
        ),
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Log what happens to standard error, errors whole.")
    ] = False,
) -> None:
    if verbose:
        logs.set_up("debug", "text")


@app.command()
def run(
    config: ConfigOption = None,
    adopt: Annotated[
        bool,
        typer.Option(
            "--adopt",
            help="Go on with a database that was restored or copied; for this one start.",
        ),
    ] = False,
) -> None:
    """Run the daemon until SIGTERM or Ctrl-C."""
    # What only a daemon needs would cost every other command its time to start.
    from clarion.process import Ready, run_daemon  # noqa: PLC0415 - see above

    path = config_path(config)
    settings = load(path, os.environ)
    if not isinstance(settings, Settings):
        end_with_problems(settings, str(path or "The environment"), json=False)
    logs.set_up(settings.log.level, settings.log.format, settings.secrets.values)

    started: list[Ready] = []

    def ready(listening: Ready) -> None:
        started.append(listening)
        _log.info(
            "%s is ready: events at %s, Slack %s",
            settings.account.name,
            listening.ingest,
            listening.slack,
        )

    try:
        wall = fault_env.wall_clock(os.environ)
        trio.run(partial(run_daemon, settings, ready=ready, adopt=adopt, wall=wall))
    except BaseException as error:
        if (expected := expected_failures(error)) is None:
            raise
        happened = "The daemon stopped" if started else "The daemon did not start"
        for each in expected:
            printing.refuse(f"{happened}.", each)
        raise typer.Exit(FENCED if is_fenced(error) else REFUSED) from None


def is_fenced(error: BaseException) -> bool:
    """Tell whether another daemon has taken the folder over."""
    if isinstance(error, BaseExceptionGroup):
        return any(is_fenced(each) for each in error.exceptions)
    return isinstance(error, Fenced)


def expected_failures(error: BaseException) -> list[str] | None:
    """Return what to tell a person of failures that name their own remedy; None of any other."""
    if isinstance(error, BaseExceptionGroup):
        told = [expected_failures(each) for each in error.exceptions]
        return None if None in told else [text for texts in told for text in texts or ()]
    if isinstance(error, OSError) and is_no_room(error):
        return [str(NoRoom(error.filename))]
    if isinstance(error, StoreError | BrokenSchema | OSError):
        return [str(error)]
    return None


@app.command()
def check(
    config: ConfigOption = None,
    send_test_event: Annotated[
        bool,
        typer.Option("--send-test-event", help="Send one event to Segment, with the write key."),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Check the configuration, then the folder, the ports, Segment and Slack."""
    path = config_path(config)
    settings = load(path, os.environ)
    if not isinstance(settings, Settings):
        if json:
            printing.print_json(CheckedSettings(ok=False, problems=tuple(settings)))
            raise typer.Exit(REFUSED)
        end_with_problems(settings, str(path or "The environment"), json=False)
    said = f"{path or 'The defaults'} and the secrets are in order."
    found = [
        Finding("configuration", True, said),
        *trio.run(partial(checks.look, settings, send_test_event=send_test_event)),
    ]
    ok = all(each.ok for each in found)
    if json:
        printing.print_json(CheckedSettings(ok=ok, findings=tuple(found)))
    else:
        printing.print_findings(found)
    if not ok:
        raise typer.Exit(REFUSED)


@app.command()
@asks
def reach(call: Where, file: FileArgument) -> None:
    """Count whom a definition would reach now: the number, and the waterfall to it."""
    source = read_definition(file, call)
    call.finish(call.ask(Reach(definition=source.campaign)), source)


@app.command()
def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help="Let scripted marketers play the whole story.")
    ] = False,
    seconds: Annotated[
        float | None,
        typer.Option(
            "--for", min=1.0, metavar="SECONDS", help="Go on for so long, and to the story's end."
        ),
    ] = None,
    json: JsonOption = False,
    seed: Annotated[int, typer.Option("--seed", help="What chance in the demo begins with.")] = 1,
    slack_port: Annotated[
        int, typer.Option("--slack-port", min=0, max=65_535, help="The local Slack's; 0: any.")
    ] = 0,
    segment_port: Annotated[
        int, typer.Option("--segment-port", min=0, max=65_535, help="The local Segment's; 0: any.")
    ] = 0,
    ingest_port: Annotated[
        int, typer.Option("--ingest-port", min=0, max=65_535, help="Where events come in; 0: any.")
    ] = 0,
) -> None:
    """Try everything on this machine: a local Slack, a local Segment and a shop."""
    from clarion.demo import demo as play  # noqa: PLC0415 - the sandbox is heavy, and only for this

    code = play(
        headless=headless,
        seconds=seconds,
        json=json,
        seed=seed,
        slack_port=slack_port,
        segment_port=segment_port,
        ingest_port=ingest_port,
    )
    raise typer.Exit(code)
