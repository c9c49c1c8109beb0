"""Until when: counted with the bureau's calendar, outside the rules, which only compare."""

from datetime import date, datetime, time

from services.mediation.cases.state import Ended, Open
from services.mediation.cases.values import Limit, SuitStage, Trade
from services.mediation.channels.commands import RemoteTerm
from services.mediation.channels.rules.limits import (
    ACCEPT_HOSTING,
    LENGTHS,
    NAME_MEDIATOR,
    OLD_VIOLATION_CASE_LONGER,
    REMOTE,
    SECOND_POLICE_SESSION,
    TRAFFIC_APPLICATION,
    VIOLATION_CASE_LONGER,
    by_law_of,
    clocks_at_start,
    is_of_the_old_law,
    leading_clock,
    leads,
)
from shared.contracts.calendar import CalendarYearMissing, work_calendar
from shared.contracts.codes import Channel
from shared.kernel import BUREAU_ZONE, ClockId, value

NOON = time(12, 0)
WARNED_DAYS_BEFORE = 3


def consent_due(at: datetime) -> datetime:
    """Three working days: a proposal of ours, after which the desk asks again."""
    return _due(at, 3, "working_day")


@value
class Term:
    """The time of a channel from the day it takes the lead."""

    mediation_due: datetime
    limits: tuple[Limit, ...]


def term(
    channel: Channel,
    trade: Trade | None,
    suit: SuitStage | None,
    at: datetime,
    accepted_at: datetime | None = None,
) -> Term:
    """CL-029, R-12: one month; CL-025, R-08: thirty days, CL-027 if it was accepted before 2026 (R-63); R-14: 30, 15 or
    7; R-16: fifteen; R-17: ten."""
    filed = accepted_at or at
    limits = tuple(limit(by_law_of(filed, clock), at) for clock in clocks_at_start(channel, trade, suit))
    leading = by_law_of(filed, leading_clock(channel, trade, suit))
    return Term(next(each.due for each in limits if each.clock == leading), limits)


def term_of(case: Open | Ended, channel: Channel, at: datetime) -> Term:
    """The time of `channel` in this case, were it to begin now."""
    if isinstance(case, Ended):
        return term(channel, None, None, at)
    return term(channel, case.course.trade, case.course.suit, at, case.accepted_at)


def from_acceptance(channel: Channel, attempt: int, accepted_at: datetime | None, at: datetime) -> tuple[Limit, ...]:
    """CL-022, CL-025, CL-027 (R-03, R-08, R-63). What comes again, returned or reopened, is taken up anew on the day of
    its routing."""
    if channel is not Channel.PSM:
        return ()
    since = accepted_at if accepted_at is not None and attempt == 1 else at
    return term(channel, None, None, since, accepted_at).limits


def limit(clock: ClockId, at: datetime) -> Limit:
    length = LENGTHS[clock]
    due = _due(at, length.n, length.unit)
    try:
        warn_at = work_calendar().before(due, *length.warn)
    except CalendarYearMissing:
        return Limit(clock, due, None)
    return Limit(clock, due, warn_at if warn_at > at else None)


def longer_casework(case: Open | Ended, at: datetime) -> Limit:
    """CL-026, R-08, or CL-028, R-63: thirty days from the present end, by the law that the case began under."""
    if not isinstance(case, Open):
        return limit(VIOLATION_CASE_LONGER, at)
    longer = OLD_VIOLATION_CASE_LONGER if is_of_the_old_law(case) else VIOLATION_CASE_LONGER
    return limit(longer, case.mediation_due or at)


def remote_term(at: datetime) -> RemoteTerm:
    """CL-038, CL-039, CL-040, R-14: each from the day of its own beginning."""
    return RemoteTerm(limit(NAME_MEDIATOR, at), limit(ACCEPT_HOSTING, at), limit(REMOTE, at))


def second_session(at: datetime) -> tuple[Limit, ...]:
    """CL-023, R-03."""
    return (limit(SECOND_POLICE_SESSION, at),)


def joint_application(letter_received_at: datetime) -> Limit:
    """CL-046, R-17."""
    return limit(TRAFFIC_APPLICATION, letter_received_at)


def after_the_pause(case: Open, at: datetime) -> tuple[datetime | None, tuple[Limit, ...]]:
    """Every limit that stood still ends later by the length of the pause; the leading one moves the end with it."""
    since = case.course.suspended_at
    if since is None:
        return None, ()
    moved = tuple(
        Limit(clock, _moved(each.due, since, at, LENGTHS[clock].unit), each.warn_at and each.warn_at + (at - since))
        for clock, each in case.course.known.items()
        if each.still
    )
    return next((each.due for each in moved if each.clock == leads(case)), None), moved


def _moved(due: datetime, since: datetime, at: datetime, unit: str) -> datetime:
    try:
        return work_calendar().moved(due, at - since, unit)
    except CalendarYearMissing:
        return due + (at - since)


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
