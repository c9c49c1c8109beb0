"""Until when, after an agreement: counted with the bureau's calendar, outside the rules, which only compare."""

from datetime import datetime

from shared.contracts.calendar import CalendarYearMissing, work_calendar
from shared.kernel import BUREAU_ZONE

WARNED_DAYS_BEFORE = 10


def application_due(at: datetime) -> datetime:
    """CL-030, R-13: thirty days for both sides to apply together."""
    return days_from(at, 30)


def application_warn_at(due: datetime) -> datetime:
    """CL-030: ten days before the end."""
    return work_calendar().before(due, WARNED_DAYS_BEFORE, "calendar_day")


def acceptance_due(at: datetime) -> datetime:
    """CL-031: the court says in three days whether it takes the application."""
    return days_from(at, 3)


def decision_due(at: datetime) -> datetime:
    """CL-032: it decides in fifteen days."""
    return days_from(at, 15)


def extended_due(due: datetime) -> datetime:
    """CL-033: ten days more in special circumstances."""
    return days_from(due, 10)


def penalty_due(at: datetime) -> datetime:
    """CL-025, R-04: the time of the violation case runs from the day on which the agreement was not performed."""
    return days_from(at, 30)


def day_begins(lapses_at: datetime) -> datetime:
    """The first instant of the day that ends at `lapses_at`."""
    day = lapses_at.astimezone(BUREAU_ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    return day.astimezone(lapses_at.tzinfo)


def days_from(at: datetime, days: int) -> datetime:
    """Without the next year's notice the earliest possible end counts: nobody is told a day too late."""
    try:
        return work_calendar().due(at, days, "calendar_day")
    except CalendarYearMissing:
        return work_calendar().earliest(at, days, "calendar_day")
