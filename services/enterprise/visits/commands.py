"""Wishes about a visit."""

from datetime import date, datetime

from services.enterprise.firms.decider import FirmId
from services.enterprise.matters.rules.hands import Doer
from services.enterprise.visits.facts import Answered, OpinionId, VisitId, VisitKind
from shared.contracts.codes import ServiceMode
from shared.kernel import ItemCode, TextRef, UnitCode, command


@command
class PlanVisit:
    doer: Doer
    visit_id: VisitId
    firm_id: FirmId
    workstation: UnitCode
    kind: VisitKind
    on: date
    today: date
    mode: ServiceMode
    checklist: tuple[ItemCode, ...]
    known_items: frozenset[ItemCode]
    at: datetime


@command
class HoldVisit:
    doer: Doer
    answered: tuple[Answered, ...]
    note: TextRef | None
    at: datetime


@command
class CancelVisit:
    doer: Doer
    at: datetime


@command
class RaiseOpinion:
    doer: Doer
    opinion_id: OpinionId
    opinion: TextRef
    at: datetime


@command
class AdoptMeasure:
    doer: Doer
    opinion_id: OpinionId
    unit: UnitCode
    measure: TextRef
    due: datetime
    at: datetime


@command
class AnswerOpinion:
    doer: Doer
    opinion_id: OpinionId
    answer: TextRef
    at: datetime


@command
class NoteMeasureOverdue:
    opinion_id: OpinionId
    due: datetime
    at: datetime


VisitCommand = PlanVisit | HoldVisit | CancelVisit | RaiseOpinion | AdoptMeasure | AnswerOpinion | NoteMeasureOverdue
