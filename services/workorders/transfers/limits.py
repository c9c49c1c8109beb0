"""Until when: the rows of clocks.csv that a transfer lives by, counted with the bureau's calendar."""

from datetime import datetime

from shared.contracts.calendar import CalendarYearMissing, work_calendar
from shared.kernel import ClockId

SEND = ClockId("CL-021")
"""R-22: twenty-four hours from the finding that it is another's to the transfer."""
OBJECT = ClockId("CL-055")
"""R-24: five working days in which the receiver may object."""
HOURS = 24
OBJECTION_DAYS = 5


def send_due(routed_at: datetime) -> datetime:
    return work_calendar().due(routed_at, HOURS, "hour")


def receipt_due(sent_at: datetime) -> datetime:
    """A proposal of ours: the other side has as long to say that it has it as we had to send it."""
    return work_calendar().due(sent_at, HOURS, "hour")


def objection_due(since: datetime) -> datetime:
    calendar = work_calendar()
    try:
        return calendar.due(since, OBJECTION_DAYS, "working_day")
    except CalendarYearMissing:
        return calendar.earliest(since, OBJECTION_DAYS, "working_day")
