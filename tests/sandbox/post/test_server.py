import smtplib
from collections.abc import Callable
from functools import partial

import pytest
import trio

from sandbox.post import LocalPost

Talk = Callable[[smtplib.SMTP], object]


async def talk(post: LocalPost, work: Talk) -> object:
    async with trio.open_nursery() as nursery:
        port = await nursery.start(post.serve)

        def dial() -> object:
            with smtplib.SMTP("127.0.0.1", port, timeout=60) as smtp:
                return work(smtp)

        answer = await trio.to_thread.run_sync(dial)
        nursery.cancel_scope.cancel()
    return answer


async def test_a_message_is_kept_with_its_envelope() -> None:
    post = LocalPost()
    await talk(post, lambda smtp: smtp.sendmail("a@x.test", ["b@x.test"], "Subject: Hi\n\n.dot"))
    (message,) = post.received
    assert (message.sender, message.recipients) == ("a@x.test", ("b@x.test",))
    assert message.data.endswith(b"\r\n\r\n.dot\r\n")


@pytest.mark.parametrize(
    ("commands", "status"),
    [
        (["MAIL FROM:<a@x.test>"], 503),
        (["EHLO me", "RCPT TO:<b@x.test>"], 503),
        (["EHLO me", "DATA"], 503),
        (["EHLO me", "MAIL FROM:a@x.test"], 501),
        (["EHLO me", "MAIL FROM:<a@x.test>", "MAIL FROM:<a@x.test>"], 503),
        (["EHLO me", "MAIL FROM:<a@x.test>", "RCPT TO:<nobody@x.test>"], 550),
        (["EHLO me", "STARTTLS"], 503),
        (["EHLO me", "AUTH PLAIN x"], 503),
        (["EHLO"], 501),
        (["HELP"], 500),
    ],
)
async def test_what_stands_in_the_wrong_place_is_refused(commands: list[str], status: int) -> None:
    def work(smtp: smtplib.SMTP) -> int:
        return [smtp.docmd(command)[0] for command in commands][-1]

    assert await talk(LocalPost(), work) == status


async def test_nobody_sends_without_logging_in_where_that_is_asked_for() -> None:
    def work(smtp: smtplib.SMTP) -> int:
        smtp.ehlo()
        return smtp.docmd("MAIL FROM:<a@x.test>")[0]

    assert await talk(LocalPost(user="clarion", password="secret"), work) == 530


@pytest.mark.parametrize("fault", [451, 554])
async def test_a_fault_answers_the_next_message_alone(fault: int) -> None:
    post = LocalPost()
    post.faults.append(fault)
    send = partial(smtplib.SMTP.sendmail, from_addr="a@x.test", to_addrs=["b@x.test"], msg="Hi")

    def work(smtp: smtplib.SMTP) -> int:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            send(smtp)
        send(smtp)
        return refused.value.smtp_code

    assert await talk(post, work) == fault
    assert len(post.received) == 1
