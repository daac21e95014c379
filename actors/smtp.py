"""The mail server: one connection a letter, encrypted unless it is on this machine.

The only module that knows smtplib. It blocks, so it is called in a worker thread.
"""

import smtplib
import ssl
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from typing import Literal, TypeAlias

from msgspec import Struct

from actors.postman import Delivered, Never, NotYet, Outcome

Security: TypeAlias = Literal["starttls", "tls", "none"]
PERMANENT = 500
"""From this status on the server says no for good."""
_FAILED = (smtplib.SMTPException, OSError, UnicodeError)


class Server(Struct, frozen=True):
    """Where letters go, and as whom. The password shows in no repr."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = ""
    name: str = "Clarion"
    timeout_seconds: float = 15.0

    def __repr__(self) -> str:
        """Show where it is, and no secret."""
        return f"Server({self.host}:{self.port}, {self.security})"


def look(server: Server, tls: ssl.SSLContext | None = None) -> str:
    """Connect, log in and leave; return what is wrong, or "" if letters could go."""
    try:
        smtp = _open(server, tls)
    except _FAILED as error:
        return told(error)
    _leave(smtp)
    return ""


def send(
    server: Server,
    to: str,
    subject: str,
    body: str,
    *,
    message_id: str,
    now_ms: int,
    tls: ssl.SSLContext | None = None,
) -> Outcome:
    """Try once. What the server said is told by its number: its words may quote the address."""
    try:
        message = _written(server, to, subject, body, message_id, now_ms)
    except ValueError:
        return Never("the address or the sender is none that a letter can have")
    try:
        smtp = _open(server, tls)
    except _FAILED as error:
        return NotYet(told(error))
    try:
        smtp.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        (status, _), *_ = error.recipients.values()
        return _refused(status)
    except smtplib.SMTPResponseException as error:
        return _refused(error.smtp_code)
    except _FAILED as error:
        return NotYet(told(error))
    finally:
        _leave(smtp)
    return Delivered()


def told(error: Exception) -> str:
    """Return what went wrong, without any word of the server's."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"the mail server refuses the user or the password ({error.smtp_code})"
        case smtplib.SMTPNotSupportedError():
            return "the mail server offers no STARTTLS, or no way to log in"
        case smtplib.SMTPResponseException():
            return f"the mail server said {error.smtp_code}"
        case ssl.SSLCertVerificationError():
            return "the mail server's certificate is not trusted"
        case ssl.SSLError():
            return "the mail server does not speak TLS as it should"
        case smtplib.SMTPServerDisconnected() | TimeoutError():
            return "the mail server did not answer"
        case OSError(strerror=why) if why:
            return f"the mail server cannot be reached: {why}"
        case _:
            return f"the mail server cannot be reached ({type(error).__name__})"


def _open(server: Server, tls: ssl.SSLContext | None) -> smtplib.SMTP:
    context = tls or ssl.create_default_context()
    place, seconds = (server.host, server.port), server.timeout_seconds
    smtp = (
        smtplib.SMTP_SSL(*place, timeout=seconds, context=context)
        if server.security == "tls"
        else smtplib.SMTP(*place, timeout=seconds)
    )
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
        else:
            smtp.ehlo_or_helo_if_needed()
    except BaseException:
        smtp.close()
        raise
    return smtp


def _leave(smtp: smtplib.SMTP) -> None:
    """Say goodbye; whatever comes of that, what was taken is taken."""
    with suppress(*_FAILED):
        smtp.quit()
    smtp.close()


def _written(
    server: Server, to: str, subject: str, body: str, message_id: str, now_ms: int
) -> EmailMessage:
    """Return the message. Raises ValueError for an address with a line break in it."""
    message = EmailMessage()
    message["From"] = formataddr((server.name, server.sender))
    message["To"] = to
    message["Subject"] = " ".join(subject.split())
    message["Date"] = format_datetime(datetime.fromtimestamp(now_ms / 1_000, UTC))
    message["Message-ID"] = f"<{message_id}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    return message


def _refused(status: int) -> Outcome:
    why = f"the mail server said {status}"
    return Never(why) if status >= PERMANENT else NotYet(why)
