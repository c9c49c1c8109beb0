"""What can happen to a firm's matter. Most facts name the matter and the request, so that their records stand alone."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.enterprise.firms.decider import FirmId
from shared.contracts.codes import Category, Channel, Flag, Gate, Outcome, OutcomeDetail, Priority, ReasonCode, Role
from shared.kernel import PersonId, RequestId, RuleId, TextRef, UnitCode, fact, value

MatterId = NewType("MatterId", UUID)
TaskId = NewType("TaskId", UUID)
RoundId = NewType("RoundId", UUID)
BatchId = NewType("BatchId", UUID)


class Kind(StrEnum):
    CONTRACT_DISPUTE = "CONTRACT_DISPUTE"
    OBSTRUCTION = "OBSTRUCTION"
    """Somebody stops the works of a project."""
    DEPARTMENT_COMPLAINT = "DEPARTMENT_COMPLAINT"
    STAFF_LODGING = "STAFF_LODGING"
    OPINION = "OPINION"
    """A need, an idea, a question of a firm."""


class Legality(StrEnum):
    LAWFUL = "LAWFUL"
    UNLAWFUL = "UNLAWFUL"


class Measure(StrEnum):
    """What a round was about. The last four are refused by name, whoever types them."""

    SITE_VISIT = "SITE_VISIT"
    EVIDENCE_TAKEN = "EVIDENCE_TAKEN"
    TALK = "TALK"
    JOINT_TALK = "JOINT_TALK"
    LAW_EXPLAINED = "LAW_EXPLAINED"
    DEBT_COLLECTION = "DEBT_COLLECTION"
    ASSET_FREEZE = "ASSET_FREEZE"
    COERCION = "COERCION"
    PENALTY_THREAT = "PENALTY_THREAT"


class RowError(StrEnum):
    NAME_MISSING = "NAME_MISSING"
    ID_MALFORMED = "ID_MALFORMED"
    ID_CHECK_FAILS = "ID_CHECK_FAILS"
    PHONE_MALFORMED = "PHONE_MALFORMED"
    TWICE_IN_BATCH = "TWICE_IN_BATCH"


@value
class GateKnown:
    gate: Gate
    result: RuleId
    """One of the gate's results in codes.yaml."""


@value
class Worker:
    """One lodged person: who it is, and where the address lies."""

    row: int
    person: PersonId
    address: TextRef | None


@value
class BadRow:
    row: int
    errors: tuple[RowError, ...]


@value
class Offer:
    """What routing decided, and the gates known that day."""

    matter_id: MatterId
    request_id: RequestId
    attempt: int
    category: Category
    flags: tuple[Flag, ...]
    priority: Priority
    channel: Channel
    unit: UnitCode
    owner: PersonId | None
    requester: PersonId | None
    other_party: PersonId | None
    excluded: tuple[PersonId, ...]
    gates: tuple[GateKnown, ...]
    firm_id: FirmId | None
    """The firm whose member asked, where he is known as such."""
    narrative: TextRef
    answer_due: datetime


@fact("matter_offered")
class MatterOffered:
    offer: Offer
    occurred_at: datetime


@fact("matter_signed")
class MatterSigned:
    matter_id: MatterId
    request_id: RequestId
    attempt: int
    unit: UnitCode
    owner: PersonId
    kind: Kind
    gate_due: datetime | None
    """R-27: until when an investigator has to say whether it is a crime; None where nobody has to."""
    occurred_at: datetime


@fact("firm_named")
class FirmNamed:
    matter_id: MatterId
    request_id: RequestId
    firm_id: FirmId
    occurred_at: datetime


@fact("first_response_given")
class FirstResponseGiven:
    matter_id: MatterId
    request_id: RequestId
    note: TextRef | None
    occurred_at: datetime


@fact("handling_started")
class HandlingStarted:
    matter_id: MatterId
    request_id: RequestId
    occurred_at: datetime


@fact("gate_noted")
class GateNoted:
    matter_id: MatterId
    request_id: RequestId
    gate: Gate
    result: RuleId
    occurred_at: datetime


@fact("gate_overdue")
class GateOverdue:
    matter_id: MatterId
    request_id: RequestId
    due: datetime
    rule: RuleId
    occurred_at: datetime


@fact("consent_recorded")
class ConsentRecorded:
    """The firm's consent, in writing (R-28)."""

    matter_id: MatterId
    request_id: RequestId
    evidence: TextRef
    occurred_at: datetime


@fact("legality_checked")
class LegalityChecked:
    """S39: what was seen on site of the project's permits."""

    matter_id: MatterId
    request_id: RequestId
    result: Legality
    evidence: TextRef
    occurred_at: datetime


@fact("round_held")
class RoundHeld:
    matter_id: MatterId
    request_id: RequestId
    round_id: RoundId
    measures: tuple[Measure, ...]
    away: bool
    """In another region, by the task force."""
    expenses_fen: int
    note: TextRef | None
    occurred_at: datetime


@fact("complained_of_named")
class ComplainedOfNamed:
    matter_id: MatterId
    request_id: RequestId
    unit: UnitCode
    occurred_at: datetime


@fact("task_assigned")
class TaskAssigned:
    matter_id: MatterId
    request_id: RequestId
    task_id: TaskId
    unit: UnitCode
    demand: TextRef
    due: datetime
    warn_at: datetime
    object_until: datetime
    occurred_at: datetime


@fact("task_warned")
class TaskWarned:
    matter_id: MatterId
    request_id: RequestId
    task_id: TaskId
    due: datetime
    occurred_at: datetime


@fact("task_overdue")
class TaskOverdue:
    """CL-091: nobody answered in time; the next rung is told."""

    matter_id: MatterId
    request_id: RequestId
    task_id: TaskId
    unit: UnitCode
    due: datetime
    rung: Role
    climbs_at: datetime | None
    occurred_at: datetime


@fact("task_urged")
class TaskUrged:
    matter_id: MatterId
    request_id: RequestId
    task_id: TaskId
    note: TextRef | None
    occurred_at: datetime


@fact("task_objected")
class TaskObjected:
    matter_id: MatterId
    request_id: RequestId
    task_id: TaskId
    reason: ReasonCode
    note: TextRef | None
    occurred_at: datetime


@fact("task_answered")
class TaskAnswered:
    matter_id: MatterId
    request_id: RequestId
    task_id: TaskId
    reply: TextRef
    occurred_at: datetime


@fact("staff_lodged")
class StaffLodged:
    matter_id: MatterId
    request_id: RequestId
    batch_id: BatchId
    workers: tuple[Worker, ...]
    known: tuple[int, ...]
    """Rows of persons who were lodged before."""
    bad: tuple[BadRow, ...]
    occurred_at: datetime


@fact("firm_told")
class FirmTold:
    matter_id: MatterId
    request_id: RequestId
    answer: TextRef
    occurred_at: datetime


@fact("mediation_asked")
class MediationAsked:
    matter_id: MatterId
    request_id: RequestId
    channel: Channel
    occurred_at: datetime


@fact("matter_returned")
class MatterReturned:
    matter_id: MatterId
    request_id: RequestId
    attempt: int
    reason: ReasonCode
    note: TextRef | None
    owner: PersonId | None
    occurred_at: datetime


@fact("matter_revoked")
class MatterRevoked:
    matter_id: MatterId
    request_id: RequestId
    reason: ReasonCode
    occurred_at: datetime


@fact("matter_withdrawn")
class MatterWithdrawn:
    matter_id: MatterId
    request_id: RequestId
    occurred_at: datetime


@fact("outcome_reported")
class OutcomeReported:
    matter_id: MatterId
    request_id: RequestId
    attempt: int
    channel: Channel
    outcome: Outcome
    detail: OutcomeDetail | None
    answer: TextRef | None
    handler: PersonId
    occurred_at: datetime


MatterEnd = MatterReturned | MatterRevoked | MatterWithdrawn | OutcomeReported
MatterEvent = (
    MatterOffered
    | MatterSigned
    | FirmNamed
    | FirstResponseGiven
    | HandlingStarted
    | GateNoted
    | GateOverdue
    | ConsentRecorded
    | LegalityChecked
    | RoundHeld
    | ComplainedOfNamed
    | TaskAssigned
    | TaskWarned
    | TaskOverdue
    | TaskUrged
    | TaskObjected
    | TaskAnswered
    | StaffLodged
    | FirmTold
    | MediationAsked
    | MatterReturned
    | MatterRevoked
    | MatterWithdrawn
    | OutcomeReported
)
