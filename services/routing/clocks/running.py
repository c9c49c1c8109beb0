"""The clocks that run on one request: armed, paused, resumed, retimed, warned, breached, stopped. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import assert_never

from services.routing.clocks.facts import (
    ClockArmed,
    ClockBreached,
    ClockEvent,
    ClockPaused,
    ClockResumed,
    ClockRetimed,
    ClockStopped,
    ClockWarned,
    StopReason,
)
from services.routing.clocks.table import ClockRules, Count, Moment, Times, stood
from shared.kernel import ClockId, CorruptHistory, PersonId, RequestId, UnitCode, state


@state
class Running:
    started_at: datetime
    due: datetime
    warn: datetime | None
    provisional: bool
    count: Count
    warned: bool = False
    breached: bool = False
    paused_at: datetime | None = None

    @property
    def times(self) -> Times:
        return Times(self.due, self.warn, self.provisional)


Clocks = Mapping[ClockId, Running]
Holder = tuple[UnitCode | None, PersonId | None]
"""Who has the request when a clock warns or breaks."""


def evolve_clocks(clocks: Clocks, event: ClockEvent) -> Clocks:
    if isinstance(event, ClockArmed):
        count = Count(event.started_at).then(event.clock)
        return {**clocks, event.clock: Running(event.started_at, event.due, event.warn, event.provisional, count)}
    running = clocks.get(event.clock)
    if running is None:
        raise CorruptHistory(f"{event.clock} was never armed")
    match event:
        case ClockPaused():
            return {**clocks, event.clock: replace(running, paused_at=event.occurred_at)}
        case ClockResumed():
            count = running.count.then(event.clock, stood(running.paused_at, event.occurred_at))
            resumed = replace(running, paused_at=None, warned=False, count=count)
            return {**clocks, event.clock: _timed(resumed, event)}
        case ClockRetimed():
            retimed = replace(running, warned=running.warned and event.provisional)
            return {**clocks, event.clock: _timed(retimed, event)}
        case ClockWarned():
            return {**clocks, event.clock: replace(running, warned=True)}
        case ClockBreached():
            return {**clocks, event.clock: replace(running, breached=True)}
        case ClockStopped():
            return {clock: each for clock, each in clocks.items() if clock != event.clock}
        case _:
            assert_never(event)


def _timed(running: Running, event: ClockResumed | ClockRetimed) -> Running:
    return replace(running, due=event.due, warn=event.warn, provisional=event.provisional)


def arm(
    rules: ClockRules, request_id: RequestId, clocks: Iterable[ClockId], start: datetime, at: datetime
) -> tuple[ClockArmed, ...]:
    return tuple(
        ClockArmed(
            request_id=request_id,
            clock=clock,
            started_at=start,
            due=times.due,
            warn=times.warn,
            provisional=times.provisional,
            occurred_at=at,
        )
        for clock, times in ((clock, rules.times(clock, start)) for clock in clocks)
    )


def stop(
    request_id: RequestId, clocks: Clocks, chosen: Iterable[ClockId], why: StopReason, by: Moment | None, at: datetime
) -> tuple[ClockStopped, ...]:
    """A clock that waits for the person is kept, however late its old due has become.

    R-26: so is one whose end is only a guess.
    """
    return tuple(
        ClockStopped(
            request_id=request_id,
            clock=clock,
            kept=not clocks[clock].breached and _in_time(clocks[clock], at),
            why=why,
            by=by,
            occurred_at=at,
        )
        for clock in chosen
        if clock in clocks
    )


def _in_time(running: Running, at: datetime) -> bool:
    return running.paused_at is not None or running.provisional or at <= running.due


def stopped_by(rules: ClockRules, clocks: Clocks, moment: Moment) -> tuple[ClockId, ...]:
    return tuple(clock for clock in clocks if rules.limits[clock].stop == moment)


def pause(rules: ClockRules, request_id: RequestId, clocks: Clocks, at: datetime) -> tuple[ClockPaused, ...]:
    """Only clocks whose row lists the ground, and none that is broken already."""
    return tuple(
        ClockPaused(request_id=request_id, clock=clock, occurred_at=at)
        for clock, running in clocks.items()
        if rules.limits[clock].pauses_for_info and running.paused_at is None and not running.breached
    )


def resume(rules: ClockRules, request_id: RequestId, clocks: Clocks, at: datetime) -> tuple[ClockResumed, ...]:
    resumed = []
    for clock, running in clocks.items():
        if running.paused_at is not None:
            times = rules.resumed(clock, running.times, running.count, stood(running.paused_at, at))
            resumed.append(
                ClockResumed(
                    request_id=request_id,
                    clock=clock,
                    due=times.due,
                    warn=times.warn,
                    provisional=times.provisional,
                    occurred_at=at,
                )
            )
    return tuple(resumed)


def warn(
    rules: ClockRules,
    request_id: RequestId,
    clocks: Clocks,
    clock: ClockId,
    holder: Holder,
    at: datetime,
) -> tuple[ClockRetimed | ClockWarned, ...]:
    """Before a guess too: the true end may be as early."""
    running = clocks.get(clock)
    if running is None or running.warned or running.breached or running.paused_at or not _reached(running.warn, at):
        return ()
    times = rules.counted(running.times, running.count)
    retimed = _retimed(request_id, clock, running, times, at)
    if not _reached(times.warn, at):
        return retimed
    unit, owner = holder
    warned = ClockWarned(request_id=request_id, clock=clock, due=times.due, unit=unit, owner=owner, occurred_at=at)
    return (*retimed, warned)


def breach(
    rules: ClockRules,
    request_id: RequestId,
    clocks: Clocks,
    clock: ClockId,
    holder: Holder,
    at: datetime,
) -> tuple[ClockRetimed | ClockBreached, ...]:
    """R-26: only a true end is ever broken."""
    running = clocks.get(clock)
    if running is None or running.breached or running.paused_at or at < running.due:
        return ()
    times = rules.at_the_end(running.times, running.count, at)
    retimed = _retimed(request_id, clock, running, times, at)
    if times.provisional or at < times.due:
        return retimed
    unit, owner = holder
    breached = ClockBreached(request_id=request_id, clock=clock, due=times.due, unit=unit, owner=owner, occurred_at=at)
    return (*retimed, breached)


def _retimed(
    request_id: RequestId, clock: ClockId, running: Running, times: Times, at: datetime
) -> tuple[ClockRetimed, ...]:
    if times == running.times:
        return ()
    return (
        ClockRetimed(
            request_id=request_id,
            clock=clock,
            due=times.due,
            warn=times.warn,
            provisional=times.provisional,
            occurred_at=at,
        ),
    )


def _reached(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and at >= moment
