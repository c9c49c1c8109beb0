"""What somebody may wish of a request, and what the desk may learn of it from the other services."""

from datetime import datetime
from uuid import UUID

from services.intake.requests.facts import FollowCode, Kind, Notice, Reach, Source, Voice
from services.intake.requests.linking_commands import LinkingCommand
from shared.contracts.codes import Category, Door, Outcome, ReasonCode, Role
from shared.contracts.danger import DangerKind
from shared.kernel import ItemCode, PersonId, RequestId, TextRef, command


@command
class FileRequest:
    request_id: RequestId
    code: FollowCode
    door: Door
    kind: Kind
    narrative: TextRef
    at: datetime
    title: TextRef | None = None
    place: TextRef | None = None
    requester: PersonId | None = None
    contact: Reach | None = None
    other_party: PersonId | None = None
    other_party_known: bool = False
    danger: tuple[DangerKind, ...] = ()
    complete: bool = True
    source: Source | None = None
    """None: the person himself, at the form of the portal or by a court."""
    by: Role | None = None
    """In which role it was brought to a door that has a source."""


@command
class NoteAgreement:
    """Who never asked was asked, and said yes."""

    at: datetime


@command
class NoteFeedback:
    text: TextRef
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
class NoteTrouble:
    """A follow-up visit found that it began again. `attempt`: of the result that was visited."""

    attempt: int
    note: TextRef | None
    at: datetime


@command
class Archive:
    """By a person, who has seen what the requester added."""

    at: datetime


Notes = NoteRouting | NoteOutcome | NoteTold | NoteRating | NoteDuty | RatingTimeOut
Doors = NoteAgreement | NoteFeedback
Acts = Accept | RequestInfo | Supplement | InfoTimeOut | RefuseAcceptance | Withdraw | Reopen | Archive
RequestCommand = FileRequest | Doors | Acts | Notes | NoteTrouble | LinkingCommand
