"""Wishes about a firm's matter."""

from datetime import datetime

from services.enterprise.firms.decider import FirmId
from services.enterprise.matters.facts import BadRow, BatchId, Kind, Legality, Measure, Offer, RoundId, TaskId, Worker
from services.enterprise.matters.rules.hands import Doer
from shared.contracts.codes import Channel, Gate, Outcome, OutcomeDetail, ReasonCode
from shared.kernel import RuleId, TextRef, UnitCode, command


@command
class OfferMatter:
    offer: Offer
    at: datetime


@command
class SignFor:
    doer: Doer
    kind: Kind
    gate_due: datetime
    at: datetime


@command
class NameFirm:
    doer: Doer
    firm_id: FirmId
    at: datetime


@command
class RespondFirst:
    doer: Doer
    note: TextRef | None
    at: datetime


@command
class NoteGate:
    gate: Gate
    result: RuleId
    at: datetime


@command
class NoteGateOverdue:
    at: datetime


@command
class RecordConsent:
    doer: Doer
    evidence: TextRef
    at: datetime


@command
class CheckLegality:
    doer: Doer
    result: Legality
    evidence: TextRef
    at: datetime


@command
class HoldRound:
    doer: Doer
    round_id: RoundId
    measures: tuple[Measure, ...]
    away: bool
    expenses_fen: int
    note: TextRef | None
    at: datetime


@command
class NameComplainedOf:
    doer: Doer
    unit: UnitCode
    at: datetime


@command
class AssignTask:
    doer: Doer
    task_id: TaskId
    unit: UnitCode
    demand: TextRef
    due: datetime
    warn_at: datetime
    object_until: datetime
    at: datetime


@command
class UrgeTask:
    """From the workstation, or from above it: whoever may supervise."""

    task_id: TaskId
    note: TextRef | None
    at: datetime


@command
class ObjectToTask:
    doer: Doer
    task_id: TaskId
    reason: ReasonCode
    note: TextRef | None
    at: datetime


@command
class AnswerTask:
    doer: Doer
    task_id: TaskId
    reply: TextRef
    at: datetime


@command
class NoteTaskTime:
    """A limit of a task passed; `climbs_at` is when the next rung would be told."""

    task_id: TaskId
    warning: bool
    climbs_at: datetime
    at: datetime


@command
class LodgeStaff:
    doer: Doer
    batch_id: BatchId
    workers: tuple[Worker, ...]
    bad: tuple[BadRow, ...]
    at: datetime


@command
class AnswerFirm:
    doer: Doer
    answer: TextRef
    at: datetime


@command
class AskMediation:
    doer: Doer
    channel: Channel
    at: datetime


@command
class ReportOutcome:
    doer: Doer
    outcome: Outcome
    detail: OutcomeDetail | None
    at: datetime


@command
class ReturnMatter:
    doer: Doer
    reason: ReasonCode
    note: TextRef | None
    at: datetime


@command
class RevokeMatter:
    reason: ReasonCode
    at: datetime


@command
class WithdrawMatter:
    at: datetime


WorkCommand = (
    NameFirm
    | RespondFirst
    | RecordConsent
    | CheckLegality
    | HoldRound
    | NameComplainedOf
    | AssignTask
    | LodgeStaff
    | AnswerFirm
)
"""What the people of the workstation do between signature and outcome."""
TaskCommand = UrgeTask | ObjectToTask | AnswerTask | NoteTaskTime
EndCommand = AskMediation | ReportOutcome | ReturnMatter | RevokeMatter | WithdrawMatter
MatterCommand = OfferMatter | SignFor | NoteGate | NoteGateOverdue | WorkCommand | TaskCommand | EndCommand
