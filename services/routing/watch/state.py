"""What the watch remembers of a request, and how facts change it."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import assert_never

from services.routing.clocks.table import Count, Times, stood
from services.routing.watch.facts import (
    ActNoted,
    CourseDropped,
    LimitArmed,
    LimitBreached,
    LimitPaused,
    LimitResumed,
    LimitRetimed,
    LimitStopped,
    LimitWarned,
    OverdueClimbed,
    OverdueEnded,
    PlaceClimbed,
    PlaceLeft,
    WatchEvent,
)
from services.routing.watch.ladders import PlaceRung
from shared.contracts.codes import ReasonCode, Role
from shared.kernel import ClockId, CorruptHistory, ItemCode, RequestId, state


@state
class Term:
    """A limit that runs, or stands still on a ground."""

    started_at: datetime
    due: datetime
    warn: datetime | None
    provisional: bool
    count: Count
    warned: bool = False
    breached: bool = False
    paused_at: datetime | None = None
    ground: ReasonCode | None = None

    @property
    def times(self) -> Times:
        return Times(self.due, self.warn, self.provisional)


@state
class Climbed:
    due: datetime
    rung: Role
    next_rung: Role | None
    next_at: datetime | None


ActKey = tuple[ItemCode, ItemCode]
"""A course and one of its acts."""


@state
class Watch:
    """Of a request about which nothing was noted yet, everything is empty."""

    request_id: RequestId | None = None
    terms: Mapping[ClockId, Term] = field(default_factory=dict)
    noted: Mapping[ActKey, datetime] = field(default_factory=dict)
    dropped: frozenset[ItemCode] = frozenset()
    overdue: Mapping[ClockId, Climbed] = field(default_factory=dict)
    place: PlaceRung | None = None
    place_left: bool = False


def evolve(before: Watch, event: WatchEvent) -> Watch:
    match event:
        case ActNoted():
            noted = {**before.noted, (event.course, event.act): event.happened_at}
            known = replace(before, request_id=event.request_id, dropped=before.dropped - {event.course})
            return replace(known, noted=noted)
        case CourseDropped():
            left = {key: on for key, on in before.noted.items() if key[0] != event.course}
            return replace(before, noted=left, dropped=before.dropped | {event.course})
        case LimitArmed():
            base = before.terms[event.prolongs].count if event.prolongs else Count(event.started_at)
            term = Term(event.started_at, event.due, event.warn, event.provisional, base.then(event.clock))
            return replace(before, request_id=event.request_id, terms={**before.terms, event.clock: term})
        case LimitPaused() | LimitResumed() | LimitRetimed() | LimitWarned() | LimitBreached() | LimitStopped():
            return replace(before, terms=_terms(before.terms, event))
        case OverdueClimbed():
            climbed = Climbed(event.due, event.rung, event.next_rung, event.next_at)
            return replace(before, request_id=event.request_id, overdue={**before.overdue, event.clock: climbed})
        case OverdueEnded():
            return replace(before, overdue=_without(before.overdue, event.clock))
        case PlaceClimbed():
            return replace(before, request_id=event.request_id, place=event.rung, place_left=False)
        case PlaceLeft():
            return replace(before, place_left=True)
        case _:
            assert_never(event)


def _terms(
    terms: Mapping[ClockId, Term],
    event: LimitPaused | LimitResumed | LimitRetimed | LimitWarned | LimitBreached | LimitStopped,
) -> Mapping[ClockId, Term]:
    term = terms.get(event.clock)
    if term is None:
        raise CorruptHistory(f"{event.clock} was never armed")
    match event:
        case LimitPaused():
            now = replace(term, paused_at=event.occurred_at, ground=event.ground)
        case LimitResumed():
            gone_on = replace(term, paused_at=None, ground=None, count=recounted(term, event.clock, event.occurred_at))
            now = replace(_timed(gone_on, event), warned=False)
        case LimitRetimed():
            now = replace(_timed(term, event), warned=term.warned and event.provisional)
        case LimitWarned():
            now = replace(term, warned=True)
        case LimitBreached():
            now = replace(term, breached=True)
        case LimitStopped():
            return {clock: each for clock, each in terms.items() if clock != event.clock}
        case _:
            assert_never(event)
    return {**terms, event.clock: now}


def _timed(term: Term, event: LimitResumed | LimitRetimed) -> Term:
    return replace(term, due=event.due, warn=event.warn, provisional=event.provisional)


def recounted(term: Term, clock: ClockId, at: datetime) -> Count:
    """R-16: a limitation that was interrupted begins anew; every other limit goes on with what was left of it.

    Whatever a clock that was set back makes of the beginning, nobody loses a day by it.
    """
    left = term.count.then(clock, stood(term.paused_at, at))
    if term.ground is not ReasonCode.LIMITATION_INTERRUPTED:
        return left
    return max(left, Count(at).then(clock), key=lambda count: count.begins)


def _without(overdue: Mapping[ClockId, Climbed], clock: ClockId) -> Mapping[ClockId, Climbed]:
    return {each: climbed for each, climbed in overdue.items() if each != clock}
