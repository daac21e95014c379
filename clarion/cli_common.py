"""What the commands share: their options, finding the daemon, reading a file, answering."""

import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn, assert_never

import typer
from msgspec import Struct

from actors.mail import Answer, BackedUp, Done, Listed, Reached, Refused, Request, Show
from actors.mail_attention import Attention
from actors.mail_audience import Audiences, AudienceShown, Exported, Weighed
from actors.mail_content import Previewed
from actors.mail_copy import CopyStatus
from actors.mail_files import FileStands
from actors.mail_forms import FormStands
from actors.mail_intake import Intake
from actors.mail_limits import LimitsShown
from actors.mail_names import NamesFound
from actors.mail_people import UserShown
from actors.mail_rehearsal import Rehearsed
from actors.mail_report import Report
from actors.mail_schema import Schema
from actors.mail_trust import Aside, Connection, PausedAll, Told
from clarion import (
    printing,
    showing,
    showing_audience,
    showing_intake,
    showing_limits,
    showing_people,
    showing_schema,
    showing_trust,
)
from clarion.client import ANSWER_SECONDS_MAX, NoDaemon, ask
from clarion.config import Config
from clarion.settings import load_config
from clarion.showing_content import print_previewed
from clarion.showing_estimate import print_estimate
from clarion.socket_file import socket_path
from domain import toml_source
from domain.problem import Problem
from domain.review import PUBLISHED
from domain.slots import Slot
from domain.verifying import UNVERIFIED

OK, REFUSED, USAGE, NO_DAEMON, FENCED = 0, 1, 2, 3, 4
"""The exit codes of every command."""
CONFIG_NAME = "config.toml"
STDIN = "-"

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        envvar="CLARION_CONFIG",
        metavar="FILE",
        help="The configuration file; else ./config.toml if there is one, else the defaults.",
    ),
]
DataOption = Annotated[
    Path | None,
    typer.Option(
        "--data",
        envvar="CLARION_DATA",
        metavar="FOLDER",
        help="The daemon's folder of data, in place of the configuration's.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
AsOption = Annotated[
    str, typer.Option("--as", metavar="ID", help="Who you are: your Slack user id.")
]
FileArgument = Annotated[
    str, typer.Argument(metavar="FILE", help="A definition as TOML; - reads standard input.")
]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The campaign's name or id.")]


class Checked(Struct, frozen=True, tag=True):
    """What `clarion campaign check --json` prints: `ok` without problems; notes may surprise."""

    source: str
    ok: bool
    name: str = ""
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    next_runs: tuple[Slot, ...] = ()  # if it were published now


class Where(Struct, frozen=True):
    """How one command was called: which daemon it means, and who reads its answer."""

    config: Config
    folder: Path
    json: bool

    @property
    def zone(self) -> str:
        """The account's time zone."""
        return self.config.account.zone

    def ask(self, request: Request, *, timeout_seconds: float = ANSWER_SECONDS_MAX) -> Answer:
        """Ask the daemon; without one the command ends here."""
        try:
            return ask(socket_path(self.folder), request, timeout_seconds=timeout_seconds)
        except NoDaemon as error:
            self.refuse(error.what, error.fix, code=NO_DAEMON)

    def refuse(self, what: str, fix: str, *, code: int = REFUSED) -> NoReturn:
        """Say no, and end the command."""
        if self.json:
            printing.print_json(Refused(what=what, fix=fix))
        else:
            printing.refuse(what, fix)
        raise typer.Exit(code)

    def finish(self, answer: Answer, source: "Read | None" = None) -> None:
        """Print an answer; a refusal ends the command. Problems get the lines of their source."""
        if isinstance(answer, Refused) and source is not None:
            lines = toml_source.with_lines(list(answer.problems), source.loaded)
            answer = Refused(what=answer.what, fix=answer.fix, problems=tuple(lines))
        if self.json:
            printing.print_json(answer)
        else:
            self._print(answer, source)
        if isinstance(answer, Refused):
            raise typer.Exit(REFUSED)

    def _print(self, answer: Answer, source: "Read | None") -> None:
        match answer:
            case Done():
                _print_done(answer)
            case Listed(campaigns=campaigns):
                showing.print_list(campaigns, self.zone)
            case BackedUp(path=path, bytes=size, took_ms=took_ms):
                took = f"{took_ms / 1000:.1f} s"
                printing.say(f"{path}: {size:,} bytes in {took}, every page of it looked at.")
            case Aside():
                showing_trust.print_aside(answer, self.zone)
            case Told():
                showing_trust.print_told(answer)
            case PausedAll():
                showing_trust.print_paused_all(answer)
            case Intake() | UserShown() | Schema() | Previewed() | Connection() | LimitsShown():
                _print_beside(answer, self.zone)
            case (
                FileStands()
                | Report()
                | Rehearsed()
                | FormStands()
                | NamesFound()
                | Attention()
                | Weighed()
            ):
                raise AssertionError("whoever asks for these shows them")
            case Reached() | Audiences() | AudienceShown() | Exported() | CopyStatus():
                showing_audience.print_answer(answer, self.zone)
            case Refused():
                _print_refusal(answer, source)
            case _:
                assert_never(answer)

    def show(self, name: str) -> Done:
        """Return one campaign, whole; if there is none the command ends here."""
        answer = self.ask(Show(name=name))
        if not isinstance(answer, Done):
            self.finish(answer)
        assert isinstance(answer, Done), "any other answer to Show has ended the command"
        return answer


def _print_done(answer: Done) -> None:
    printing.say(answer.message)
    if (view := answer.campaign) is None:
        return
    if view.estimate is not None:
        print_estimate(view.estimate)
    if view.unverified and view.state in PUBLISHED:
        printing.say(UNVERIFIED)


def _print_beside(
    answer: Intake | UserShown | Schema | Previewed | Connection | LimitsShown, zone: str
) -> None:
    match answer:
        case LimitsShown():
            showing_limits.print_limits(answer)
        case Intake():
            showing_intake.print_intake(answer, zone)
        case UserShown():
            showing_people.print_user(answer)
        case Previewed():
            print_previewed(answer)
        case Schema():
            showing_schema.print_schema(answer, zone)
        case Connection():
            showing_trust.print_connection(answer)


def _print_refusal(refused: Refused, source: "Read | None") -> None:
    if refused.problems:
        printing.print_problems(refused.problems, source.name if source else "The definition")
    else:
        printing.refuse(refused.what, refused.fix)


class Read(Struct, frozen=True):
    """A file that was read: its name, and its text's places."""

    name: str
    loaded: toml_source.Loaded


def config_path(config: Path | None) -> Path | None:
    """Return the configuration file that is meant: the one named, or the one that lies here."""
    if config is not None:
        return config
    here = Path(CONFIG_NAME)
    return here if here.is_file() else None


def where(config: Path | None, data: Path | None, *, json: bool) -> Where:
    """Read the configuration; one that cannot be used ends the command."""
    path = config_path(config)
    found = load_config(path)
    if isinstance(found, Config):
        folder = found.data.folder if data is None else data.expanduser().absolute()
        return Where(found, folder, json)
    return end_with_problems(found, str(path), json=json)


def end_with_problems(problems: list[Problem], source: str, *, json: bool) -> NoReturn:
    """Print everything that is wrong with a file, and end the command."""
    if json:
        printing.print_json(Checked(source=source, ok=False, problems=tuple(problems)))
    else:
        printing.print_problems(problems, source)
    raise typer.Exit(REFUSED)


def name_of(file: str) -> str:
    """Return what a file is called when something is wrong with it."""
    return "standard input" if file == STDIN else file


def read_text(file: str) -> str:
    """Return a file's text, no more of it than a definition may have and one byte."""
    most = toml_source.TEXT_BYTES_MAX + 1
    try:
        if file == STDIN:
            return sys.stdin.buffer.read(most).decode()
        with Path(file).open("rb") as opened:
            return opened.read(most).decode()
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{file}: it is not UTF-8 text.", param_hint="FILE") from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)
        raise typer.BadParameter(f"{file}: {why}.", param_hint="FILE") from None
