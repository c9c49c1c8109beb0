from uuid import UUID

from services.mediation.cases.commands import (
    GiveConsent,
    InviteParty,
    JoinParty,
    NoteConsentDue,
    NoteGate,
    RecordConsent,
    RecordGuardian,
    RecordRefusal,
    RefuseMediation,
)
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import (
    CaseClosed,
    ConsentOverdue,
    Guardianship,
    InvitationId,
    NoticeGiven,
    OtherWay,
    OutcomeReported,
    OwnWay,
    PartyConsented,
    PartyInvited,
    PartyJoined,
    PartyRefused,
    RecordedWay,
)
from services.mediation.cases.refusals import (
    CaseHasEnded,
    ConsentMissing,
    CrimeNotRuledOut,
    FamilyViolenceBlocks,
    GuardianMissing,
    MediatorIsParty,
    NotMediable,
    NotOneOfTheParties,
    SessionStillOpen,
    StillUnderReview,
)
from services.mediation.cases.state import stage
from shared.contracts.codes import Channel, Flag, Gate, Outcome, OutcomeDetail, ReasonCode, State
from shared.kernel import RuleId
from tests.mediation.cases.samples import (
    BOTH_CONSENT,
    BROTHER,
    CASE,
    COWSHED_CONSENTS,
    COWSHED_OWNER,
    INVITATION,
    LAND_READY,
    MEDIATOR,
    MONDAY,
    NOTICE,
    OFFICER_ID,
    REQUEST,
    WORKSHOP_CONSENTS,
    WORKSHOP_OWNER,
    names,
    offered,
    opens,
    signs,
    text,
)
from tests.support.spec import Spec

case = Spec(case_decider)
signed = case.after(offered(), signs(), NOTICE)
REFUSES = RefuseMediation(party=COWSHED_OWNER, how=OwnWay.CODE_PIN, note=text(9), at=MONDAY)


def gate(which: Gate, result: str) -> NoteGate:
    return NoteGate(gate=which, result=RuleId(result), at=MONDAY)


def test_a_consent_says_who_gave_it_how_and_who_is_still_missing() -> None:
    signed.when(WORKSHOP_CONSENTS).then(
        PartyConsented(
            case_id=CASE,
            request_id=REQUEST,
            party=WORKSHOP_OWNER,
            how=OwnWay.SIGNED_IN,
            recorded_by=None,
            evidence=None,
            missing=(COWSHED_OWNER,),
            occurred_at=MONDAY,
        )
    )


def test_a_consent_on_paper_names_its_recorder_and_its_evidence() -> None:
    signed.after(WORKSHOP_CONSENTS).when(COWSHED_CONSENTS).then(
        PartyConsented(
            case_id=CASE,
            request_id=REQUEST,
            party=COWSHED_OWNER,
            how=RecordedWay.PAPER,
            recorded_by=OFFICER_ID,
            evidence=text(1),
            missing=(),
            occurred_at=MONDAY,
        )
    )


def test_consenting_twice_changes_nothing() -> None:
    signed.after(WORKSHOP_CONSENTS).when(WORKSHOP_CONSENTS).then_nothing()


def test_a_stranger_cannot_consent() -> None:
    signed.when(GiveConsent(party=BROTHER, how=OwnWay.SIGNED_IN, at=MONDAY)).then_rejected(NotOneOfTheParties)


def test_a_party_does_not_write_down_the_other_sides_consent() -> None:
    by_neighbour = RecordConsent(
        party=COWSHED_OWNER, how=RecordedWay.ORAL_RECORDED, evidence=text(1), by=WORKSHOP_OWNER, at=MONDAY
    )
    signed.when(by_neighbour).then_rejected(MediatorIsParty)


def test_r_09_no_session_while_one_consent_is_missing() -> None:
    almost = signed.after(WORKSHOP_CONSENTS, names(MEDIATOR))
    assert almost.when(opens()).then_rejected(ConsentMissing, missing=1).rule == "R-09"


def test_one_refusal_ends_the_case_at_once_and_tells_the_other_ways() -> None:
    signed.after(*BOTH_CONSENT).when(REFUSES).then(
        PartyRefused(
            case_id=CASE,
            request_id=REQUEST,
            party=COWSHED_OWNER,
            how=OwnWay.CODE_PIN,
            recorded_by=None,
            note=text(9),
            occurred_at=MONDAY,
        ),
        NoticeGiven(
            case_id=CASE,
            request_id=REQUEST,
            ways=(OtherWay.SUIT, OtherWay.LEGAL_AID),
            rule=RuleId("R-10"),
            occurred_at=MONDAY,
        ),
        OutcomeReported(
            case_id=CASE,
            request_id=REQUEST,
            attempt=1,
            channel=Channel.PM,
            outcome=Outcome.FAILED,
            detail=OutcomeDetail.PARTY_REFUSED,
            answer=None,
            duties_watched=0,
            handler=OFFICER_ID,
            sides=(COWSHED_OWNER,),
            occurred_at=MONDAY,
        ),
        CaseClosed(
            case_id=CASE,
            request_id=REQUEST,
            reason=ReasonCode.PARTY_REFUSES,
            ground=None,
            occurred_at=MONDAY,
        ),
    )


def test_a_refusal_needs_no_owner_and_no_open_door() -> None:
    assert case.after(offered()).when(REFUSES).rejection is None
    assert case.after(*LAND_READY, opens()).when(REFUSES).rejection is None


def test_nothing_is_mediated_after_a_refusal() -> None:
    refused = case.after(*LAND_READY, REFUSES)
    refused.when(opens()).then_rejected(CaseHasEnded)
    refused.when(WORKSHOP_CONSENTS).then_rejected(CaseHasEnded)


def test_the_same_refusal_again_changes_nothing() -> None:
    signed.after(REFUSES).when(REFUSES).then_nothing()


def test_a_refusal_by_telephone_is_recorded_by_somebody_outside_the_dispute() -> None:
    by_phone = RecordRefusal(
        party=COWSHED_OWNER, how=RecordedWay.PHONE_RECORDED, note=text(9), by=OFFICER_ID, at=MONDAY
    )
    refused = signed.when(by_phone).events[0]
    assert isinstance(refused, PartyRefused)
    assert (refused.how, refused.recorded_by) == (RecordedWay.PHONE_RECORDED, OFFICER_ID)
    by_party = RecordRefusal(
        party=COWSHED_OWNER, how=RecordedWay.PHONE_RECORDED, note=text(9), by=WORKSHOP_OWNER, at=MONDAY
    )
    signed.when(by_party).then_rejected(MediatorIsParty)


def test_only_parties_refuse() -> None:
    stranger = RefuseMediation(party=BROTHER, how=OwnWay.SIGNED_IN, note=None, at=MONDAY)
    signed.when(stranger).then_rejected(NotOneOfTheParties)


def test_each_invitation_is_a_fact_of_its_own() -> None:
    invite = InviteParty(party=COWSHED_OWNER, invitation=INVITATION, at=MONDAY)
    decided = signed.when(invite)
    decided.then(
        PartyInvited(case_id=CASE, request_id=REQUEST, party=COWSHED_OWNER, invitation=INVITATION, occurred_at=MONDAY)
    )
    signed.after(invite).when(invite).then_nothing()
    again = InviteParty(party=COWSHED_OWNER, invitation=InvitationId(UUID(int=7)), at=MONDAY)
    assert len(signed.after(invite).when(again).events) == 1
    signed.when(InviteParty(party=BROTHER, invitation=INVITATION, at=MONDAY)).then_rejected(NotOneOfTheParties)


def test_a_third_party_joins_and_must_consent_too() -> None:
    joins = JoinParty(party=BROTHER, at=MONDAY)
    ready = case.after(*LAND_READY)
    ready.when(joins).then(PartyJoined(case_id=CASE, request_id=REQUEST, party=BROTHER, occurred_at=MONDAY))
    ready.after(joins).when(opens()).then_rejected(ConsentMissing, missing=1)
    ready.after(joins).when(joins).then_nothing()
    ready.after(opens()).when(joins).then_rejected(SessionStillOpen)


def test_unanswered_consent_is_noticed_once() -> None:
    late = signed.after(WORKSHOP_CONSENTS)
    late.when(NoteConsentDue(at=MONDAY)).then(
        ConsentOverdue(case_id=CASE, request_id=REQUEST, missing=(COWSHED_OWNER,), occurred_at=MONDAY)
    )
    late.after(NoteConsentDue(at=MONDAY)).when(NoteConsentDue(at=MONDAY)).then_nothing()
    signed.after(*BOTH_CONSENT).when(NoteConsentDue(at=MONDAY)).then_nothing()


def test_a_possible_crime_blocks_consent_host_and_session_until_the_gate_says_no_crime() -> None:
    suspicious = case.after(offered(flags=(Flag.CRIME_POSSIBLE,)), signs(), NOTICE)
    for act in (COWSHED_CONSENTS, names(MEDIATOR), opens()):
        assert suspicious.when(act).then_rejected(CrimeNotRuledOut).rule == "R-28"
    for result in ("CRIME", "UNDECIDED"):
        suspicious.after(gate(Gate.CRIME_OR_CIVIL, result)).when(COWSHED_CONSENTS).then_rejected(CrimeNotRuledOut)
    cleared = suspicious.after(gate(Gate.CRIME_OR_CIVIL, "NOT_A_CRIME"))
    assert cleared.after(*BOTH_CONSENT, names(MEDIATOR)).when(opens()).rejection is None


def test_r_18_family_violence_blocks_until_a_person_lifted_the_gate() -> None:
    family = case.after(offered(flags=(Flag.DV,)), signs(), NOTICE)
    assert family.when(COWSHED_CONSENTS).then_rejected(FamilyViolenceBlocks).rule == "R-18"
    family.after(gate(Gate.DV_GATE, "BLOCKED")).when(COWSHED_CONSENTS).then_rejected(FamilyViolenceBlocks)
    for result in ("LIFTED_WITH_REASON", "NOT_DV"):
        assert family.after(gate(Gate.DV_GATE, result)).when(COWSHED_CONSENTS).rejection is None


def test_a_party_does_not_learn_from_a_refusal_what_is_suspected() -> None:
    for flag in (Flag.DV, Flag.CRIME_POSSIBLE):
        suspected = case.after(offered(flags=(flag,)), signs(), NOTICE)
        refusal = suspected.when(WORKSHOP_CONSENTS).then_rejected(StillUnderReview)
        assert (refusal.rule, refusal.details) == (None, {})
        assert suspected.when(REFUSES).rejection is None


def test_a_gate_that_closes_later_stops_the_next_session() -> None:
    ready = case.after(*LAND_READY, gate(Gate.MEDIABLE, "NO"))
    ready.when(opens()).then_rejected(NotMediable)


def test_the_same_gate_result_changes_nothing() -> None:
    passed = gate(Gate.CRIME_OR_CIVIL, "NOT_A_CRIME")
    signed.after(passed).when(passed).then_nothing()


def test_r_06_no_session_with_a_minor_without_the_guardian() -> None:
    minor = case.after(offered(flags=(Flag.MINOR,)), signs(), NOTICE, *BOTH_CONSENT, names(MEDIATOR))
    assert minor.when(opens()).then_rejected(GuardianMissing).rule == "R-06"
    there = RecordGuardian(party=COWSHED_OWNER, guardianship=Guardianship.PRESENT, evidence=text(4), at=MONDAY)
    assert minor.after(there).when(opens()).rejection is None
    minor.after(there).when(there).then_nothing()
    assert minor.after(gate(Gate.MINOR_GATE, "CLEAR")).when(opens()).rejection is None


def test_r_06_the_gate_can_demand_the_guardian_where_no_flag_was_set() -> None:
    ready = case.after(*LAND_READY, gate(Gate.MINOR_GATE, "GUARDIAN_NEEDED"))
    ready.when(opens()).then_rejected(GuardianMissing)


def test_the_guardian_stands_beside_a_party_only() -> None:
    stranger = RecordGuardian(party=BROTHER, guardianship=Guardianship.PRESENT, evidence=text(4), at=MONDAY)
    signed.when(stranger).then_rejected(NotOneOfTheParties)


def test_the_stage_follows_the_consents() -> None:
    assert stage(signed.state) is State.CONSENT_SOUGHT
    assert stage(signed.after(*BOTH_CONSENT).state) is State.CONSENTED
    assert stage(case.after(*LAND_READY).state) is State.PANEL_SET
