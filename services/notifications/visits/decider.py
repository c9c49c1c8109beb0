"""Visits to the people of one request after its result. Who handled it is not the only one who judges it."""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import assert_never

from services.notifications.visits.commands import (
    AssignRevisit,
    CallOffRevisits,
    NoteRevisitOverdue,
    PlanRevisits,
    RecordRevisit,
    VisitCommand,
)
from services.notifications.visits.facts import (
    Found,
    Matter,
    PlannedVisit,
    RevisitAssigned,
    Revisited,
    RevisitNotReached,
    RevisitOverdue,
    RevisitReported,
    RevisitsCalledOff,
    RevisitsPlanned,
    VisitEvent,
    WhyNot,
)
from services.notifications.visits.rules.planning import planned, visitor_of
from shared.contracts.codes import Outcome, Role
from shared.kernel import CorruptHistory, Decider, NotFound, PersonId, Rejection, RequestId, UnitCode, state, value

TRIES = 3
"""A proposal: after so many a leader has to say how the person is found."""


@value
class Visit:
    plan: PlannedVisit
    unit: UnitCode
    visitor: PersonId | None
    tries: int = 0
    late: bool = False
    reported_by: PersonId | None = None
    over: bool = False


@state
class Revisiting:
    request_id: RequestId | None = None
    matter: Matter | None = None
    visits: Mapping[int, Visit] = field(default_factory=dict)
    not_before: int = 1
    """The first attempt whose outcome is visited."""
    stopped: WhyNot | None = None


class RevisitOver(Rejection):
    """This visit was made, given up or called off."""


class TooEarlyToRevisit(Rejection):
    """`opens`: from when on a visit says something about how it held."""


class TroubleNeedsWords(Rejection):
    """Who takes it up again has to know what happened."""


class HandlerJudgesAlone(Rejection):
    """Who handled it cannot be sent alone to judge it."""


class CloserWritesNoRating(Rejection):
    """Who reported the result does not write down that people are satisfied with it."""


# ── what happened ────────────────────────────────────────────────────────
def evolve(known: Revisiting, event: VisitEvent) -> Revisiting:
    match event:
        case RevisitsPlanned():
            visits = {each.day: Visit(each, event.matter.unit, event.visitor) for each in event.visits}
            return replace(known, request_id=event.request_id, matter=event.matter, visits=visits)
        case RevisitsCalledOff():
            visits = {day: replace(visit, over=True) for day, visit in known.visits.items()}
            erased = known.stopped is WhyNot.ERASED
            stopped = known.stopped if erased or event.why is WhyNot.REOPENED else event.why
            if event.why is WhyNot.REOPENED and not erased:
                stopped = None
            not_before = max(known.not_before, event.attempt)
            return replace(known, request_id=event.request_id, visits=visits, stopped=stopped, not_before=not_before)
        case _:
            return replace(known, visits={**known.visits, event.day: _changed(_visit(known, event.day), event)})


def _visit(known: Revisiting, day: int) -> Visit:
    if day not in known.visits:
        raise CorruptHistory("a visit nobody planned")
    return known.visits[day]


def _changed(
    visit: Visit, event: RevisitAssigned | RevisitOverdue | RevisitNotReached | RevisitReported | Revisited
) -> Visit:
    match event:
        case RevisitAssigned():
            return replace(visit, unit=event.unit, visitor=event.visitor)
        case RevisitOverdue():
            return replace(visit, late=True)
        case RevisitNotReached():
            return replace(visit, tries=event.tries, over=event.next_try is None)
        case RevisitReported():
            return replace(visit, reported_by=event.visitor)
        case Revisited():
            return replace(visit, over=True)
        case _:
            assert_never(event)


# ── decisions ────────────────────────────────────────────────────────────
def decide(command: VisitCommand, known: Revisiting) -> tuple[VisitEvent, ...]:
    match command:
        case PlanRevisits():
            return _plan(command, known)
        case CallOffRevisits():
            return _call_off(command, known)
        case AssignRevisit():
            return _assign(command, known)
        case RecordRevisit():
            return _record(command, known)
        case NoteRevisitOverdue():
            return _overdue(command, known)
        case _:
            assert_never(command)


def _plan(command: PlanRevisits, known: Revisiting) -> tuple[VisitEvent, ...]:
    """Nobody is visited who took the request back or was erased; a hand-over is visited when the next one is done."""
    matter = command.matter
    seen = known.matter is not None and known.matter.attempt >= matter.attempt
    if seen or known.stopped is not None or matter.attempt < known.not_before:
        return ()
    if command.risk.outcome is Outcome.HANDED_OVER:
        return ()
    visits = planned(command.table, command.risk, command.windows)
    if not visits:
        return ()
    return (
        RevisitsPlanned(
            request_id=command.request_id,
            matter=matter,
            visitor=visitor_of(matter.handler, *command.proposed),
            visits=visits,
            occurred_at=command.at,
        ),
    )


def _call_off(command: CallOffRevisits, known: Revisiting) -> tuple[VisitEvent, ...]:
    again = command.why is WhyNot.REOPENED and command.attempt <= known.not_before
    if again or known.stopped is WhyNot.ERASED or (known.stopped is command.why):
        return ()
    return (
        RevisitsCalledOff(
            request_id=command.request_id, why=command.why, attempt=command.attempt, occurred_at=command.at
        ),
    )


def _open(known: Revisiting, day: int) -> tuple[Matter, RequestId, Visit]:
    visit = known.visits.get(day)
    if visit is None or known.matter is None or known.request_id is None:
        raise NotFound("revisit")
    if visit.over:
        raise RevisitOver
    return known.matter, known.request_id, visit


def _assign(command: AssignRevisit, known: Revisiting) -> tuple[VisitEvent, ...]:
    matter, request_id, visit = _open(known, command.day)
    require_another(matter, command.visitor)
    if (visit.unit, visit.visitor) == (command.unit, command.visitor):
        return ()
    return (
        RevisitAssigned(
            request_id=request_id,
            day=command.day,
            unit=command.unit,
            visitor=command.visitor,
            occurred_at=command.at,
        ),
    )


def require_another(matter: Matter, person: PersonId) -> None:
    if person == matter.handler:
        raise HandlerJudgesAlone


def _record(command: RecordRevisit, known: Revisiting) -> tuple[VisitEvent, ...]:
    matter, request_id, visit = _open(known, command.day)
    if command.at < visit.plan.opens_at and command.found is not Found.TROUBLE:
        raise TooEarlyToRevisit(opens=visit.plan.opens_at)
    match command.found:
        case Found.NOT_REACHED:
            return (_not_reached(command, request_id, visit),)
        case Found.TROUBLE if command.note is None:
            raise TroubleNeedsWords
        case Found.CALM if command.visitor == matter.handler:
            return _calm_says_the_handler(command, request_id, visit)
    return (
        Revisited(
            request_id=request_id,
            attempt=matter.attempt,
            day=command.day,
            found=command.found,
            satisfied=command.satisfied,
            note=command.note,
            visitor=command.visitor,
            occurred_at=command.at,
        ),
    )


def _not_reached(command: RecordRevisit, request_id: RequestId, visit: Visit) -> RevisitNotReached:
    tries = visit.tries + 1
    return RevisitNotReached(
        request_id=request_id,
        day=command.day,
        tries=tries,
        next_try=command.next_try if tries < TRIES else None,
        visitor=command.visitor,
        occurred_at=command.at,
    )


def _calm_says_the_handler(command: RecordRevisit, request_id: RequestId, visit: Visit) -> tuple[VisitEvent, ...]:
    """Trouble is believed of him at once, because it speaks against himself; that all is well needs a second person."""
    if command.satisfied:
        raise CloserWritesNoRating
    if visit.reported_by is not None:
        return ()
    return (
        RevisitReported(
            request_id=request_id,
            day=command.day,
            note=command.note,
            visitor=command.visitor,
            occurred_at=command.at,
        ),
    )


def _overdue(command: NoteRevisitOverdue, known: Revisiting) -> tuple[VisitEvent, ...]:
    visit = known.visits.get(command.day)
    if visit is None or known.request_id is None or visit.over or visit.late or command.at < visit.plan.due:
        return ()
    return (
        RevisitOverdue(
            request_id=known.request_id,
            day=command.day,
            due=visit.plan.due,
            rung=Role.STATION_LEADER,
            occurred_at=command.at,
        ),
    )


visit_decider: Decider[VisitCommand, Revisiting, VisitEvent] = Decider(Revisiting(), decide, evolve)
