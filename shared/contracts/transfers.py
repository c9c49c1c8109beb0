"""What workorders publishes of the dealings with other bodies: what went out to them, and what they sent in."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.codes import Door, ReasonCode, UnitKind
from shared.contracts.danger import DangerKind
from shared.kernel import PersonId, RequestId, TextRef, UnitCode


class Late(StrEnum):
    """Which time of a transfer ran out."""

    SENDING = "sending"
    RECEIPT = "receipt"
    ANSWER = "answer"


class RequestTransferredV1(Contract):
    """Out to another body, with notice to the person and a way back (R-21, R-22)."""

    fact: ClassVar[str] = "request_transferred"
    request_id: RequestId
    handling_id: UUID
    attempt: int
    body: UnitCode
    body_kind: UnitKind
    reason: ReasonCode
    proof_demanded: bool
    receipt_due: datetime
    at: datetime


class TransferReceivedV1(Contract):
    fact: ClassVar[str] = "transfer_received"
    request_id: RequestId
    handling_id: UUID
    body: UnitCode
    at: datetime


class TransferObjectedV1(Contract):
    """The body says that it is not its business; routing decides anew."""

    fact: ClassVar[str] = "transfer_objected"
    request_id: RequestId
    handling_id: UUID
    body: UnitCode
    reason: ReasonCode
    at: datetime


class TransferOverdueV1(Contract):
    """It is a person's again."""

    fact: ClassVar[str] = "transfer_overdue"
    request_id: RequestId
    handling_id: UUID
    late: Late
    due: datetime
    at: datetime


class RequestSentV1(Contract):
    """A connected body sent a request under its own number; the same number is the same request."""

    fact: ClassVar[str] = "request_sent"
    request_id: RequestId
    body: UnitCode
    door: Door
    external: TextRef
    narrative: TextRef
    place: TextRef | None
    requester: PersonId | None
    danger: tuple[DangerKind, ...]
    at: datetime


class RequestTakenBackV1(Contract):
    """The body that sent a request took it back, because it is not ours (R-24)."""

    fact: ClassVar[str] = "request_taken_back"
    request_id: RequestId
    at: datetime


class SupervisionNoticedV1(Contract):
    """An oversight body wants to be told in writing what was done (S107)."""

    fact: ClassVar[str] = "supervision_noticed"
    request_id: RequestId
    notice_id: UUID
    reply_due: datetime
    at: datetime


class SupervisionAnsweredV1(Contract):
    fact: ClassVar[str] = "supervision_answered"
    request_id: RequestId
    notice_id: UUID
    at: datetime
