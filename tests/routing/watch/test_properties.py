"""Random acts on the watch over one request: whatever is noted in whatever order, these hold."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule

from services.routing.clocks.table import ClockRules
from services.routing.watch import watching
from services.routing.watch.commands import ClimbOverdue, LeavePlace, TakeBreach, WarnLimit
from services.routing.watch.decider import watch_decider
from services.routing.watch.facts import (
    ActNoted,
    LimitArmed,
    LimitBreached,
    LimitEnd,
    LimitPaused,
    LimitResumed,
    LimitRetimed,
    LimitStopped,
    OverdueClimbed,
    PlaceClimbed,
)
from services.routing.watch.ladders import ORDER, PlaceRung
from shared.contracts.codes import ReasonCode, Role
from shared.kernel import ClockId
from tests.routing.clocks.new_year import with_the_notice
from tests.routing.watch.post import (
    CHAIN,
    MONDAY,
    PAPER,
    REQUEST,
    RULES,
    RUNGS,
    broke,
    dropped,
    noted,
    stood_still,
    up,
    watch,
    went_on,
)
from tests.support.machines import Acts, misses

COURSES = ("petition", "labour_arbitration", "passport")
ACTS = tuple((course.code, act) for course in RULES.courses.values() if course.code in COURSES for act in course.acts)
CLOCKS = tuple(sorted(clock for course in RULES.courses.values() if course.code in COURSES for clock in course.clocks))
DAYS = (st.integers(0, 120) | st.integers(285, 310)).map(lambda days: MONDAY + timedelta(days=days))
"""A spring, and the turn of a year whose notice is missing."""
RULES_OF_2027 = with_the_notice(RULES.rules)
NOTICED = watch_decider(replace(RULES, rules=RULES_OF_2027), RUNGS)
GROUNDS = (ReasonCode.NEED_INFO_WAIT, ReasonCode.LIMITATION_INTERRUPTED, ReasonCode.APPRAISAL)


class Desk(Acts):
    """Clocks and ladders of one request."""

    decider = watch.decider

    @rule(act=st.sampled_from(ACTS), on=DAYS, shown=st.booleans())
    def notes(self, act: tuple[str, str], on: datetime, shown: bool) -> None:
        self.attempt(noted(*act, on, evidence=PAPER if shown else None))

    @rule(course=st.sampled_from(COURSES), ground=st.sampled_from(GROUNDS), at=DAYS)
    def pauses(self, course: str, ground: ReasonCode, at: datetime) -> None:
        self.attempt(stood_still(course, ground, at))

    @rule(course=st.sampled_from(COURSES), at=DAYS)
    def resumes(self, course: str, at: datetime) -> None:
        self.attempt(went_on(course, at))

    @rule(course=st.sampled_from(COURSES))
    def drops(self, course: str) -> None:
        self.attempt(dropped(course))

    @rule(clock=st.sampled_from((*CLOCKS, "CL-087", "CL-088")), at=DAYS)
    def time_passes(self, clock: str, at: datetime) -> None:
        self.attempt(WarnLimit(request_id=REQUEST, clock=ClockId(clock), at=at))
        self.attempt(broke(clock, at))

    @rule(clock=st.sampled_from(("CL-013", "CL-019", "CL-054")), at=DAYS, met=st.booleans())
    def a_promise_breaks_and_climbs(self, clock: str, at: datetime, met: bool) -> None:
        self.attempt(TakeBreach(request_id=REQUEST, clock=ClockId(clock), due=MONDAY, chain=CHAIN, at=at))
        climb = ClimbOverdue(request_id=REQUEST, clock=ClockId(clock), met=met, chain={}, at=at)
        self.attempt(climb)

    @rule(
        rung=st.sampled_from(ORDER), reason=st.sampled_from((ReasonCode.NOT_SETTLED, ReasonCode.CRIME_FOUND)), at=DAYS
    )
    def climbs(self, rung: PlaceRung, reason: ReasonCode, at: datetime) -> None:
        self.attempt(up(rung, reason, at))

    @rule(at=DAYS)
    def the_dispute_ends(self, at: datetime) -> None:
        self.attempt(LeavePlace(request_id=REQUEST, at=at))

    @precondition(lambda self: self.state.terms)
    @rule(data=st.data())
    def an_end_comes(self, data: st.DataObject) -> None:
        clock = data.draw(st.sampled_from(sorted(self.state.terms)))
        self.attempt(broke(clock, self.state.terms[clock].due))

    @rule()
    def the_notice_comes(self) -> None:
        self.decider = NOTICED  # type: ignore[misc]

    @invariant()
    def nothing_is_broken_by_a_guess(self) -> None:
        guessed: dict[str, bool] = {}
        begun: dict[str, datetime] = {}
        for each in self.past:
            match each:
                case LimitArmed():
                    guessed[each.clock] = each.provisional
                    begun[each.clock] = each.started_at
                    if each.prolongs:
                        del begun[each.clock]
                case LimitResumed():
                    guessed[each.clock] = each.provisional
                    begun.pop(each.clock, None)
                case LimitRetimed():
                    guessed[each.clock] = each.provisional
                case LimitBreached() | LimitStopped(why=LimitEnd.LAPSED):
                    assert not guessed[each.clock]
                    if each.clock in begun:
                        assert each.occurred_at >= RULES_OF_2027.times(each.clock, begun[each.clock]).due

    @invariant()
    def a_limit_stands_still_only_on_a_ground_of_its_row(self) -> None:
        for each in self.of(LimitPaused):
            assert RULES.pauses(each.clock, each.ground)

    @invariant()
    def what_stopped_was_armed_and_nothing_ends_before_it_begins(self) -> None:
        begun: dict[str, int] = {}
        for each in self.of(LimitArmed, LimitStopped):
            if isinstance(each, LimitArmed):
                assert each.due >= each.started_at
                assert each.warn is None or each.warn <= each.due
            step = 1 if isinstance(each, LimitArmed) else -1
            begun[each.clock] = begun.get(each.clock, 0) + step
            assert begun[each.clock] in (0, 1), f"{each.clock} runs twice, or ended without a beginning"

    @invariant()
    def no_pause_shortens_a_limit(self) -> None:
        """But the end of a guess, which was put off perhaps beyond the true one."""
        before: dict[str, LimitArmed | LimitResumed | LimitRetimed] = {}
        for each in self.of(LimitArmed, LimitResumed, LimitRetimed):
            if isinstance(each, LimitResumed) and not before[each.clock].provisional:
                assert each.due >= before[each.clock].due
            before[each.clock] = each

    @invariant()
    def what_was_done_in_time_is_kept_and_nothing_else(self) -> None:
        dues: dict[str, datetime] = {}
        guessed: dict[str, bool] = {}
        still: set[str] = set()
        done = MONDAY
        for each in self.past:
            match each:
                case ActNoted():
                    done = each.happened_at
                case LimitArmed() | LimitResumed() | LimitRetimed():
                    dues[each.clock] = each.due
                    guessed[each.clock] = each.provisional
                    still.discard(each.clock)
                case LimitPaused():
                    still.add(each.clock)
                case LimitStopped(why=LimitEnd.MET) if each.clock in CLOCKS:
                    in_time = each.clock in still or guessed[each.clock] or done <= dues[each.clock]
                    assert each.kept == in_time

    @invariant()
    def no_persons_own_time_is_ever_called_late(self) -> None:
        assert not [each for each in self.of(LimitBreached) if RULES.is_their_own(each.clock)]

    @invariant()
    def a_ladder_only_goes_up(self) -> None:
        ranks: dict[str, int] = {}
        roles = [rung.role for rung in RUNGS.usual]
        for each in self.of(OverdueClimbed):
            assert each.next_at is None or each.next_at > each.occurred_at
            assert isinstance(each.rung, Role)
            ranks[each.clock] = roles.index(each.rung)
        for climbed in self.of(PlaceClimbed):
            assert climbed.before is None or climbed.reason in RUNGS.reasons | {ReasonCode.CLOCK_BREACHED}


Desk.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestDesk = Desk.TestCase


def test_a_desk_that_lets_anything_stop_a_clock_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(RULES), "pauses", lambda self, clock, ground: True)
    known = {clock: frozenset(RULES.limit(ClockId(clock)).pauses) for clock in CLOCKS}

    class Careless(Desk):
        @invariant()
        def a_limit_stands_still_only_on_a_ground_of_its_row(self) -> None:
            for each in self.of(LimitPaused):
                assert known.get(each.clock), f"{each.clock} stood still on {each.ground}"

    misses(Careless)


def test_a_desk_that_takes_a_guess_for_the_end_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ClockRules, "at_the_end", lambda self, times, count, at: replace(times, provisional=False))
    misses(Desk)


def test_a_desk_that_judges_by_the_day_of_noting_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = watching.stopped

    def by_noting(request_id, watch, clocks, why, on, at):  # type: ignore[no-untyped-def]
        return honest(request_id, watch, clocks, why, at, at)

    monkeypatch.setattr(watching, "stopped", by_noting)

    misses(Desk)
