"""What is recorded about the triage of one request. Texts stand behind references; of words only offsets are kept."""

from datetime import datetime
from enum import StrEnum

from services.routing.clocks.facts import ClockEvent
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.ruling import Ruling
from shared.contracts.codes import Category, Channel, Door, Flag, Gate, Outcome, Police, Priority, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import (
    GridCode,
    ModelVersion,
    PackVersion,
    PersonId,
    RequestId,
    RuleId,
    TextRef,
    UnitCode,
    fact,
    value,
)


class DecidedBy(StrEnum):
    MODEL = "model"
    RULE = "rule"
    PERSON = "person"


class ScreeningReason(StrEnum):
    DANGER = "danger"
    LOW_CONFIDENCE = "low_confidence"
    IMMEDIATE = "immediate"
    GATE_PENDING = "gate_pending"
    TEXT_UNAVAILABLE = "text_unavailable"
    RETURNED = "returned"
    NO_OWNER = "no_owner"


class Field(StrEnum):
    TITLE = "title"
    TEXT = "text"


class HandlingStep(StrEnum):
    SIGNED = "signed"
    FIRST_RESPONSE = "first_response"
    STARTED = "started"
    OUTCOME = "outcome"


class EndedBy(StrEnum):
    WITHDRAWN = "withdrawn"
    NOT_ACCEPTED = "not_accepted"
    ARCHIVED = "archived"


@value
class Likely:
    """How sure the model is of its answer, and of the next best one, per mille."""

    confidence: int
    second_confidence: int


@value
class CategoryGuess(Likely):
    label: Category
    second: Category | None


@value
class PriorityGuess(Likely):
    label: Priority
    second: Priority | None


@value
class PoliceGuess(Likely):
    label: Police
    second: Police | None


@value
class ChannelGuess(Likely):
    label: Channel
    second: Channel | None


@value
class Carrying:
    """Where the words stand that carried the judgement, or that are a sign of danger."""

    field: Field
    start: int
    end: int
    sign: DangerKind | None = None


@fact("triage_begun")
class TriageBegun:
    request_id: RequestId
    door: Door
    title: TextRef | None
    narrative: TextRef
    place: TextRef | None
    requester: PersonId | None
    other_party: PersonId | None
    danger: tuple[DangerKind, ...]
    filed_at: datetime
    occurred_at: datetime


@fact("request_judged")
class RequestJudged:
    """What the model said, before any rule."""

    request_id: RequestId
    attempt: int
    category: CategoryGuess
    priority: PriorityGuess
    police: PoliceGuess
    channel: ChannelGuess
    flags: tuple[Flag, ...]
    words: tuple[Carrying, ...]
    danger: tuple[DangerKind, ...]
    unsure: bool
    model: ModelVersion
    grid: GridCode | None
    occurred_at: datetime


@fact("judging_put_off")
class JudgingPutOff:
    """The text could not be read; it is tried again, ever more rarely."""

    request_id: RequestId
    until: datetime
    occurred_at: datetime


@fact("request_classified")
class RequestClassified:
    request_id: RequestId
    attempt: int
    ruling: Ruling
    confidence: int
    decided_by: DecidedBy
    pack: PackVersion
    rows: tuple[RuleId, ...]
    rule: RuleId | None
    """The row that last changed what the model said."""
    occurred_at: datetime


@fact("screening_asked")
class ScreeningAsked:
    request_id: RequestId
    attempt: int
    reasons: tuple[ScreeningReason, ...]
    danger: tuple[DangerKind, ...]
    priority: Priority
    unit: UnitCode
    occurred_at: datetime


@fact("request_gated")
class RequestGated:
    request_id: RequestId
    gate: Gate
    result: GateResult
    decided_by: DecidedBy
    rule: RuleId
    note: TextRef | None
    occurred_at: datetime


@fact("request_routed")
class RequestRouted:
    request_id: RequestId
    attempt: int
    ruling: Ruling
    unit: UnitCode
    owner: PersonId
    deputy: PersonId | None
    excluded: tuple[PersonId, ...]
    requester: PersonId | None
    other_party: PersonId | None
    narrative: TextRef
    answer_due: datetime
    occurred_at: datetime


@fact("handling_revoked")
class HandlingRevoked:
    request_id: RequestId
    attempt: int
    reason: ReasonCode
    occurred_at: datetime


@fact("decision_confirmed")
class DecisionConfirmed:
    request_id: RequestId
    attempt: int
    note: TextRef | None
    occurred_at: datetime


@fact("decision_overruled")
class DecisionOverruled:
    """Before and after are kept: the correction teaches the model."""

    request_id: RequestId
    attempt: int
    before: Ruling | None
    after: Ruling
    reason: ReasonCode
    note: TextRef | None
    occurred_at: datetime


@fact("overrule_undone")
class OverruleUndone:
    request_id: RequestId
    attempt: int
    restored: Ruling | None
    occurred_at: datetime


@fact("request_returned")
class RequestReturned:
    """The handler gave it back, or its outcome was a hand-over."""

    request_id: RequestId
    attempt: int
    owner: PersonId | None
    reason: ReasonCode | None
    occurred_at: datetime


@fact("triage_reopened")
class TriageReopened:
    request_id: RequestId
    reopening: int
    """Intake's own count: 2 for the first reopening."""
    attempt: int
    reason: ReasonCode
    former_handler: PersonId | None
    occurred_at: datetime


@fact("handling_noted")
class HandlingNoted:
    request_id: RequestId
    attempt: int
    step: HandlingStep
    outcome: Outcome | None
    occurred_at: datetime


@fact("danger_noted")
class DangerNoted:
    """A supplement told of danger."""

    request_id: RequestId
    danger: tuple[DangerKind, ...]
    occurred_at: datetime


@fact("escalation_noted")
class EscalationNoted:
    """The host of the dispute fears a violation or a crime (R-10)."""

    request_id: RequestId
    reported_at: datetime
    rule: RuleId
    occurred_at: datetime


@fact("info_wait_noted")
class InfoWaitNoted:
    """The request waits for the person, or no longer does."""

    request_id: RequestId
    waiting: bool
    occurred_at: datetime


@fact("triage_ended")
class TriageEnded:
    request_id: RequestId
    why: EndedBy
    occurred_at: datetime


DecisionEvent = (
    TriageBegun
    | RequestJudged
    | JudgingPutOff
    | RequestClassified
    | ScreeningAsked
    | RequestGated
    | RequestRouted
    | HandlingRevoked
    | DecisionConfirmed
    | DecisionOverruled
    | OverruleUndone
    | RequestReturned
    | TriageReopened
    | HandlingNoted
    | DangerNoted
    | EscalationNoted
    | InfoWaitNoted
    | TriageEnded
    | ClockEvent
)
