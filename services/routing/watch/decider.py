"""Courses of law, their limits, and the ladders above them. R-26: time counts from what happened, by one calendar.

A clock stands still on a listed ground only; broken, it climbs by itself, and climbing is a fact.
"""

from datetime import datetime
from typing import assert_never

from services.routing.clocks.table import ClockRules
from services.routing.watch import watching
from services.routing.watch.commands import (
    BreachLimit,
    ClimbOverdue,
    ClimbPlace,
    DropCourse,
    GoOn,
    LeavePlace,
    NoteAct,
    StandStill,
    TakeBreach,
    WarnLimit,
    WatchCommand,
)
from services.routing.watch.courses import Act, Course, CourseRules
from services.routing.watch.facts import (
    ActNoted,
    CourseDropped,
    LimitBreached,
    LimitEnd,
    LimitWarned,
    OverdueEnded,
    PlaceClimbed,
    PlaceLeft,
    WatchEvent,
)
from services.routing.watch.ladders import ORDER, Ladders, PlaceRung, PlaceStep
from services.routing.watch.refusals import (
    ActInTheFuture,
    ActOutOfOrder,
    ActStands,
    ActUnknown,
    ApprovalNotShown,
    ApprovedTooLate,
    CourseNotTaken,
    GroundNotListed,
    GroundNotShown,
    LadderOnlyUp,
    NothingStandsStill,
    ReasonClimbsNothing,
    RungSkipped,
)
from services.routing.watch.state import Watch, evolve
from shared.contracts.codes import ReasonCode
from shared.kernel import ClockId, Decider, ItemCode

WatchDecider = Decider[WatchCommand, Watch, WatchEvent]


def watch_decider(rules: CourseRules, ladders: Ladders) -> WatchDecider:
    desk = _Desk(rules, ladders)
    return Decider(Watch(), desk.decide, evolve)


class _Desk:
    """The rules with the data that they decide by."""

    def __init__(self, rules: CourseRules, ladders: Ladders) -> None:
        self.rules = rules
        self.ladders = ladders

    @property
    def table(self) -> ClockRules:
        return self.rules.rules

    def decide(self, command: WatchCommand, watch: Watch) -> tuple[WatchEvent, ...]:
        match command:
            case NoteAct():
                return self.note(command, watch)
            case StandStill():
                return self.stand_still(command, watch)
            case GoOn():
                return self.go_on(command, watch)
            case DropCourse():
                return self.drop(command, watch)
            case WarnLimit():
                return self.warn(command, watch)
            case BreachLimit():
                return self.breach(command, watch)
            case TakeBreach():
                return self.take_breach(command, watch)
            case ClimbOverdue():
                return self.climb(command, watch)
            case ClimbPlace():
                return self.climb_place(command, watch)
            case LeavePlace():
                return self.leave_place(command, watch)
            case _:
                assert_never(command)

    def note(self, command: NoteAct, watch: Watch) -> tuple[WatchEvent, ...]:
        """R-26: every act ends what waited for it and begins what counts from it, on the day on which it was done."""
        course, act = self.act_of(command.course, command.act)
        known = watch.noted.get((course.code, act.code))
        if known == command.happened_at:
            return ()
        if known is not None:
            raise ActStands(act=act.zh)
        require_past(command)
        self.require_order(act, command, watch)
        request_id, on, at = command.request_id, command.happened_at, command.at
        noted = ActNoted(
            request_id=request_id,
            course=course.code,
            act=act.code,
            rule=course.rule,
            happened_at=on,
            evidence=command.evidence,
            occurred_at=at,
        )
        ended = watching.stopped(request_id, watch, act.stops, LimitEnd.MET, on, at)
        begun = [watching.armed(request_id, clock, on, self.table.times(clock, on), at) for clock in act.starts]
        return (noted, *ended, *begun, *self.prolong(act, command, watch))

    def act_of(self, course: ItemCode, act: ItemCode) -> tuple[Course, Act]:
        taken = self.rules.courses.get(course)
        if taken is None or act not in taken.acts:
            raise ActUnknown(course=course, act=act)
        return taken, taken.acts[act]

    def require_order(self, act: Act, command: NoteAct, watch: Watch) -> None:
        """R-26: who may be first begins; everything else ends or prolongs what runs, and not before it began."""
        runs = [watch.terms[clock] for clock in (*act.stops, *act.prolongs) if clock in watch.terms]
        if not runs and not act.first:
            raise ActOutOfOrder(act=act.zh)
        if any(command.happened_at < term.started_at for term in runs):
            raise ActOutOfOrder(act=act.zh)

    def prolong(self, act: Act, command: NoteAct, watch: Watch) -> tuple[WatchEvent, ...]:
        """R-24: more time has an approval that is shown and comes before the end; twice there is none."""
        events: list[WatchEvent] = []
        for base, longer in act.prolongs.items():
            if (term := watch.terms.get(base)) is None:
                continue
            if command.evidence is None:
                raise ApprovalNotShown(act=act.zh)
            end = self.table.counted(term.times, term.count)
            if command.happened_at > end.due and not end.provisional:
                raise ApprovedTooLate(due=end.due)
            times = self.rules.longer(longer, term.started_at, end)
            prolongs = base if self.rules.counts_on(longer) else None
            replaced = watching.stopped(
                command.request_id, watch, (base,), LimitEnd.REPLACED, command.happened_at, command.at
            )
            events += [
                watching.armed(command.request_id, longer, term.started_at, times, command.at, prolongs),
                *replaced,
            ]
        return tuple(events)

    def stand_still(self, command: StandStill, watch: Watch) -> tuple[WatchEvent, ...]:
        """R-26: a clock stands still on a ground that its own row lists, and that is shown."""
        course = self.taken(command.course, watch)
        runs = {clock: watch.terms[clock] for clock in sorted(course.clocks) if clock in watch.terms}
        listing = [clock for clock in runs if self.rules.pauses(clock, command.ground)]
        if listing and all(runs[clock].ground is command.ground for clock in listing):
            return ()
        ready = [clock for clock in listing if runs[clock].paused_at is None and not runs[clock].breached]
        if not ready:
            raise GroundNotListed(ground=command.ground)
        if command.evidence is None:
            raise GroundNotShown
        return watching.paused(command.request_id, ready, command.ground, command.evidence, command.at)

    def go_on(self, command: GoOn, watch: Watch) -> tuple[WatchEvent, ...]:
        course = self.taken(command.course, watch)
        still = {
            clock: term
            for clock, term in sorted(watch.terms.items())
            if clock in course.clocks and term.paused_at is not None
        }
        if not still:
            raise NothingStandsStill
        return tuple(
            watching.resumed(self.rules, command.request_id, clock, term, command.at) for clock, term in still.items()
        )

    def drop(self, command: DropCourse, watch: Watch) -> tuple[WatchEvent, ...]:
        if command.course in watch.dropped:
            return ()
        course = self.taken(command.course, watch)
        dropped = CourseDropped(
            request_id=command.request_id, course=course.code, reason=command.reason, occurred_at=command.at
        )
        ends = watching.stopped(
            command.request_id, watch, sorted(course.clocks), LimitEnd.DROPPED, command.at, command.at
        )
        return (*ends, dropped)

    def taken(self, code: ItemCode, watch: Watch) -> Course:
        course = self.rules.courses.get(code)
        if course is None or not any(taken == code for taken, _ in watch.noted):
            raise CourseNotTaken(course=code)
        return course

    def warn(self, command: WarnLimit, watch: Watch) -> tuple[WatchEvent, ...]:
        """Before a guess too: the true end may be as early."""
        term = watch.terms.get(command.clock)
        if term is None or term.warned or term.breached or term.paused_at or not term.warn or command.at < term.warn:
            return ()
        request_id, clock, at = command.request_id, command.clock, command.at
        times = self.table.counted(term.times, term.count)
        retimed = watching.retimed(request_id, clock, term, times, at)
        if not times.warn or at < times.warn:
            return retimed
        return (*retimed, LimitWarned(request_id=request_id, clock=clock, due=times.due, occurred_at=at))

    def breach(self, command: BreachLimit, watch: Watch) -> tuple[WatchEvent, ...]:
        """A person's own time lapses; every other limit is broken and climbs, on the ladder of its kind.

        R-26: only a true end is ever broken.
        """
        term = watch.terms.get(command.clock)
        if term is None or term.breached or term.paused_at or command.at < term.due:
            return ()
        request_id, clock, at = command.request_id, command.clock, command.at
        times = self.table.at_the_end(term.times, term.count, at)
        retimed = watching.retimed(request_id, clock, term, times, at)
        if times.provisional or at < times.due:
            return retimed
        if self.rules.is_their_own(clock):
            return (*retimed, *watching.stopped(request_id, watch, (clock,), LimitEnd.LAPSED, at, at))
        breached = LimitBreached(request_id=request_id, clock=clock, due=times.due, occurred_at=at)
        step = self.ladders.place_of(clock)
        if step is not None and step.overdue is not None:
            broken = evolve(watch, breached)
            put = self.put(command, broken, step.overdue, ReasonCode.CLOCK_BREACHED, by_clock=clock)
            return (*retimed, breached, *put)
        return (*retimed, breached, *self.tell(command, clock, times.due, watch))

    def take_breach(self, command: TakeBreach, watch: Watch) -> tuple[WatchEvent, ...]:
        present = watch.overdue.get(command.clock)
        if present is not None and present.due == command.due:
            return ()
        return self.tell(command, command.clock, command.due, watch)

    def climb(self, command: ClimbOverdue, watch: Watch) -> tuple[WatchEvent, ...]:
        present = watch.overdue.get(command.clock)
        if present is None:
            return ()
        if command.met:
            return (OverdueEnded(request_id=command.request_id, clock=command.clock, occurred_at=command.at),)
        if present.next_at is None or command.at < present.next_at:
            return ()
        return self.tell(command, command.clock, present.due, watch)

    def tell(
        self, command: BreachLimit | TakeBreach | ClimbOverdue, clock: ClockId, due: datetime, watch: Watch
    ) -> tuple[WatchEvent, ...]:
        return watching.climbed(
            self.rules, self.ladders, command.request_id, clock, due, watch, command.chain, command.at
        )

    def climb_place(self, command: ClimbPlace, watch: Watch) -> tuple[WatchEvent, ...]:
        """Local first: one rung at a time and with a reason; a violation, a crime or an interest leaves rungs out."""
        here = None if watch.place_left else watch.place
        if command.rung is here:
            return ()
        if here is not None:
            steps = ORDER.index(command.rung) - ORDER.index(here)
            if steps < 0:
                raise LadderOnlyUp(rung=here)
            if command.reason not in self.ladders.reasons:
                raise ReasonClimbsNothing(reason=command.reason)
            if steps > 1 and command.reason not in self.ladders.skipping:
                raise RungSkipped(next=ORDER[ORDER.index(here) + 1])
        return self.put(command, watch, command.rung, command.reason, by_clock=None)

    def put(
        self,
        command: ClimbPlace | BreachLimit,
        watch: Watch,
        rung: PlaceRung,
        reason: ReasonCode | None,
        *,
        by_clock: ClockId | None,
    ) -> tuple[WatchEvent, ...]:
        """On its new rung, with the time that the rung has; the time of the former one is over."""
        request_id, at, step = command.request_id, command.at, self.ladders.place[rung]
        here = None if watch.place_left else watch.place
        climbed = PlaceClimbed(
            request_id=request_id,
            before=here,
            rung=rung,
            owner=step.owner,
            next_rung=next(iter(ORDER[ORDER.index(rung) + 1 :]), None),
            reason=reason,
            note=command.note if isinstance(command, ClimbPlace) else None,
            by_clock=by_clock,
            occurred_at=at,
        )
        former = self._clock_of(self.ladders.place[here]) if here else ()
        ended = watching.stopped(request_id, watch, former, LimitEnd.REPLACED, at, at)
        begun = [
            watching.armed(request_id, clock, at, self.table.times(clock, at), at) for clock in self._clock_of(step)
        ]
        return (climbed, *ended, *begun)

    def leave_place(self, command: LeavePlace, watch: Watch) -> tuple[WatchEvent, ...]:
        if watch.place is None or watch.place_left:
            return ()
        step = self.ladders.place[watch.place]
        ended = watching.stopped(command.request_id, watch, self._clock_of(step), LimitEnd.MET, command.at, command.at)
        return (*ended, PlaceLeft(request_id=command.request_id, rung=step.rung, occurred_at=command.at))

    def _clock_of(self, step: PlaceStep) -> tuple[ClockId, ...]:
        return (step.clock,) if step.clock else ()


def require_past(command: NoteAct) -> None:
    """R-26: the day on which it happened begins the time; what has not happened begins nothing."""
    if command.happened_at > command.at:
        raise ActInTheFuture
