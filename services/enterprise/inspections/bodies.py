"""What inspections look like over HTTP."""

from datetime import date
from uuid import UUID

from services.enterprise.inspections.facts import Finding
from services.enterprise.inspections.state import PlanState
from shared.web import CodeText, LongText, StrictModel
from shared.web.clerk import Day, Done


class PlanBody(StrictModel):
    item: CodeText
    begins: Day
    ends: Day


class MergeBody(StrictModel):
    begins: Day
    ends: Day
    on: Day | None = None


class ReasonBody(StrictModel):
    reason: LongText


class DecisionBody(StrictModel):
    upheld: bool
    reason: LongText


class ReportBody(StrictModel):
    finding: Finding
    report: LongText


class PlanDone(Done):
    plan_id: UUID


class MergeDone(Done):
    inspection_id: UUID
    on: date
    plans: tuple[UUID, ...]
    units: tuple[str, ...]


class PlanAnswer(StrictModel):
    plan_id: UUID
    unit: str
    item: str
    title: str
    begins: date
    ends: date
    state: PlanState


class ReportAnswer(StrictModel):
    unit: str
    finding: Finding
    report: str | None


class InspectionAnswer(StrictModel):
    inspection_id: UUID
    on: date
    plans: tuple[UUID, ...]
    units: tuple[str, ...]
    objected: bool
    objection: str | None
    upheld: bool | None
    decision: str | None
    """Why the objection was upheld or not."""
    held: bool
    reports: tuple[ReportAnswer, ...]


class YearAnswer(StrictModel):
    firm_id: UUID
    year: int
    plans: tuple[PlanAnswer, ...]
    inspections: tuple[InspectionAnswer, ...]
    version: int


class PlanRow(StrictModel):
    plan_id: UUID
    firm_id: UUID
    year: int
    unit: str
    item: str
    begins: date
    ends: date
    state: PlanState
    inspection_id: UUID | None
    on: date | None
    credit_code: str


class PlanList(StrictModel):
    plans: tuple[PlanRow, ...]
