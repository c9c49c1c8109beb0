"""What is recorded of the courses that a request takes, of their limits, and of the rungs that were climbed."""

from datetime import datetime
from enum import StrEnum

from services.routing.watch.ladders import PlaceRung
from shared.contracts.codes import ReasonCode, Role
from shared.kernel import ClockId, ItemCode, PersonId, RequestId, RuleId, TextRef, fact


class LimitEnd(StrEnum):
    MET = "met"
    REPLACED = "replaced"
    """A longer one, or one of another rung, took its place."""
    LAPSED = "lapsed"
    """It was the person's own time, and he let it go by."""
    DROPPED = "dropped"
    """The course goes no further here."""


@fact("act_noted")
class ActNoted:
    request_id: RequestId
    course: ItemCode
    act: ItemCode
    rule: RuleId
    happened_at: datetime
    """When it was done; its clocks count from here, whenever it was noted."""
    evidence: TextRef | None
    occurred_at: datetime


@fact("course_dropped")
class CourseDropped:
    request_id: RequestId
    course: ItemCode
    reason: ReasonCode
    occurred_at: datetime


@fact("limit_armed")
class LimitArmed:
    request_id: RequestId
    clock: ClockId
    started_at: datetime
    due: datetime
    warn: datetime | None
    provisional: bool
    prolongs: ClockId | None = None
    """The limit from whose end it counts."""
    occurred_at: datetime


@fact("limit_paused")
class LimitPaused:
    request_id: RequestId
    clock: ClockId
    ground: ReasonCode
    evidence: TextRef
    occurred_at: datetime


@fact("limit_resumed")
class LimitResumed:
    request_id: RequestId
    clock: ClockId
    due: datetime
    warn: datetime | None
    provisional: bool
    occurred_at: datetime


@fact("limit_retimed")
class LimitRetimed:
    """Its end was a guess: this is the true one, or a day more while the notice of that year is still missing."""

    request_id: RequestId
    clock: ClockId
    due: datetime
    warn: datetime | None
    provisional: bool
    occurred_at: datetime


@fact("limit_warned")
class LimitWarned:
    request_id: RequestId
    clock: ClockId
    due: datetime
    occurred_at: datetime


@fact("limit_breached")
class LimitBreached:
    request_id: RequestId
    clock: ClockId
    due: datetime
    occurred_at: datetime


@fact("limit_stopped")
class LimitStopped:
    request_id: RequestId
    clock: ClockId
    kept: bool
    why: LimitEnd
    occurred_at: datetime


@fact("overdue_climbed")
class OverdueClimbed:
    """A broken clock ran on, and the next one up was told."""

    request_id: RequestId
    clock: ClockId
    due: datetime
    """Of the breach: armed anew and broken again, it climbs from below."""
    rung: Role
    owner: PersonId | None
    next_rung: Role | None
    next_at: datetime | None
    occurred_at: datetime


@fact("overdue_ended")
class OverdueEnded:
    """Somebody met the clock; nobody else is told."""

    request_id: RequestId
    clock: ClockId
    occurred_at: datetime


@fact("place_climbed")
class PlaceClimbed:
    """From one rung of the place to the next: by a person with his reason, or by a clock that broke."""

    request_id: RequestId
    before: PlaceRung | None
    rung: PlaceRung
    owner: Role
    next_rung: PlaceRung | None
    reason: ReasonCode | None
    """None where it began here."""
    note: TextRef | None
    by_clock: ClockId | None
    occurred_at: datetime


@fact("place_left")
class PlaceLeft:
    """The dispute ended on its rung."""

    request_id: RequestId
    rung: PlaceRung
    occurred_at: datetime


WatchEvent = (
    ActNoted
    | CourseDropped
    | LimitArmed
    | LimitPaused
    | LimitResumed
    | LimitRetimed
    | LimitWarned
    | LimitBreached
    | LimitStopped
    | OverdueClimbed
    | OverdueEnded
    | PlaceClimbed
    | PlaceLeft
)
