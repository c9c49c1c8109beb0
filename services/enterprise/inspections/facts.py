"""What can happen to the inspections of one firm in one year."""

from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.enterprise.firms.decider import FirmId
from shared.kernel import ItemCode, PersonId, TextRef, UnitCode, fact

PlanId = NewType("PlanId", UUID)
InspectionId = NewType("InspectionId", UUID)


class Finding(StrEnum):
    FINE = "FINE"
    HAZARD = "HAZARD"


@fact("inspection_planned")
class InspectionPlanned:
    firm_id: FirmId
    year: int
    plan_id: PlanId
    unit: UnitCode
    item: ItemCode
    begins: date
    ends: date
    occurred_at: datetime


@fact("plan_withdrawn")
class PlanWithdrawn:
    firm_id: FirmId
    plan_id: PlanId
    occurred_at: datetime


@fact("inspection_merged")
class InspectionMerged:
    firm_id: FirmId
    inspection_id: InspectionId
    plans: tuple[PlanId, ...]
    units: tuple[UnitCode, ...]
    begins: date
    ends: date
    on: date
    occurred_at: datetime


@fact("inspection_objected")
class InspectionObjected:
    firm_id: FirmId
    inspection_id: InspectionId
    by: PersonId
    reason: TextRef
    occurred_at: datetime


@fact("objection_decided")
class ObjectionDecided:
    """Upheld: the visit does not take place, and its plans are void."""

    firm_id: FirmId
    inspection_id: InspectionId
    upheld: bool
    reason: TextRef
    occurred_at: datetime


@fact("inspection_reported")
class InspectionReported:
    firm_id: FirmId
    inspection_id: InspectionId
    unit: UnitCode
    finding: Finding
    report: TextRef
    occurred_at: datetime


@fact("inspection_held")
class InspectionHeld:
    """Every department has reported; each may read what the others found."""

    firm_id: FirmId
    inspection_id: InspectionId
    units: tuple[UnitCode, ...]
    occurred_at: datetime


InspectionEvent = (
    InspectionPlanned
    | PlanWithdrawn
    | InspectionMerged
    | InspectionObjected
    | ObjectionDecided
    | InspectionReported
    | InspectionHeld
)
