"""Which promises run on a request, from filing to the answer."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.routing.clocks.facts import (
    ClockArmed,
    ClockBreached,
    ClockResumed,
    ClockRetimed,
    ClockStopped,
    ClockWarned,
    StopReason,
)
from services.routing.clocks.table import INFO_WAIT, clock_rules
from services.routing.decisions.commands import (
    BreachClock,
    DecisionCommand,
    EndTriage,
    NoteInfoRequested,
    NoteSupplemented,
    NoteTold,
    WarnClock,
)
from services.routing.decisions.decider import decision_decider
from services.routing.decisions.facts import DecisionEvent, EndedBy, HandlingStep, RequestRouted
from services.routing.decisions.state import DecisionState
from services.routing.decisions.store import decision_timers, published
from services.routing.rulepacks.shelf import PackShelf
from services.routing.rulepacks.shipped import shipped_packs
from shared.contracts.codes import Category, Channel, Door, Outcome, Priority, ReasonCode
from shared.contracts.danger import DangerKind
from shared.contracts.routing import ClockArmedV1
from shared.eventstore import Timer
from shared.kernel import BUREAU_ZONE, ClockId
from tests.routing.clocks.new_year import with_the_notice
from tests.routing.decisions.desk import (
    AT_NOON,
    MEDIATOR,
    MONDAY,
    REQUEST,
    ROSTER,
    STUDIO,
    confirmed,
    desk,
    filed,
    handled,
    judged,
    matter,
    overruled,
    returned,
    the,
)
from tests.routing.decisions.test_following import reopened
from tests.support.spec import Decided, Spec

ROUTED = desk.after(filed(), judged())
FEEDBACK = ClockId("CL-019")
FIRST_RESPONSE = ClockId("CL-014")
WORK_BEGINS = ClockId("CL-017")
DECEMBER = datetime.fromisoformat("2026-12-28T09:00+08:00")
NEW_YEAR = datetime.fromisoformat("2027-01-01T00:00+08:00")
OVER_NEW_YEAR = desk.after(filed(at=DECEMBER), judged(at=DECEMBER))


def armed(decided: Decided[DecisionState, DecisionEvent]) -> set[str]:
    return {event.clock for event in decided.events if isinstance(event, ClockArmed)}


def stopped(decided: Decided[DecisionState, DecisionEvent], why: StopReason) -> set[str]:
    return {event.clock for event in decided.events if isinstance(event, ClockStopped) and event.why is why}


def told(at: datetime = AT_NOON) -> NoteTold:
    return NoteTold(request_id=REQUEST, at=at)


def asked(at: datetime = AT_NOON) -> NoteInfoRequested:
    return NoteInfoRequested(request_id=REQUEST, due=clock_rules().times(INFO_WAIT, at).due, at=at)


def answered(at: datetime) -> NoteSupplemented:
    return NoteSupplemented(request_id=REQUEST, answers_request=True, danger=(), roster=ROSTER, at=at)


def noticed(
    spec: Spec[DecisionCommand, DecisionState, DecisionEvent],
) -> Spec[DecisionCommand, DecisionState, DecisionEvent]:
    """The same history at a desk that has read the notice of 2027."""
    return Spec(decision_decider(with_the_notice(clock_rules()), PackShelf(shipped_packs())), spec.past)


def last_day(event: ClockRetimed | ClockResumed | ClockBreached) -> str:
    return event.due.astimezone(BUREAU_ZONE).date().isoformat()


def breaks(at: datetime) -> BreachClock:
    return BreachClock(request_id=REQUEST, clock=FEEDBACK, at=at)


def test_filing_promises_a_decision_within_two_hours() -> None:
    clock = the(ClockArmed, desk.when(filed()))
    assert (clock.clock, clock.due) == ("CL-007", MONDAY + timedelta(hours=2))


def test_routing_keeps_that_promise_and_starts_those_of_the_priority() -> None:
    decided = desk.after(filed()).when(judged())
    assert armed(decided) == {FIRST_RESPONSE, FEEDBACK, WORK_BEGINS}
    assert stopped(decided, StopReason.MET) == {"CL-007"}


def test_danger_runs_against_the_minute() -> None:
    assert armed(desk.when(filed(DangerKind.FIRE))) == {"CL-007", "CL-008", "CL-012"}


def test_thanks_start_no_clock_and_end_those_that_ran() -> None:
    decided = desk.after(filed()).when(judged(Category.FBK, Channel.BOT))
    assert (armed(decided), stopped(decided, StopReason.REPLACED)) == (set(), {"CL-007"})
    assert the(RequestRouted, decided).answer_due > MONDAY


def test_another_priority_replaces_the_clocks_and_counts_from_the_filing() -> None:
    decided = ROUTED.when(overruled(priority=Priority.P1))
    assert stopped(decided, StopReason.REPLACED) == {FIRST_RESPONSE, FEEDBACK, WORK_BEGINS}
    assert armed(decided) == {"CL-013", "CL-016", "CL-018"}
    [feedback] = [event for event in decided.events if isinstance(event, ClockArmed) and event.clock == "CL-018"]
    assert (feedback.started_at, feedback.due) == (MONDAY, MONDAY + timedelta(hours=24))


def test_a_promise_that_was_kept_is_not_made_again_by_another_priority() -> None:
    decided = ROUTED.after(handled(HandlingStep.FIRST_RESPONSE)).when(overruled(priority=Priority.P1))
    assert armed(decided) == {"CL-016", "CL-018"}


def test_the_first_response_stops_its_clock() -> None:
    assert stopped(ROUTED.when(handled(HandlingStep.FIRST_RESPONSE)), StopReason.MET) == {FIRST_RESPONSE}


def test_beginning_the_work_is_a_response_too() -> None:
    assert stopped(ROUTED.when(handled(HandlingStep.STARTED)), StopReason.MET) == {FIRST_RESPONSE, WORK_BEGINS}


def test_an_outcome_leaves_only_the_answer_owed() -> None:
    done = ROUTED.after(handled(HandlingStep.OUTCOME, Outcome.SETTLED))
    assert set(matter(done).clocks) == {FEEDBACK}


def test_the_answer_to_the_person_stops_the_last_clock() -> None:
    decided = ROUTED.when(told())
    assert stopped(decided, StopReason.MET) == {FEEDBACK}
    assert the(ClockStopped, decided).kept
    ROUTED.after(told()).when(told()).then_nothing()


def test_an_answer_after_the_limit_is_a_promise_not_kept() -> None:
    late = datetime.fromisoformat("2026-03-10T00:00+08:00")
    assert not the(ClockStopped, ROUTED.when(told(late))).kept


def test_asking_the_person_pauses_only_the_clocks_that_list_it() -> None:
    waiting = matter(ROUTED.after(asked()))
    assert {clock for clock, running in waiting.clocks.items() if running.paused_at} == {FEEDBACK, WORK_BEGINS}
    assert "CL-093" in waiting.clocks


def test_a_supplement_lets_them_run_on_with_the_limit_moved() -> None:
    decided = ROUTED.after(asked()).when(answered(AT_NOON + timedelta(days=2)))
    moved = {event.clock: event.due for event in decided.events if isinstance(event, ClockResumed)}
    assert moved[FEEDBACK].isoformat() == "2026-03-11T15:59:59.999999+00:00"
    assert stopped(decided, StopReason.MET) == {"CL-093"}
    assert not matter(ROUTED.after(asked(), answered(AT_NOON))).info_wanted


def test_a_clock_that_is_armed_while_the_person_is_asked_waits_from_the_start() -> None:
    early = desk.after(filed(), asked(MONDAY), judged())
    assert matter(early).clocks[FEEDBACK].paused_at == MONDAY


def test_a_person_who_just_adds_something_pauses_and_resumes_nothing() -> None:
    ROUTED.when(answered(AT_NOON)).then_nothing()


def test_asking_twice_asks_once() -> None:
    ROUTED.after(asked()).when(asked(AT_NOON + timedelta(hours=1))).then_nothing()


def test_a_warning_names_who_has_the_request() -> None:
    decided = ROUTED.when(WarnClock(request_id=REQUEST, clock=FIRST_RESPONSE, at=MONDAY + timedelta(minutes=90)))
    warned = the(ClockWarned, decided)
    assert (warned.unit, warned.owner) == (STUDIO, MEDIATOR)


def test_a_warning_is_given_once_and_not_too_early() -> None:
    warn = WarnClock(request_id=REQUEST, clock=FIRST_RESPONSE, at=MONDAY + timedelta(minutes=90))
    ROUTED.after(warn).when(warn).then_nothing()
    ROUTED.when(WarnClock(request_id=REQUEST, clock=FIRST_RESPONSE, at=MONDAY)).then_nothing()


def test_what_stood_still_after_a_warning_warns_again_before_its_new_end() -> None:
    day = timedelta(days=1)
    warned = ROUTED.after(WarnClock(request_id=REQUEST, clock=FEEDBACK, at=MONDAY + 6 * day))
    goes_on = warned.after(asked(MONDAY + 6 * day), answered(MONDAY + 10 * day))
    again = goes_on.when(WarnClock(request_id=REQUEST, clock=FEEDBACK, at=MONDAY + 11 * day))
    assert (
        the(ClockWarned, again).due
        > the(ClockWarned, ROUTED.when(WarnClock(request_id=REQUEST, clock=FEEDBACK, at=MONDAY + 6 * day))).due
    )


def test_a_broken_promise_is_recorded_once() -> None:
    breach = BreachClock(request_id=REQUEST, clock=FIRST_RESPONSE, at=MONDAY + timedelta(hours=2))
    assert the(ClockBreached, ROUTED.when(breach)).due == MONDAY + timedelta(hours=2)
    ROUTED.after(breach).when(breach).then_nothing()


def test_a_broken_promise_stays_broken_when_the_answer_comes() -> None:
    breach = BreachClock(request_id=REQUEST, clock=FIRST_RESPONSE, at=MONDAY + timedelta(hours=2))
    late = ROUTED.after(breach).when(handled(HandlingStep.FIRST_RESPONSE, at=MONDAY + timedelta(hours=3)))
    assert not the(ClockStopped, late).kept


def test_nothing_breaks_while_it_waits_for_the_person() -> None:
    much_later = MONDAY + timedelta(days=30)
    ROUTED.after(asked()).when(BreachClock(request_id=REQUEST, clock=FEEDBACK, at=much_later)).then_nothing()
    ROUTED.after(asked()).when(WarnClock(request_id=REQUEST, clock=FEEDBACK, at=much_later)).then_nothing()


def test_a_timer_of_a_clock_that_stopped_does_nothing() -> None:
    answer_given = ROUTED.after(told())
    answer_given.when(BreachClock(request_id=REQUEST, clock=FEEDBACK, at=AT_NOON)).then_nothing()


def test_the_end_of_a_request_ends_its_clocks() -> None:
    over = ROUTED.when(EndTriage(request_id=REQUEST, why=EndedBy.WITHDRAWN, at=AT_NOON))
    assert stopped(over, StopReason.ENDED) == {FIRST_RESPONSE, FEEDBACK, WORK_BEGINS}


def test_a_reopened_request_has_all_its_promises_anew() -> None:
    settled = ROUTED.after(handled(HandlingStep.OUTCOME, Outcome.SETTLED), told())
    decided = settled.when(reopened())
    assert armed(decided) == {"CL-007", FIRST_RESPONSE, FEEDBACK, WORK_BEGINS}
    assert the(RequestRouted, decided).answer_due.isoformat() == "2026-03-10T15:59:59.999999+00:00"


def test_another_handler_inherits_the_promises_as_they_stand() -> None:
    assert armed(ROUTED.when(returned(ReasonCode.OVERLOAD))) == set()


def test_a_confirmed_emergency_starts_nothing_twice() -> None:
    assert armed(desk.after(filed(DangerKind.FIRE)).when(confirmed())) == set()


def test_without_the_years_calendar_the_earliest_day_is_promised_and_marked() -> None:
    new_years_eve = datetime.fromisoformat("2026-12-31T09:00+08:00")
    decided = desk.after(filed(at=new_years_eve)).when(judged(at=new_years_eve))
    [feedback] = [event for event in decided.events if isinstance(event, ClockArmed) and event.clock == FEEDBACK]
    assert feedback.provisional
    assert feedback.due.isoformat() == "2027-01-07T15:59:59.999999+00:00"


def test_what_was_asked_in_a_group_is_answered_there_within_half_an_hour() -> None:
    asked_in_a_group = desk.after(replace(filed(), door=Door.GROUP_CHAT))
    assert matter(asked_in_a_group).clocks.keys() == {"CL-007", "CL-096"}
    answered_there = asked_in_a_group.after(judged()).when(handled(HandlingStep.FIRST_RESPONSE))
    assert "CL-096" in stopped(answered_there, StopReason.MET)


def test_r_26_nobody_is_called_late_by_a_guess() -> None:
    guess = matter(OVER_NEW_YEAR).clocks[FEEDBACK].due
    decided = OVER_NEW_YEAR.when(breaks(guess))
    put_off = the(ClockRetimed, decided)
    assert decided.events == (put_off,)
    assert (put_off.due, put_off.provisional) == (guess + timedelta(days=1), True)
    a_week_on = the(ClockRetimed, OVER_NEW_YEAR.when(breaks(guess + timedelta(days=7))))
    assert a_week_on.due == guess + timedelta(days=8)


def test_r_26_the_true_end_counts_once_the_notice_is_there() -> None:
    guess = matter(OVER_NEW_YEAR).clocks[FEEDBACK].due
    decided = noticed(OVER_NEW_YEAR).when(breaks(guess))
    retimed = the(ClockRetimed, decided)
    assert decided.events == (retimed,)
    assert (last_day(retimed), retimed.provisional) == ("2027-01-05", False)
    assert retimed.warn == retimed.due - timedelta(days=2)
    broken = noticed(OVER_NEW_YEAR).after(breaks(guess)).when(breaks(retimed.due))
    assert the(ClockBreached, broken).due == retimed.due


def test_r_26_a_notice_that_comes_after_the_true_end_says_who_was_late() -> None:
    waiting = OVER_NEW_YEAR.after(breaks(NEW_YEAR + timedelta(days=9)))
    decided = noticed(waiting).when(breaks(NEW_YEAR + timedelta(days=11)))
    assert [type(event) for event in decided.events] == [ClockRetimed, ClockBreached]
    assert last_day(the(ClockBreached, decided)) == "2027-01-05"


def test_r_26_what_stood_still_is_behind_the_true_end_too() -> None:
    waited = OVER_NEW_YEAR.after(asked(DECEMBER), answered(DECEMBER + timedelta(days=2)))
    again = waited.after(asked(DECEMBER + timedelta(days=3)), answered(DECEMBER + timedelta(days=4)))
    assert matter(again).clocks[FEEDBACK].provisional
    retimed = the(ClockRetimed, noticed(again).when(breaks(matter(again).clocks[FEEDBACK].due)))
    assert last_day(retimed) == "2027-01-08"
    at_once = noticed(waited).after(asked(DECEMBER + timedelta(days=3))).when(answered(DECEMBER + timedelta(days=4)))
    [resumed] = [event for event in at_once.events if isinstance(event, ClockResumed) and event.clock == FEEDBACK]
    assert (last_day(resumed), resumed.provisional) == ("2027-01-08", False)


def test_r_26_what_a_pause_moves_into_a_year_without_a_notice_becomes_a_guess() -> None:
    filed_early = datetime.fromisoformat("2026-12-21T09:00+08:00")
    known = desk.after(filed(at=filed_early), judged(at=filed_early))
    assert not matter(known).clocks[FEEDBACK].provisional
    moved = known.after(asked(filed_early), answered(DECEMBER))
    guess = matter(moved).clocks[FEEDBACK]
    assert guess.provisional
    assert last_day(the(ClockRetimed, noticed(moved).when(breaks(guess.due)))) == "2027-01-05"


def test_r_26_a_guess_is_warned_of_and_so_is_the_true_end() -> None:
    guess = matter(OVER_NEW_YEAR).clocks[FEEDBACK]
    assert guess.warn is not None
    warn = WarnClock(request_id=REQUEST, clock=FEEDBACK, at=guess.warn)
    assert the(ClockWarned, OVER_NEW_YEAR.when(warn)).due == guess.due
    counted = noticed(OVER_NEW_YEAR).when(warn)
    retimed = the(ClockRetimed, counted)
    assert counted.events == (retimed,)
    warned = noticed(OVER_NEW_YEAR.after(warn)).after(breaks(guess.due))
    again = warned.when(replace(warn, at=retimed.due))
    assert the(ClockWarned, again).due == retimed.due


def test_r_26_an_answer_is_in_time_while_only_a_guess_says_it_is_not() -> None:
    late = matter(OVER_NEW_YEAR).clocks[FEEDBACK].due + timedelta(days=1)
    [kept] = [event for event in OVER_NEW_YEAR.when(told(late)).events if isinstance(event, ClockStopped)]
    assert kept.kept


def test_r_26_the_time_of_a_person_who_is_asked_for_papers_is_no_guess_either() -> None:
    waiting = OVER_NEW_YEAR.after(asked(DECEMBER))
    due = matter(waiting).clocks[INFO_WAIT].due
    decided = waiting.when(BreachClock(request_id=REQUEST, clock=INFO_WAIT, at=due))
    assert the(ClockRetimed, decided).provisional
    assert len(decided.events) == 1


def test_a_new_end_is_told_to_others_and_wakes_the_desk_again() -> None:
    retimed = the(ClockRetimed, noticed(OVER_NEW_YEAR).when(breaks(NEW_YEAR + timedelta(days=4))))
    assert retimed.warn is not None
    assert published(retimed) == ClockArmedV1(
        request_id=REQUEST, clock=FEEDBACK, due=retimed.due, at=retimed.occurred_at
    )
    assert decision_timers(retimed, matter(OVER_NEW_YEAR)) == (
        Timer("clock_due:CL-019", retimed.due),
        Timer("clock_warn:CL-019", retimed.warn),
    )
