"""What can happen to a deliberation in three steps (三步走): find, discuss, solve."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from shared.kernel import ItemCode, PersonId, RequestId, TextRef, UnitCode, fact, value

DeliberationId = NewType("DeliberationId", UUID)


class Step(StrEnum):
    FIND = "find"
    DISCUSS = "discuss"
    SOLVE = "solve"
    SOLVED = "solved"


class Danger(StrEnum):
    FIRE = "fire"
    GAS = "gas"
    TRAFFIC = "traffic"
    BUILDING = "building"


@value
class Milestone:
    code: ItemCode
    what: TextRef
    due: datetime
    in_use: bool
    """With it people have what was decided, not only the decision."""


@fact("deliberation_opened")
class DeliberationOpened:
    deliberation_id: DeliberationId
    request_id: RequestId
    topic: ItemCode
    owner: PersonId
    unit: UnitCode
    problem: TextRef
    occurred_at: datetime


@fact("deliberation_danger_told")
class DangerTold:
    """Said at once to whoever has to act before anybody deliberates."""

    deliberation_id: DeliberationId
    request_id: RequestId
    danger: Danger
    units: tuple[UnitCode, ...]
    occurred_at: datetime


@fact("deliberation_danger_acknowledged")
class DangerAcknowledged:
    deliberation_id: DeliberationId
    unit: UnitCode
    done: TextRef | None
    """What was done at once."""
    occurred_at: datetime


@fact("deliberation_supported")
class Supported:
    """Another report of the same trouble: it keeps its own requester and its own answer."""

    deliberation_id: DeliberationId
    supporter: RequestId
    occurred_at: datetime


@fact("deliberation_discussed")
class Discussed:
    deliberation_id: DeliberationId
    units: tuple[UnitCode, ...]
    proposals: int
    minutes: TextRef
    occurred_at: datetime


@fact("deliberation_decided")
class Decided:
    deliberation_id: DeliberationId
    decision: TextRef
    milestones: tuple[Milestone, ...]
    occurred_at: datetime


@fact("deliberation_milestone_reached")
class MilestoneReached:
    deliberation_id: DeliberationId
    code: ItemCode
    proof: TextRef
    occurred_at: datetime


@fact("deliberation_milestone_overdue")
class MilestoneOverdue:
    deliberation_id: DeliberationId
    code: ItemCode
    due: datetime
    occurred_at: datetime


@fact("deliberation_solved")
class Solved:
    deliberation_id: DeliberationId
    supporters: int
    occurred_at: datetime


DeliberationEvent = (
    DeliberationOpened
    | DangerTold
    | DangerAcknowledged
    | Supported
    | Discussed
    | Decided
    | MilestoneReached
    | MilestoneOverdue
    | Solved
)
