"""Until when a court has time (R-19), counted with the bureau's calendar, outside the rules, which only compare."""

from datetime import datetime, timedelta
from typing import Final

from services.mediation.cases.values import Limit
from services.mediation.litigation.decider import LONGER, OF_PROCEDURE
from services.mediation.litigation.facts import Procedure
from shared.contracts.calendar import CalendarYearMissing, work_calendar
from shared.kernel import ClockId

MONTHS: Final = {ClockId("CL-050"): 3, ClockId("CL-051"): 1, ClockId("CL-052"): 6, ClockId("CL-053"): 6}
WARNED_DAYS_BEFORE: Final = {
    ClockId("CL-050"): 10,
    ClockId("CL-051"): 10,
    ClockId("CL-052"): 15,
    ClockId("CL-053"): 15,
}


def from_filing(procedure: Procedure, filed_at: datetime) -> Limit:
    """CL-050, CL-052: also where the procedure changed on the way, the time counts from the filing."""
    return _limit(OF_PROCEDURE[procedure], filed_at)


def longer(procedure: Procedure, due: datetime) -> Limit:
    """CL-051, CL-053: from the end that was approved to move."""
    return _limit(LONGER[procedure], due)


def after_the_pause(limit: Limit, since: datetime, at: datetime) -> Limit:
    due = _moved(limit.due, at - since)
    return Limit(limit.clock, due, _warn_at(limit.clock, due))


def _limit(clock: ClockId, start: datetime) -> Limit:
    due = _months_after(start, MONTHS[clock])
    return Limit(clock, due, _warn_at(clock, due))


def _warn_at(clock: ClockId, due: datetime) -> datetime:
    try:
        return work_calendar().before(due, WARNED_DAYS_BEFORE[clock], "calendar_day")
    except CalendarYearMissing:
        return due - timedelta(days=WARNED_DAYS_BEFORE[clock])


def _months_after(start: datetime, months: int) -> datetime:
    """Without the next year's notice the earliest possible end counts: nobody is told a day too late."""
    try:
        return work_calendar().due(start, months, "month")
    except CalendarYearMissing:
        return work_calendar().earliest(start, months, "month")


def _moved(due: datetime, by: timedelta) -> datetime:
    try:
        return work_calendar().moved(due, by, "month")
    except CalendarYearMissing:
        return due + by
