"""What somebody may wish of the contact with the people of a request."""

from datetime import datetime
from uuid import UUID

from services.notifications.contacts.facts import NOTHING_MORE, REQUESTER, About, Failure, Particulars, Voice
from shared.kernel import PersonId, RequestId, TextRef, command


@command
class OpenContact:
    request_id: RequestId
    requester: PersonId | None
    at: datetime


@command
class LearnReach:
    voice: Voice
    contact: UUID
    at: datetime


@command
class Tell:
    """`cause` is the record that is told of: one message a side for each."""

    cause: UUID
    about: About
    voices: tuple[Voice, ...] = (REQUESTER,)
    everybody: bool = False
    """Also every other party that was told of anything before."""
    officer: bool = False
    """Also who signed for the handling."""
    particulars: Particulars = NOTHING_MORE
    attempt: int = 1
    """Of the record, where it has one; the contact never counts backwards."""
    at: datetime


@command
class AskVerdict:
    attempt: int
    voices: tuple[Voice, ...]
    at: datetime


@command
class Rate:
    voice: Voice
    satisfied: bool
    comment: TextRef | None
    at: datetime


@command
class NoteDelivered:
    message_id: UUID
    code: int
    at: datetime


@command
class NoteFailure:
    message_id: UUID
    failure: Failure
    code: int | None
    at: datetime


@command
class RetryDelivery:
    message_id: UUID
    at: datetime


ContactCommand = OpenContact | LearnReach | Tell | AskVerdict | Rate | NoteDelivered | NoteFailure | RetryDelivery
