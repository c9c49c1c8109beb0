"""What intake publishes of requests about one matter: joined with their voices kept, parted again, answered."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.codes import Channel, Outcome, OutcomeDetail, ReasonCode
from shared.kernel import PersonId, RequestId, TextRef


class SameAs(StrEnum):
    REPEAT = "repeat"
    """The same person, again (R-22)."""
    SUPPORTER = "supporter"
    """Somebody else, on the same side."""
    OTHER_VOICE = "other_voice"
    """The other side of the dispute."""


class DuplicateLinkedV1(Contract):
    """It goes on with `lead`; it keeps its requester and its feedback."""

    fact: ClassVar[str] = "duplicate_linked"
    request_id: RequestId
    lead: RequestId
    relation: SameAs
    at: datetime


class LinkUndoneV1(Contract):
    fact: ClassVar[str] = "link_undone"
    request_id: RequestId
    lead: RequestId
    reason: ReasonCode
    resumes: bool
    """It is decided on by itself from now on; False where it ends, or is reopened, which is told apart."""
    at: datetime


class SharedOutcomeV1(Contract):
    """The matter that it went on with has a result."""

    fact: ClassVar[str] = "shared_outcome"
    request_id: RequestId
    lead: RequestId
    attempt: int
    """Of the linked request."""
    handling_id: UUID
    channel: Channel
    outcome: Outcome
    detail: OutcomeDetail | None
    answer: TextRef | None
    """The handler's words, sealed anew for this request."""
    handler: PersonId | None
    at: datetime
