"""What somebody may wish of the visits to the people of one request."""

from collections.abc import Mapping
from datetime import datetime

from services.notifications.visits.facts import Found, Matter, WhyNot
from services.notifications.visits.rules.planning import PlanRow, Risk, Window
from shared.kernel import PersonId, RequestId, TextRef, UnitCode, command


@command
class PlanRevisits:
    request_id: RequestId
    matter: Matter
    proposed: tuple[PersonId | None, ...]
    """Owner, then deputy."""
    risk: Risk
    table: tuple[PlanRow, ...]
    windows: Mapping[int, Window]
    at: datetime


@command
class AssignRevisit:
    day: int
    unit: UnitCode
    visitor: PersonId
    at: datetime


@command
class RecordRevisit:
    day: int
    found: Found
    satisfied: bool | None
    note: TextRef | None
    visitor: PersonId
    next_try: datetime
    at: datetime


@command
class NoteRevisitOverdue:
    day: int
    at: datetime


@command
class CallOffRevisits:
    request_id: RequestId
    why: WhyNot
    attempt: int
    at: datetime


VisitCommand = PlanRevisits | AssignRevisit | RecordRevisit | NoteRevisitOverdue | CallOffRevisits
