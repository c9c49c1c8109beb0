"""Wishes about a deliberation."""

from datetime import datetime

from services.workorders.deliberations.facts import Danger, DeliberationId, Milestone
from services.workorders.orders.rules.hands import Doer
from shared.kernel import ItemCode, RequestId, TextRef, UnitCode, command


@command
class OpenDeliberation:
    doer: Doer
    deliberation_id: DeliberationId
    request_id: RequestId
    topic: ItemCode
    problem: TextRef
    danger: Danger | None
    told: tuple[UnitCode, ...]
    """Who is told of the danger at once."""
    at: datetime


@command
class AcknowledgeDanger:
    doer: Doer
    done: TextRef | None
    at: datetime


@command
class AddSupporter:
    doer: Doer
    supporter: RequestId
    at: datetime


@command
class Discuss:
    doer: Doer
    units: tuple[UnitCode, ...]
    proposals: int
    minutes: TextRef
    at: datetime


@command
class Decide:
    doer: Doer
    decision: TextRef
    milestones: tuple[Milestone, ...]
    at: datetime


@command
class ReachMilestone:
    doer: Doer
    code: ItemCode
    proof: TextRef
    at: datetime


@command
class NoteMilestoneOverdue:
    code: ItemCode
    at: datetime


@command
class CloseDeliberation:
    doer: Doer
    at: datetime


DeliberationCommand = (
    OpenDeliberation
    | AcknowledgeDanger
    | AddSupporter
    | Discuss
    | Decide
    | ReachMilestone
    | NoteMilestoneOverdue
    | CloseDeliberation
)
