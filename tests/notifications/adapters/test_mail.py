"""Letters to a real SMTP server, kind and unkind."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from services.notifications.adapters.mail import Letter, MailFailed, MailServer
from services.notifications.contacts.facts import Failure

LETTER = Letter("lin@example.org", "有结果了 / There is a result", "事情已经办结。\n", "0001.1")


class PostOffice:
    """Takes letters, or answers what it was told to answer."""

    def __init__(self, at_recipient: str = "250 OK", at_data: str = "250 OK") -> None:
        self.at_recipient = at_recipient
        self.at_data = at_data
        self.letters: list[EmailMessage] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.at_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.letters.append(message_from_bytes(content, policy=policy.default))
        return self.at_data


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def opened(office: PostOffice) -> Iterator[MailServer]:
    controller = Controller(office, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield server(controller.port)
    finally:
        controller.stop()


def server(port: int, host: str | None = "127.0.0.1") -> MailServer:
    return MailServer(
        host=host,
        port=port,
        starttls=False,
        user=None,
        password=None,
        sender="desk@lounge.example",
        sender_name="警务汇客厅",
        seconds=5,
    )


async def test_a_letter_arrives_as_it_was_written() -> None:
    office = PostOffice()
    with opened(office) as mail:
        assert await mail.send(LETTER) == 250
    (letter,) = office.letters
    assert letter["To"] == "lin@example.org"
    assert letter["Subject"] == LETTER.subject
    assert letter["Message-ID"] == "<0001.1@lounge.example>"
    assert letter["From"].addresses[0].display_name == "警务汇客厅"
    assert letter.get_content().splitlines() == ["事情已经办结。"]


@pytest.mark.parametrize(
    ("office", "failure", "code"),
    [
        (PostOffice(at_recipient="550 no such person"), Failure.REFUSED, 550),
        (PostOffice(at_recipient="451 later"), Failure.TEMPORARY, 451),
        (PostOffice(at_data="554 not here"), Failure.REFUSED, 554),
        (PostOffice(at_data="452 full"), Failure.TEMPORARY, 452),
    ],
)
async def test_what_the_server_says_decides_whether_to_try_again(
    office: PostOffice, failure: Failure, code: int
) -> None:
    with opened(office) as mail, pytest.raises(MailFailed) as refused:
        await mail.send(LETTER)
    assert (refused.value.failure, refused.value.code) == (failure, code)


async def test_a_server_that_is_not_there_may_come_back() -> None:
    with pytest.raises(MailFailed) as refused:
        await server(free_port()).send(LETTER)
    assert (refused.value.failure, refused.value.code) == (Failure.UNREACHABLE, None)


async def test_without_a_server_the_state_says_so() -> None:
    with pytest.raises(MailFailed) as refused:
        await server(25, host=None).send(LETTER)
    assert refused.value.failure is Failure.NO_SERVER


@pytest.mark.parametrize("address", ["lin@example.org\r\nBcc: all@example.org", ""])
async def test_an_address_that_is_none_never_reaches_the_server(address: str) -> None:
    office = PostOffice()
    with opened(office) as mail, pytest.raises(MailFailed) as refused:
        await mail.send(replace(LETTER, to=address))
    assert refused.value.failure is Failure.NO_ADDRESS
    assert office.letters == []
