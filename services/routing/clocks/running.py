"""The clocks that run on one request: armed, paused, resumed, warned, breached, stopped. Pure."""

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
    ClockStopped,
    ClockWarned,
    StopReason,
)
from services.routing.clocks.table import ClockRules, Moment
from shared.kernel import ClockId, CorruptHistory, PersonId, RequestId, UnitCode, state


@state
class Running:
    started_at: datetime
    due: datetime
    warn: datetime | None
    warned: bool = False
    breached: bool = False
    paused_at: datetime | None = None


Clocks = Mapping[ClockId, Running]
Holder = tuple[UnitCode | None, PersonId | None]
"""Who has the request when a clock warns or breaks."""


def evolve_clocks(clocks: Clocks, event: ClockEvent) -> Clocks:
    if isinstance(event, ClockArmed):
        return {**clocks, event.clock: Running(event.started_at, event.due, event.warn)}
    running = clocks.get(event.clock)
    if running is None:
        raise CorruptHistory(f"{event.clock} was never armed")
    match event:
        case ClockPaused():
            return {**clocks, event.clock: replace(running, paused_at=event.occurred_at)}
        case ClockResumed():
            resumed = replace(running, paused_at=None, warned=False, due=event.due, warn=event.warn)
            return {**clocks, event.clock: resumed}
        case ClockWarned():
            return {**clocks, event.clock: replace(running, warned=True)}
        case ClockBreached():
            return {**clocks, event.clock: replace(running, breached=True)}
        case ClockStopped():
            return {clock: each for clock, each in clocks.items() if clock != event.clock}
        case _:
            assert_never(event)


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
    """A clock that waits for the person is kept, however late its old due has become."""
    return tuple(
        ClockStopped(
            request_id=request_id,
            clock=clock,
            kept=not clocks[clock].breached and (clocks[clock].paused_at is not None or at <= clocks[clock].due),
            why=why,
            by=by,
            occurred_at=at,
        )
        for clock in chosen
        if clock in clocks
    )


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
            times = rules.resumed(clock, running.due, running.warn, running.paused_at, at)
            resumed.append(
                ClockResumed(request_id=request_id, clock=clock, due=times.due, warn=times.warn, occurred_at=at)
            )
    return tuple(resumed)


def warn(
    request_id: RequestId,
    clocks: Clocks,
    clock: ClockId,
    holder: Holder,
    at: datetime,
) -> tuple[ClockWarned, ...]:
    running = clocks.get(clock)
    if running is None or running.warned or running.breached or running.paused_at or not _reached(running.warn, at):
        return ()
    unit, owner = holder
    return (ClockWarned(request_id=request_id, clock=clock, due=running.due, unit=unit, owner=owner, occurred_at=at),)


def breach(
    request_id: RequestId,
    clocks: Clocks,
    clock: ClockId,
    holder: Holder,
    at: datetime,
) -> tuple[ClockBreached, ...]:
    running = clocks.get(clock)
    if running is None or running.breached or running.paused_at or not _reached(running.due, at):
        return ()
    unit, owner = holder
    return (ClockBreached(request_id=request_id, clock=clock, due=running.due, unit=unit, owner=owner, occurred_at=at),)


def _reached(moment: datetime | None, at: datetime) -> bool:
    return moment is not None and at >= moment
