"""What the watch answers: courses with what was done and what may come next; ladders and rungs."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.routing.watch.courses import Act, Course, CourseRules
from services.routing.watch.facts import PlaceClimbed, WatchEvent
from services.routing.watch.ladders import ORDER, Ladders, PlaceRung, Rung
from services.routing.watch.state import Term, Watch
from shared.contracts.codes import ReasonCode, Role
from shared.kernel import ClockId, ItemCode, RuleId
from shared.web import StrictModel


class LimitAnswer(StrictModel):
    clock: ClockId
    name: str
    started_at: datetime
    due: datetime
    paused_at: datetime | None
    ground: ReasonCode | None
    broken: bool
    pauses: tuple[ReasonCode, ...]
    """The grounds on which it may stand still."""


class ActAnswer(StrictModel):
    act: ItemCode
    name: str
    happened_at: datetime | None
    """None where it may be noted next."""
    needs_approval: bool


class CourseAnswer(StrictModel):
    course: ItemCode
    name: str
    rule: RuleId
    taken: bool
    limits: tuple[LimitAnswer, ...]
    acts: tuple[ActAnswer, ...]
    """What was noted, and what may come next."""


class CoursesAnswer(StrictModel):
    version: int
    courses: tuple[CourseAnswer, ...]


class RungAnswer(StrictModel):
    role: Role
    length: int | None
    unit: str | None


class PlaceRungAnswer(StrictModel):
    rung: PlaceRung
    owner: Role
    clock: ClockId | None
    length: int | None
    unit: str | None
    overdue: PlaceRung | None


class LadderAnswer(StrictModel):
    usual: tuple[RungAnswer, ...]
    at_once: tuple[RungAnswer, ...]
    place: tuple[PlaceRungAnswer, ...]
    reasons: tuple[ReasonCode, ...]
    skipping: tuple[ReasonCode, ...]


class ClimbAnswer(StrictModel):
    rung: PlaceRung
    before: PlaceRung | None
    owner: Role
    reason: ReasonCode | None
    by_clock: ClockId | None
    note_item: UUID | None
    at: datetime


class PlaceAnswer(StrictModel):
    request_id: UUID
    rung: PlaceRung | None
    next_rung: PlaceRung | None
    climbs: tuple[ClimbAnswer, ...]


def courses_of(watch: Watch, version: int, rules: CourseRules) -> CoursesAnswer:
    shown = (_course(course, watch, rules) for course in rules.courses.values())
    return CoursesAnswer(version=version, courses=tuple(sorted(shown, key=lambda each: not each.taken)))


def _course(course: Course, watch: Watch, rules: CourseRules) -> CourseAnswer:
    noted = {act: on for (code, act), on in watch.noted.items() if code == course.code}
    terms = {clock: watch.terms[clock] for clock in sorted(course.clocks) if clock in watch.terms}
    acts = [act for act in course.acts.values() if act.code in noted or _may_come(act, watch)]
    return CourseAnswer(
        course=course.code,
        name=course.zh,
        rule=course.rule,
        taken=bool(noted),
        limits=tuple(_limit(clock, term, rules) for clock, term in terms.items()),
        acts=tuple(
            ActAnswer(act=act.code, name=act.zh, happened_at=noted.get(act.code), needs_approval=bool(act.prolongs))
            for act in acts
        ),
    )


def _may_come(act: Act, watch: Watch) -> bool:
    return act.first or any(clock in watch.terms for clock in (*act.stops, *act.prolongs))


def _limit(clock: ClockId, term: Term, rules: CourseRules) -> LimitAnswer:
    return LimitAnswer(
        clock=clock,
        name=rules.limit(clock).name_zh,
        started_at=term.started_at,
        due=term.due,
        paused_at=term.paused_at,
        ground=term.ground,
        broken=term.breached,
        pauses=tuple(ground for ground in ReasonCode if rules.pauses(clock, ground)),
    )


def ladders_shown(ladders: Ladders, rules: CourseRules) -> LadderAnswer:
    def lengths(clock: ClockId | None) -> tuple[int | None, str | None]:
        return (rules.limit(clock).length, rules.limit(clock).unit) if clock else (None, None)

    return LadderAnswer(
        usual=_rungs(ladders.usual),
        at_once=_rungs(ladders.at_once),
        place=tuple(
            PlaceRungAnswer(
                rung=step.rung,
                owner=step.owner,
                clock=step.clock,
                length=lengths(step.clock)[0],
                unit=lengths(step.clock)[1],
                overdue=step.overdue,
            )
            for step in ladders.place.values()
        ),
        reasons=tuple(reason for reason in ReasonCode if reason in ladders.reasons),
        skipping=tuple(reason for reason in ReasonCode if reason in ladders.skipping),
    )


def _rungs(rungs: Sequence[Rung]) -> tuple[RungAnswer, ...]:
    return tuple(
        RungAnswer(
            role=rung.role,
            length=rung.within[0] if rung.within else None,
            unit=rung.within[1] if rung.within else None,
        )
        for rung in rungs
    )


def place_of(request_id: UUID, watch: Watch, history: Sequence[WatchEvent]) -> PlaceAnswer:
    here = None if watch.place_left else watch.place
    return PlaceAnswer(
        request_id=request_id,
        rung=here,
        next_rung=next(iter(ORDER[ORDER.index(here) + 1 :]), None) if here else None,
        climbs=tuple(
            ClimbAnswer(
                rung=event.rung,
                before=event.before,
                owner=event.owner,
                reason=event.reason,
                by_clock=event.by_clock,
                note_item=event.note.item if event.note else None,
                at=event.occurred_at,
            )
            for event in history
            if isinstance(event, PlaceClimbed)
        ),
    )
