"""What people and records wish of a request's place and of who is accountable for it."""

from datetime import datetime

from services.routing.decisions.placing_facts import TakenOver
from services.routing.decisions.rules.owners import Roster
from shared.kernel import GridCode, PersonId, RequestId, UnitCode, command


@command
class SettlePlace:
    request_id: RequestId
    grid: GridCode
    roster: Roster
    """By this grid."""
    at: datetime


@command
class NoteHolder:
    request_id: RequestId
    attempt: int | None
    """None where the handler's record does not say."""
    unit: UnitCode
    owner: PersonId
    how: TakenOver
    at: datetime


PLACING_COMMANDS = (SettlePlace, NoteHolder)
PlacingCommand = SettlePlace | NoteHolder
