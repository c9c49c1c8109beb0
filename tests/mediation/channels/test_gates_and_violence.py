"""What blocks or ends a mediation in every channel: gates, violence, a clear refusal (R-02, R-09, R-18, R-28, R-32)."""

from datetime import timedelta

import pytest

from services.mediation.cases.commands import EndCase, GiveConsent, NoteGate, RefuseMediation
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import (
    CaseClosed,
    EscalationReported,
    Ground,
    OutcomeReported,
    OwnWay,
    PartyRefused,
    SessionResult,
)
from services.mediation.cases.refusals import (
    CaseHasEnded,
    ConsentMissing,
    CrimeNotRuledOut,
    FamilyViolenceBlocks,
    GroundNotOfChannel,
    GuardianMissing,
    NotMediable,
    StillUnderReview,
)
from services.mediation.cases.rules.channels import ways_owed
from services.mediation.channels.commands import ReportViolence
from services.mediation.channels.facts import ViolenceReported
from services.mediation.channels.refusals import (
    ChildLaneComesFirst,
    LawfulnessNotChecked,
    ViolenceExcludesPolice,
    ViolenceStopsMediation,
)
from shared.contracts.codes import Channel, Flag, Gate, Outcome, ReasonCode
from shared.kernel import Rejection, RuleId
from tests.mediation.cases.samples import (
    BOTH_CONSENT,
    COWSHED_OWNER,
    MONDAY,
    OFFICER_ID,
    WORKSHOP_OWNER,
    ends,
    names,
    opens,
    text,
)
from tests.mediation.channels.samples import (
    APPLICATION,
    ENTITLED,
    OF_CHANNEL,
    VIOLATION_CASE,
    case_in,
    hands_over,
    ready,
)
from tests.support.spec import Spec

case = Spec(case_decider)
CHANNELS = (Channel.PSM, Channel.PM, Channel.IM, Channel.JM)
BLOWS = ReportViolence(note=text(50), by=OFFICER_ID, at=MONDAY + timedelta(hours=1))


def gate(gate: Gate, result: str) -> NoteGate:
    return NoteGate(gate=gate, result=RuleId(result), at=MONDAY)


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("closed", "refusal", "rule"),
    [
        (gate(Gate.CRIME_OR_CIVIL, "UNDECIDED"), CrimeNotRuledOut, "R-28"),
        (gate(Gate.CRIME_OR_CIVIL, "CRIME"), CrimeNotRuledOut, "R-28"),
        (gate(Gate.DV_GATE, "BLOCKED"), FamilyViolenceBlocks, "R-18"),
        (gate(Gate.MINOR_GATE, "CHILD_LANE"), ChildLaneComesFirst, "R-32"),
        (gate(Gate.MINOR_GATE, "GUARDIAN_NEEDED"), GuardianMissing, "R-06"),
        (gate(Gate.MEDIABLE, "NO"), NotMediable, "R-02"),
        (gate(Gate.LEGALITY, "UNDECIDED"), LawfulnessNotChecked, None),
    ],
)
def test_r_18_r_32_a_gate_that_closes_late_closes_every_channel(
    channel: Channel, closed: NoteGate, refusal: type[Rejection], rule: str | None
) -> None:
    sitting = case.after(*ready(channel), closed)
    assert sitting.when(opens(ENTITLED[channel])).then_rejected(refusal).rule == rule


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("closed", "refusal", "rule"),
    [
        (gate(Gate.CRIME_OR_CIVIL, "UNDECIDED"), CrimeNotRuledOut, "R-28"),
        (gate(Gate.DV_GATE, "BLOCKED"), FamilyViolenceBlocks, "R-18"),
        (gate(Gate.MINOR_GATE, "GUARDIAN_NEEDED"), GuardianMissing, "R-06"),
    ],
)
def test_r_18_r_28_a_gate_that_closes_during_the_talks_lets_them_end_but_nobody_agree(
    channel: Channel, closed: NoteGate, refusal: type[Rejection], rule: str
) -> None:
    sitting = case.after(*ready(channel), opens(ENTITLED[channel]), closed)
    assert sitting.when(ends()).then_rejected(refusal).rule == rule
    assert sitting.when(ends(result=SessionResult.CONTINUE)).rejection is None


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize(
    ("which", "result"),
    [(Gate.CRIME_OR_CIVIL, "UNDECIDED"), (Gate.DV_GATE, "BLOCKED"), (Gate.MINOR_GATE, "GUARDIAN_NEEDED")],
)
def test_a_gate_that_was_met_by_mistake_stands_in_nobodys_way(channel: Channel, which: Gate, result: str) -> None:
    taken_back = gate(which, "WITHDRAWN")
    sitting = case.after(*ready(channel), gate(which, result), taken_back)
    assert sitting.when(opens(ENTITLED[channel])).rejection is None
    sitting.when(taken_back).then_nothing()


@pytest.mark.parametrize("channel", CHANNELS)
def test_r_28_a_flag_whose_gate_was_never_decided_blocks(channel: Channel) -> None:
    flagged = case.after(case_in(channel, Flag.CRIME_POSSIBLE), *OF_CHANNEL[channel][1:])
    assert flagged.when(names(ENTITLED[channel])).then_rejected(CrimeNotRuledOut).rule == "R-28"


def test_r_18_a_party_is_only_told_that_somebody_still_looks() -> None:
    blocked = case.after(case_in(Channel.JM), *OF_CHANNEL[Channel.JM][1:], gate(Gate.DV_GATE, "BLOCKED"))
    wish = GiveConsent(party=WORKSHOP_OWNER, how=OwnWay.CODE_PIN, at=MONDAY)
    blocked.when(wish).then_rejected(StillUnderReview)


@pytest.mark.parametrize("channel", CHANNELS)
def test_r_09_one_clear_refusal_ends_every_channel_at_once(channel: Channel) -> None:
    wish = RefuseMediation(party=COWSHED_OWNER, how=OwnWay.CODE_PIN, note=None, at=MONDAY)
    events = case.after(*ready(channel)).when(wish).events
    assert isinstance(events[0], PartyRefused)
    assert isinstance(events[-1], CaseClosed)
    assert events[-1].reason is ReasonCode.PARTY_REFUSES


@pytest.mark.parametrize("channel", CHANNELS)
def test_r_09_no_session_before_every_consent(channel: Channel) -> None:
    one = case.after(*OF_CHANNEL[channel], BOTH_CONSENT[0], names(ENTITLED[channel]))
    refused = one.when(opens(ENTITLED[channel])).then_rejected(ConsentMissing, missing=1)
    assert refused.rule == "R-09"


def test_r_02_blows_end_police_mediation_at_once() -> None:
    events = case.after(*ready(Channel.PSM), opens(ENTITLED[Channel.PSM])).when(BLOWS).events
    assert [type(event) for event in events[:2]] == [ViolenceReported, EscalationReported]
    (outcome,) = [event for event in events if isinstance(event, OutcomeReported)]
    assert outcome.outcome is Outcome.FAILED
    assert isinstance(events[-1], CaseClosed)
    assert (events[-1].reason, events[-1].ground) == (ReasonCode.NEW_VIOLATION, Ground.NEW_VIOLATION)
    case.after(*ready(Channel.PSM), BLOWS).when(BLOWS).then_rejected(CaseHasEnded)


@pytest.mark.parametrize("channel", [Channel.PM, Channel.IM, Channel.JM])
def test_r_10_blows_stop_every_other_mediation_and_are_reported(channel: Channel) -> None:
    struck = case.after(*ready(channel), BLOWS)
    assert [type(event) for event in struck.past[-2:]] == [ViolenceReported, EscalationReported]
    assert struck.when(opens(ENTITLED[channel])).then_rejected(ViolenceStopsMediation).rule == "R-10"
    target = Channel.JM if channel is not Channel.JM else Channel.PM
    assert struck.when(hands_over(target)).then_rejected(ViolenceStopsMediation).rule == "R-10"
    struck.when(BLOWS).then_nothing()
    over = struck.when(EndCase(ground=Ground.VIOLATION_FOUND, ways=(), note=None, at=MONDAY)).events
    assert isinstance(over[-1], CaseClosed)


@pytest.mark.parametrize("channel", [Channel.PM, Channel.IM, Channel.JM])
def test_r_10_after_blows_the_talks_end_without_an_agreement(channel: Channel) -> None:
    struck = case.after(*ready(channel), opens(ENTITLED[channel]), BLOWS)
    assert struck.when(ends()).then_rejected(ViolenceStopsMediation).rule == "R-10"
    assert struck.when(ends(result=SessionResult.NOT_AGREED)).rejection is None


def test_r_02_after_blows_the_case_does_not_come_back_to_police_mediation() -> None:
    away = case.after(*VIOLATION_CASE, hands_over(Channel.PM), BLOWS)
    refused = away.when(hands_over(Channel.PSM, paper=APPLICATION)).then_rejected(ViolenceExcludesPolice)
    assert refused.rule == "R-02"


@pytest.mark.parametrize(
    "ground", [Ground.HIRED_OFFENDER, Ground.GANG_FIGHT, Ground.REPEATED_VIOLATIONS, Ground.FLIGHT]
)
def test_r_02_each_excluding_ground_ends_police_mediation_and_is_unknown_elsewhere(ground: Ground) -> None:
    ways = ways_owed(Channel.PSM, frozenset())
    wish = EndCase(ground=ground, ways=ways, note=None, at=MONDAY)
    assert isinstance(case.after(*VIOLATION_CASE).when(wish).events[-1], CaseClosed)
    other = case.after(*OF_CHANNEL[Channel.JM]).when(wish)
    assert other.then_rejected(GroundNotOfChannel).rule == "R-02"
