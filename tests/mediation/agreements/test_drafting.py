from dataclasses import replace
from datetime import timedelta

import pytest

from services.mediation.agreements.commands import VoidDraft
from services.mediation.agreements.decider import agreement_decider
from services.mediation.agreements.facts import (
    AgreementDrafted,
    AgreementSigned,
    AgreementTookEffect,
    DraftVoided,
    Duty,
)
from services.mediation.agreements.refusals import (
    AlreadyInEffect,
    BodyNotListed,
    CaseIsOver,
    CourtMakesThePaper,
    DutyAlreadyDue,
    DutyIncomplete,
    DutyOfStranger,
    DutyToOneself,
    DutyWithoutDate,
    NoDraft,
    NotEveryPartysDraft,
    NothingAgreedYet,
    OralNeedsPaper,
    OtherVersion,
    PerformanceDateMissing,
    ProductNotOfChannel,
    RecorderIsParty,
    RecordOfAgreementMissing,
    SignerNotParty,
)
from services.mediation.agreements.state import Drafted, stage
from services.mediation.cases.facts import OwnWay, RecordedWay
from services.mediation.cases.refusals import CrimeNotRuledOut, FamilyViolenceBlocks, GuardianMissing, StillUnderReview
from services.mediation.cases.state import Open
from services.mediation.channels.refusals import OnlyTheCourtHosts, ViolenceStopsMediation
from services.mediation.channels.state import Course
from shared.contracts.codes import Channel, Effect, Gate, Product, State
from shared.kernel import Rejection, RuleId
from tests.mediation.agreements.samples import (
    AGREEMENT,
    BOTH_SIGN,
    OVER,
    PAYMENT,
    TALKED,
    WALL,
    draft,
    seen,
    signed_before_mediator,
    signs,
)
from tests.mediation.cases.samples import (
    BROTHER,
    CASE,
    COWSHED_OWNER,
    MEDIATOR_ID,
    MONDAY,
    REQUEST,
    WORKSHOP_OWNER,
    text,
)
from tests.support.spec import Spec

agreement = Spec(agreement_decider)
drafted = agreement.after(draft())


def undated(duty: Duty) -> Duty:
    return replace(duty, due=None, warn_at=None, lapses_at=None)


@pytest.mark.parametrize(
    ("channel", "product", "effect"),
    [
        (Channel.PM, Product.PM_AGREEMENT, Effect.BINDING_CONTRACT),
        (Channel.PM, Product.PM_ORAL_RECORD, Effect.BINDING_CONTRACT),
        (Channel.PSM, Product.POLICE_AGREEMENT, Effect.ENDS_PENALTY),
        (Channel.PSM, Product.ON_SPOT_RECORD, Effect.ENDS_PENALTY),
    ],
)
def test_each_paper_has_the_effect_of_its_channel(channel: Channel, product: Product, effect: Effect) -> None:
    (event,) = agreement.when(draft(product, channel, recorded=True)).events
    assert isinstance(event, AgreementDrafted)
    assert (event.version, event.effect) == (1, effect)


def test_r_58_r_59_the_papers_of_two_channels_are_not_interchangeable() -> None:
    wrong = draft(Product.PM_AGREEMENT, Channel.PSM)
    assert agreement.when(wrong).then_rejected(ProductNotOfChannel).rule == "R-58"
    agreement.when(draft(Product.POLICE_AGREEMENT, Channel.PM)).then_rejected(ProductNotOfChannel)
    agreement.when(draft(Product.COURT_PAPER, Channel.PM)).then_rejected(ProductNotOfChannel)


@pytest.mark.parametrize(
    ("channel", "product"), [(Channel.PM, Product.PM_AGREEMENT), (Channel.IM, Product.IM_SETTLEMENT)]
)
def test_r_61_after_filing_no_other_channel_makes_a_paper(channel: Channel, product: Product) -> None:
    assert agreement.when(draft(product, channel, filed=True)).then_rejected(CourtMakesThePaper).rule == "R-61"


def test_r_61_the_courts_paper_stands_on_a_session_of_its_own() -> None:
    before_others = draft(Product.COURT_PAPER, Channel.JM, filed=True)
    assert agreement.when(before_others).then_rejected(OnlyTheCourtHosts).rule == "R-61"
    (event,) = agreement.when(draft(Product.COURT_PAPER, Channel.JM, filed=True, heard=True)).events
    assert isinstance(event, AgreementDrafted)
    assert event.effect is Effect.ENFORCEABLE


def test_nothing_is_drafted_before_a_session_ended_in_agreement() -> None:
    agreement.when(draft(agreed=False)).then_rejected(NothingAgreedYet)


def test_r_04_a_police_agreement_names_the_day_of_performance() -> None:
    for duties in ((), (PAYMENT, undated(WALL))):
        wish = draft(Product.POLICE_AGREEMENT, Channel.PSM, duties)
        assert agreement.when(wish).then_rejected(PerformanceDateMissing).rule == "R-04"


def test_a_duty_that_cannot_be_watched_is_not_drafted() -> None:
    agreement.when(draft(duties=(undated(PAYMENT),))).then_rejected(DutyWithoutDate)


def test_people_who_made_up_need_no_duties() -> None:
    made_up = agreement.after(draft(duties=()), *BOTH_SIGN)
    assert stage(made_up.state) is State.PERFORMED


def test_r_10_an_oral_agreement_stands_on_its_record() -> None:
    assert agreement.when(draft(Product.PM_ORAL_RECORD)).then_rejected(RecordOfAgreementMissing).rule == "R-10"
    agreement.when(draft(Product.ON_SPOT_RECORD, Channel.PSM)).then_rejected(RecordOfAgreementMissing)


def test_only_parties_owe_and_receive() -> None:
    for duty in (replace(PAYMENT, by=BROTHER), replace(PAYMENT, to=BROTHER)):
        agreement.when(draft(duties=(duty,))).then_rejected(DutyOfStranger)
    agreement.when(draft(duties=(replace(PAYMENT, to=WORKSHOP_OWNER),))).then_rejected(DutyToOneself)


def test_money_has_an_amount_and_acts_have_words() -> None:
    for duty in (replace(PAYMENT, amount_fen=None), replace(PAYMENT, amount_fen=0), replace(WALL, what=None)):
        agreement.when(draft(duties=(duty,))).then_rejected(DutyIncomplete)


def test_nobody_promises_for_yesterday() -> None:
    yesterday = replace(PAYMENT, lapses_at=MONDAY - timedelta(seconds=1))
    agreement.when(draft(duties=(yesterday,))).then_rejected(DutyAlreadyDue)
    assert agreement.when(draft(duties=(replace(PAYMENT, lapses_at=MONDAY),))).rejection is None


def test_the_same_draft_again_changes_nothing() -> None:
    drafted.when(draft()).then_nothing()


def test_a_changed_text_voids_the_version_that_one_side_had_signed() -> None:
    half = drafted.after(signs(WORKSHOP_OWNER))
    voided, second = half.when(draft(terms=24)).events
    assert voided == DraftVoided(
        agreement_id=AGREEMENT, case_id=CASE, request_id=REQUEST, version=1, occurred_at=MONDAY
    )
    assert isinstance(second, AgreementDrafted)
    assert second.version == 2
    changed = half.after(draft(terms=24))
    changed.when(signs(COWSHED_OWNER)).then_rejected(OtherVersion, current=2)
    assert stage(changed.after(signs(COWSHED_OWNER, 2)).state) is State.DRAFTED
    assert stage(changed.after(signs(COWSHED_OWNER, 2), signs(WORKSHOP_OWNER, 2)).state) is State.IN_EFFECT


def test_one_signature_brings_nothing_into_effect() -> None:
    drafted.when(signs(WORKSHOP_OWNER)).then(
        AgreementSigned(
            agreement_id=AGREEMENT,
            case_id=CASE,
            request_id=REQUEST,
            version=1,
            party=WORKSHOP_OWNER,
            how=OwnWay.CODE_PIN,
            recorded_by=None,
            evidence=None,
            occurred_at=MONDAY,
        )
    )


def test_the_last_signature_brings_it_into_effect() -> None:
    half = drafted.after(signs(WORKSHOP_OWNER))
    half.when(signed_before_mediator(COWSHED_OWNER)).then(
        AgreementSigned(
            agreement_id=AGREEMENT,
            case_id=CASE,
            request_id=REQUEST,
            version=1,
            party=COWSHED_OWNER,
            how=RecordedWay.PAPER,
            recorded_by=MEDIATOR_ID,
            evidence=text(23),
            occurred_at=MONDAY,
        ),
        AgreementTookEffect(
            agreement_id=AGREEMENT,
            case_id=CASE,
            request_id=REQUEST,
            version=1,
            product=Product.PM_AGREEMENT,
            effect=Effect.BINDING_CONTRACT,
            duties=(PAYMENT, WALL),
            terms=text(20),
            parties=(WORKSHOP_OWNER, COWSHED_OWNER),
            occurred_at=MONDAY,
        ),
    )


def test_signing_twice_counts_once() -> None:
    drafted.after(signs(WORKSHOP_OWNER)).when(signs(WORKSHOP_OWNER)).then_nothing()
    drafted.after(*BOTH_SIGN).when(signs(WORKSHOP_OWNER)).then_nothing()


def test_a_stranger_signs_nothing() -> None:
    drafted.when(signs(BROTHER)).then_rejected(SignerNotParty)


def test_r_15_a_party_does_not_record_signatures() -> None:
    by_party = signed_before_mediator(COWSHED_OWNER, by=WORKSHOP_OWNER)
    assert drafted.when(by_party).then_rejected(RecorderIsParty).rule == "R-15"


def test_r_04_a_written_agreement_is_not_signed_by_word_of_mouth() -> None:
    spoken = signed_before_mediator(COWSHED_OWNER, RecordedWay.ORAL_RECORDED)
    assert drafted.when(spoken).then_rejected(OralNeedsPaper).rule == "R-04"
    oral = agreement.after(draft(Product.PM_ORAL_RECORD, recorded=True))
    assert oral.when(spoken).rejection is None


def test_nothing_is_signed_before_a_draft_or_after_it_was_voided() -> None:
    agreement.when(signs(WORKSHOP_OWNER)).then_rejected(NoDraft)
    voided = drafted.after(signs(WORKSHOP_OWNER), VoidDraft(at=MONDAY))
    voided.when(signs(COWSHED_OWNER)).then_rejected(NoDraft)
    voided.when(VoidDraft(at=MONDAY)).then_nothing()
    assert stage(voided.state) is State.VOID


def test_the_draft_of_a_case_that_ended_cannot_be_signed() -> None:
    drafted.when(signs(WORKSHOP_OWNER, case=OVER)).then_rejected(CaseIsOver)


JOINED = replace(TALKED, parties=(*TALKED.parties, BROTHER))
STRUCK = replace(TALKED, course=Course(violence=True))


def noted(gate: Gate, result: str) -> Open:
    return replace(TALKED, gates={gate: RuleId(result)})


BARRED = [
    (STRUCK, ViolenceStopsMediation, "R-10"),
    (noted(Gate.CRIME_OR_CIVIL, "UNDECIDED"), CrimeNotRuledOut, "R-28"),
    (noted(Gate.DV_GATE, "BLOCKED"), FamilyViolenceBlocks, "R-18"),
    (noted(Gate.MINOR_GATE, "GUARDIAN_NEEDED"), GuardianMissing, "R-06"),
]


@pytest.mark.parametrize(("case", "refusal", "rule"), BARRED)
def test_r_10_r_28_what_stands_in_the_way_of_talks_stands_in_the_way_of_a_draft_and_of_a_signature(
    case: Open, refusal: type[Rejection], rule: str
) -> None:
    assert agreement.when(replace(draft(), case=case)).then_rejected(refusal).rule == rule
    assert drafted.when(signed_before_mediator(COWSHED_OWNER, case=case)).then_rejected(refusal).rule == rule


@pytest.mark.parametrize("case", [case for case, *_ in BARRED])
def test_r_18_a_party_that_wants_to_sign_is_only_told_that_somebody_still_looks(case: Open) -> None:
    drafted.when(signs(COWSHED_OWNER, case=case)).then_rejected(StillUnderReview)


def test_r_09_nothing_is_signed_without_one_who_joined_since() -> None:
    assert drafted.when(signs(COWSHED_OWNER, case=JOINED)).then_rejected(NotEveryPartysDraft).rule == "R-09"
    asked = replace(JOINED, consented=frozenset(JOINED.parties))
    three = drafted.after(signs(WORKSHOP_OWNER), replace(draft(), case=asked))
    assert [type(event) for event in three.past[-2:]] == [DraftVoided, AgreementDrafted]
    assert isinstance(three.state, Drafted)
    assert (three.state.parties, three.state.signed) == (JOINED.parties, frozenset())


def test_r_58_r_60_r_61_a_paper_is_signed_only_while_it_is_the_paper_of_the_case() -> None:
    now = drafted.when(signs(COWSHED_OWNER, case=seen(Channel.IM, listed=True)))
    assert now.then_rejected(ProductNotOfChannel).rule == "R-58"
    listed = agreement.after(draft(Product.IM_AGREEMENT, Channel.IM, listed=True))
    off_the_list = listed.when(signs(COWSHED_OWNER, case=seen(Channel.IM)))
    assert off_the_list.then_rejected(BodyNotListed).rule == "R-60"
    before_filing = agreement.after(draft(Product.PRE_SUIT_AGREEMENT, Channel.JM))
    for channel, draft_of in ((Channel.JM, before_filing), (Channel.PM, drafted)):
        after = draft_of.when(signs(COWSHED_OWNER, case=seen(channel, filed=True)))
        assert after.then_rejected(CourtMakesThePaper).rule == "R-61"


def test_an_agreement_in_effect_is_not_drafted_anew_and_not_voided() -> None:
    in_effect = drafted.after(*BOTH_SIGN)
    in_effect.when(draft(terms=24)).then_rejected(AlreadyInEffect)
    in_effect.when(signs(BROTHER)).then_rejected(AlreadyInEffect)
    in_effect.when(VoidDraft(at=MONDAY)).then_nothing()
