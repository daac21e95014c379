import datetime as dt
import email
import email.policy
import ipaddress
import ssl
from functools import partial
from pathlib import Path

import pytest
import trio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec.structs import replace

from actors import smtp
from actors.postman import Delivered, Never, NotYet, Outcome
from actors.smtp import Security, Server
from sandbox.post import LocalPost

NOW_MS = 1_774_000_000_000
SERVER = Server("127.0.0.1", 0, "none", "clarion@example.com", name="Léa & Co", timeout_seconds=60)


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what the server shows, and a client that trusts it alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "local.test")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "cert.pem", folder / "key.pem"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(pem, secret)
    return shown, ssl.create_default_context(cafile=str(pem))


async def sent(
    post: LocalPost,
    server: Server = SERVER,
    to: str = "ana@example.com",
    subject: str = "Held",
    tls: ssl.SSLContext | None = None,
) -> Outcome:
    async with trio.open_nursery() as nursery:
        port = await nursery.start(post.serve)
        there = replace(server, port=port)
        outcome = await trio.to_thread.run_sync(
            partial(smtp.send, there, to, subject, "Üben.", message_id="m1", now_ms=NOW_MS, tls=tls)
        )
        nursery.cancel_scope.cancel()
    return outcome


async def test_a_letter_arrives_whole_and_once() -> None:
    post = LocalPost()
    assert await sent(post, subject="“Spring”\nBcc: all@x.test") == Delivered()
    (message,) = post.received
    read = email.message_from_bytes(message.data, policy=email.policy.default)
    assert message.recipients == ("ana@example.com",)
    assert read["Subject"] == "“Spring” Bcc: all@x.test"
    assert read["Bcc"] is None
    assert read["From"].addresses[0].display_name == "Léa & Co"
    assert read["Message-ID"] == "<m1@example.com>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Date"].datetime.timestamp() * 1_000 == NOW_MS
    assert read.get_content().splitlines() == ["Üben."]


@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_letter_goes_encrypted_and_by_name(tmp_path: Path, security: Security) -> None:
    shown, trusting = certificate(tmp_path)
    post = LocalPost(tls=shown, implicit=security == "tls", user="clarion", password="s3cret")
    server = replace(SERVER, security=security, user="clarion", password="s3cret")
    assert await sent(post, server, tls=trusting) == Delivered()
    assert (post.received[0].encrypted, post.received[0].user) == (True, "clarion")


async def test_a_server_that_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    shown, _ = certificate(tmp_path)
    post = LocalPost(tls=shown, user="clarion", password="s3cret")
    server = replace(SERVER, security="starttls", user="clarion", password="s3cret")
    outcome = await sent(post, server)
    assert outcome == NotYet("the mail server's certificate is not trusted")


async def test_without_encryption_where_it_is_asked_for_nothing_is_sent() -> None:
    post = LocalPost()
    outcome = await sent(post, replace(SERVER, security="starttls"))
    assert (outcome, post.received) == (
        NotYet("the mail server offers no STARTTLS, or no way to log in"),
        [],
    )


async def test_a_wrong_password_may_be_put_right_so_it_is_tried_again(tmp_path: Path) -> None:
    shown, trusting = certificate(tmp_path)
    post = LocalPost(tls=shown, user="clarion", password="s3cret")
    server = replace(SERVER, security="starttls", user="clarion", password="wrong")
    outcome = await sent(post, server, tls=trusting)
    assert outcome == NotYet("the mail server refuses the user or the password (535)")


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (451, NotYet("the mail server said 451")),
        (554, Never("the mail server said 554")),
        ("reset", NotYet("the mail server did not answer")),
    ],
)
async def test_what_the_server_answers_decides_whether_it_is_tried_again(
    fault: int | str, outcome: Outcome
) -> None:
    post = LocalPost()
    post.faults.append(fault)
    assert await sent(post) == outcome


async def test_an_address_that_the_server_does_not_know_is_never_tried_again() -> None:
    assert await sent(LocalPost(), to="nobody@example.com") == Never("the mail server said 550")


async def test_an_address_with_a_line_break_is_none() -> None:
    outcome = await sent(LocalPost(), to="ana@example.com\nBcc: all@x.test")
    assert isinstance(outcome, Never)


async def test_a_server_that_is_not_there_is_tried_again_and_found_by_a_look() -> None:
    server = replace(SERVER, port=9)
    outcome = smtp.send(server, "a@x.test", "S", "B", message_id="m", now_ms=NOW_MS)
    assert isinstance(outcome, NotYet)
    assert "Connection refused" in smtp.look(server)


async def test_a_look_sends_nothing() -> None:
    post = LocalPost()
    async with trio.open_nursery() as nursery:
        port = await nursery.start(post.serve)
        found = await trio.to_thread.run_sync(smtp.look, replace(SERVER, port=port))
        nursery.cancel_scope.cancel()
    assert (found, post.received, post.refused) == ("", [], [])


def test_a_server_shows_no_password() -> None:
    assert "s3cret" not in repr(replace(SERVER, password="s3cret"))
