"""Until when: counted with the bureau's calendar, outside the rules, which only compare."""

from datetime import date, datetime, time

from shared.contracts.calendar import CalendarYearMissing, work_calendar
from shared.kernel import BUREAU_ZONE

NOON = time(12, 0)


def gate_due(at: datetime) -> datetime:
    """CL-064, R-27: seven days for the investigator."""
    return _due(at, 7, "calendar_day")


def object_until(at: datetime) -> datetime:
    """CL-055, R-24: five working days for a department's objection."""
    return _due(at, 5, "working_day")


def climbs_at(at: datetime) -> datetime:
    """A proposal: two working days between the rungs of CL-091."""
    return _due(at, 2, "working_day")


def end_of(day: date) -> datetime:
    """The last instant of a day that somebody set; no holiday moves it."""
    return work_calendar().due(datetime.combine(day, NOON, BUREAU_ZONE), 0, "calendar_day")


def warn_at(due: datetime) -> datetime:
    """CL-091: two working days before."""
    try:
        return work_calendar().before(due, 2, "working_day")
    except CalendarYearMissing:
        return work_calendar().before(due, 2, "calendar_day")


def _due(at: datetime, n: int, unit: str) -> datetime:
    """Without the next year's notice the earliest possible end counts: nobody is told a day too late."""
    try:
        return work_calendar().due(at, n, unit)
    except CalendarYearMissing:
        return work_calendar().earliest(at, n, unit)
