"""What can happen to requests about one matter. Each keeps its own stream, requester and feedback (invariant 6)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.contracts.codes import Channel, Outcome, OutcomeDetail, ReasonCode
from shared.kernel import PersonId, RequestId, TextRef, fact


class SameAs(StrEnum):
    """How a request stands to the one that it goes on with."""

    REPEAT = "repeat"
    SUPPORTER = "supporter"
    OTHER_VOICE = "other_voice"


@fact("duplicate_linked")
class DuplicateLinked:
    request_id: RequestId
    lead: RequestId
    relation: SameAs
    note: TextRef | None
    occurred_at: datetime


@fact("link_undone")
class LinkUndone:
    request_id: RequestId
    lead: RequestId
    reason: ReasonCode
    note: TextRef | None
    resumes: bool
    """It goes on by itself; False where it ends or is reopened by the same command."""
    occurred_at: datetime


@fact("voice_joined")
class VoiceJoined:
    """On the stream of the lead: supporter `number`, counted from 1 and never given twice."""

    request_id: RequestId
    member: RequestId
    relation: SameAs
    number: int
    occurred_at: datetime


@fact("voice_left")
class VoiceLeft:
    request_id: RequestId
    member: RequestId
    occurred_at: datetime


@fact("shared_outcome_noted")
class SharedOutcomeNoted:
    """The lead's result is this request's result too; its requester is told and asked for himself."""

    request_id: RequestId
    lead: RequestId
    attempt: int
    handling_id: UUID
    channel: Channel
    outcome: Outcome
    detail: OutcomeDetail | None
    answer: TextRef | None
    answered: bool
    handler: PersonId | None
    occurred_at: datetime


LinkingEvent = DuplicateLinked | LinkUndone | VoiceJoined | VoiceLeft | SharedOutcomeNoted
