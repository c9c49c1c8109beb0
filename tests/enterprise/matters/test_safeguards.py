"""What stands before coordination: R-27 and R-28 for money, S39 for works."""

import pytest

from services.enterprise.matters.commands import AskMediation, NoteGate, NoteGateOverdue, RecordConsent, ReportOutcome
from services.enterprise.matters.facts import Kind, Legality, MatterSigned, Measure, MediationAsked, RoundHeld
from services.enterprise.matters.rules.safeguards import (
    CrimeIsNotCoordinated,
    CrimeQuestionOpen,
    LegalityUnchecked,
    MediatedByOthers,
    NothingFrozenBeforeFiling,
    PenaltyIsNoMeans,
    PoliceCollectNoDebts,
    ProjectUnlawful,
    WrittenConsentMissing,
)
from services.enterprise.matters.rules.work import FirmNotNamed, NothingToConsentTo
from shared.contracts.codes import Channel, Flag, Gate, Outcome
from shared.kernel import Rejection, RuleId
from tests.enterprise.matters.samples import (
    CRIME,
    NOT_A_CRIME,
    UNDECIDED,
    checked,
    consents,
    firm_named,
    matter,
    of_kind,
    offered,
    signs,
    talks,
)
from tests.enterprise.samples import MONDAY, OFFICER, later, text

CONTRACT = of_kind(Kind.CONTRACT_DISPUTE)
CIVIL = of_kind(Kind.CONTRACT_DISPUTE, gate=NOT_A_CRIME).after(firm_named())
WORKS = of_kind(Kind.OBSTRUCTION, Flag.PROJECT)


def gate(result: RuleId) -> NoteGate:
    return NoteGate(gate=Gate.CRIME_OR_CIVIL, result=result, at=MONDAY)


def mediation(channel: Channel) -> AskMediation:
    return AskMediation(doer=OFFICER, channel=channel, at=MONDAY)


def test_r_28_nothing_is_coordinated_while_nobody_said_whether_it_is_a_crime() -> None:
    refused = CONTRACT.when(talks()).then_rejected(CrimeQuestionOpen)
    assert refused.rule == "R-28"
    assert refused.details["due"] == later(days=7)


def test_r_28_an_undecided_gate_stays_closed_whatever_the_matter_is_called() -> None:
    of_kind(Kind.OPINION, gate=UNDECIDED).when(talks()).then_rejected(CrimeQuestionOpen)


def test_r_28_a_possible_crime_waits_for_the_investigator_in_every_kind_of_matter() -> None:
    of_kind(Kind.OPINION, Flag.CRIME_POSSIBLE).when(talks()).then_rejected(CrimeQuestionOpen)


def test_r_28_a_crime_is_not_coordinated() -> None:
    CONTRACT.after(gate(CRIME)).when(talks()).then_rejected(CrimeIsNotCoordinated)


def test_r_28_the_firm_consents_in_writing_first() -> None:
    CIVIL.when(talks()).then_rejected(WrittenConsentMissing)
    [*_, held] = CIVIL.after(consents()).when(talks()).events
    assert isinstance(held, RoundHeld)
    assert (held.away, held.expenses_fen) == (True, 120_00)


def test_r_28_a_gate_that_opens_later_opens_the_way() -> None:
    ready = CONTRACT.after(firm_named(), consents(), gate(NOT_A_CRIME))
    assert ready.when(talks()).events
    ready.after(talks()).when(talks()).then_nothing()


def test_r_28_a_gate_that_closes_again_closes_the_way() -> None:
    CIVIL.after(consents(), gate(CRIME)).when(talks()).then_rejected(CrimeIsNotCoordinated)


def test_r_28_no_mediation_is_asked_for_around_the_gate() -> None:
    CONTRACT.when(mediation(Channel.PM)).then_rejected(CrimeQuestionOpen)
    CIVIL.when(mediation(Channel.PM)).then_rejected(WrittenConsentMissing)
    asked, outcome = CIVIL.after(consents()).when(mediation(Channel.IM)).events
    assert isinstance(asked, MediationAsked)
    assert getattr(outcome, "outcome", None) is Outcome.HANDED_OVER


def test_r_01_a_firms_dispute_is_no_police_mediation() -> None:
    CIVIL.after(consents()).when(mediation(Channel.PSM)).then_rejected(MediatedByOthers)


@pytest.mark.parametrize(
    ("measure", "refusal"),
    [
        (Measure.DEBT_COLLECTION, PoliceCollectNoDebts),
        (Measure.PENALTY_THREAT, PenaltyIsNoMeans),
        (Measure.ASSET_FREEZE, NothingFrozenBeforeFiling),
        (Measure.COERCION, NothingFrozenBeforeFiling),
    ],
)
def test_r_28_police_collect_no_debts_and_r_27_freeze_nothing(measure: Measure, refusal: type[Rejection]) -> None:
    CIVIL.after(consents()).when(talks(Measure.TALK, measure)).then_rejected(refusal)


def test_r_27_the_investigators_seven_days_run_from_the_signature_and_are_noted_once() -> None:
    [signed] = matter.given(offered()).when(signs(Kind.CONTRACT_DISPUTE)).events
    assert isinstance(signed, MatterSigned)
    assert signed.gate_due == later(days=7)
    late = NoteGateOverdue(at=later(days=8))
    assert [getattr(event, "rule", None) for event in CONTRACT.when(late).events] == ["R-27"]
    CONTRACT.after(late).when(late).then_nothing()
    CIVIL.when(late).then_nothing()


def test_r_27_nobody_waits_for_an_investigator_who_has_decided() -> None:
    [signed] = matter.given(offered(gate=NOT_A_CRIME)).when(signs(Kind.CONTRACT_DISPUTE)).events
    assert isinstance(signed, MatterSigned)
    assert signed.gate_due is None


def test_consent_belongs_to_economic_disputes_of_a_named_firm() -> None:
    CONTRACT.when(consents()).then_rejected(FirmNotNamed)
    WORKS.after(firm_named()).when(consents()).then_rejected(NothingToConsentTo)
    CIVIL.after(consents()).when(RecordConsent(doer=OFFICER, evidence=text(2), at=later(days=1))).then_nothing()


def test_s39_nobody_is_persuaded_before_the_project_was_checked_on_site() -> None:
    WORKS.when(talks(Measure.TALK)).then_rejected(LegalityUnchecked)
    WORKS.when(talks(Measure.LAW_EXPLAINED)).then_rejected(LegalityUnchecked)
    assert WORKS.when(talks(Measure.SITE_VISIT)).events
    assert WORKS.after(checked()).when(talks(Measure.TALK)).events


def test_s39_a_project_keeps_its_check_whatever_the_matter_is_called() -> None:
    of_kind(Kind.OPINION, Flag.PROJECT).when(talks(Measure.TALK)).then_rejected(LegalityUnchecked)


def test_s39_nobody_is_persuaded_to_bear_unlawful_works() -> None:
    unlawful = WORKS.after(checked(Legality.UNLAWFUL))
    unlawful.when(talks(Measure.JOINT_TALK)).then_rejected(ProjectUnlawful)
    unlawful.when(mediation(Channel.PM)).then_rejected(ProjectUnlawful)


def test_s39_mediation_comes_after_the_check() -> None:
    WORKS.when(mediation(Channel.PM)).then_rejected(LegalityUnchecked)
    assert WORKS.after(checked()).when(mediation(Channel.PM)).events


def test_a_repeated_ask_for_mediation_changes_nothing() -> None:
    asked = WORKS.after(checked(), mediation(Channel.PM))
    asked.when(mediation(Channel.PM)).then_nothing()
    report = ReportOutcome(doer=OFFICER, outcome=Outcome.DONE, detail=None, at=MONDAY)
    assert asked.when(report).rejection is not None
