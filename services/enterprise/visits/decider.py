"""走访服务: questions, opinions, measures, replies. A visit is never an inspection (R-30)."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime
from typing import assert_never

from services.enterprise.firms.decider import FirmId
from services.enterprise.matters.rules.hands import Doer
from services.enterprise.visits.commands import (
    AdoptMeasure,
    AnswerOpinion,
    CancelVisit,
    HoldVisit,
    NoteMeasureOverdue,
    PlanVisit,
    RaiseOpinion,
    VisitCommand,
)
from services.enterprise.visits.facts import (
    MeasureAdopted,
    MeasureOverdue,
    OpinionAnswered,
    OpinionId,
    OpinionRaised,
    VisitCancelled,
    VisitEvent,
    VisitHeld,
    VisitId,
    VisitKind,
    VisitPlanned,
)
from shared.contracts.codes import Role
from shared.kernel import Decider, ItemCode, PersonId, Rejection, TextRef, UnitCode, state, value


@value
class Opinion:
    opinion: TextRef
    due: datetime | None = None
    """None: no measure was adopted yet."""
    measure: TextRef | None = None
    late: bool = False
    answer: TextRef | None = None


@state
class Unplanned:
    pass


@state
class Visit:
    visit_id: VisitId
    firm_id: FirmId
    on: date
    checklist: tuple[ItemCode, ...]
    visitor: PersonId
    units: frozenset[UnitCode]
    """The visitor's, and the workstation that keeps the firm's file."""
    held: bool = False
    cancelled: bool = False
    opinions: Mapping[OpinionId, Opinion] = field(default_factory=dict)


VisitState = Unplanned | Visit


class VisitUnknown(Rejection):
    """No visit was planned under this id."""


class VisitIsNoInspection(Rejection):
    """A visit of these people is a service; inspections go by a registered plan of a qualified department."""

    rule = "R-30"


class VisitInThePast(Rejection):
    """A visit is planned for today or later."""


class ItemNotOnChecklist(Rejection):
    """`item` is no question of the workstation's list, or was not planned for this visit."""


class QuestionsOpen(Rejection):
    """`missing` questions of the checklist have no answer."""


class VisitNotHeld(Rejection):
    """Nobody was there yet."""


class VisitOver(Rejection):
    """The visit was held or cancelled."""


class NotTheVisitor(Rejection):
    """Who visits answers for it, a colleague of the same unit, or the workstation."""


class OpinionUnknown(Rejection):
    """Nobody raised this opinion on this visit."""


class MeasureMissing(Rejection):
    """An opinion is answered with what is done about it, and until when."""


class MeasureDueInThePast(Rejection):
    """A measure needs a day that is still to come."""


def require_service(kind: VisitKind, role: Role) -> None:
    """R-30: nobody types a visit as an inspection: not those who may not inspect, and those who may need a plan."""
    if kind is VisitKind.INSPECTION:
        raise VisitIsNoInspection(role=role)


def require_visitor(doer: Doer, visit: Visit) -> None:
    if doer.person != visit.visitor and doer.unit not in visit.units:
        raise NotTheVisitor


def require_held(visit: Visit) -> None:
    if not visit.held:
        raise VisitNotHeld


def require_visit(state: VisitState) -> Visit:
    if isinstance(state, Unplanned):
        raise VisitUnknown
    return state


def evolve(state: VisitState, event: VisitEvent) -> VisitState:
    if isinstance(event, VisitPlanned):
        units = frozenset({event.unit, event.workstation})
        return Visit(event.visit_id, event.firm_id, event.on, event.checklist, event.visitor, units)
    visit = require_visit(state)
    match event:
        case VisitHeld():
            return replace(visit, held=True)
        case VisitCancelled():
            return replace(visit, cancelled=True)
        case OpinionRaised():
            return _with(visit, event.opinion_id, Opinion(event.opinion))
        case MeasureAdopted():
            known = visit.opinions[event.opinion_id]
            return _with(visit, event.opinion_id, replace(known, due=event.due, measure=event.measure, late=False))
        case MeasureOverdue():
            return _with(visit, event.opinion_id, replace(visit.opinions[event.opinion_id], late=True))
        case OpinionAnswered():
            return _with(visit, event.opinion_id, replace(visit.opinions[event.opinion_id], answer=event.answer))
        case _:
            assert_never(event)


def _with(visit: Visit, opinion_id: OpinionId, opinion: Opinion) -> Visit:
    return replace(visit, opinions={**visit.opinions, opinion_id: opinion})


def decide(command: VisitCommand, state: VisitState) -> tuple[VisitEvent, ...]:
    if isinstance(command, PlanVisit):
        return _plan(command, state)
    visit = require_visit(state)
    if isinstance(command, NoteMeasureOverdue):
        return _overdue(command, visit)
    require_visitor(command.doer, visit)
    match command:
        case HoldVisit():
            return _hold(command, visit)
        case CancelVisit():
            return _cancel(command, visit)
        case RaiseOpinion():
            return _raise(command, visit)
        case AdoptMeasure():
            return _adopt(command, visit)
        case AnswerOpinion():
            return _answer(command, visit)
        case _:
            assert_never(command)


def _plan(command: PlanVisit, state: VisitState) -> tuple[VisitEvent, ...]:
    """R-30: whatever else is planned, it is a service."""
    require_service(command.kind, command.doer.role)
    if isinstance(state, Visit):
        return ()
    if command.on < command.today:
        raise VisitInThePast
    if unknown := [item for item in command.checklist if item not in command.known_items]:
        raise ItemNotOnChecklist(item=unknown[0])
    return (
        VisitPlanned(
            visit_id=command.visit_id,
            firm_id=command.firm_id,
            on=command.on,
            mode=command.mode,
            checklist=command.checklist,
            visitor=command.doer.person,
            unit=command.doer.unit or UnitCode("-"),
            workstation=command.workstation,
            occurred_at=command.at,
        ),
    )


def _hold(command: HoldVisit, visit: Visit) -> tuple[VisitEvent, ...]:
    if visit.held:
        return ()
    if visit.cancelled:
        raise VisitOver
    answered = {each.item for each in command.answered}
    if strange := sorted(answered - set(visit.checklist)):
        raise ItemNotOnChecklist(item=strange[0])
    if missing := sorted(set(visit.checklist) - answered):
        raise QuestionsOpen(missing=tuple(missing))
    return (
        VisitHeld(
            visit_id=visit.visit_id,
            firm_id=visit.firm_id,
            answered=command.answered,
            opinions=len(visit.opinions),
            note=command.note,
            occurred_at=command.at,
        ),
    )


def _cancel(command: CancelVisit, visit: Visit) -> tuple[VisitEvent, ...]:
    if visit.cancelled:
        return ()
    if visit.held:
        raise VisitOver
    return (VisitCancelled(visit_id=visit.visit_id, firm_id=visit.firm_id, occurred_at=command.at),)


def _raise(command: RaiseOpinion, visit: Visit) -> tuple[VisitEvent, ...]:
    if command.opinion_id in visit.opinions:
        return ()
    require_held(visit)
    return (
        OpinionRaised(
            visit_id=visit.visit_id,
            firm_id=visit.firm_id,
            opinion_id=command.opinion_id,
            opinion=command.opinion,
            occurred_at=command.at,
        ),
    )


def _adopt(command: AdoptMeasure, visit: Visit) -> tuple[VisitEvent, ...]:
    known = _opinion(command.opinion_id, visit)
    if (known.measure, known.due) == (command.measure, command.due):
        return ()
    if command.due <= command.at:
        raise MeasureDueInThePast(due=command.due)
    return (
        MeasureAdopted(
            visit_id=visit.visit_id,
            firm_id=visit.firm_id,
            opinion_id=command.opinion_id,
            unit=command.unit,
            measure=command.measure,
            due=command.due,
            occurred_at=command.at,
        ),
    )


def _answer(command: AnswerOpinion, visit: Visit) -> tuple[VisitEvent, ...]:
    known = _opinion(command.opinion_id, visit)
    if known.answer == command.answer:
        return ()
    if known.measure is None:
        raise MeasureMissing
    return (
        OpinionAnswered(
            visit_id=visit.visit_id,
            firm_id=visit.firm_id,
            opinion_id=command.opinion_id,
            answer=command.answer,
            occurred_at=command.at,
        ),
    )


def _overdue(command: NoteMeasureOverdue, visit: Visit) -> tuple[VisitEvent, ...]:
    known = visit.opinions.get(command.opinion_id)
    if known is None or known.answer is not None or known.late or known.due is None:
        return ()
    return (
        MeasureOverdue(
            visit_id=visit.visit_id,
            firm_id=visit.firm_id,
            opinion_id=command.opinion_id,
            due=known.due,
            occurred_at=command.at,
        ),
    )


def _opinion(opinion_id: OpinionId, visit: Visit) -> Opinion:
    known = visit.opinions.get(opinion_id)
    if known is None:
        raise OpinionUnknown
    return known


visit_decider: Decider[VisitCommand, VisitState, VisitEvent] = Decider(Unplanned(), decide, evolve)
