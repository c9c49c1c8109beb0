"""Legal aid: seven days for the decision, three for the lawyer."""

from datetime import timedelta
from uuid import UUID

from services.mediation.referrals.decider import (
    AidAlreadyDecided,
    AidNotGranted,
    AidRefusalWithoutReason,
    AidStanding,
    AidStep,
    ApplicantNotParty,
    ApplyForAid,
    AssignLawyer,
    DecideAid,
    LawyerIsParty,
    NoteAidDue,
    ReferralId,
    ReferralOverdue,
    Referred,
    referral_decider,
)
from shared.kernel import PersonId
from tests.mediation.cases.samples import BROTHER, CASE, COWSHED_OWNER, MONDAY, REQUEST, WORKSHOP_OWNER, text
from tests.support.spec import Spec

CLERK = PersonId(UUID(int=0x81))
IN_A_WEEK = MONDAY + timedelta(days=7)
desk = Spec(referral_decider)


def applies(applicant: PersonId = WORKSHOP_OWNER) -> ApplyForAid:
    return ApplyForAid(
        referral_id=ReferralId(UUID(int=0x80)),
        case_id=CASE,
        request_id=REQUEST,
        applicant=applicant,
        parties=(WORKSHOP_OWNER, COWSHED_OWNER),
        need=text(41),
        decision_due=IN_A_WEEK,
        at=MONDAY,
    )


def decides(granted: bool = True, reason: int | None = None, by: PersonId = CLERK) -> DecideAid:
    return DecideAid(
        by=by,
        granted=granted,
        reason=text(reason) if reason else None,
        assignment_due=MONDAY + timedelta(days=3),
        at=MONDAY,
    )


def assigns(lawyer: int = 43, by: PersonId = CLERK) -> AssignLawyer:
    return AssignLawyer(by=by, lawyer=text(lawyer), at=MONDAY)


applied = desk.after(applies())
granted = applied.after(decides())


def test_r_25_only_a_party_is_referred() -> None:
    assert desk.when(applies(BROTHER)).then_rejected(ApplicantNotParty).rule == "R-25"
    applied.when(applies()).then_nothing()


def test_r_25_a_lawyer_is_assigned_once_the_aid_is_granted() -> None:
    assert applied.when(assigns()).then_rejected(AidNotGranted).rule == "R-25"
    refused = applied.after(decides(False, 42))
    refused.when(assigns()).then_rejected(AidNotGranted)
    served = granted.after(assigns())
    assert isinstance(served.state, Referred)
    assert (served.state.standing, served.state.lawyer) == (AidStanding.ASSIGNED, text(43))
    served.when(assigns()).then_nothing()
    assert served.when(assigns(44)).rejection is None


def test_r_25_who_is_refused_learns_why() -> None:
    assert applied.when(decides(False)).then_rejected(AidRefusalWithoutReason).rule == "R-25"


def test_r_25_what_was_decided_stays_decided() -> None:
    granted.when(decides()).then_nothing()
    assert granted.when(decides(False, 42)).then_rejected(AidAlreadyDecided).rule == "R-25"


def test_r_15_nobody_grants_aid_to_himself() -> None:
    assert applied.when(decides(by=WORKSHOP_OWNER)).then_rejected(LawyerIsParty).rule == "R-15"
    granted.when(assigns(by=WORKSHOP_OWNER)).then_rejected(LawyerIsParty)


def test_a_late_aid_body_is_reminded_once_a_step() -> None:
    late = NoteAidDue(step=AidStep.DECISION, at=IN_A_WEEK)
    (reminded,) = applied.when(late).events
    assert isinstance(reminded, ReferralOverdue)
    assert reminded.step is AidStep.DECISION
    applied.after(late).when(late).then_nothing()
    applied.when(NoteAidDue(step=AidStep.DECISION, at=MONDAY)).then_nothing()
    granted.when(late).then_nothing()
    (waiting,) = granted.when(NoteAidDue(step=AidStep.ASSIGNMENT, at=IN_A_WEEK)).events
    assert isinstance(waiting, ReferralOverdue)
    assert waiting.step is AidStep.ASSIGNMENT
