"""What stands between a request and a channel, and who may open it."""

import pytest

from services.routing.clocks.facts import ClockArmed, ClockStopped
from services.routing.clocks.table import CRIME_REVIEW
from services.routing.decisions.facts import (
    DecidedBy,
    DecisionOverruled,
    HandlingRevoked,
    HandlingStep,
    RequestClassified,
    RequestGated,
    RequestRouted,
    ScreeningAsked,
    ScreeningReason,
)
from services.routing.decisions.gate_commands import DecideGate
from services.routing.decisions.rules.gates import (
    LAW,
    MAY_DECIDE,
    RESULTS,
    ChildLaneFirst,
    CrimeQuestionOpen,
    GateNotYours,
    GateResult,
    LegalityUnchecked,
    NotMediable,
    OfficersFirst,
    ReasonNeeded,
    ResultNotOfThisGate,
    TieNotMediable,
    ViolenceAtHome,
)
from services.routing.decisions.rules.grounds import (
    UNMEDIABLE,
    AgeNotAsked,
    Ground,
    GroundMissing,
    GroundNotOfThisGate,
)
from shared.contracts.codes import Category, Channel, Flag, Gate, Role
from shared.kernel import TextRef
from tests.routing.decisions.desk import (
    AT_NOON,
    DESK,
    ECONOMIC,
    ENTERPRISE_OFFICER,
    INVESTIGATOR,
    MEDIATOR,
    NOTE,
    REQUEST,
    ROSTER,
    confirmed,
    desk,
    filed,
    handled,
    judged,
    kinds,
    matter,
    overruled,
    the,
)

CONTRACT_DISPUTE = desk.after(filed(), judged(Category.ENT, Channel.EPS, Flag.ENTERPRISE))
BEATEN_AT_HOME = desk.after(filed(), judged(Category.DIS, Channel.PM, Flag.DV))
WIND_FARM = desk.after(filed(), judged(Category.ENT, Channel.PM, Flag.PROJECT))
ORDINARY = desk.after(filed(), judged())


def gate(
    which: Gate,
    result: GateResult,
    role: Role = Role.TRIAGE_OFFICER,
    note: TextRef | None = None,
    ground: Ground | None = None,
) -> DecideGate:
    return DecideGate(
        request_id=REQUEST,
        gate=which,
        result=result,
        ground=ground,
        by_role=role,
        note=note,
        roster=ROSTER,
        at=AT_NOON,
    )


def unmediable(ground: Ground | None) -> DecideGate:
    return gate(Gate.MEDIABLE, GateResult.NO, ground=ground)


def crime(result: GateResult, role: Role = Role.CASE_INVESTIGATOR) -> DecideGate:
    return gate(Gate.CRIME_OR_CIVIL, result, role)


def test_r_28_a_firms_dispute_waits_for_an_investigator_before_anybody_mediates() -> None:
    decided = desk.after(filed()).when(judged(Category.ENT, Channel.EPS, Flag.ENTERPRISE))
    gated, asked = the(RequestGated, decided), the(ScreeningAsked, decided)
    assert (gated.gate, gated.result, gated.rule) == (Gate.CRIME_OR_CIVIL, GateResult.UNDECIDED, "R-28")
    assert (asked.reasons, asked.unit) == ((ScreeningReason.GATE_PENDING,), ECONOMIC)
    assert RequestRouted not in kinds(decided)


def test_a_possible_crime_among_neighbours_waits_as_well() -> None:
    decided = desk.after(filed()).when(judged(Category.DIS, Channel.PM, Flag.CRIME_POSSIBLE))
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.GATE_PENDING,)


def test_a_confirmed_request_that_only_waits_for_the_gate_is_shown_to_the_investigators() -> None:
    doubtful = desk.after(filed(), judged(Category.ENT, Channel.EPS, unsure=True))
    asked = the(ScreeningAsked, doubtful.when(confirmed()))
    assert (asked.reasons, asked.unit) == ((ScreeningReason.GATE_PENDING,), ECONOMIC)
    doubtful.after(confirmed()).when(confirmed()).then_nothing()


def test_the_review_has_a_clock_from_the_closing_to_the_decision() -> None:
    decided = desk.after(filed()).when(judged(Category.ENT, Channel.EPS))
    assert CRIME_REVIEW in {event.clock for event in decided.events if isinstance(event, ClockArmed)}
    answered = CONTRACT_DISPUTE.when(crime(GateResult.NOT_A_CRIME))
    assert CRIME_REVIEW in {event.clock for event in answered.events if isinstance(event, ClockStopped) and event.kept}


def test_not_a_crime_sends_it_on() -> None:
    decided = CONTRACT_DISPUTE.when(crime(GateResult.NOT_A_CRIME))
    assert kinds(decided) == [RequestGated, RequestRouted]
    assert the(RequestRouted, decided).owner == ENTERPRISE_OFFICER
    assert the(RequestGated, decided).decided_by is DecidedBy.PERSON


def test_a_crime_goes_to_casework() -> None:
    decided = CONTRACT_DISPUTE.when(crime(GateResult.CRIME))
    routed = the(RequestRouted, decided)
    assert (routed.owner, routed.ruling.category, routed.ruling.channel) == (INVESTIGATOR, Category.CRM, Channel.CASE)
    assert the(RequestClassified, decided).decided_by is DecidedBy.PERSON


def test_undecided_keeps_it_waiting() -> None:
    assert kinds(CONTRACT_DISPUTE.when(crime(GateResult.UNDECIDED))) == [RequestGated]


def test_r_27_only_an_investigator_says_whether_it_is_a_crime() -> None:
    refused = CONTRACT_DISPUTE.when(crime(GateResult.NOT_A_CRIME, Role.TRIAGE_OFFICER)).then_rejected(GateNotYours)
    assert (refused.rule, refused.details["roles"]) == ("R-27", (Role.CASE_INVESTIGATOR,))


def test_an_investigator_decides_no_other_gate() -> None:
    BEATEN_AT_HOME.when(gate(Gate.DV_GATE, GateResult.NOT_DV, Role.CASE_INVESTIGATOR)).then_rejected(GateNotYours)


def test_r_28_overruling_past_an_open_crime_question_still_waits() -> None:
    decided = CONTRACT_DISPUTE.when(overruled(Category.DIS))
    assert RequestRouted not in kinds(decided)
    assert ScreeningReason.GATE_PENDING in matter(CONTRACT_DISPUTE.after(overruled(Category.DIS))).phase.reasons  # type: ignore[union-attr]


def test_r_28_what_was_found_to_be_a_crime_does_not_go_to_mediation() -> None:
    CONTRACT_DISPUTE.after(crime(GateResult.CRIME)).when(overruled(Category.DIS)).then_rejected(CrimeQuestionOpen)


def test_a_crime_found_during_mediation_takes_the_case_away() -> None:
    decided = ORDINARY.when(crime(GateResult.CRIME))
    assert kinds(decided) == [RequestGated, RequestClassified, HandlingRevoked, RequestRouted]


def test_r_18_family_violence_brings_officers_not_a_mediator() -> None:
    decided = desk.after(filed()).when(judged(Category.DIS, Channel.PM, Flag.DV))
    assert the(RequestRouted, decided).ruling.channel is Channel.DSP
    assert (the(RequestGated, decided).gate, the(RequestGated, decided).result) == (Gate.DV_GATE, GateResult.BLOCKED)


def test_r_18_family_violence_is_not_mediated_even_when_a_person_says_so() -> None:
    assert BEATEN_AT_HOME.when(overruled(channel=Channel.PM)).then_rejected(ViolenceAtHome).rule == "R-18"
    BEATEN_AT_HOME.when(overruled(flags=(), channel=Channel.PM)).then_rejected(ViolenceAtHome)


def test_r_18_the_violence_gate_is_lifted_only_with_a_reason_and_after_officers_were_there() -> None:
    with_reason = gate(Gate.DV_GATE, GateResult.LIFTED_WITH_REASON, note=NOTE)
    assert BEATEN_AT_HOME.when(with_reason).then_rejected(OfficersFirst).rule == "R-18"
    only_signed = BEATEN_AT_HOME.after(handled(HandlingStep.SIGNED))
    only_signed.when(with_reason).then_rejected(OfficersFirst)
    attended = only_signed.after(handled(HandlingStep.STARTED))
    attended.when(gate(Gate.DV_GATE, GateResult.LIFTED_WITH_REASON)).then_rejected(ReasonNeeded)
    lifted = attended.after(with_reason)
    assert the(RequestRouted, lifted.when(overruled(channel=Channel.PM))).owner == MEDIATOR


def test_a_gate_that_a_person_opened_stays_open() -> None:
    lifted = BEATEN_AT_HOME.after(gate(Gate.DV_GATE, GateResult.NOT_DV))
    assert RequestGated not in kinds(lifted.when(overruled(channel=Channel.PM)))


def test_a_gate_met_by_a_persons_ruling_is_closed_and_waits() -> None:
    unsure = desk.after(filed(), judged(unsure=True))
    decided = unsure.when(overruled(flags=(Flag.DV,)))
    assert the(RequestGated, decided).result is GateResult.BLOCKED
    assert the(ScreeningAsked, decided).reasons == (ScreeningReason.GATE_PENDING,)
    assert the(ScreeningAsked, decided).unit == DESK


def test_r_18_violence_seen_while_a_mediator_has_it_takes_it_from_him_at_once() -> None:
    decided = ORDINARY.when(overruled(flags=(Flag.DV,)))
    assert kinds(decided) == [DecisionOverruled, RequestClassified, RequestGated, HandlingRevoked, ScreeningAsked]
    assert (the(RequestGated, decided).gate, the(HandlingRevoked, decided).attempt) == (Gate.DV_GATE, 1)
    asked = the(ScreeningAsked, decided)
    assert (asked.reasons, asked.unit) == ((ScreeningReason.GATE_PENDING,), DESK)


def test_r_28_what_turns_out_a_firms_dispute_leaves_the_workstation_and_the_investigators_are_asked() -> None:
    served = desk.after(filed(), judged(Category.SVC, Channel.EPS))
    assert matter(served).holder is not None
    decided = served.when(overruled(Category.ENT))
    assert kinds(decided) == [DecisionOverruled, RequestClassified, RequestGated, HandlingRevoked, ScreeningAsked]
    asked = the(ScreeningAsked, decided)
    assert (asked.reasons, asked.unit) == ((ScreeningReason.GATE_PENDING,), ECONOMIC)
    assert RequestRouted in kinds(served.after(overruled(Category.ENT)).when(crime(GateResult.NOT_A_CRIME)))


def test_s_39_a_projects_lawfulness_is_checked_before_anybody_is_persuaded() -> None:
    assert matter(WIND_FARM).gates[Gate.LEGALITY] is GateResult.UNDECIDED
    WIND_FARM.when(overruled(channel=Channel.PM)).then_rejected(LegalityUnchecked)
    lawful = WIND_FARM.after(gate(Gate.LEGALITY, GateResult.LAWFUL), crime(GateResult.NOT_A_CRIME))
    assert RequestRouted in kinds(lawful.when(overruled(channel=Channel.PM)))


def test_r_32_harm_to_a_minor_stays_in_the_child_lane() -> None:
    harmed = desk.after(filed(), judged(Category.MIN, Channel.CHILD))
    assert harmed.when(overruled(Category.DIS)).then_rejected(ChildLaneFirst).rule == "R-32"
    cleared = harmed.after(gate(Gate.MINOR_GATE, GateResult.CLEAR, ground=Ground.REGISTER_CHECKED))
    assert RequestRouted in kinds(cleared.when(overruled(Category.DIS)))


def test_r_06_a_minor_in_a_dispute_marks_the_need_of_a_guardian_and_goes_on() -> None:
    decided = desk.after(filed()).when(judged(Category.DIS, Channel.PM, Flag.MINOR))
    assert the(RequestGated, decided).result is GateResult.GUARDIAN_NEEDED
    assert the(RequestRouted, decided).owner == MEDIATOR


def test_r_06_an_age_that_nobody_asked_for_is_not_taken_for_an_adults() -> None:
    minor = desk.after(filed(), judged(Category.DIS, Channel.PM, Flag.MINOR))
    refused = minor.when(gate(Gate.MINOR_GATE, GateResult.CLEAR)).then_rejected(AgeNotAsked)
    assert refused.rule == "R-06"
    minor.when(gate(Gate.MINOR_GATE, GateResult.CLEAR, ground=Ground.FLIGHT)).then_rejected(GroundNotOfThisGate)
    seen = minor.when(gate(Gate.MINOR_GATE, GateResult.CLEAR, ground=Ground.ID_SEEN))
    assert the(RequestGated, seen).ground is Ground.ID_SEEN


def test_r_02_what_is_not_mediable_leaves_mediation_and_does_not_come_back() -> None:
    gang = unmediable(Ground.GANG_FIGHT)
    decided = ORDINARY.when(gang)
    assert kinds(decided) == [RequestGated, HandlingRevoked, ScreeningAsked]
    ORDINARY.after(gang, overruled(channel=Channel.DSP)).when(overruled(channel=Channel.PM)).then_rejected(NotMediable)
    ORDINARY.after(gang).when(confirmed()).then_rejected(NotMediable)


@pytest.mark.parametrize("ground", sorted(ground for ground, rule in UNMEDIABLE.items() if rule == "R-02"))
def test_r_02_each_ground_closes_every_mediation(ground: Ground) -> None:
    excluded = desk.after(filed(), judged(Category.PSO, Channel.PSM), unmediable(ground))
    for channel in (Channel.PSM, Channel.PM, Channel.IM, Channel.JM):
        assert excluded.when(overruled(channel=channel)).then_rejected(NotMediable).rule == "R-02"


def test_r_02_who_closes_mediation_for_good_says_why() -> None:
    assert ORDINARY.when(unmediable(None)).then_rejected(GroundMissing).rule == "R-02"


def test_r_13_a_tie_between_persons_is_a_courts() -> None:
    tie = unmediable(Ground.TIE_BETWEEN_PERSONS)
    assert the(RequestGated, ORDINARY.when(tie)).rule == "R-13"
    refused = ORDINARY.after(tie).when(overruled(channel=Channel.JM)).then_rejected(TieNotMediable)
    assert refused.rule == "R-13"
    assert RequestRouted in kinds(ORDINARY.after(tie).when(gate(Gate.MEDIABLE, GateResult.YES)))


def test_a_gate_knows_only_its_own_results() -> None:
    ORDINARY.when(gate(Gate.DV_GATE, GateResult.CRIME)).then_rejected(ResultNotOfThisGate)


def test_a_persons_decision_is_recorded_even_when_a_rule_had_said_the_same() -> None:
    assert kinds(BEATEN_AT_HOME.when(gate(Gate.DV_GATE, GateResult.BLOCKED))) == [RequestGated]
    BEATEN_AT_HOME.after(gate(Gate.DV_GATE, GateResult.BLOCKED)).when(
        gate(Gate.DV_GATE, GateResult.BLOCKED)
    ).then_nothing()


@pytest.mark.parametrize("which", list(Gate))
def test_every_gate_has_results_a_law_and_somebody_who_decides(which: Gate) -> None:
    assert RESULTS[which]
    assert LAW[which]
    assert MAY_DECIDE[which]
