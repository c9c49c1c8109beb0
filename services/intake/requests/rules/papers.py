"""How long somebody has to bring what is missing (CL-093, counted by R-26)."""

from datetime import datetime, timedelta

from shared.contracts.calendar import CalendarYearMissing, work_calendar

DAYS = 7
WARN_DAYS = 2


def times_for_papers(asked_at: datetime, due: datetime | None) -> tuple[datetime, datetime]:
    """When to remind, and until when to wait; never a reminder before the question."""
    end = due or _a_week_from(asked_at)
    return max(asked_at, min(end, end - timedelta(days=WARN_DAYS))), end


def _a_week_from(asked_at: datetime) -> datetime:
    """Without the calendar of a coming year no holiday can move the end, and none may shorten it."""
    calendar = work_calendar()
    try:
        return calendar.due(asked_at, DAYS, "calendar_day")
    except CalendarYearMissing:
        return calendar.earliest(asked_at, DAYS, "calendar_day")
