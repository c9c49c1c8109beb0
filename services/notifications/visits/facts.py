"""When somebody goes back to ask whether it held, and what he found (回访)."""

from datetime import datetime
from enum import StrEnum

from shared.contracts.codes import Category, Channel, Priority, Role
from shared.kernel import ItemCode, PersonId, RequestId, TextRef, UnitCode, fact, value


class Found(StrEnum):
    CALM = "calm"
    TROUBLE = "trouble"
    NOT_REACHED = "not_reached"


class WhyNot(StrEnum):
    """Why planned visits are not made."""

    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    """It is handled anew; the new outcome has visits of its own."""
    ERASED = "erased"


@value
class PlannedVisit:
    day: int
    """7, 30 or 90: what the visit is called by."""
    opens_at: datetime
    due: datetime
    grounds: tuple[ItemCode, ...]
    """Rows of the table that asked for it."""


@value
class Matter:
    """What was handled, as far as a visit has to know it."""

    attempt: int
    category: Category
    priority: Priority
    channel: Channel
    unit: UnitCode
    handler: PersonId | None
    requester: PersonId


@fact("revisits_planned")
class RevisitsPlanned:
    request_id: RequestId
    matter: Matter
    visitor: PersonId | None
    """None: whoever of the unit goes."""
    visits: tuple[PlannedVisit, ...]
    occurred_at: datetime


@fact("revisit_assigned")
class RevisitAssigned:
    request_id: RequestId
    day: int
    unit: UnitCode
    visitor: PersonId
    occurred_at: datetime


@fact("revisit_overdue")
class RevisitOverdue:
    request_id: RequestId
    day: int
    due: datetime
    rung: Role
    occurred_at: datetime


@fact("revisit_not_reached")
class RevisitNotReached:
    request_id: RequestId
    day: int
    tries: int
    next_try: datetime | None
    """None: the last one."""
    visitor: PersonId
    occurred_at: datetime


@fact("revisit_reported")
class RevisitReported:
    """All is calm, says who handled it: that waits for another person's word."""

    request_id: RequestId
    day: int
    note: TextRef | None
    visitor: PersonId
    occurred_at: datetime


@fact("revisited")
class Revisited:
    request_id: RequestId
    attempt: int
    day: int
    found: Found
    satisfied: bool | None
    """What the person says of the result; None: was not asked or did not say."""
    note: TextRef | None
    visitor: PersonId
    occurred_at: datetime


@fact("revisits_called_off")
class RevisitsCalledOff:
    request_id: RequestId
    why: WhyNot
    attempt: int
    """Outcomes of earlier attempts are not visited."""
    occurred_at: datetime


VisitEvent = (
    RevisitsPlanned
    | RevisitAssigned
    | RevisitOverdue
    | RevisitNotReached
    | RevisitReported
    | Revisited
    | RevisitsCalledOff
)
