"""What routing publishes: how a request was judged, where it went, and which clocks run on it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from shared.contracts.base import Contract
from shared.contracts.codes import Category, Channel, Flag, Gate, Police, Priority, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import ClockId, PersonId, RequestId, RuleId, TextRef, UnitCode


class DecidedBy(StrEnum):
    MODEL = "model"
    RULE = "rule"
    PERSON = "person"


class ScreeningReason(StrEnum):
    """Why a person has to look."""

    DANGER = "danger"
    LOW_CONFIDENCE = "low_confidence"
    IMMEDIATE = "immediate"
    GATE_PENDING = "gate_pending"
    TEXT_UNAVAILABLE = "text_unavailable"
    RETURNED = "returned"
    NO_OWNER = "no_owner"


class RequestClassifiedV1(Contract):
    fact: ClassVar[str] = "request_classified"
    request_id: RequestId
    attempt: int
    category: Category
    flags: tuple[Flag, ...]
    priority: Priority
    police: Police
    channel: Channel
    confidence: int
    """Per mille; 1000 when a person decided."""
    decided_by: DecidedBy
    rule: RuleId | None
    at: datetime


class ScreeningAskedV1(Contract):
    fact: ClassVar[str] = "screening_asked"
    request_id: RequestId
    attempt: int
    reasons: tuple[ScreeningReason, ...]
    danger: tuple[DangerKind, ...]
    priority: Priority
    unit: UnitCode
    at: datetime


class RequestGatedV1(Contract):
    fact: ClassVar[str] = "request_gated"
    request_id: RequestId
    gate: Gate
    result: RuleId
    """One of the gate's results in codes.yaml, or WITHDRAWN: the ruling that had met the gate was taken back."""
    rule: RuleId
    at: datetime


class RequestRoutedV1(Contract):
    fact: ClassVar[str] = "request_routed"
    request_id: RequestId
    attempt: int
    """1, and one more for each reopening, return or overrule that changed the channel."""
    category: Category
    flags: tuple[Flag, ...]
    priority: Priority
    police: Police
    channel: Channel
    unit: UnitCode
    owner: PersonId | None
    deputy: PersonId | None
    excluded: tuple[PersonId, ...]
    requester: PersonId | None
    other_party: PersonId | None
    narrative: TextRef
    answer_due: datetime
    at: datetime


class HandlingRevokedV1(Contract):
    """An overrule took the request away from its handler before the outcome."""

    fact: ClassVar[str] = "handling_revoked"
    request_id: RequestId
    attempt: int
    reason: ReasonCode
    at: datetime


class ClockArmedV1(Contract):
    fact: ClassVar[str] = "clock_armed"
    request_id: RequestId
    clock: ClockId
    due: datetime
    at: datetime


class ClockWarnedV1(Contract):
    fact: ClassVar[str] = "clock_warned"
    request_id: RequestId
    clock: ClockId
    due: datetime
    unit: UnitCode | None
    owner: PersonId | None
    at: datetime


class ClockBreachedV1(Contract):
    fact: ClassVar[str] = "clock_breached"
    request_id: RequestId
    clock: ClockId
    due: datetime
    unit: UnitCode | None
    owner: PersonId | None
    at: datetime


class ClockStoppedV1(Contract):
    fact: ClassVar[str] = "clock_stopped"
    request_id: RequestId
    clock: ClockId
    kept: bool
    at: datetime
