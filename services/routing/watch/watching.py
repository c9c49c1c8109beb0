"""The limits of a course and of a rung: armed, stopped, paused, retimed, warned, broken. Pure."""

from collections.abc import Iterable
from datetime import datetime

from services.routing.clocks.table import Times, stood
from services.routing.watch.commands import Chain
from services.routing.watch.courses import CourseRules
from services.routing.watch.facts import (
    LimitArmed,
    LimitEnd,
    LimitPaused,
    LimitResumed,
    LimitRetimed,
    LimitStopped,
    OverdueClimbed,
    OverdueEnded,
    WatchEvent,
)
from services.routing.watch.ladders import Ladders, Rung
from services.routing.watch.state import Term, Watch
from shared.contracts.codes import ReasonCode
from shared.kernel import ClockId, RequestId, TextRef


def armed(
    request_id: RequestId,
    clock: ClockId,
    start: datetime,
    times: Times,
    at: datetime,
    prolongs: ClockId | None = None,
) -> LimitArmed:
    return LimitArmed(
        request_id=request_id,
        clock=clock,
        started_at=start,
        due=times.due,
        warn=times.warn,
        provisional=times.provisional,
        prolongs=prolongs,
        occurred_at=at,
    )


def stopped(
    request_id: RequestId, watch: Watch, clocks: Iterable[ClockId], why: LimitEnd, on: datetime, at: datetime
) -> tuple[WatchEvent, ...]:
    """Kept or not by the day of the act, not by the day on which somebody noted it. Nobody is told further.

    R-26: no act comes too late for an end that is only a guess.
    """
    ends: list[WatchEvent] = []
    for clock in clocks:
        if (term := watch.terms.get(clock)) is not None:
            in_time = term.paused_at is not None or term.provisional or on <= term.due
            kept = in_time and (why is LimitEnd.MET or not (term.breached or why is LimitEnd.LAPSED))
            ends.append(LimitStopped(request_id=request_id, clock=clock, kept=kept, why=why, occurred_at=at))
            if clock in watch.overdue:
                ends.append(OverdueEnded(request_id=request_id, clock=clock, occurred_at=at))
    return tuple(ends)


def paused(
    request_id: RequestId, clocks: Iterable[ClockId], ground: ReasonCode, evidence: TextRef, at: datetime
) -> tuple[LimitPaused, ...]:
    return tuple(
        LimitPaused(request_id=request_id, clock=clock, ground=ground, evidence=evidence, occurred_at=at)
        for clock in clocks
    )


def resumed(rules: CourseRules, request_id: RequestId, clock: ClockId, term: Term, at: datetime) -> LimitResumed:
    """R-16: a limitation that was interrupted begins anew; every other limit goes on with what was left of it.

    Whatever a clock that was set back makes of the beginning, nobody loses a day by it.
    """
    assert term.paused_at is not None, f"{clock} runs"
    times = rules.rules.resumed(clock, term.times, term.count, stood(term.paused_at, at))
    if term.ground is ReasonCode.LIMITATION_INTERRUPTED:
        times = max(rules.rules.times(clock, at), times, key=lambda each: each.due)
    return LimitResumed(
        request_id=request_id,
        clock=clock,
        due=times.due,
        warn=times.warn,
        provisional=times.provisional,
        occurred_at=at,
    )


def retimed(request_id: RequestId, clock: ClockId, term: Term, times: Times, at: datetime) -> tuple[LimitRetimed, ...]:
    if times == term.times:
        return ()
    return (
        LimitRetimed(
            request_id=request_id,
            clock=clock,
            due=times.due,
            warn=times.warn,
            provisional=times.provisional,
            occurred_at=at,
        ),
    )


def climbed(
    rules: CourseRules,
    ladders: Ladders,
    request_id: RequestId,
    clock: ClockId,
    due: datetime,
    watch: Watch,
    chain: Chain,
    at: datetime,
) -> tuple[OverdueClimbed, ...]:
    """The next rung on which somebody answers; the last one is told whoever stands there."""
    rungs = ladders.overdue(rules.limit(clock))
    present = watch.overdue.get(clock)
    above = rungs[_place(rungs, present.rung) + 1 :] if present and present.due == due else rungs
    manned = tuple(rung for rung in above if rung.role in chain or rung.within is None)
    if not manned:
        return ()
    rung, beyond = manned[0], manned[1:2]
    return (
        OverdueClimbed(
            request_id=request_id,
            clock=clock,
            due=due,
            rung=rung.role,
            owner=chain.get(rung.role),
            next_rung=beyond[0].role if beyond else None,
            next_at=_until(rules, rung, at) if beyond else None,
            occurred_at=at,
        ),
    )


def _place(rungs: tuple[Rung, ...], role: object) -> int:
    return next((place for place, rung in enumerate(rungs) if rung.role == role), -1)


def _until(rules: CourseRules, rung: Rung, at: datetime) -> datetime:
    assert rung.within is not None, "the last rung has no end"
    return rules.rules.until(at, *rung.within)
