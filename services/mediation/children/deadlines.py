"""Until when, by the bureau's calendar, outside the rules, which only compare."""

from datetime import datetime, timedelta

from services.mediation.children.rules.clocks import ESCALATES_AFTER_MINUTES, LENGTHS
from shared.contracts.calendar import CalendarYearMissing, work_calendar
from shared.kernel import ClockId, value

APPROVAL_HOLDS = timedelta(hours=8)
"""A shift, within the day that the vault allows."""


@value
class Deadline:
    due: datetime
    warn_at: datetime | None


def deadline(clock: ClockId, at: datetime) -> Deadline:
    """CL-070: at once; CL-071, R-32: three days; CL-072, R-33: ten days."""
    length, calendar = LENGTHS[clock], work_calendar()
    try:
        due = calendar.due(at, length.n, length.unit)
        warn = calendar.before(due, length.warn_days, "calendar_day") if length.warn_days is not None else at
    except CalendarYearMissing:
        # Without the next year's notice the earliest possible end counts: nobody is told a day too late.
        return Deadline(calendar.earliest(at, length.n, length.unit), None)
    return Deadline(due, warn)


def escalates_at(due: datetime) -> datetime:
    return due + timedelta(minutes=ESCALATES_AFTER_MINUTES)
