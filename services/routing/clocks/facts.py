"""What happens to the clocks of a request. Part of the decision's stream."""

from datetime import datetime
from enum import StrEnum

from services.routing.clocks.table import Moment
from shared.kernel import ClockId, PersonId, RequestId, UnitCode, fact


class StopReason(StrEnum):
    MET = "met"
    REPLACED = "replaced"
    """Another priority has other clocks."""
    ENDED = "ended"
    """The request was withdrawn, refused or archived."""


@fact("clock_armed")
class ClockArmed:
    request_id: RequestId
    clock: ClockId
    started_at: datetime
    due: datetime
    warn: datetime | None
    provisional: bool
    occurred_at: datetime


@fact("clock_paused")
class ClockPaused:
    request_id: RequestId
    clock: ClockId
    occurred_at: datetime


@fact("clock_resumed")
class ClockResumed:
    request_id: RequestId
    clock: ClockId
    due: datetime
    warn: datetime | None
    provisional: bool = False
    occurred_at: datetime


@fact("clock_retimed")
class ClockRetimed:
    """Its end was a guess: this is the true one, or a day more while the notice of that year is still missing."""

    request_id: RequestId
    clock: ClockId
    due: datetime
    warn: datetime | None
    provisional: bool
    occurred_at: datetime


@fact("clock_warned")
class ClockWarned:
    request_id: RequestId
    clock: ClockId
    due: datetime
    unit: UnitCode | None
    owner: PersonId | None
    occurred_at: datetime


@fact("clock_breached")
class ClockBreached:
    request_id: RequestId
    clock: ClockId
    due: datetime
    unit: UnitCode | None
    owner: PersonId | None
    occurred_at: datetime


@fact("clock_stopped")
class ClockStopped:
    request_id: RequestId
    clock: ClockId
    kept: bool
    why: StopReason
    by: Moment | None
    occurred_at: datetime


ClockEvent = ClockArmed | ClockPaused | ClockResumed | ClockRetimed | ClockWarned | ClockBreached | ClockStopped
CLOCK_EVENTS = (ClockArmed, ClockPaused, ClockResumed, ClockRetimed, ClockWarned, ClockBreached, ClockStopped)
