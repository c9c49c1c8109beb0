"""Until when: counted with the bureau's calendar, outside the rules, which only compare."""

from datetime import date, datetime, time

from shared.contracts.calendar import CalendarYearMissing, work_calendar
from shared.contracts.codes import Channel
from shared.kernel import BUREAU_ZONE

NOON = time(12, 0)
WARNED_DAYS_BEFORE = 3


def consent_due(at: datetime) -> datetime:
    """Three working days: a proposal of ours, after which the desk asks again."""
    return _due(at, 3, "working_day")


def mediation_due(channel: Channel, at: datetime) -> datetime:
    """CL-029, R-12: one month. CL-025, R-08: a violation case has thirty days."""
    return _due(at, 30, "calendar_day") if channel is Channel.PSM else _due(at, 1, "month")


def second_session_due(at: datetime) -> datetime:
    """CL-023, R-03."""
    return _due(at, 7, "working_day")


def lapses_at(day: date) -> datetime:
    """The last instant of a day that the parties wrote themselves; no holiday moves it."""
    return work_calendar().due(_noon(day), 0, "calendar_day")


def warn_at(day: date) -> datetime:
    """CL-024, CL-102."""
    return work_calendar().before(lapses_at(day), WARNED_DAYS_BEFORE, "calendar_day")


def _due(at: datetime, n: int, unit: str) -> datetime:
    """Without the next year's notice the earliest possible end counts: nobody is told a day too late."""
    try:
        return work_calendar().due(at, n, unit)
    except CalendarYearMissing:
        return work_calendar().earliest(at, n, unit)


def _noon(day: date) -> datetime:
    return datetime.combine(day, NOON, BUREAU_ZONE)
