"""The rules of the settings' values: every problem at once, each with its place and its remedy."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from msgspec.structs import fields

from actors.mail_rehearsal import DAYS_MAX
from actors.sources import DEFAULT
from clarion.config import Config
from clarion.email_rules import email_problems
from clarion.frequency_rules import frequency_problems
from domain.facts import RESERVED
from domain.place import item, member
from domain.problem import Problem
from domain.zones import normalise
from store.retention import DAYS_MAX as KEPT_MAX
from store.retention import DAYS_MIN as KEPT_MIN

NAME_CHARS_MAX = 80
SOURCE_CHARS_MAX = 40
BODY_BYTES_MIN, BODY_BYTES_MAX = 1_024, 100 * 1_048_576
WAITING_BYTES_MAX = 4_096 * 1_048_576
MESSAGES_PER_SECOND_MAX = 100_000
REQUESTS_AT_ONCE_MAX = 64
LAG_EVENTS_MIN, LAG_EVENTS_MAX = 50_000, 1_000_000_000
"""A cursor that passes only other campaigns' events is written every 20,000: less is no lag."""
WAITING_MESSAGES_MIN, WAITING_MESSAGES_MAX = 1_000, 1_000_000
TIMEOUT_SECONDS_MIN, TIMEOUT_SECONDS_MAX = 0.1, 300.0
PORT_MAX = 65_535
UNDO_SECONDS_MAX = 600
FREE_BYTES_MAX = 2**40
MEMORY_MB_MIN, MEMORY_MB_MAX = 256, 1_048_576
THREADS_MAX = 64
CONTROL_GROUPS_MAX = 10
TEST_USERS_MAX = 10
GROUP_PERCENT_MIN, GROUP_PERCENT_MAX = 2, 5

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,}")
_PERSON_OR_GROUP = re.compile(r"[UWS][A-Z0-9]{2,}")
_SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_HOST = re.compile(r"[A-Za-z0-9._:\-\[\]]+")


def value_problems(config: Config) -> Iterator[Problem]:
    """Yield what is wrong with the values of a configuration whose shape is right."""
    yield from _account(config)
    yield from _ingest(config)
    yield from _audience(config)
    yield from _segment(config)
    yield from _slack(config)
    yield from email_problems(config.email)
    yield from _review(config)
    yield from _roles(config)
    yield from _control(config)
    yield from frequency_problems(config.frequency)


def _review(config: Config) -> Iterator[Problem]:
    days = config.review.rehearse_days
    if not 0 <= days <= DAYS_MAX:
        fix = f"Choose 1 to {DAYS_MAX}, or 0 for none."
        yield Problem("review.rehearse_days", f"{days} is not possible.", fix)
    users = config.review.test_users
    if len(users) > TEST_USERS_MAX:
        what = f"There are {len(users)} test users; at most {TEST_USERS_MAX} are possible."
        yield Problem("review.test_users", what, "Leave some out.")
    for i, user in enumerate(users):
        place = item("review.test_users", i)
        if not user.strip() or user != user.strip() or user.startswith(RESERVED):
            yield Problem(place, "It is no id of a user.", "Write the userId of their events.")
        elif user in users[:i]:
            yield Problem(place, f'"{user}" is there twice.', "Remove one.")


def _control(config: Config) -> Iterator[Problem]:
    control = config.control
    if control.system_percent:
        yield from _group("control.system_percent", control.system_percent)
    if len(control.groups) > CONTROL_GROUPS_MAX:
        what = f"There are {len(control.groups)} groups; at most {CONTROL_GROUPS_MAX} are possible."
        yield Problem("control.groups", what, "Leave some out.")
    for name, percent in control.groups.items():
        place = member("control.groups", name)
        if not name.strip() or len(name) > NAME_CHARS_MAX or not name.isprintable():
            what = "The name is empty, unprintable or too long."
            yield Problem(place, what, f"Write 1 to {NAME_CHARS_MAX} characters.")
        yield from _group(place, percent)


def _group(where: str, percent: int) -> Iterator[Problem]:
    if not GROUP_PERCENT_MIN <= percent <= GROUP_PERCENT_MAX:
        fix = f"Choose {GROUP_PERCENT_MIN} to {GROUP_PERCENT_MAX}; without it there is no group."
        yield Problem(where, f"{percent} % is not possible.", fix)


def missing_for_the_daemon(config: Config) -> Iterator[Problem]:
    """Yield what has no default and the daemon cannot do without."""
    channels = {
        "review_channel": config.slack.review_channel,
        "alerts_channel": config.slack.alerts_channel,
    }
    for name, channel in channels.items():
        if not channel and config.slack.mode != "off":
            what = "No channel is named, and Slack is on."
            fix = 'Write the id of a channel, such as "C0123ABCD", or mode = "off".'
            yield Problem(f"slack.{name}", what, fix)


def _account(config: Config) -> Iterator[Problem]:
    name, zone = config.account.name, config.account.zone
    if not name.strip() or len(name) > NAME_CHARS_MAX or not name.isprintable():
        what = "It is empty, unprintable or too long."
        yield Problem("account.name", what, f"Write 1 to {NAME_CHARS_MAX} characters.")
    if (known := normalise(zone)) != zone:
        meant = "a name such as Europe/Oslo or UTC" if known is None else f'"{known}"'
        yield Problem("account.zone", f'"{zone}" is no time zone.', f"Write {meant}.")
    if not config.data.place.strip():
        yield Problem("data.folder", "It is empty.", "Name a folder.")
    yield from _between("data.free_bytes_min", config.data.free_bytes_min, 0, FREE_BYTES_MAX)
    if (kept := config.data.keep_events_days) and not KEPT_MIN <= kept <= KEPT_MAX:
        fix = f"Choose {KEPT_MIN:,} to {KEPT_MAX:,}, or 0 to keep them for ever."
        yield Problem("data.keep_events_days", f"{kept:,} days are not possible.", fix)


def _ingest(config: Config) -> Iterator[Problem]:
    ingest = config.ingest
    yield from _door("ingest", "host", "port", ingest.host, ingest.port)
    yield from _between(
        "ingest.body_bytes_max", ingest.body_bytes_max, BODY_BYTES_MIN, BODY_BYTES_MAX
    )
    least = min(max(ingest.body_bytes_max, BODY_BYTES_MIN), BODY_BYTES_MAX)
    yield from _between(
        "ingest.waiting_bytes_max", ingest.waiting_bytes_max, least, WAITING_BYTES_MAX
    )
    yield from _between(
        "ingest.lag_events_max", ingest.lag_events_max, LAG_EVENTS_MIN, LAG_EVENTS_MAX
    )
    taken = {DEFAULT}
    for i, source in enumerate(ingest.sources):
        where = f"{item('ingest.sources', i)}.name"
        if not _SOURCE.fullmatch(source.name):
            what = f'"{source.name}" is no name of a source.'
            fix = f"Write 1 to {SOURCE_CHARS_MAX} letters, digits, - and _."
            yield Problem(where, what, fix)
        elif source.name.casefold().replace("-", "_") in taken:
            what = f'"{source.name}" is another source\'s name, or reads the same in a variable.'
            yield Problem(where, what, "Choose another name.")
        taken.add(source.name.casefold().replace("-", "_"))


def _audience(config: Config) -> Iterator[Problem]:
    memory, threads = config.audience.memory_mb_max, config.audience.threads_max
    yield from _between("audience.memory_mb_max", memory, MEMORY_MB_MIN, MEMORY_MB_MAX)
    yield from _between("audience.threads_max", threads, 1, THREADS_MAX)


def _segment(config: Config) -> Iterator[Problem]:
    segment = config.segment
    yield from _url("segment.url", segment.url, path=False)
    yield from _between(
        "segment.messages_per_second", segment.messages_per_second, 1, MESSAGES_PER_SECOND_MAX
    )
    yield from _between(
        "segment.requests_at_once_max", segment.requests_at_once_max, 1, REQUESTS_AT_ONCE_MAX
    )
    waiting = segment.waiting_messages_max
    yield from _between(
        "segment.waiting_messages_max", waiting, WAITING_MESSAGES_MIN, WAITING_MESSAGES_MAX
    )
    seconds = segment.timeout_seconds
    yield from _between(
        "segment.timeout_seconds", seconds, TIMEOUT_SECONDS_MIN, TIMEOUT_SECONDS_MAX
    )


def _slack(config: Config) -> Iterator[Problem]:
    slack = config.slack
    yield from _url("slack.api_url", slack.api_url, path=True)
    yield from _door("slack", "http_host", "http_port", slack.http_host, slack.http_port)
    if slack.mode == "http" and slack.http_port and slack.http_port == config.ingest.port:
        what = "It is the port of ingest too."
        yield Problem("slack.http_port", what, "Choose another port.")
    yield from _between("slack.undo_seconds", slack.undo_seconds, 0, UNDO_SECONDS_MAX)
    channels = {"review_channel": slack.review_channel, "alerts_channel": slack.alerts_channel}
    for name, channel in channels.items():
        if channel and not _CHANNEL.fullmatch(channel):
            fix = "Write its id, such as C0123ABCD: it stands at the end of the channel's details."
            yield Problem(f"slack.{name}", f'"{channel}" is no id of a channel.', fix)
    if slack.digest and not _CLOCK.fullmatch(slack.digest):
        fix = 'Write a time of day such as "09:00", or "" for no digest.'
        yield Problem("slack.digest", f'"{slack.digest}" is no time of day.', fix)


def _roles(config: Config) -> Iterator[Problem]:
    for field in fields(config.roles):
        for i, who in enumerate(getattr(config.roles, field.name)):
            if not _PERSON_OR_GROUP.fullmatch(who):
                fix = "Write a person's id such as U0123ABCD, from the menu of their profile, or a"
                fix += " user group's, such as S0123ABCD."
                what = f'"{who}" is no id of a person or of a user group.'
                yield Problem(item(f"roles.{field.name}", i), what, fix)


def _door(section: str, host_key: str, port_key: str, host: str, port: int) -> Iterator[Problem]:
    if not _HOST.fullmatch(host):
        what = f'"{host}" is no host.'
        yield Problem(f"{section}.{host_key}", what, "Write 127.0.0.1, 0.0.0.0 or a name.")
    yield from _between(f"{section}.{port_key}", port, 0, PORT_MAX)


def _between(where: str, value: float, least: float, most: float) -> Iterator[Problem]:
    if not least <= value <= most:
        yield Problem(where, f"{value:,} is not possible.", f"Choose {least:,} to {most:,}.")


def _url(where: str, url: str, *, path: bool) -> Iterator[Problem]:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        yield Problem(where, f'"{url}" is no address.', "Write https:// and a host.")
        return
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment:
        yield Problem(where, f'"{url}" is no address.', "Write https:// and a host.")
    elif parts.username is not None or parts.password is not None:
        yield Problem(where, "It has a user name or a password in it.", "Leave them out.")
    elif parts.path not in {"", "/"} and not path:
        fix = f"Write {parts.scheme}://{parts.netloc}, without a path."
        yield Problem(where, f'"{url}" has a path.', fix)
    elif path and not parts.path.endswith("/"):
        yield Problem(where, f'"{url}" does not end with "/".', f'Write "{url}/".')
    elif parts.scheme == "http" and not _is_here(host):
        what = "Over http:// everybody on the way could read the key."
        yield Problem(where, what, "Write https://; only this machine may be reached without it.")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
