"""What can happen to a visit of service to a firm."""

from datetime import date, datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.enterprise.firms.decider import FirmId
from shared.contracts.codes import ServiceMode
from shared.kernel import ItemCode, PersonId, TextRef, UnitCode, fact, value

VisitId = NewType("VisitId", UUID)
OpinionId = NewType("OpinionId", UUID)


class VisitKind(StrEnum):
    SERVICE = "SERVICE"
    INSPECTION = "INSPECTION"
    """Exists to be refused by name."""


class Found(StrEnum):
    FINE = "FINE"
    CONCERN = "CONCERN"


@value
class Answered:
    """One question of the checklist."""

    item: ItemCode
    found: Found


@fact("visit_planned")
class VisitPlanned:
    visit_id: VisitId
    firm_id: FirmId
    on: date
    mode: ServiceMode
    checklist: tuple[ItemCode, ...]
    visitor: PersonId
    unit: UnitCode
    workstation: UnitCode
    """Keeps the firm's file, and answers for what the visit promised."""
    occurred_at: datetime


@fact("visit_held")
class VisitHeld:
    visit_id: VisitId
    firm_id: FirmId
    answered: tuple[Answered, ...]
    opinions: int
    note: TextRef | None
    occurred_at: datetime


@fact("visit_cancelled")
class VisitCancelled:
    visit_id: VisitId
    firm_id: FirmId
    occurred_at: datetime


@fact("opinion_raised")
class OpinionRaised:
    visit_id: VisitId
    firm_id: FirmId
    opinion_id: OpinionId
    opinion: TextRef
    occurred_at: datetime


@fact("measure_adopted")
class MeasureAdopted:
    visit_id: VisitId
    firm_id: FirmId
    opinion_id: OpinionId
    unit: UnitCode
    measure: TextRef
    due: datetime
    occurred_at: datetime


@fact("measure_overdue")
class MeasureOverdue:
    visit_id: VisitId
    firm_id: FirmId
    opinion_id: OpinionId
    due: datetime
    occurred_at: datetime


@fact("opinion_answered")
class OpinionAnswered:
    visit_id: VisitId
    firm_id: FirmId
    opinion_id: OpinionId
    answer: TextRef
    occurred_at: datetime


VisitEvent = (
    VisitPlanned | VisitHeld | VisitCancelled | OpinionRaised | MeasureAdopted | MeasureOverdue | OpinionAnswered
)
