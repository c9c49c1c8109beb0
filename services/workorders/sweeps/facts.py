"""What can happen to a sweep (排查): a plan of places, a walk, and what was found there."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from shared.contracts.danger import DangerKind
from shared.kernel import GridCode, ItemCode, PersonId, RequestId, TextRef, UnitCode, fact, value

SweepId = NewType("SweepId", UUID)
PointId = NewType("PointId", UUID)
FindingId = NewType("FindingId", UUID)


class NotReachedWhy(StrEnum):
    NOBODY_THERE = "nobody_there"
    NOT_LET_IN = "not_let_in"
    NO_TIME = "no_time"


@value
class Point:
    point_id: PointId
    grid: GridCode
    place: TextRef


@fact("sweep_planned")
class SweepPlanned:
    sweep_id: SweepId
    kind: ItemCode
    planner: PersonId
    unit: UnitCode
    units: tuple[UnitCode, ...]
    """Whose people walk; the planner's own unit included."""
    points: tuple[Point, ...]
    title: TextRef
    opens_at: datetime
    ends_at: datetime
    occurred_at: datetime


@fact("sweep_point_visited")
class PointVisited:
    sweep_id: SweepId
    point_id: PointId
    walker: PersonId
    occurred_at: datetime


@fact("sweep_point_not_reached")
class PointNotReached:
    sweep_id: SweepId
    point_id: PointId
    why: NotReachedWhy
    walker: PersonId
    occurred_at: datetime


@fact("sweep_finding_made")
class FindingMade:
    sweep_id: SweepId
    finding_id: FindingId
    point_id: PointId
    kind: ItemCode
    grid: GridCode
    what: TextRef
    place: TextRef | None
    request_id: RequestId | None
    """None: it was settled on the spot."""
    danger: tuple[DangerKind, ...]
    walker: PersonId
    occurred_at: datetime


@fact("sweep_closed")
class SweepClosed:
    """The counts, which have to add up: planned = visited + not reached, findings = requests + settled."""

    sweep_id: SweepId
    planned: int
    visited: int
    not_reached: int
    findings: int
    requests: int
    settled: int
    occurred_at: datetime


SweepEvent = SweepPlanned | PointVisited | PointNotReached | FindingMade | SweepClosed
