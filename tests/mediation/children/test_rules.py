"""The rules of the child lane, each seen to refuse."""

import csv
from dataclasses import replace
from datetime import timedelta

import pytest

from services.mediation.children.commands import DeclineRead, ReturnChildFile, StopChildFile, WatchChildClock
from services.mediation.children.facts import (
    REPORT,
    SCHOOL,
    ChildClockBreached,
    ChildClockEscalated,
    ChildClockWarned,
    ChildOutcomeReported,
    ClockStep,
    Conflict,
    MandatoryReported,
    SealedRead,
    SealedReadApproved,
    SealedScope,
    Seat,
)
from services.mediation.children.refusals import (
    AdultMissing,
    AskedOnceOnly,
    BullyingNotReported,
    CaseworkNotFiled,
    ChildAlreadySigned,
    ChildAnswerMissing,
    ChildFileEnded,
    ChildFormerHandler,
    ChildHandlerIsParty,
    ChildNotSigned,
    ChildOfficerNeeded,
    ChildReasonNotForReturn,
    ChildRecordingMissing,
    CounsellorNotOfGroup,
    GuardianUntold,
    NoSuchChildFile,
    NoSuchRead,
    NothingSealed,
    NotOfTheGroup,
    NotTheChildOwner,
    OnlyOwnCounsellor,
    OnlyOwnSessions,
    OnlySchoolAnswers,
    OwnReadApproval,
    ReadAlreadyDecided,
    ReadApprovalOver,
    ReadNotApproved,
    ReadOfAnother,
    ReporterUnitUntold,
    ReportNotMade,
    ReportToNobody,
    SchoolResultMissing,
    SeatInConflict,
    SeatOfGroupMember,
    SeatOfParty,
    WomanAsksGirl,
)
from services.mediation.children.rules.clocks import LENGTHS
from services.mediation.children.state import Ended, Open
from services.mediation.children.store import published
from shared.contracts.codes import Outcome, ReasonCode, Role
from shared.kernel import TextRef
from shared.web.access import TABLE
from tests.mediation.children.samples import (
    AT,
    COLLEAGUE,
    COUNSELLOR,
    LATER,
    LEADER,
    MOTHER,
    NEIGHBOUR,
    OFFICER,
    OUTSIDER,
    READ,
    SCHOOL_HAND,
    STEPFATHER,
    STRANGER,
    TEACHER,
    approve,
    ask,
    bullying,
    casework,
    close,
    counselled,
    counselling,
    counsellor_seat,
    desk,
    exclude,
    in_danger,
    interview,
    offer,
    offered,
    open_it,
    report,
    school_result,
    seat,
    sign,
    signed,
    told_reporter,
)


# ── the group and nobody else ────────────────────────────────────────────
def test_r_36_who_is_not_in_the_group_does_nothing_even_from_the_same_unit() -> None:
    offered.when(sign(OUTSIDER)).then_rejected(NotOfTheGroup)
    offered.when(report(OUTSIDER)).then_rejected(NotOfTheGroup)
    counselled.when(ask(OUTSIDER)).then_rejected(NotOfTheGroup)


def test_r_32_the_lane_is_worked_by_child_officers() -> None:
    offered.when(sign(LEADER)).then_rejected(ChildOfficerNeeded)
    offered.when(report(COUNSELLOR)).then_rejected(ChildOfficerNeeded)


def test_r_15_a_side_of_the_matter_does_not_handle_it() -> None:
    offered.when(sign(replace(OFFICER, person=NEIGHBOUR))).then_rejected(ChildHandlerIsParty)
    named = signed.after(exclude(COLLEAGUE.person, Conflict.NAMED_IN_IT))
    named.when(report(COLLEAGUE)).then_rejected(ChildHandlerIsParty)


def test_a_former_handler_does_not_get_it_again() -> None:
    desk.after(offer(excluded=(OFFICER.person,))).when(sign()).then_rejected(ChildFormerHandler)


def test_one_officer_is_accountable() -> None:
    signed.when(sign()).then_nothing()
    signed.when(sign(COLLEAGUE)).then_rejected(ChildAlreadySigned)
    offered.when(close()).then_rejected(ChildNotSigned)
    signed.when(replace(close(), hand=COLLEAGUE)).then_rejected(NotTheChildOwner)


# ── the mandatory report ─────────────────────────────────────────────────
def test_r_32_the_report_waits_for_no_signature() -> None:
    [_, reported] = offered.when(report()).events
    assert isinstance(reported, MandatoryReported)
    assert reported.kept
    offered.after(report()).when(report()).then_nothing()


def test_r_32_a_report_names_who_received_it() -> None:
    signed.when(report(to=())).then_rejected(ReportToNobody)


def test_r_32_a_late_report_says_that_it_is_late() -> None:
    [*_, reported] = signed.when(replace(report(), at=LATER)).events
    assert isinstance(reported, MandatoryReported)
    assert not reported.kept


def test_r_32_nothing_is_closed_filed_or_called_a_mistake_before_the_report() -> None:
    signed.when(close()).then_rejected(ReportNotMade)
    signed.when(casework()).then_rejected(ReportNotMade)
    mistake = ReturnChildFile(hand=OFFICER, reason=ReasonCode.WRONG_CATEGORY, at=AT)
    signed.when(mistake).then_rejected(ReportNotMade)
    assert isinstance(signed.after(report()).when(mistake).state, Ended)


def test_a_file_goes_back_for_three_reasons_only() -> None:
    tired = ReturnChildFile(hand=OFFICER, reason=ReasonCode.NOT_SETTLED, at=AT)
    signed.when(tired).then_rejected(ChildReasonNotForReturn)


def test_r_32_the_unit_that_reported_is_answered_before_the_end() -> None:
    signed.after(report()).when(told_reporter()).then_rejected(CaseworkNotFiled)
    filed = signed.after(report(), casework())
    filed.when(close()).then_rejected(ReporterUnitUntold)
    assert isinstance(filed.after(told_reporter()).when(close()).state, Ended)


def test_r_32_the_result_is_told() -> None:
    silent = replace(close(), answer=None)
    signed.after(report()).when(silent).then_rejected(ChildAnswerMissing)


# ── school and seats ─────────────────────────────────────────────────────
def test_r_33_the_schools_own_seat_answers_a_report_of_bullying() -> None:
    seated = signed.after(report(), seat(Seat.SCHOOL, TEACHER), seat(Seat.GUARDIAN, MOTHER))
    seated.when(school_result()).then_rejected(BullyingNotReported)
    reported = seated.after(bullying(SCHOOL_HAND))
    reported.when(school_result(OFFICER)).then_rejected(OnlySchoolAnswers)
    reported.when(close()).then_rejected(SchoolResultMissing, due=AT + timedelta(days=10))
    assert isinstance(reported.after(school_result()).when(close()).state, Ended)


def test_r_33_a_school_that_stays_silent_for_ten_days_holds_nobody_up() -> None:
    reported = signed.after(report(), seat(Seat.GUARDIAN, MOTHER), bullying())
    due = AT + timedelta(days=10)
    silent = reported.after(WatchChildClock(clock=SCHOOL, step=ClockStep.DUE, at=due))
    assert isinstance(silent.when(close()).state, Ended)


def test_r_33_the_guardian_is_told_unless_suspected() -> None:
    answered = signed.after(report(), seat(Seat.SCHOOL, TEACHER), bullying(), school_result())
    answered.when(close()).then_rejected(GuardianUntold)
    assert isinstance(answered.after(exclude(STEPFATHER)).when(close()).state, Ended)


def test_r_06_a_guardian_in_conflict_has_no_seat_and_loses_the_one_he_had() -> None:
    suspected = signed.after(seat(Seat.GUARDIAN, STEPFATHER), exclude(STEPFATHER))
    assert isinstance(suspected.state, Open)
    assert STEPFATHER not in suspected.state.seats
    for kind in (Seat.GUARDIAN, Seat.SUITABLE_ADULT):
        suspected.when(seat(kind, STEPFATHER)).then_rejected(SeatInConflict)


def test_r_33_the_teacher_named_in_it_does_not_answer_for_the_school() -> None:
    named = signed.after(seat(Seat.SCHOOL, TEACHER), bullying(), exclude(TEACHER, Conflict.NAMED_IN_IT))
    named.when(school_result()).then_rejected(OnlySchoolAnswers)
    named.when(seat(Seat.SCHOOL, TEACHER)).then_rejected(SeatInConflict)


def test_r_15_neither_the_other_side_nor_the_group_sits_for_the_child() -> None:
    signed.when(seat(Seat.GUARDIAN, NEIGHBOUR)).then_rejected(SeatOfParty)
    signed.when(seat(Seat.SUITABLE_ADULT, COLLEAGUE.person, Role.CHILD_OFFICER)).then_rejected(SeatOfGroupMember)


def test_r_34_a_child_is_asked_once_beside_an_adult_on_record_and_a_girl_by_a_woman() -> None:
    signed.when(interview()).then_rejected(AdultMissing)
    seated = signed.after(seat(Seat.GUARDIAN, MOTHER), seat(Seat.SCHOOL, TEACHER))
    seated.when(interview(TEACHER)).then_rejected(AdultMissing)
    seated.when(interview(recording=False)).then_rejected(ChildRecordingMissing)
    seated.when(interview(girl=True)).then_rejected(WomanAsksGirl)
    asked = seated.after(interview(girl=True, woman_asks=True))
    asked.when(interview(number=2)).then_rejected(AskedOnceOnly)
    asked.when(interview()).then_nothing()


def test_r_34_what_leaves_the_lane_names_no_school_no_seat_and_no_session() -> None:
    worked = counselled.after(
        report(), seat(Seat.SCHOOL, TEACHER), seat(Seat.GUARDIAN, MOTHER), bullying(), school_result(), ask(), approve()
    )
    told = [published(event) for event in worked.past]
    assert {type(each).fact for each in told if each} == {
        "handling_offered",
        "handling_signed",
        "handling_started",
    }


# ── what is sealed ───────────────────────────────────────────────────────
def test_r_36_counsellors_come_from_the_group_and_hold_their_own_sessions() -> None:
    signed.when(seat(Seat.COUNSELLOR, STRANGER)).then_rejected(CounsellorNotOfGroup)
    signed.when(counselling()).then_rejected(OnlyOwnCounsellor)
    signed.after(counsellor_seat()).when(counselling(OFFICER)).then_rejected(OnlyOwnCounsellor)


def test_r_36_sealed_notes_wait_for_another_person() -> None:
    asked = counselled.after(ask())
    asked.when(open_it()).then_rejected(ReadNotApproved)
    asked.when(approve(OFFICER)).then_rejected(OwnReadApproval)
    asked.when(approve(COUNSELLOR)).then_rejected(OwnReadApproval)
    asked.when(approve(OUTSIDER)).then_rejected(NotOfTheGroup)


def test_r_36_an_approval_is_for_one_reader_and_a_time_and_each_opening_is_a_fact() -> None:
    approved = counselled.after(ask(), approve())
    approved.when(open_it(COLLEAGUE)).then_rejected(ReadOfAnother)
    approved.when(open_it(at=AT + timedelta(hours=9))).then_rejected(ReadApprovalOver)
    [first] = approved.when(open_it()).events
    [second] = approved.after(open_it()).when(open_it()).events
    assert isinstance(first, SealedRead)
    assert isinstance(second, SealedRead)


def test_r_36_what_was_declined_stays_closed() -> None:
    declined = counselled.after(ask(), DeclineRead(hand=LEADER, read_id=READ, at=AT))
    declined.when(open_it()).then_rejected(ReadNotApproved)
    declined.when(approve()).then_rejected(ReadAlreadyDecided)


def test_r_36_a_counsellor_reads_the_own_sessions_without_waiting_and_no_others() -> None:
    counselled.when(ask(COUNSELLOR)).then_rejected(OnlyOwnSessions)
    counselled.when(ask(COUNSELLOR, SealedScope.CALL)).then_rejected(OnlyOwnSessions)
    own = counselled.after(ask(COUNSELLOR, SealedScope.OWN_SESSIONS))
    [read] = own.when(open_it(COUNSELLOR)).events
    assert isinstance(read, SealedRead)
    assert len(read.items) == 1


def test_r_36_while_danger_lasts_the_call_for_help_waits_for_nobody_but_counselling_does() -> None:
    [_, opened] = in_danger.when(ask(scope=SealedScope.CALL)).events
    assert isinstance(opened, SealedReadApproved)
    assert opened.approver is None
    assert len(in_danger.when(ask(COLLEAGUE, SealedScope.CALL)).events) == 1
    counselled_in_danger = in_danger.after(counsellor_seat(), counselling())
    assert len(counselled_in_danger.when(ask()).events) == 1
    assert len(signed.when(ask(scope=SealedScope.CALL)).events) == 1


def test_there_must_be_something_to_read() -> None:
    signed.when(ask()).then_rejected(NothingSealed)
    signed.when(open_it()).then_rejected(NoSuchRead)


def test_r_35_what_is_sealed_stays_behind_the_same_door_after_the_end() -> None:
    ended = counselled.after(report(), close())
    ended.when(counselling(number=2)).then_rejected(ChildFileEnded)
    asked = ended.after(ask())
    asked.when(open_it()).then_rejected(ReadNotApproved)
    assert asked.after(approve()).when(open_it()).events


# ── clocks and ends ──────────────────────────────────────────────────────
def test_r_32_the_clock_of_the_report_warns_breaks_and_climbs_each_once() -> None:
    due = AT + timedelta(minutes=1)

    def step(step: ClockStep, minutes: int) -> WatchChildClock:
        return WatchChildClock(clock=REPORT, step=step, at=AT + timedelta(minutes=minutes))

    warn, late, climb = step(ClockStep.WARN, 0), step(ClockStep.DUE, 1), step(ClockStep.ESCALATE, 31)
    [warned] = offered.when(warn).events
    assert isinstance(warned, ChildClockWarned)
    assert (warned.due, warned.told) == (due, Role.CHILD_OFFICER)
    [breached] = offered.after(warn).when(late).events
    assert isinstance(breached, ChildClockBreached)
    [climbed] = offered.after(late).when(climb).events
    assert isinstance(climbed, ChildClockEscalated)
    assert climbed.rung is Role.STATION_LEADER
    for again in (warn, late, climb):
        offered.after(warn, late, climb).when(again).then_nothing()
    for over in (warn, late, climb):
        offered.after(report()).when(over).then_nothing()


def test_r_33_the_clocks_of_the_lane_are_those_of_the_table() -> None:
    with (TABLE.parent / "clocks.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    for clock, length in LENGTHS.items():
        row = rows[clock]
        assert (int(row["length"]), row["unit"]) == (length.n, length.unit)
        assert length.told in row["told"].split()
        warn = "0%" if length.warn_days is None else f"-{length.warn_days} calendar_day"
        assert row["warn_at"] == warn


def test_what_a_person_sends_elsewhere_leaves_the_lane() -> None:
    stopped = signed.when(StopChildFile(at=AT))
    assert isinstance(stopped.state, Ended)
    desk.when(StopChildFile(at=AT)).then_nothing()


def test_a_file_that_was_never_offered_is_refused_and_offered_once() -> None:
    desk.when(sign()).then_rejected(NoSuchChildFile)
    signed.when(offer()).then_nothing()


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.FAILED, Outcome.HANDED_OVER, Outcome.REFUSED])
def test_the_outcome_speaks_the_handling_protocol(outcome: Outcome) -> None:
    [event] = signed.after(report()).when(close(outcome=outcome)).events
    assert isinstance(event, ChildOutcomeReported)
    told = published(event)
    assert told is not None
    assert told.model_dump()["outcome"] == outcome
    assert isinstance(event.answer, TextRef)
