"""What people, records and timers wish of the watch over a request. Who stands on which rung comes with the wish."""

from collections.abc import Mapping
from datetime import datetime

from services.routing.watch.ladders import PlaceRung
from shared.contracts.codes import ReasonCode, Role
from shared.kernel import ClockId, ItemCode, PersonId, RequestId, TextRef, command

Chain = Mapping[Role, PersonId]
"""Who answers on each rung above whoever has the request; a role without anybody is missing."""


@command
class NoteAct:
    request_id: RequestId
    course: ItemCode
    act: ItemCode
    happened_at: datetime
    evidence: TextRef | None
    at: datetime


@command
class StandStill:
    request_id: RequestId
    course: ItemCode
    ground: ReasonCode
    evidence: TextRef | None
    at: datetime


@command
class GoOn:
    request_id: RequestId
    course: ItemCode
    at: datetime


@command
class DropCourse:
    request_id: RequestId
    course: ItemCode
    reason: ReasonCode
    at: datetime


@command
class WarnLimit:
    request_id: RequestId
    clock: ClockId
    at: datetime


@command
class BreachLimit:
    request_id: RequestId
    clock: ClockId
    chain: Chain
    at: datetime


@command
class TakeBreach:
    """A clock of the decision broke."""

    request_id: RequestId
    clock: ClockId
    due: datetime
    chain: Chain
    at: datetime


@command
class ClimbOverdue:
    """`met`: somebody has stopped the clock meanwhile."""

    request_id: RequestId
    clock: ClockId
    met: bool
    chain: Chain
    at: datetime


@command
class ClimbPlace:
    request_id: RequestId
    rung: PlaceRung
    reason: ReasonCode | None
    note: TextRef | None
    at: datetime


@command
class LeavePlace:
    request_id: RequestId
    at: datetime


WatchCommand = (
    NoteAct
    | StandStill
    | GoOn
    | DropCourse
    | WarnLimit
    | BreachLimit
    | TakeBreach
    | ClimbOverdue
    | ClimbPlace
    | LeavePlace
)
