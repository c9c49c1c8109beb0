"""A desk for the tests of the watch: one request, its courses and its ladders, a spring without holidays."""

from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from services.routing.adapters.courses import course_rules
from services.routing.adapters.ladders import ladders
from services.routing.watch.commands import (
    BreachLimit,
    ClimbPlace,
    DropCourse,
    GoOn,
    NoteAct,
    StandStill,
    WatchCommand,
)
from services.routing.watch.decider import watch_decider
from services.routing.watch.facts import LimitArmed, LimitEnd, LimitStopped, WatchEvent
from services.routing.watch.ladders import PlaceRung
from services.routing.watch.state import Watch
from shared.contracts.codes import ReasonCode, Role
from shared.kernel import BUREAU_ZONE, ClockId, Digest, ItemCode, PersonId, RequestId, TextRef
from tests.support.spec import Decided, Spec

REQUEST = RequestId(UUID(int=1))
LEADER = PersonId(UUID(int=31))
CHIEF = PersonId(UUID(int=32))
SUPERVISOR = PersonId(UUID(int=33))
CHAIN = {Role.STATION_LEADER: LEADER, Role.BUREAU_LEADER: CHIEF, Role.SUPERVISOR: SUPERVISOR}
PAPER = TextRef(UUID(int=41), Digest("a" * 64))
MONDAY = datetime(2026, 3, 2, 9, tzinfo=BUREAU_ZONE)
LATER = MONDAY + timedelta(days=600)

RULES = course_rules()
RUNGS = ladders()
watch: Spec[WatchCommand, Watch, WatchEvent] = Spec(watch_decider(RULES, RUNGS))

E = TypeVar("E")


def noted(
    course: str, act: str, on: datetime = MONDAY, *, evidence: TextRef | None = None, at: datetime = LATER
) -> NoteAct:
    return NoteAct(
        request_id=REQUEST,
        course=ItemCode(course),
        act=ItemCode(act),
        happened_at=on,
        evidence=evidence,
        at=at,
    )


def stood_still(course: str, ground: ReasonCode, at: datetime = MONDAY, evidence: TextRef | None = PAPER) -> StandStill:
    return StandStill(request_id=REQUEST, course=ItemCode(course), ground=ground, evidence=evidence, at=at)


def went_on(course: str, at: datetime) -> GoOn:
    return GoOn(request_id=REQUEST, course=ItemCode(course), at=at)


def dropped(course: str, reason: ReasonCode = ReasonCode.PARTY_REFUSES, at: datetime = LATER) -> DropCourse:
    return DropCourse(request_id=REQUEST, course=ItemCode(course), reason=reason, at=at)


def broke(clock: str, at: datetime = LATER) -> BreachLimit:
    return BreachLimit(request_id=REQUEST, clock=ClockId(clock), chain=CHAIN, at=at)


def up(rung: PlaceRung, reason: ReasonCode | None = ReasonCode.NOT_SETTLED, at: datetime = MONDAY) -> ClimbPlace:
    return ClimbPlace(request_id=REQUEST, rung=rung, reason=reason, note=None, at=at)


def armed(decided: Decided[Watch, WatchEvent]) -> dict[str, str]:
    """Which clocks began, and the last day of each."""
    return {
        event.clock: event.due.astimezone(BUREAU_ZONE).date().isoformat()
        for event in decided.events
        if isinstance(event, LimitArmed)
    }


def stopped(decided: Decided[Watch, WatchEvent]) -> dict[str, tuple[LimitEnd, bool]]:
    return {event.clock: (event.why, event.kept) for event in decided.events if isinstance(event, LimitStopped)}


def the(kind: type[E], decided: Decided[Watch, WatchEvent]) -> E:
    [found] = [event for event in decided.events if isinstance(event, kind)]
    return found
