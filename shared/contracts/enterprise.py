"""What the enterprise workstation publishes beside the handling protocol: ids, codes, figures, references to texts."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.codes import Channel, Role
from shared.kernel import ItemCode, RequestId, TextRef, UnitCode


class FirmFiledV1(Contract):
    fact: ClassVar[str] = "firm_filed"
    firm_id: UUID
    unit: UnitCode
    checks_hold: bool
    """R-52: False where the number's check characters fail, which the register has to explain."""
    name: TextRef
    contacts: TextRef | None
    at: datetime


class ConsentRecordedV1(Contract):
    """The firm consented in writing that its dispute is coordinated (R-28)."""

    fact: ClassVar[str] = "consent_recorded"
    request_id: RequestId
    matter_id: UUID
    at: datetime


class LegalityCheckedV1(Contract):
    """What was seen on site of an obstructed project's permits."""

    fact: ClassVar[str] = "legality_checked"
    request_id: RequestId
    matter_id: UUID
    lawful: bool
    at: datetime


class MatterAssignedV1(Contract):
    """交办: a department is asked, with a day."""

    fact: ClassVar[str] = "matter_assigned"
    request_id: RequestId
    matter_id: UUID
    task_id: UUID
    unit: UnitCode
    due: datetime
    at: datetime


class MatterOverdueV1(Contract):
    """Nobody answered in time; the rung that is told (CL-091)."""

    fact: ClassVar[str] = "matter_overdue"
    request_id: RequestId
    matter_id: UUID
    task_id: UUID
    unit: UnitCode
    due: datetime
    rung: Role
    at: datetime


class MatterAnsweredV1(Contract):
    """The department answered its task."""

    fact: ClassVar[str] = "matter_answered"
    request_id: RequestId
    matter_id: UUID
    task_id: UUID
    at: datetime


class StaffLodgedV1(Contract):
    fact: ClassVar[str] = "staff_lodged"
    request_id: RequestId
    matter_id: UUID
    lodged: int
    known: int
    bad: int
    at: datetime


class FirmToldV1(Contract):
    fact: ClassVar[str] = "firm_told"
    request_id: RequestId
    matter_id: UUID
    answer: TextRef
    at: datetime


class MediationAskedV1(Contract):
    """The workstation asks routing for a mediation; `channel` is its wish, not a decision."""

    fact: ClassVar[str] = "mediation_asked"
    request_id: RequestId
    matter_id: UUID
    channel: Channel
    at: datetime


class VisitHeldV1(Contract):
    fact: ClassVar[str] = "visit_held"
    firm_id: UUID
    visit_id: UUID
    opinions: int
    at: datetime


class OpinionRaisedV1(Contract):
    fact: ClassVar[str] = "opinion_raised"
    firm_id: UUID
    visit_id: UUID
    opinion_id: UUID
    opinion: TextRef
    at: datetime


class MeasureAdoptedV1(Contract):
    fact: ClassVar[str] = "measure_adopted"
    firm_id: UUID
    visit_id: UUID
    opinion_id: UUID
    unit: UnitCode
    measure: TextRef
    due: datetime
    at: datetime


class OpinionAnsweredV1(Contract):
    fact: ClassVar[str] = "opinion_answered"
    firm_id: UUID
    visit_id: UUID
    opinion_id: UUID
    answer: TextRef
    at: datetime


class InspectionPlannedV1(Contract):
    fact: ClassVar[str] = "inspection_planned"
    firm_id: UUID
    plan_id: UUID
    unit: UnitCode
    item: ItemCode
    begins: date
    ends: date
    at: datetime


class InspectionMergedV1(Contract):
    """One visit for all plans of a period (综合查一次)."""

    fact: ClassVar[str] = "inspection_merged"
    firm_id: UUID
    inspection_id: UUID
    plans: tuple[UUID, ...]
    units: tuple[UnitCode, ...]
    on: date
    at: datetime


class InspectionHeldV1(Contract):
    """Its result is shared with every department that took part."""

    fact: ClassVar[str] = "inspection_held"
    firm_id: UUID
    inspection_id: UUID
    units: tuple[UnitCode, ...]
    at: datetime


class HazardFoundV1(Contract):
    fact: ClassVar[str] = "hazard_found"
    firm_id: UUID
    hazard_id: UUID
    item: ItemCode
    fix_by: datetime
    finding: TextRef
    at: datetime


class HazardOverdueV1(Contract):
    fact: ClassVar[str] = "hazard_overdue"
    firm_id: UUID
    hazard_id: UUID
    due: datetime
    rung: Role
    at: datetime


class HazardFixedV1(Contract):
    fact: ClassVar[str] = "hazard_fixed"
    firm_id: UUID
    hazard_id: UUID
    at: datetime


class LossRecordedV1(Contract):
    """Claimed: money in fen, goods in pieces, never one figure of both."""

    fact: ClassVar[str] = "loss_recorded"
    firm_id: UUID
    loss_id: UUID
    request_id: RequestId | None
    claimed_fen: int
    claimed_pieces: int
    at: datetime


class LossRecoveredV1(Contract):
    """What one recovery brought, and what all have brought so far."""

    fact: ClassVar[str] = "loss_recovered"
    firm_id: UUID
    loss_id: UUID
    request_id: RequestId | None
    fen: int
    pieces: int
    recovered_fen: int
    recovered_pieces: int
    at: datetime
