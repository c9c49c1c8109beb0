"""A sweep from plan to count: every place is accounted for, every finding is settled there or becomes a request."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import assert_never

from services.workorders.orders.rules.hands import Doer
from services.workorders.sweeps.commands import (
    CloseSweep,
    MakeFinding,
    MissPoint,
    PlanSweep,
    SweepCommand,
    VisitPoint,
)
from services.workorders.sweeps.facts import (
    FindingId,
    FindingMade,
    NotReachedWhy,
    Point,
    PointId,
    PointNotReached,
    PointVisited,
    SweepClosed,
    SweepEvent,
    SweepId,
    SweepPlanned,
)
from shared.kernel import (
    CorruptHistory,
    Decider,
    ItemCode,
    NotFound,
    PersonId,
    Rejection,
    RequestId,
    TextRef,
    UnitCode,
    state,
    value,
)


@value
class Counts:
    planned: int
    visited: int
    not_reached: int
    findings: int
    requests: int
    settled: int


@state
class Unplanned:
    pass


@state
class Sweep:
    sweep_id: SweepId
    kind: ItemCode
    planner: PersonId
    unit: UnitCode
    units: frozenset[UnitCode]
    points: Mapping[PointId, Point]
    title: TextRef
    opens_at: datetime
    ends_at: datetime
    visited: frozenset[PointId] = frozenset()
    missed: Mapping[PointId, NotReachedWhy] = field(default_factory=dict)
    findings: Mapping[FindingId, RequestId | None] = field(default_factory=dict)
    closed: bool = False


SweepState = Unplanned | Sweep


class SweepWithoutPlaces(Rejection):
    """A sweep names where it goes."""


class SweepWindowEmpty(Rejection):
    """It has to end after it begins, and after now."""


class NotYourGround(Rejection):
    """The walk was given to people of other units."""


class OutsideTheWindow(Rejection):
    """`opens`, `ends`: when this sweep is walked."""


class SweepOver(Rejection):
    """It is counted and closed."""


class NobodyWasThere(Rejection):
    """A finding is made where somebody went; the place is ticked off first."""


class DangerNotSettledThere(Rejection):
    """What shows danger becomes a request, whatever was done on the spot."""

    rule = "R-22"


class SweepDoesNotReconcile(Rejection):
    """`planned`, `visited`, `not_reached`: places are left of which nobody knows anything."""


def counts(sweep: Sweep) -> Counts:
    settled = sum(request is None for request in sweep.findings.values())
    return Counts(
        planned=len(sweep.points),
        visited=len(sweep.visited),
        not_reached=len(sweep.missed),
        findings=len(sweep.findings),
        requests=len(sweep.findings) - settled,
        settled=settled,
    )


# ── what happened ────────────────────────────────────────────────────────
def evolve(known: SweepState, event: SweepEvent) -> SweepState:
    if isinstance(event, SweepPlanned):
        return Sweep(
            event.sweep_id,
            event.kind,
            event.planner,
            event.unit,
            frozenset(event.units),
            {each.point_id: each for each in event.points},
            event.title,
            event.opens_at,
            event.ends_at,
        )
    if isinstance(known, Unplanned):
        raise CorruptHistory("a sweep nobody planned")
    match event:
        case PointVisited():
            missed = {point: why for point, why in known.missed.items() if point != event.point_id}
            return replace(known, visited=known.visited | {event.point_id}, missed=missed)
        case PointNotReached():
            return replace(known, missed={**known.missed, event.point_id: event.why})
        case FindingMade():
            return replace(known, findings={**known.findings, event.finding_id: event.request_id})
        case SweepClosed():
            return replace(known, closed=True)
        case _:
            assert_never(event)


# ── decisions ────────────────────────────────────────────────────────────
def decide(command: SweepCommand, known: SweepState) -> tuple[SweepEvent, ...]:
    if isinstance(command, PlanSweep):
        return _plan(command) if isinstance(known, Unplanned) else ()
    if isinstance(known, Unplanned):
        raise NotFound("sweep")
    match command:
        case VisitPoint():
            return _visit(command, known)
        case MissPoint():
            return _miss(command, known)
        case MakeFinding():
            return _find(command, known)
        case CloseSweep():
            return _close(command, known)
        case _:
            assert_never(command)


def _plan(command: PlanSweep) -> tuple[SweepEvent, ...]:
    if not command.points or command.doer.unit is None:
        raise SweepWithoutPlaces
    if command.ends_at <= max(command.opens_at, command.at):
        raise SweepWindowEmpty
    return (
        SweepPlanned(
            sweep_id=command.sweep_id,
            kind=command.kind,
            planner=command.doer.person,
            unit=command.doer.unit,
            units=tuple(dict.fromkeys((command.doer.unit, *command.units))),
            points=command.points,
            title=command.title,
            opens_at=command.opens_at,
            ends_at=command.ends_at,
            occurred_at=command.at,
        ),
    )


def require_walker(doer: Doer, sweep: Sweep, at: datetime) -> None:
    if sweep.closed:
        raise SweepOver
    if doer.unit not in sweep.units:
        raise NotYourGround
    if not sweep.opens_at <= at <= sweep.ends_at:
        raise OutsideTheWindow(opens=sweep.opens_at, ends=sweep.ends_at)


def _planned_point(sweep: Sweep, point_id: PointId) -> Point:
    if point_id not in sweep.points:
        raise NotFound("sweep point")
    return sweep.points[point_id]


def _visit(command: VisitPoint, sweep: Sweep) -> tuple[SweepEvent, ...]:
    _planned_point(sweep, command.point_id)
    require_walker(command.doer, sweep, command.at)
    if command.point_id in sweep.visited:
        return ()
    return (
        PointVisited(
            sweep_id=sweep.sweep_id,
            point_id=command.point_id,
            walker=command.doer.person,
            occurred_at=command.at,
        ),
    )


def _miss(command: MissPoint, sweep: Sweep) -> tuple[SweepEvent, ...]:
    """Where somebody was, somebody was; a place that was missed may still be reached later."""
    _planned_point(sweep, command.point_id)
    require_walker(command.doer, sweep, command.at)
    if command.point_id in sweep.visited or sweep.missed.get(command.point_id) is command.why:
        return ()
    return (
        PointNotReached(
            sweep_id=sweep.sweep_id,
            point_id=command.point_id,
            why=command.why,
            walker=command.doer.person,
            occurred_at=command.at,
        ),
    )


def require_no_danger_left(command: MakeFinding) -> None:
    """R-22: danger goes to the desk at once, whatever a walker could do about it."""
    if command.danger and command.request_id is None:
        raise DangerNotSettledThere


def _find(command: MakeFinding, sweep: Sweep) -> tuple[SweepEvent, ...]:
    """R-22: danger is a request even after the window or the count: who sees it is not sent away."""
    point = _planned_point(sweep, command.point_id)
    if command.finding_id in sweep.findings:
        return ()
    if not command.danger:
        require_walker(command.doer, sweep, command.at)
    if command.point_id not in sweep.visited and not command.danger:
        raise NobodyWasThere
    require_no_danger_left(command)
    return (
        FindingMade(
            sweep_id=sweep.sweep_id,
            finding_id=command.finding_id,
            point_id=command.point_id,
            kind=sweep.kind,
            grid=point.grid,
            what=command.what,
            place=command.place,
            request_id=command.request_id,
            danger=command.danger,
            walker=command.doer.person,
            occurred_at=command.at,
        ),
    )


def _close(command: CloseSweep, sweep: Sweep) -> tuple[SweepEvent, ...]:
    if sweep.closed:
        return ()
    if command.doer.unit != sweep.unit:
        raise NotYourGround
    found = counts(sweep)
    if found.planned != found.visited + found.not_reached:
        raise SweepDoesNotReconcile(planned=found.planned, visited=found.visited, not_reached=found.not_reached)
    return (
        SweepClosed(
            sweep_id=sweep.sweep_id,
            planned=found.planned,
            visited=found.visited,
            not_reached=found.not_reached,
            findings=found.findings,
            requests=found.requests,
            settled=found.settled,
            occurred_at=command.at,
        ),
    )


sweep_decider: Decider[SweepCommand, SweepState, SweepEvent] = Decider(Unplanned(), decide, evolve)
