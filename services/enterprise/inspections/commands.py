"""Wishes about the inspections of a firm."""

from datetime import date, datetime

from services.enterprise.firms.decider import FirmId
from services.enterprise.inspections.facts import Finding, InspectionId, PlanId
from services.enterprise.inspections.rules.entitlement import PublishedItem
from services.enterprise.matters.rules.hands import Doer
from shared.kernel import PersonId, TextRef, command


@command
class RegisterPlan:
    doer: Doer
    firm_id: FirmId
    year: int
    plan_id: PlanId
    item: PublishedItem | None
    """As published on that day; None where it is not."""
    begins: date
    ends: date
    today: date
    at: datetime


@command
class WithdrawPlan:
    doer: Doer
    plan_id: PlanId
    at: datetime


@command
class MergePlans:
    """One visit for the plans of a period; without `on` the first day that suits all."""

    inspection_id: InspectionId
    begins: date
    ends: date
    on: date | None
    today: date
    at: datetime


@command
class ObjectToInspection:
    by: PersonId
    inspection_id: InspectionId
    reason: TextRef
    at: datetime


@command
class DecideObjection:
    doer: Doer
    inspection_id: InspectionId
    upheld: bool
    reason: TextRef
    at: datetime


@command
class ReportInspection:
    doer: Doer
    inspection_id: InspectionId
    finding: Finding
    report: TextRef
    today: date
    at: datetime


InspectionCommand = RegisterPlan | WithdrawPlan | MergePlans | ObjectToInspection | DecideObjection | ReportInspection
