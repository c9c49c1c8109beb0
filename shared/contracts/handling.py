"""The handling protocol, spoken by every service that handles: offered → signed → (work) → outcome.

The same classes are published by `mediation`, `workorders` and `enterprise` under their own names.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.codes import Channel, Outcome, OutcomeDetail, ReasonCode
from shared.kernel import PersonId, RequestId, TextRef, UnitCode


class HandlingOfferedV1(Contract):
    fact: ClassVar[str] = "handling_offered"
    request_id: RequestId
    handling_id: UUID
    attempt: int
    channel: Channel
    unit: UnitCode
    owner: PersonId | None
    at: datetime


class HandlingSignedV1(Contract):
    fact: ClassVar[str] = "handling_signed"
    request_id: RequestId
    handling_id: UUID
    attempt: int
    unit: UnitCode
    owner: PersonId
    at: datetime


class FirstResponseV1(Contract):
    fact: ClassVar[str] = "first_response"
    request_id: RequestId
    handling_id: UUID
    note: TextRef | None
    at: datetime


class HandlingStartedV1(Contract):
    fact: ClassVar[str] = "handling_started"
    request_id: RequestId
    handling_id: UUID
    at: datetime


class HandlingReturnedV1(Contract):
    """The handler objects; routing decides anew."""

    fact: ClassVar[str] = "handling_returned"
    request_id: RequestId
    handling_id: UUID
    attempt: int
    reason: ReasonCode
    owner: PersonId | None
    at: datetime


class OutcomeReportedV1(Contract):
    fact: ClassVar[str] = "outcome_reported"
    request_id: RequestId
    handling_id: UUID
    attempt: int
    channel: Channel
    outcome: Outcome
    detail: OutcomeDetail | None
    answer: TextRef | None
    """What the person is told, in the handler's words; None for dealings that speak for themselves."""
    duties_watched: int
    """Still open at this moment; what is told to end after it counts them down."""
    handler: PersonId | None
    sides: tuple[PersonId, ...]
    """Known persons other than the requester who are to be told and asked for their verdict."""
    at: datetime


class DutyPerformedV1(Contract):
    fact: ClassVar[str] = "duty_performed"
    request_id: RequestId
    handling_id: UUID
    duty_id: UUID
    still_watched: int
    at: datetime


class DutyDefaultedV1(Contract):
    fact: ClassVar[str] = "duty_defaulted"
    request_id: RequestId
    handling_id: UUID
    duty_id: UUID
    due: datetime
    at: datetime
