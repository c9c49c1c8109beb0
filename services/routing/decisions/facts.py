"""What is recorded about the triage of one request. Texts stand behind references; of words only offsets are kept."""

from datetime import date, datetime
from enum import StrEnum

from services.routing.clocks.facts import ClockEvent
from services.routing.decisions.gate_facts import GateEvent
from services.routing.decisions.model_facts import CategoryGuess as CategoryGuess
from services.routing.decisions.model_facts import ChannelGuess as ChannelGuess
from services.routing.decisions.model_facts import ModelEvent
from services.routing.decisions.model_facts import PoliceGuess as PoliceGuess
from services.routing.decisions.model_facts import PriorityGuess as PriorityGuess
from services.routing.decisions.placing_facts import PlacingEvent
from services.routing.decisions.rules.acts import ActKind
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.grounds import Ground
from services.routing.decisions.rules.ruling import Ruling
from shared.contracts.codes import Door, Flag, Gate, Outcome, Priority, ReasonCode
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
    LINKED = "linked"
    """It goes on with another request about the same matter."""


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


@fact("act_dated")
class ActDated:
    """What was done is a violation by one law and not by another: the day of the act counts (R-62)."""

    request_id: RequestId
    acts: tuple[ActKind, ...]
    acted_on: date | None
    """None where nobody has said when."""
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
    ground: Ground | None = None
    occurred_at: datetime


@fact("gate_withdrawn")
class GateWithdrawn:
    """Only a ruling that was taken back had met the gate: it was never asked."""

    request_id: RequestId
    gate: Gate
    rule: RuleId
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


@fact("confirmation_undone")
class ConfirmationUndone:
    """Taken back within a minute: it stands as it was judged, and waits for a person again."""

    request_id: RequestId
    attempt: int
    decided_by: DecidedBy
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


@fact("triage_resumed")
class TriageResumed:
    """It no longer goes on with another request; its promises count anew from here."""

    request_id: RequestId
    attempt: int
    occurred_at: datetime


DecisionEvent = (
    TriageBegun
    | RequestJudged
    | ActDated
    | ModelEvent
    | JudgingPutOff
    | RequestClassified
    | ScreeningAsked
    | RequestGated
    | GateWithdrawn
    | RequestRouted
    | HandlingRevoked
    | DecisionConfirmed
    | DecisionOverruled
    | OverruleUndone
    | ConfirmationUndone
    | RequestReturned
    | TriageReopened
    | HandlingNoted
    | DangerNoted
    | EscalationNoted
    | InfoWaitNoted
    | TriageEnded
    | TriageResumed
    | GateEvent
    | PlacingEvent
    | ClockEvent
)
