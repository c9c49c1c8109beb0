"""The limits of a case by its channel (R-03, R-08, R-12, R-14, R-16, R-17): which run, what stops them, what they end.

The rows are those of clocks.csv; a test holds them against it. Instants are counted outside with the calendar.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from services.mediation.cases.state import Open
from services.mediation.cases.values import Limit, SuitStage, Trade
from services.mediation.channels.commands import Resume, Suspend, WatchLimit
from services.mediation.channels.facts import CaseResumed, CaseSuspended, ChannelEvent, LimitBreached, LimitWarned
from services.mediation.channels.refusals import GroundPausesNothing, NotSuspended
from services.mediation.channels.state import OLD_VIOLATION_CASE, Running
from shared.contracts.codes import Channel, ReasonCode
from shared.kernel import BUREAU_ZONE, ClockId, value


@value
class Length:
    n: int
    unit: str
    warn: tuple[int, str]
    """How long before the end somebody is warned."""
    pauses: frozenset[ReasonCode] = frozenset()


FIRST_POLICE_SESSION: Final = ClockId("CL-022")
SECOND_POLICE_SESSION: Final = ClockId("CL-023")
VIOLATION_CASE: Final = ClockId("CL-025")
VIOLATION_CASE_LONGER: Final = ClockId("CL-026")
OLD_VIOLATION_CASE_LONGER: Final = ClockId("CL-028")
PEOPLES_MONTH: Final = ClockId("CL-029")
PRE_SUIT: Final = ClockId("CL-035")
ORDINARY: Final = ClockId("CL-036")
SIMPLE: Final = ClockId("CL-037")
NAME_MEDIATOR: Final = ClockId("CL-038")
ACCEPT_HOSTING: Final = ClockId("CL-039")
REMOTE: Final = ClockId("CL-040")
LABOUR: Final = ClockId("CL-041")
TRAFFIC_APPLICATION: Final = ClockId("CL-046")
TRAFFIC: Final = ClockId("CL-047")

_APPRAISAL: Final = frozenset({ReasonCode.APPRAISAL})

LENGTHS: Final = {
    FIRST_POLICE_SESSION: Length(3, "working_day", (1, "working_day"), _APPRAISAL),
    SECOND_POLICE_SESSION: Length(7, "working_day", (2, "working_day"), _APPRAISAL),
    VIOLATION_CASE: Length(30, "calendar_day", (5, "calendar_day"), _APPRAISAL),
    VIOLATION_CASE_LONGER: Length(30, "calendar_day", (5, "calendar_day"), _APPRAISAL),
    OLD_VIOLATION_CASE: Length(30, "calendar_day", (5, "calendar_day"), _APPRAISAL),
    OLD_VIOLATION_CASE_LONGER: Length(30, "calendar_day", (5, "calendar_day"), _APPRAISAL),
    PEOPLES_MONTH: Length(1, "month", (5, "calendar_day"), _APPRAISAL | {ReasonCode.PARTY_ABSENT}),
    PRE_SUIT: Length(30, "calendar_day", (5, "calendar_day")),
    ORDINARY: Length(15, "calendar_day", (3, "calendar_day")),
    SIMPLE: Length(7, "calendar_day", (2, "calendar_day")),
    NAME_MEDIATOR: Length(3, "working_day", (1, "working_day")),
    ACCEPT_HOSTING: Length(3, "working_day", (1, "working_day")),
    REMOTE: Length(30, "calendar_day", (5, "calendar_day")),
    LABOUR: Length(15, "calendar_day", (3, "calendar_day")),
    TRAFFIC_APPLICATION: Length(10, "calendar_day", (3, "calendar_day")),
    TRAFFIC: Length(10, "calendar_day", (2, "calendar_day")),
}

FIXED: Final = frozenset({LABOUR, TRAFFIC})
"""Their rows know no longer time by agreement."""

NEW_LAW_FROM: Final = date(2026, 1, 1)
_UNDER_THE_OLD_LAW: Final = {
    VIOLATION_CASE: OLD_VIOLATION_CASE,
    VIOLATION_CASE_LONGER: OLD_VIOLATION_CASE_LONGER,
}

_IN_ITS_PLACE: Final = {
    FIRST_POLICE_SESSION: (SECOND_POLICE_SESSION,),
    VIOLATION_CASE: (VIOLATION_CASE_LONGER, OLD_VIOLATION_CASE_LONGER, OLD_VIOLATION_CASE),
    OLD_VIOLATION_CASE: (OLD_VIOLATION_CASE_LONGER,),
    PRE_SUIT: (REMOTE,),
}
"""What a clock gives way to: while one of these runs, or waits for its channel, it does not begin again."""

_OF_COURT: Final = {SuitStage.PRE_SUIT: PRE_SUIT, SuitStage.ORDINARY: ORDINARY, SuitStage.SIMPLE: SIMPLE}
_OF_TRADE: Final = {Trade.LABOUR: LABOUR, Trade.TRAFFIC: TRAFFIC}


def leading_clock(channel: Channel, trade: Trade | None, suit: SuitStage | None) -> ClockId:
    """The limit whose end ends the mediation. A trade without a limit of its own has the month of R-12."""
    match channel:
        case Channel.PSM:
            return VIOLATION_CASE
        case Channel.IM:
            return _OF_TRADE.get(trade, PEOPLES_MONTH) if trade else PEOPLES_MONTH
        case Channel.JM:
            return _OF_COURT[suit or SuitStage.PRE_SUIT]
        case _:
            return PEOPLES_MONTH


def clocks_at_start(channel: Channel, trade: Trade | None, suit: SuitStage | None) -> tuple[ClockId, ...]:
    """Those that begin when the channel takes the lead."""
    leading = leading_clock(channel, trade, suit)
    return (FIRST_POLICE_SESSION, leading) if channel is Channel.PSM else (leading,)


def by_law_of(day: datetime, clock: ClockId) -> ClockId:
    """R-63 until the last day of 2025, R-08 from the first of 2026: the law in force when the case was filed counts."""
    return clock if day.astimezone(BUREAU_ZONE).date() >= NEW_LAW_FROM else _UNDER_THE_OLD_LAW.get(clock, clock)


def counted_on(case: Open, fresh: tuple[Limit, ...]) -> tuple[Limit, ...]:
    """R-08, R-12, R-14: a clock runs once in a case. What it was made longer by stays; only one that never ran begins
    afresh, and the first police session is owed once (R-03)."""
    known, sat = case.course.known, case.course.police_sessions
    owed = (each for each in fresh if each.clock != FIRST_POLICE_SESSION or not sat or SECOND_POLICE_SESSION in known)
    return tuple(_known_or_fresh(known, each) for each in owed)


def _known_or_fresh(known: Mapping[ClockId, Running], fresh: Limit) -> Limit:
    clocks = (*_IN_ITS_PLACE.get(fresh.clock, ()), fresh.clock)
    return next((Limit(clock, known[clock].due, known[clock].warn_at) for clock in clocks if clock in known), fresh)


def end_by(limits: tuple[Limit, ...], leading: ClockId) -> Limit | None:
    """The limit among these whose end ends the mediation."""
    clocks = (leading, *_IN_ITS_PLACE.get(leading, ()))
    return next((limit for limit in limits if limit.clock in clocks), None)


def is_of_the_old_law(case: Open) -> bool:
    return not case.course.limits.keys().isdisjoint(_UNDER_THE_OLD_LAW.values())


def leads(case: Open) -> ClockId:
    """Talks on line have a time of their own once the mediator accepted (R-14), and so has a violation case that was
    made longer (R-08) or is judged by the old law (R-63)."""
    for clock in (REMOTE, VIOLATION_CASE_LONGER, *_UNDER_THE_OLD_LAW.values()):
        if clock in case.course.limits:
            return clock
    return leading_clock(case.channel, case.course.trade, case.course.suit)


def time_stands_still(case: Open) -> bool:
    limit = case.course.limits.get(leads(case))
    return limit is not None and limit.still


def suspend(command: Suspend, case: Open) -> tuple[ChannelEvent, ...]:
    """R-12, R-08: only the grounds that a limit of this channel lists stop it, and only such limits; one that waits
    for its channel stands still with them."""
    if case.course.suspended == command.reason:
        return ()
    clocks = tuple(clock for clock in sorted(case.course.known) if command.reason in LENGTHS[clock].pauses)
    if case.course.limits.keys().isdisjoint(clocks) or case.course.suspended is not None:
        raise GroundPausesNothing
    return (
        CaseSuspended(
            case_id=case.case_id,
            request_id=case.request_id,
            reason=command.reason,
            clocks=clocks,
            evidence=command.evidence,
            occurred_at=command.at,
        ),
    )


def resume(command: Resume, case: Open) -> tuple[ChannelEvent, ...]:
    if case.course.suspended is None:
        raise NotSuspended
    still = {clock for clock, limit in case.course.known.items() if limit.still}
    return (
        CaseResumed(
            case_id=case.case_id,
            request_id=case.request_id,
            mediation_due=command.mediation_due,
            limits=tuple(limit for limit in command.limits if limit.clock in still),
            occurred_at=command.at,
        ),
    )


def watch(command: WatchLimit, case: Open) -> tuple[ChannelEvent, ...]:
    """A timer of a limit that was met, moved or stands still does nothing. What follows when a mediator lets his time
    pass is the rule of talks on line."""
    limit = case.course.limits.get(command.clock)
    if limit is None or limit.still or limit.breached:
        return ()
    if command.at >= limit.due:
        return () if command.clock == ACCEPT_HOSTING else breached(case, command.clock, command.at)
    if limit.warned or limit.warn_at is None or command.at < limit.warn_at:
        return ()
    return (
        LimitWarned(
            case_id=case.case_id,
            request_id=case.request_id,
            clock=command.clock,
            due=limit.due,
            occurred_at=command.at,
        ),
    )


def breached(case: Open, clock: ClockId, at: datetime) -> tuple[LimitBreached, ...]:
    """Told once, and of a limit that runs."""
    limit = case.course.limits.get(clock)
    if limit is None or limit.breached:
        return ()
    return (
        LimitBreached(case_id=case.case_id, request_id=case.request_id, clock=clock, due=limit.due, occurred_at=at),
    )
