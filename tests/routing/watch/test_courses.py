"""Courses of law: each act ends what waited for it and begins what counts from it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.routing.adapters.courses import COURSES, CoursesWrong, read_courses
from services.routing.watch.commands import WarnLimit, WatchCommand
from services.routing.watch.decider import watch_decider
from services.routing.watch.facts import (
    ActNoted,
    CourseDropped,
    LimitArmed,
    LimitBreached,
    LimitEnd,
    LimitPaused,
    LimitResumed,
    LimitRetimed,
    LimitWarned,
    OverdueClimbed,
    WatchEvent,
)
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
    NothingStandsStill,
)
from services.routing.watch.state import Watch
from services.routing.watch.store import watch_timers
from shared.contracts.codes import ReasonCode
from shared.eventstore import Timer
from shared.kernel import BUREAU_ZONE, ClockId
from tests.routing.clocks.new_year import with_the_notice
from tests.routing.watch.post import (
    LATER,
    MONDAY,
    PAPER,
    REQUEST,
    RULES,
    RUNGS,
    armed,
    broke,
    dropped,
    noted,
    stood_still,
    stopped,
    the,
    watch,
    went_on,
)
from tests.support.spec import Spec

ARBITRATION = "labour_arbitration"
WEEK = timedelta(days=7)
PASSPORT = ClockId("CL-083")
DECEMBER = datetime(2026, 12, 20, 9, tzinfo=BUREAU_ZONE)
"""What ends in fifteen days ends in a year without a notice."""
PETITION, LONGER = ClockId("CL-056"), ClockId("CL-057")
RULES_OF_2027 = with_the_notice(RULES.rules)


def noticed(spec: Spec[WatchCommand, Watch, WatchEvent]) -> Spec[WatchCommand, Watch, WatchEvent]:
    """The same history at a desk that has read the notice of 2027."""
    return Spec(watch_decider(replace(RULES, rules=RULES_OF_2027), RUNGS), spec.past)


def last_day(event: LimitRetimed | LimitResumed) -> str:
    return event.due.astimezone(BUREAU_ZONE).date().isoformat()


def test_an_arbitration_is_accepted_in_five_days_and_decided_in_forty_five() -> None:
    assert armed(watch.when(noted(ARBITRATION, "arbitration_filed"))) == {"CL-042": "2026-03-09"}
    accepted = watch.after(noted(ARBITRATION, "arbitration_filed")).when(
        noted(ARBITRATION, "arbitration_accepted", MONDAY + timedelta(days=3))
    )
    assert armed(accepted) == {"CL-043": "2026-04-20"}
    assert stopped(accepted) == {"CL-042": (LimitEnd.MET, True)}


def test_the_worker_has_a_year_from_the_day_on_which_he_knew() -> None:
    knew = watch.when(noted(ARBITRATION, "right_known_violated", datetime(2025, 6, 10, 9, tzinfo=BUREAU_ZONE)))
    assert armed(knew) == {"CL-045": "2026-06-10"}


def test_what_happened_in_time_was_in_time_however_late_it_is_noted() -> None:
    begun = watch.after(noted("protection_order", "protection_order_applied"))
    in_time = noted("protection_order", "protection_order_decided", MONDAY + timedelta(hours=71))
    too_late = noted("protection_order", "protection_order_decided", MONDAY + timedelta(hours=73))
    assert stopped(begun.when(in_time)) == {"CL-048": (LimitEnd.MET, True)}
    assert stopped(begun.when(too_late)) == {"CL-048": (LimitEnd.MET, False)}


def test_an_urgent_protection_order_has_a_day() -> None:
    urgent = the(LimitArmed, watch.when(noted("protection_order", "protection_order_applied_urgent")))
    assert (urgent.clock, urgent.due) == ("CL-049", MONDAY + timedelta(hours=24))


def test_a_petition_runs_through_all_its_instances() -> None:
    petition = watch.after(noted("petition", "petition_received"))
    days = iter(range(1, 40))
    steps = (
        "petition_accepted", "acceptance_told", "answer_told", "review_requested", "review_answered",
        "second_review_requested", "second_review_answered",
    )  # fmt: skip
    begun = []
    for step in steps:
        decided = petition.when(noted("petition", step, MONDAY + timedelta(days=next(days))))
        begun += list(armed(decided))
        petition = petition.given(*decided.events)
    assert begun == ["CL-056", "CL-058", "CL-059", "CL-060", "CL-061"]
    assert petition.state.terms == {}


def test_more_time_counts_from_the_end_that_was_approved_to_move() -> None:
    accepted = watch.after(noted("petition", "petition_accepted"))
    longer = accepted.when(noted("petition", "extension_approved", MONDAY + WEEK, evidence=PAPER))
    assert (armed(accepted.when(noted("petition", "petition_received"))), armed(longer)) == (
        {"CL-054": "2026-03-17"},
        {"CL-057": "2026-06-05"},
    )
    assert stopped(longer) == {"CL-056": (LimitEnd.REPLACED, True)}


def test_another_kind_of_limit_counts_from_its_own_day() -> None:
    accepted = watch.after(noted("residence_permit", "application_accepted"))
    remote = accepted.when(noted("residence_permit", "hard_to_reach_found", MONDAY + WEEK, evidence=PAPER))
    assert armed(remote) == {"CL-082": "2026-04-01"}


def test_r_24_more_time_without_the_approval_is_refused() -> None:
    accepted = watch.after(noted("petition", "petition_accepted"))
    accepted.when(noted("petition", "extension_approved", MONDAY + WEEK)).then_rejected(ApprovalNotShown)


def test_r_24_what_has_ended_is_not_made_longer() -> None:
    accepted = watch.after(noted("petition", "petition_accepted"))
    late = noted("petition", "extension_approved", MONDAY + timedelta(days=90), evidence=PAPER)
    accepted.when(late).then_rejected(ApprovedTooLate)


def test_r_24_nothing_is_made_longer_twice() -> None:
    longer = watch.after(
        noted("petition", "petition_accepted"),
        noted("petition", "extension_approved", MONDAY + WEEK, evidence=PAPER),
    )
    again = noted("petition", "extension_approved", MONDAY + 2 * WEEK, evidence=PAPER)
    longer.when(again).then_rejected(ActStands)


def test_r_26_an_act_that_ends_nothing_is_out_of_order() -> None:
    watch.when(noted(ARBITRATION, "arbitration_decided")).then_rejected(ActOutOfOrder)
    begun = watch.after(noted(ARBITRATION, "arbitration_filed"))
    before = noted(ARBITRATION, "arbitration_accepted", MONDAY - timedelta(days=1))
    begun.when(before).then_rejected(ActOutOfOrder)


def test_r_26_what_has_not_happened_begins_nothing() -> None:
    ahead = noted(ARBITRATION, "arbitration_filed", MONDAY + timedelta(minutes=1), at=MONDAY)
    watch.when(ahead).then_rejected(ActInTheFuture)


def test_an_act_that_no_course_has_is_refused() -> None:
    watch.when(noted(ARBITRATION, "judged")).then_rejected(ActUnknown)
    watch.when(noted("regatta", "judged")).then_rejected(ActUnknown)


def test_an_act_stands_as_it_was_noted() -> None:
    begun = watch.after(noted(ARBITRATION, "arbitration_filed"))
    begun.when(noted(ARBITRATION, "arbitration_filed")).then_nothing()
    begun.when(noted(ARBITRATION, "arbitration_filed", MONDAY + WEEK)).then_rejected(ActStands)


def test_missing_papers_stop_the_time_of_a_document_and_an_interruption_begins_a_limitation_anew() -> None:
    applied = watch.after(noted("passport", "application_accepted"))
    waiting = applied.after(stood_still("passport", ReasonCode.NEED_INFO_WAIT, MONDAY + timedelta(days=1)))
    on = the(LimitResumed, waiting.when(went_on("passport", MONDAY + timedelta(days=5))))
    assert (on.clock, on.due.astimezone(BUREAU_ZONE).date().isoformat()) == ("CL-083", "2026-03-23")
    knew = watch.after(noted(ARBITRATION, "right_known_violated"))
    broken_off = knew.after(stood_still(ARBITRATION, ReasonCode.LIMITATION_INTERRUPTED, MONDAY + WEEK))
    anew = the(LimitResumed, broken_off.when(went_on(ARBITRATION, MONDAY + 2 * WEEK)))
    assert anew.due.astimezone(BUREAU_ZONE).date().isoformat() == "2027-03-16"
    assert anew.provisional


@pytest.mark.parametrize(
    ("course", "act", "ground"),
    [
        ("passport", "application_accepted", ReasonCode.NEED_INFO_WAIT),
        (ARBITRATION, "right_known_violated", ReasonCode.LIMITATION_INTERRUPTED),
    ],
)
def test_a_clock_that_was_set_back_while_a_limit_stood_still_takes_no_day_away(
    course: str, act: str, ground: ReasonCode
) -> None:
    begun = watch.when(noted(course, act))
    due = the(LimitArmed, begun).due
    waiting = watch.after(noted(course, act), stood_still(course, ground, MONDAY + timedelta(days=1)))
    assert the(LimitResumed, waiting.when(went_on(course, MONDAY - WEEK))).due == due


def test_r_26_a_ground_that_no_running_limit_lists_stops_nothing() -> None:
    filed = watch.after(noted(ARBITRATION, "arbitration_filed"))
    filed.when(stood_still(ARBITRATION, ReasonCode.APPRAISAL)).then_rejected(GroundNotListed)
    filed.when(stood_still(ARBITRATION, ReasonCode.LIMITATION_INTERRUPTED)).then_rejected(GroundNotListed)


def test_r_26_a_ground_is_shown() -> None:
    applied = watch.after(noted("passport", "application_accepted"))
    applied.when(stood_still("passport", ReasonCode.NEED_INFO_WAIT, evidence=None)).then_rejected(GroundNotShown)


def test_what_stands_still_is_stopped_once_and_goes_on_once() -> None:
    applied = watch.after(noted("passport", "application_accepted"))
    still = stood_still("passport", ReasonCode.NEED_INFO_WAIT)
    assert the(LimitPaused, applied.when(still)).clock == "CL-083"
    applied.after(still).when(still).then_nothing()
    applied.when(went_on("passport", LATER)).then_rejected(NothingStandsStill)


def test_a_course_that_goes_no_further_ends_its_limits_and_may_begin_again() -> None:
    filed = watch.after(noted(ARBITRATION, "arbitration_filed"))
    ended = filed.when(dropped(ARBITRATION))
    assert stopped(ended)["CL-042"][0] is LimitEnd.DROPPED
    assert the(CourseDropped, ended).reason is ReasonCode.PARTY_REFUSES
    filed.after(dropped(ARBITRATION)).when(dropped(ARBITRATION)).then_nothing()
    again = filed.after(dropped(ARBITRATION)).when(noted(ARBITRATION, "arbitration_filed"))
    assert armed(again) == {"CL-042": "2026-03-09"}


def test_of_a_course_that_nobody_took_nothing_is_stopped() -> None:
    watch.when(dropped("passport")).then_rejected(CourseNotTaken)
    watch.when(stood_still("passport", ReasonCode.NEED_INFO_WAIT)).then_rejected(CourseNotTaken)


def test_every_act_carries_the_rule_of_its_course() -> None:
    assert the(ActNoted, watch.when(noted("birth", "born"))).rule == "R-49"


LINE = {"zh": "x", "rule": "R-16"}


@pytest.mark.parametrize(
    ("acts", "wrong"),
    [
        ({"arbitration_filed": {"zh": "x", "first": True, "starts": ["CL-043"]}}, "does not start CL-043"),
        ({"arbitration_filed": {"zh": "x", "first": True, "stops": ["CL-042"]}}, "does not stop CL-042"),
        ({"arbitration_filed": {"zh": "x", "starts": ["CL-042"]}}, "could never be noted"),
        ({"arbitration_filed": {"zh": "x", "first": True, "starts": ["CL-042"]}}, "never end"),
        (
            {
                "petition_received": {"zh": "x", "first": True, "starts": ["CL-054"]},
                "requester_told": {"zh": "x", "stops": ["CL-054"]},
            },
            "another rule",
        ),
    ],
)
def test_a_course_that_the_table_does_not_bear_out_stops_the_start(acts: dict[str, object], wrong: str) -> None:
    with pytest.raises(CoursesWrong, match=wrong):
        read_courses({"labour_arbitration": {**LINE, "acts": acts}}, RULES.rules)


def test_one_clock_belongs_to_one_course() -> None:
    acts = {
        "protection_order_applied": {"zh": "x", "first": True, "starts": ["CL-048"]},
        "protection_order_decided": {"zh": "x", "stops": ["CL-048"]},
    }
    entry = {"zh": "x", "rule": "R-18", "acts": acts}
    with pytest.raises(CoursesWrong, match="of two courses"):
        read_courses({"first": entry, "second": entry}, RULES.rules)


def test_the_committed_courses_hold_against_the_table() -> None:
    assert COURSES.is_file()
    assert {course.rule for course in RULES.courses.values()} >= {"R-16", "R-18", "R-24", "R-44", "R-46", "R-49"}
    assert RULES.course_of(ClockId("CL-043")) is RULES.courses[next(iter(RULES.courses))]


def test_r_26_nobody_is_called_late_by_a_guess() -> None:
    begun = watch.after(noted("passport", "application_accepted", DECEMBER))
    guess = begun.state.terms[PASSPORT].due
    put_off = begun.when(broke(PASSPORT, guess))
    retimed = the(LimitRetimed, put_off)
    assert put_off.events == (retimed,)
    assert (retimed.due, retimed.provisional) == (guess + timedelta(days=1), True)
    put_off_again = begun.after(broke(PASSPORT, guess)).when(broke(PASSPORT, guess + WEEK))
    assert the(LimitRetimed, put_off_again).due == guess + WEEK + timedelta(days=1)


def test_r_26_the_true_end_of_a_limit_counts_once_the_notice_is_there() -> None:
    begun = watch.after(noted("passport", "application_accepted", DECEMBER))
    guess = begun.state.terms[PASSPORT].due
    counted = noticed(begun).when(broke(PASSPORT, guess))
    retimed = the(LimitRetimed, counted)
    assert counted.events == (retimed,)
    assert (last_day(retimed), retimed.provisional) == ("2027-01-05", False)
    broken = noticed(begun).after(broke(PASSPORT, guess)).when(broke(PASSPORT, retimed.due))
    assert the(LimitBreached, broken).due == retimed.due
    late = noticed(begun.after(broke(PASSPORT, guess + WEEK))).when(broke(PASSPORT, guess + 2 * WEEK))
    assert [type(event) for event in late.events] == [LimitRetimed, LimitBreached, OverdueClimbed]
    assert the(OverdueClimbed, late).due == retimed.due


def test_r_26_a_guess_is_warned_of_and_so_is_the_true_end() -> None:
    begun = watch.after(noted("passport", "application_accepted", DECEMBER))
    guess = begun.state.terms[PASSPORT]
    assert guess.warn is not None
    warn = WarnLimit(request_id=REQUEST, clock=PASSPORT, at=guess.warn)
    assert the(LimitWarned, begun.when(warn)).due == guess.due
    counted = noticed(begun.after(warn)).after(broke(PASSPORT, guess.due))
    due = counted.state.terms[PASSPORT].due
    assert the(LimitWarned, counted.when(replace(warn, at=due))).due == due


def test_r_26_what_stood_still_is_behind_the_true_end_too() -> None:
    begun = watch.after(noted("passport", "application_accepted", DECEMBER))
    still = begun.after(stood_still("passport", ReasonCode.NEED_INFO_WAIT, DECEMBER + timedelta(days=1)))
    gone_on = still.after(went_on("passport", DECEMBER + timedelta(days=3)))
    guess = gone_on.state.terms[PASSPORT]
    assert guess.provisional
    assert last_day(the(LimitRetimed, noticed(gone_on).when(broke(PASSPORT, guess.due)))) == "2027-01-07"
    resumed = the(LimitResumed, noticed(still).when(went_on("passport", DECEMBER + timedelta(days=3))))
    assert (last_day(resumed), resumed.provisional) == ("2027-01-07", False)


def test_r_26_a_limitation_that_began_anew_is_counted_from_there() -> None:
    knew = watch.after(noted(ARBITRATION, "right_known_violated", DECEMBER - 40 * WEEK))
    still = knew.after(stood_still(ARBITRATION, ReasonCode.LIMITATION_INTERRUPTED, DECEMBER - 39 * WEEK))
    anew = still.after(went_on(ARBITRATION, DECEMBER - 38 * WEEK))
    [(clock, term)] = anew.state.terms.items()
    lapsed = noticed(anew).when(broke(clock, term.due))
    assert last_day(the(LimitRetimed, lapsed)) == "2027-03-29"
    assert stopped(lapsed) == {clock: (LimitEnd.LAPSED, False)}


def test_r_26_what_prolongs_a_guess_counts_from_the_true_end() -> None:
    accepted = DECEMBER - timedelta(days=46)
    begun = watch.after(noted("petition", "petition_accepted", accepted))
    assert begun.state.terms[PETITION].provisional
    approval = noted("petition", "extension_approved", DECEMBER, evidence=PAPER)
    longer = begun.after(approval).state.terms[LONGER]
    assert longer.provisional
    true = RULES_OF_2027.times(LONGER, RULES_OF_2027.times(PETITION, accepted).due)
    retimed = the(LimitRetimed, noticed(begun.after(approval)).when(broke(LONGER, longer.due)))
    assert (retimed.due, retimed.due > longer.due) == (true.due, True)
    assert the(LimitArmed, noticed(begun).when(approval)).due == true.due


def test_r_26_no_act_comes_too_late_for_a_guess() -> None:
    begun = watch.after(noted("petition", "petition_accepted", DECEMBER - timedelta(days=46)))
    after_the_guess = begun.state.terms[PETITION].due + timedelta(days=1)
    approved = noted("petition", "extension_approved", after_the_guess, evidence=PAPER)
    assert armed(begun.when(approved)).keys() == {LONGER}
    noticed(begun).when(replace(approved, happened_at=after_the_guess + WEEK)).then_rejected(ApprovedTooLate)
    issued = watch.after(noted("passport", "application_accepted", DECEMBER))
    answered = noted("passport", "document_issued", issued.state.terms[PASSPORT].due + timedelta(days=1))
    assert stopped(issued.when(answered)) == {PASSPORT: (LimitEnd.MET, True)}


def test_a_new_end_of_a_limit_wakes_the_watch_again() -> None:
    begun = watch.after(noted("passport", "application_accepted", DECEMBER))
    retimed = the(LimitRetimed, noticed(begun).when(broke(PASSPORT, begun.state.terms[PASSPORT].due)))
    assert retimed.warn is not None
    assert watch_timers(retimed, begun.state) == (
        Timer("limit_due:CL-083", retimed.due),
        Timer("limit_warn:CL-083", retimed.warn),
    )
