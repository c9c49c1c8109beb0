"""What somebody may wish of a request, and what the desk may learn of it from the other services."""

from datetime import datetime
from uuid import UUID

from services.intake.requests.facts import FollowCode, Kind, Notice, Voice, Way
from shared.contracts.codes import Category, Door, Outcome, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import ItemCode, PersonId, RequestId, TextRef, command, value


@value
class Contact:
    item: UUID
    ways: tuple[Way, ...]


@command
class FileRequest:
    request_id: RequestId
    code: FollowCode
    door: Door
    kind: Kind
    title: TextRef | None
    narrative: TextRef
    place: TextRef | None
    requester: PersonId | None
    contact: Contact | None
    other_party: PersonId | None
    other_party_known: bool
    danger: tuple[DangerKind, ...]
    complete: bool
    at: datetime


@command
class Accept:
    at: datetime


@command
class RequestInfo:
    items: tuple[ItemCode, ...]
    note: TextRef | None
    warn_at: datetime
    due: datetime
    at: datetime


@command
class Supplement:
    text: TextRef
    danger: tuple[DangerKind, ...]
    at: datetime


@command
class InfoTimeOut:
    at: datetime


@command
class RefuseAcceptance:
    """R-22: the reason, and in the note where to go. A second person's approval is not asked for yet."""

    reason: ReasonCode
    note: TextRef
    at: datetime


@command
class Withdraw:
    note: TextRef | None
    at: datetime


@command
class NoteRouting:
    attempt: int
    category: Category
    at: datetime


@command
class NoteOutcome:
    attempt: int
    handling_id: UUID
    outcome: Outcome
    answered: bool
    handler: PersonId | None
    duties_watched: int
    sides: tuple[PersonId, ...]
    at: datetime


@command
class NoteTold:
    attempt: int
    notice: Notice
    voice: Voice
    at: datetime


@command
class NoteRating:
    attempt: int
    voice: Voice
    satisfied: bool
    at: datetime


@command
class NoteDuty:
    handling_id: UUID
    duty_id: UUID
    performed: bool
    at: datetime


@command
class RatingTimeOut:
    at: datetime


@command
class Reopen:
    reason: ReasonCode
    note: TextRef | None
    at: datetime


@command
class Archive:
    """By a person, who has seen what the requester added."""

    at: datetime


Notes = NoteRouting | NoteOutcome | NoteTold | NoteRating | NoteDuty | RatingTimeOut
Acts = Accept | RequestInfo | Supplement | InfoTimeOut | RefuseAcceptance | Withdraw | Reopen | Archive
RequestCommand = FileRequest | Acts | Notes
