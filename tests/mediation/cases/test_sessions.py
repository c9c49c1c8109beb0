from dataclasses import replace
from datetime import timedelta

from services.mediation.cases.commands import Official, RecordViolation
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import SessionHeld, SessionOpened, SessionResult
from services.mediation.cases.refusals import (
    FormerHandler,
    HostMissing,
    HostNotEntitled,
    HostNotOfficerOfUnit,
    HostNotRegistered,
    MediatorIsParty,
    NoSuchSession,
    NoticeNotGiven,
    NotOneOfTheParties,
    NotTheHost,
    OfficerMayOnlyCoordinate,
    OnlyForViolations,
    RecorderNotOfficer,
    RecordingMissing,
    RemoteRecordingMissing,
    SecondSessionTooLate,
    SessionStillOpen,
    SessionsUsedUp,
    ViolationNotOnRecord,
)
from services.mediation.cases.state import stage
from shared.contracts.codes import Role, SessionKind, State
from tests.mediation.cases.samples import (
    AUXILIARY,
    BOTH_CONSENT,
    BROTHER,
    CASE,
    COMMITTEE,
    COWSHED_OWNER,
    FIRST_SESSION,
    FORMER_ID,
    INVESTIGATOR,
    LAND_READY,
    LANE_READY,
    MEDIATOR,
    MEDIATOR_ID,
    MONDAY,
    NOTICE,
    OFFICER,
    OFFICER_FROM_ELSEWHERE,
    REQUEST,
    SECOND_SESSION,
    STATION,
    THIRD_SESSION,
    UNREGISTERED,
    VIOLATION,
    WORKSHOP_OWNER,
    ends,
    names,
    offered,
    opens,
    police_case,
    signs,
    text,
)
from tests.support.spec import Spec

case = Spec(case_decider)
land = case.after(*LAND_READY)
lane = case.after(*LANE_READY)


def test_a_registered_mediator_opens_the_session_of_a_plain_dispute() -> None:
    land.when(opens()).then(
        SessionOpened(
            case_id=CASE,
            request_id=REQUEST,
            session_id=FIRST_SESSION,
            kind=SessionKind.JOINT,
            host=MEDIATOR_ID,
            recording=text(3),
            occurred_at=MONDAY,
        )
    )


def test_an_officer_coordinates_a_plain_dispute_and_does_not_host_it() -> None:
    assert land.when(names(OFFICER)).then_rejected(OfficerMayOnlyCoordinate).rule == "R-59"
    land.when(opens(OFFICER)).then_rejected(OfficerMayOnlyCoordinate)


def test_r_59_a_registered_officer_is_still_an_officer() -> None:
    both = Official(MEDIATOR_ID, frozenset({Role.PEOPLES_MEDIATOR, Role.COMMUNITY_OFFICER}), STATION, COMMITTEE)
    land.when(names(both)).then_rejected(OfficerMayOnlyCoordinate)


def test_r_59_a_mediator_who_is_not_registered_today_does_not_host() -> None:
    assert land.when(names(UNREGISTERED)).then_rejected(HostNotRegistered).rule == "R-59"
    land.when(opens(UNREGISTERED)).then_rejected(HostNotRegistered)


def test_r_07_an_auxiliary_never_hosts() -> None:
    for ready in (land, lane, case.after(police_case())):
        assert ready.when(opens(AUXILIARY)).then_rejected(HostNotEntitled).rule == "R-07"
    lane.when(names(AUXILIARY)).then_rejected(HostNotEntitled)


def test_r_07_nobody_is_taken_for_an_officer_unseen() -> None:
    unknown = Official(AUXILIARY.person, frozenset(), None)
    assert lane.when(names(unknown)).then_rejected(HostNotEntitled).rule == "R-07"
    assert land.when(names(unknown)).then_rejected(HostNotRegistered).rule == "R-59"


def test_r_58_police_mediation_is_hosted_by_an_officer_of_the_handling_unit() -> None:
    for stranger in (OFFICER_FROM_ELSEWHERE, INVESTIGATOR, MEDIATOR):
        assert lane.when(names(stranger)).then_rejected(HostNotOfficerOfUnit).rule == "R-58"
    assert lane.when(opens(OFFICER)).rejection is None


def test_r_15_a_party_does_not_host_the_own_case() -> None:
    neighbour = Official(COWSHED_OWNER, frozenset({Role.PEOPLES_MEDIATOR}), COMMITTEE, COMMITTEE)
    assert land.when(names(neighbour)).then_rejected(MediatorIsParty).rule == "R-15"


def test_the_former_handler_does_not_host_either() -> None:
    former = Official(FORMER_ID, frozenset({Role.PEOPLES_MEDIATOR}), COMMITTEE, COMMITTEE)
    land.when(names(former)).then_rejected(FormerHandler)


def test_the_session_belongs_to_the_named_host() -> None:
    case.after(offered(), signs(), NOTICE, *BOTH_CONSENT).when(opens()).then_rejected(HostMissing)
    colleague = Official(FORMER_ID, frozenset({Role.COMMUNITY_OFFICER}), STATION)
    lane_without_former = case.after(police_case(), signs(), VIOLATION, *BOTH_CONSENT, names(OFFICER))
    lane_without_former.when(opens(colleague)).then_rejected(FormerHandler)
    other = Official(AUXILIARY.person, frozenset({Role.COMMUNITY_OFFICER}), STATION)
    lane.when(opens(other)).then_rejected(NotTheHost)


def test_r_01_no_help_for_a_plain_dispute_before_the_notice() -> None:
    unannounced = case.after(offered(), signs(), *BOTH_CONSENT, names(MEDIATOR))
    assert unannounced.when(opens()).then_rejected(NoticeNotGiven).rule == "R-01"


def test_r_01_police_mediation_needs_a_violation_on_record() -> None:
    unrecorded = case.after(police_case(), signs(), *BOTH_CONSENT, names(OFFICER))
    assert unrecorded.when(opens(OFFICER)).then_rejected(ViolationNotOnRecord).rule == "R-01"


def test_only_an_officer_records_a_violation_and_only_in_police_mediation() -> None:
    by_auxiliary = RecordViolation(reference=text(2), by=AUXILIARY, at=MONDAY)
    case.after(police_case(), signs()).when(by_auxiliary).then_rejected(RecorderNotOfficer)
    land.when(VIOLATION).then_rejected(OnlyForViolations)
    lane.when(VIOLATION).then_nothing()


def test_r_07_one_officer_with_auxiliaries_needs_the_recording() -> None:
    assert lane.when(opens(OFFICER, recorded=False)).then_rejected(RecordingMissing).rule == "R-07"
    assert lane.when(opens(OFFICER, recorded=False, officers=2)).rejection is None


def test_r_14_a_remote_session_is_recorded() -> None:
    land.when(opens(kind=SessionKind.REMOTE, recorded=False)).then_rejected(RemoteRecordingMissing)
    assert land.when(opens(kind=SessionKind.SHUTTLE, recorded=False)).rejection is None


def test_one_session_at_a_time() -> None:
    sitting = land.after(opens())
    sitting.when(opens(session=SECOND_SESSION)).then_rejected(SessionStillOpen)
    sitting.when(opens()).then_nothing()
    other = Official(COWSHED_OWNER, MEDIATOR.roles, COMMITTEE, COMMITTEE)
    sitting.when(names(other)).then_rejected(MediatorIsParty)
    replacement = Official(AUXILIARY.person, MEDIATOR.roles, COMMITTEE, COMMITTEE)
    sitting.when(names(replacement)).then_rejected(SessionStillOpen)


def test_a_session_ends_once_and_says_how() -> None:
    sitting = land.after(opens())
    sitting.when(ends(result=SessionResult.CONTINUE)).then(
        SessionHeld(
            case_id=CASE,
            request_id=REQUEST,
            session_id=FIRST_SESSION,
            kind=SessionKind.JOINT,
            result=SessionResult.CONTINUE,
            attended=(WORKSHOP_OWNER, COWSHED_OWNER),
            notes=None,
            next_session_due=None,
            occurred_at=MONDAY,
        )
    )
    sitting.after(ends()).when(ends()).then_nothing()
    sitting.after(ends()).when(opens()).then_nothing()
    land.when(ends()).then_rejected(NoSuchSession)


def test_only_parties_are_noted_as_present() -> None:
    with_brother = replace(ends(), attended=(WORKSHOP_OWNER, BROTHER))
    land.after(opens()).when(with_brother).then_rejected(NotOneOfTheParties)


def test_the_stage_follows_the_result() -> None:
    sitting = land.after(opens())
    assert stage(sitting.state) is State.IN_SESSION
    for result, expected in (
        (SessionResult.AGREED, State.AGREED),
        (SessionResult.NOT_AGREED, State.NOT_AGREED),
        (SessionResult.CONTINUE, State.PANEL_SET),
    ):
        assert stage(sitting.after(ends(result=result)).state) is expected


def test_r_03_a_second_police_session_is_held_within_seven_working_days() -> None:
    once = lane.after(opens(OFFICER), ends(result=SessionResult.NOT_AGREED))
    due = MONDAY + timedelta(days=9)
    assert once.when(opens(OFFICER, SECOND_SESSION, at=due)).rejection is None
    late = opens(OFFICER, SECOND_SESSION, at=due + timedelta(seconds=1))
    assert once.when(late).then_rejected(SecondSessionTooLate, due=due).rule == "R-03"


def test_r_03_there_is_no_third_police_session() -> None:
    twice = lane.after(
        opens(OFFICER),
        ends(result=SessionResult.NOT_AGREED),
        opens(OFFICER, SECOND_SESSION),
        ends(SECOND_SESSION, SessionResult.NOT_AGREED),
    )
    assert twice.when(opens(OFFICER, THIRD_SESSION)).then_rejected(SessionsUsedUp).rule == "R-03"


def test_people_mediate_as_often_as_needed() -> None:
    twice = land.after(
        opens(), ends(result=SessionResult.CONTINUE), opens(session=SECOND_SESSION), ends(SECOND_SESSION)
    )
    assert twice.when(opens(session=THIRD_SESSION, at=MONDAY + timedelta(days=20))).rejection is None
