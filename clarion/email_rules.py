"""The rules of the mail server's settings: every problem at once."""

import ipaddress
import re
from collections.abc import Iterator

from clarion.config import Email
from domain.place import member
from domain.problem import Problem

PORT_MAX = 65_535
TIMEOUT_SECONDS_MIN, TIMEOUT_SECONDS_MAX = 1.0, 120.0
ADDRESS_CHARS_MAX = 254

_ADDRESS = re.compile(r"[^\s@<>,;\"]{1,64}@[A-Za-z0-9.-]*[A-Za-z0-9]", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9._:\-\[\]]*")
_PERSON = re.compile(r"[A-Za-z0-9._@-]{1,64}")


def email_problems(email: Email) -> Iterator[Problem]:
    """Yield what is wrong; without a host only what is said is judged."""
    if not _HOST.fullmatch(email.host):
        yield Problem("email.host", f'"{email.host}" is no host.', "Write a name, or an address.")
    if not 1 <= email.port <= PORT_MAX:
        fix = f"Choose 1 to {PORT_MAX:,}."
        yield Problem("email.port", f"{email.port:,} is not possible.", fix)
    if not TIMEOUT_SECONDS_MIN <= email.timeout_seconds <= TIMEOUT_SECONDS_MAX:
        fix = f"Choose {TIMEOUT_SECONDS_MIN:g} to {TIMEOUT_SECONDS_MAX:g}."
        what = f"{email.timeout_seconds:g} is not possible."
        yield Problem("email.timeout_seconds", what, fix)
    if email.host and not email.sender:
        fix = "Write the address that e-mails come from, such as clarion@example.com."
        yield Problem("email.from", "It is missing, and there is a mail server.", fix)
    if email.sender and not is_address(email.sender):
        yield Problem("email.from", f'"{email.sender}" is no address.', "Write name@host.")
    if email.security == "none" and email.host and not _is_here(email.host):
        what = "Without TLS everybody on the way could read what is sent."
        fix = 'Write "starttls" or "tls"; only this machine may be reached without it.'
        yield Problem("email.security", what, fix)
    for who, address in email.addresses.items():
        where = member("email.addresses", who)
        if not _PERSON.fullmatch(who):
            yield Problem(where, f'"{who}" is no id of a person.', "Write an id like U0123ABCD.")
        if not is_address(address):
            yield Problem(where, f'"{address}" is no address.', "Write name@host.")


def is_address(text: str) -> bool:
    """Tell whether a letter can be sent there: a name and a host, in letters of ASCII."""
    short = len(text) <= ADDRESS_CHARS_MAX
    return short and text.isascii() and _ADDRESS.fullmatch(text) is not None


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
