"""Wishes about a sweep."""

from datetime import datetime

from services.workorders.orders.rules.hands import Doer
from services.workorders.sweeps.facts import FindingId, NotReachedWhy, Point, PointId, SweepId
from shared.contracts.danger import DangerKind
from shared.kernel import ItemCode, RequestId, TextRef, UnitCode, command


@command
class PlanSweep:
    doer: Doer
    sweep_id: SweepId
    kind: ItemCode
    units: tuple[UnitCode, ...]
    points: tuple[Point, ...]
    title: TextRef
    opens_at: datetime
    ends_at: datetime
    at: datetime


@command
class VisitPoint:
    doer: Doer
    point_id: PointId
    at: datetime


@command
class MissPoint:
    doer: Doer
    point_id: PointId
    why: NotReachedWhy
    at: datetime


@command
class MakeFinding:
    """`request_id`: None where it was settled on the spot."""

    doer: Doer
    finding_id: FindingId
    point_id: PointId
    what: TextRef
    place: TextRef | None
    request_id: RequestId | None
    danger: tuple[DangerKind, ...]
    at: datetime


@command
class CloseSweep:
    doer: Doer
    at: datetime


SweepCommand = PlanSweep | VisitPoint | MissPoint | MakeFinding | CloseSweep
