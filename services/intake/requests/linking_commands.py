"""What officers wish of requests about one matter, and what the lead's record makes of the others."""

from datetime import datetime
from uuid import UUID

from services.intake.requests.linking_facts import SameAs
from shared.contracts.codes import Category, Channel, Outcome, OutcomeDetail, ReasonCode
from shared.kernel import PersonId, RequestId, TextRef, command, value


@value
class Lead:
    """What the request to go on with is at this moment."""

    request_id: RequestId
    open: bool
    finished: bool
    """It has a result."""
    linked_to: RequestId | None
    danger: bool
    category: Category | None
    requester: PersonId | None


@command
class LinkDuplicate:
    lead: Lead
    relation: SameAs
    note: TextRef | None
    at: datetime


@command
class SplitLink:
    """It is not the same matter after all, or the lead ended without a result."""

    reason: ReasonCode
    note: TextRef | None
    at: datetime


@command
class JoinVoice:
    """On the lead."""

    member: RequestId
    relation: SameAs
    at: datetime


@command
class LeaveVoice:
    member: RequestId
    at: datetime


@command
class NoteSharedOutcome:
    lead: RequestId
    attempt: int
    handling_id: UUID
    channel: Channel
    outcome: Outcome
    detail: OutcomeDetail | None
    answer: TextRef | None
    answered: bool
    handler: PersonId | None
    at: datetime


LinkingCommand = LinkDuplicate | SplitLink | JoinVoice | LeaveVoice | NoteSharedOutcome
