"""Letters over SMTP. What the server answered is all that can be known, and it is kept as a number."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formataddr

import aiosmtplib

from services.notifications.contacts.facts import Failure

TAKEN_OVER = 250
PERMANENT = 500


class MailFailed(Exception):
    """`code` is the server's, where one answered."""

    def __init__(self, failure: Failure, code: int | None = None) -> None:
        super().__init__(failure)
        self.failure = failure
        self.code = code


@dataclass(frozen=True, slots=True)
class Letter:
    to: str
    subject: str
    text: str
    reference: str
    """Left part of the Message-ID: a letter sent twice can be told from two letters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    host: str | None
    port: int
    starttls: bool
    user: str | None
    password: str | None
    sender: str
    sender_name: str
    seconds: float

    async def send(self, letter: Letter) -> int:
        """The server's code; raises MailFailed."""
        if self.host is None:
            raise MailFailed(Failure.NO_SERVER)
        try:
            refused, _ = await aiosmtplib.send(
                self._message(letter),
                hostname=self.host,
                port=self.port,
                start_tls=self.starttls,
                username=self.user,
                password=self.password,
                timeout=self.seconds,
            )
        except (ValueError, UnicodeError):
            raise MailFailed(Failure.NO_ADDRESS) from None
        except aiosmtplib.SMTPRecipientsRefused as error:
            raise _failed(error.recipients[0].code) from None
        except aiosmtplib.SMTPResponseException as error:
            raise _failed(error.code) from None
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            raise MailFailed(Failure.UNREACHABLE) from None
        if refused:
            raise _failed(next(iter(refused.values())).code)
        return TAKEN_OVER

    def _message(self, letter: Letter) -> EmailMessage:
        message = EmailMessage()
        message["From"] = formataddr((self.sender_name, self.sender))
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Message-ID"] = f"<{letter.reference}@{self.sender.partition('@')[2] or 'localhost'}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message


def _failed(code: int) -> MailFailed:
    return MailFailed(Failure.REFUSED if code >= PERMANENT else Failure.TEMPORARY, code)
