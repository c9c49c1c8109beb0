"""Courses of law as data: which act starts, ends or prolongs which row of the table of clocks."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from services.routing.clocks.table import ClockRules, Limit, Times
from shared.contracts.codes import ReasonCode, Role
from shared.kernel import ClockId, ItemCode, RuleId, value

EXTENSION: Final = "extension_approved"

GROUNDS: Final[Mapping[str, ReasonCode]] = {
    "appraisal": ReasonCode.APPRAISAL,
    "need_info": ReasonCode.NEED_INFO_WAIT,
    "party_absent": ReasonCode.PARTY_ABSENT,
    "litigation_suspended": ReasonCode.LITIGATION_SUSPENDED,
    "party_agree_longer": ReasonCode.PARTY_AGREE_LONGER,
    "limitation_interrupted": ReasonCode.LIMITATION_INTERRUPTED,
}
"""What the table calls a ground, and what a record does."""

THEIR_OWN: Final = frozenset({Role.REQUESTER, Role.GUARDIAN, "other_party"})
"""Whose time it is when nobody else is told of it: let go by, it is over, and nobody of the desk was late."""


@value
class Act:
    code: ItemCode
    zh: str
    fact: str
    first: bool
    stops: tuple[ClockId, ...]
    starts: tuple[ClockId, ...]
    prolongs: Mapping[ClockId, ClockId]
    record: str
    """The record of another service that tells it; empty where a person notes it."""


@value
class Course:
    code: ItemCode
    zh: str
    rule: RuleId
    acts: Mapping[ItemCode, Act]

    @property
    def clocks(self) -> frozenset[ClockId]:
        return frozenset(
            clock for act in self.acts.values() for clock in (*act.stops, *act.starts, *act.prolongs.values())
        )


@value
class CourseRules:
    """The courses with the table and the calendar that their time is counted by."""

    courses: Mapping[ItemCode, Course]
    rules: ClockRules

    def limit(self, clock: ClockId) -> Limit:
        return self.rules.limits[clock]

    def course_of(self, clock: ClockId) -> Course | None:
        return next((course for course in self.courses.values() if clock in course.clocks), None)

    def told_by(self, record: str) -> tuple[tuple[Course, Act], ...]:
        return tuple(
            (course, act) for course in self.courses.values() for act in course.acts.values() if act.record == record
        )

    def counts_on(self, clock: ClockId) -> bool:
        """R-26: what was approved to be longer counts from the end that moves; another kind of limit from its day."""
        return self.limit(clock).start == EXTENSION

    def longer(self, clock: ClockId, started_at: datetime, base: Times) -> Times:
        if not self.counts_on(clock):
            return self.rules.times(clock, started_at)
        times = self.rules.times(clock, base.due)
        return replace(times, provisional=times.provisional or base.provisional)

    def pauses(self, clock: ClockId, ground: ReasonCode) -> bool:
        return ground in {GROUNDS[name] for name in self.limit(clock).pauses}

    def is_their_own(self, clock: ClockId) -> bool:
        return set(self.limit(clock).told) <= THEIR_OWN


def contradictions(courses: Mapping[ItemCode, Course], limits: Mapping[ClockId, Limit]) -> Iterator[str]:
    """What the table does not bear out."""
    for course in courses.values():
        for wrong in _of_course(course, limits):
            yield f"{course.code}: {wrong}"
    taken = [clock for course in courses.values() for clock in course.clocks]
    if twice := {clock for clock in taken if taken.count(clock) > 1}:
        yield f"of two courses: {sorted(twice)}"


def _of_course(course: Course, limits: Mapping[ClockId, Limit]) -> Iterator[str]:
    started = {clock for act in course.acts.values() for clock in (*act.starts, *act.prolongs.values())}
    stopped = {clock for act in course.acts.values() for clock in act.stops}
    for act in course.acts.values():
        for clock in (*act.starts, *act.prolongs.values()):
            if clock not in limits or limits[clock].start != act.fact:
                yield f"{act.code} does not start {clock}"
        for clock in act.stops:
            if clock not in limits or limits[clock].stop != act.fact:
                yield f"{act.code} does not stop {clock}"
        if not (act.first or act.stops or act.prolongs):
            yield f"{act.code} could never be noted"
    if started != stopped:
        yield f"begin and never end, or the other way round: {sorted(started ^ stopped)}"
    for clock in started & limits.keys():
        if limits[clock].length is None or limits[clock].source != course.rule:
            yield f"{clock} has no length of its own, or is of another rule"
        if unknown := limits[clock].pauses - GROUNDS.keys():
            yield f"{clock} pauses for {sorted(unknown)}"
