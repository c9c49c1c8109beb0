"""Judicial confirmation: both together, in thirty days, and never for a tie between persons."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from services.mediation.agreements.commands import (
    AcceptConfirmation,
    AgreementCommand,
    DecideConfirmation,
    DraftAgreement,
    ExtendConfirmation,
    FileConfirmation,
    JoinConfirmation,
    NoteConfirmationDue,
    NoteDutyDue,
    RecordJoining,
    WarnOfConfirmation,
)
from services.mediation.agreements.decider import agreement_decider
from services.mediation.agreements.facts import (
    ConfirmationDecided,
    ConfirmationFiled,
    ConfirmationLapsed,
    ConfirmationOverdue,
    ConfirmationRefusal,
    ConfirmationStep,
    ConfirmationWarned,
    DutyDefaulted,
    Scope,
)
from services.mediation.agreements.refusals import (
    AlreadyExtended,
    AlreadyFiled,
    ApplicationNotJoint,
    BodyNotListed,
    ConfirmationTooLate,
    CourtIsParty,
    CourtMakesThePaper,
    HostDoesNotConfirm,
    IdentityRelationNotConfirmed,
    NoApplication,
    NotAcceptedYet,
    NotConfirmable,
    NotInEffect,
    OnlyCourtsConfirm,
    OrdinaryContractNotConfirmed,
    RecorderIsParty,
    RefusalWithoutReason,
    SignerNotParty,
)
from services.mediation.agreements.rules.effects import NextRung
from services.mediation.agreements.state import stage
from services.mediation.cases.facts import OwnWay, RecordedWay
from services.mediation.cases.values import Conflict, Interest
from services.mediation.channels.commands import Official
from services.mediation.channels.refusals import HasAnInterest
from shared.contracts.codes import Channel, Effect, Product, State
from shared.kernel import PersonId
from tests.mediation.agreements.samples import AGREEMENT, BOTH_SIGN, PAYMENT, both_sign, draft
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
from tests.mediation.channels.samples import INDUSTRY, INVITED, JUDGE, STRANGER_TO_COURT
from tests.support.spec import Spec

agreement = Spec(agreement_decider)
HOST = replace(JUDGE, person=MEDIATOR_ID)
HOSTS = frozenset({MEDIATOR_ID})
LAST_DAY = MONDAY + timedelta(days=30)


def in_effect(wish: DraftAgreement | None = None) -> Spec[AgreementCommand, object, object]:
    wish = wish or draft()
    return agreement.after(wish, *both_sign(wish.case))  # type: ignore[return-value]


def joins(party: PersonId, at: datetime = MONDAY, scope: Scope = Scope.WHOLE) -> JoinConfirmation:
    return JoinConfirmation(party=party, scope=scope, how=OwnWay.SIGNED_IN, at=at)


def joins_on_paper(party: PersonId, by: PersonId = MEDIATOR_ID) -> RecordJoining:
    return RecordJoining(party=party, scope=Scope.WHOLE, how=RecordedWay.PAPER, evidence=text(27), by=by, at=MONDAY)


def files(at: datetime = MONDAY, scope: Scope = Scope.WHOLE) -> FileConfirmation:
    return FileConfirmation(scope=scope, acceptance_due=at + timedelta(days=3), at=at)


def accepts(at: datetime = MONDAY, by: Official = JUDGE) -> AcceptConfirmation:
    return AcceptConfirmation(by=by, hosts=HOSTS, decision_due=at + timedelta(days=15), at=at)


def decides(
    confirmed: bool = True, reason: ConfirmationRefusal | None = None, by: Official = JUDGE
) -> DecideConfirmation:
    return DecideConfirmation(by=by, hosts=HOSTS, confirmed=confirmed, reason=reason, ruling=text(28), at=MONDAY)


def takes_longer(by: Official = JUDGE) -> ExtendConfirmation:
    return ExtendConfirmation(by=by, hosts=HOSTS, decision_due=MONDAY + timedelta(days=25), at=MONDAY)


BOTH_JOIN = (joins(WORKSHOP_OWNER), joins_on_paper(COWSHED_OWNER))
before_the_court = in_effect().after(*BOTH_JOIN, files())
accepted = before_the_court.after(accepts())


def test_both_sides_together_bring_it_before_the_court() -> None:
    in_effect().after(*BOTH_JOIN).when(files()).then(
        ConfirmationFiled(
            agreement_id=AGREEMENT,
            case_id=CASE,
            request_id=REQUEST,
            scope=Scope.WHOLE,
            acceptance_due=MONDAY + timedelta(days=3),
            occurred_at=MONDAY,
        )
    )
    assert stage(before_the_court.state) is State.CONFIRM_FILED  # type: ignore[arg-type]
    before_the_court.when(files()).then_nothing()


def test_r_13_one_side_alone_does_not_apply() -> None:
    refusal = in_effect().when(files()).then_rejected(ApplicationNotJoint)
    assert (refusal.rule, refusal.details["missing"]) == ("R-13", (WORKSHOP_OWNER, COWSHED_OWNER))
    half = in_effect().after(joins(WORKSHOP_OWNER))
    half.when(files()).then_rejected(ApplicationNotJoint, missing=(COWSHED_OWNER,))


def test_r_13_both_sides_mean_the_same_application() -> None:
    apart = in_effect().after(joins(WORKSHOP_OWNER), joins(COWSHED_OWNER, scope=Scope.DUTIES))
    apart.when(files()).then_rejected(ApplicationNotJoint, missing=(COWSHED_OWNER,))
    together = apart.after(joins(COWSHED_OWNER))
    assert together.when(files()).rejection is None


def test_r_13_after_thirty_days_the_way_is_closed() -> None:
    late = LAST_DAY + timedelta(seconds=1)
    assert in_effect().when(joins(WORKSHOP_OWNER, late)).then_rejected(ConfirmationTooLate).rule == "R-13"
    assert in_effect().after(*BOTH_JOIN).when(files(LAST_DAY)).rejection is None
    in_effect().after(*BOTH_JOIN).when(files(late)).then_rejected(ConfirmationTooLate, due=LAST_DAY)


def test_r_13_no_court_confirms_a_tie_between_persons_but_the_money_it_does() -> None:
    custody = in_effect(draft(identity=True))
    assert custody.when(joins(WORKSHOP_OWNER)).then_rejected(IdentityRelationNotConfirmed).rule == "R-13"
    custody.when(files()).then_rejected(IdentityRelationNotConfirmed)
    money = custody.after(joins(WORKSHOP_OWNER, scope=Scope.DUTIES), joins(COWSHED_OWNER, scope=Scope.DUTIES))
    assert money.when(files(scope=Scope.DUTIES)).rejection is None


@pytest.mark.parametrize(
    "wish",
    [
        draft(Product.POLICE_AGREEMENT, Channel.PSM),
        draft(Product.COURT_PAPER, Channel.JM, filed=True, heard=True),
    ],
)
def test_r_13_what_is_no_contract_is_not_confirmed(wish: DraftAgreement) -> None:
    assert in_effect(wish).when(joins(WORKSHOP_OWNER)).then_rejected(NotConfirmable).rule == "R-13"


def test_r_60_an_ordinary_contract_is_not_confirmed() -> None:
    ordinary = in_effect(draft(Product.IM_SETTLEMENT, Channel.IM))
    assert ordinary.when(joins(WORKSHOP_OWNER)).then_rejected(OrdinaryContractNotConfirmed).rule == "R-60"


def test_r_60_a_body_off_the_list_makes_an_ordinary_contract_only() -> None:
    assert agreement.when(draft(Product.IM_AGREEMENT, Channel.IM)).then_rejected(BodyNotListed).rule == "R-60"
    assert in_effect(draft(Product.IM_AGREEMENT, Channel.IM, listed=True)).when(joins(WORKSHOP_OWNER)).rejection is None


def test_r_61_once_the_suit_is_filed_only_the_court_makes_the_paper() -> None:
    pre_suit = draft(Product.PRE_SUIT_AGREEMENT, Channel.JM, filed=True)
    assert agreement.when(pre_suit).then_rejected(CourtMakesThePaper).rule == "R-61"
    before_filing = in_effect(draft(Product.PRE_SUIT_AGREEMENT, Channel.JM))
    assert before_filing.when(joins(WORKSHOP_OWNER)).rejection is None


def test_a_court_paper_is_enforced_when_it_is_broken() -> None:
    paper = in_effect(draft(Product.COURT_PAPER, Channel.JM, filed=True, heard=True))
    defaulted, *_ = paper.when(NoteDutyDue(duty_id=PAYMENT.duty_id, at=PAYMENT.lapses_at or MONDAY)).events
    assert isinstance(defaulted, DutyDefaulted)
    assert defaulted.next_rung is NextRung.ENFORCEMENT


def test_r_15_a_party_writes_down_nobodys_application() -> None:
    wish = joins_on_paper(COWSHED_OWNER, by=WORKSHOP_OWNER)
    assert in_effect().when(wish).then_rejected(RecorderIsParty).rule == "R-15"
    in_effect().when(joins(BROTHER)).then_rejected(SignerNotParty)


def test_nothing_is_confirmed_before_all_have_signed() -> None:
    half = agreement.after(draft(), BOTH_SIGN[0])
    for wish in (joins(WORKSHOP_OWNER), files(), accepts(), decides()):
        half.when(wish).then_rejected(NotInEffect)


def test_joining_twice_counts_once_and_nobody_joins_what_is_before_the_court() -> None:
    in_effect().after(joins(WORKSHOP_OWNER)).when(joins(WORKSHOP_OWNER)).then_nothing()
    before_the_court.when(joins(WORKSHOP_OWNER)).then_rejected(AlreadyFiled)
    before_the_court.when(files(scope=Scope.DUTIES)).then_rejected(AlreadyFiled)


def test_what_the_court_confirms_is_enforceable() -> None:
    accepted.when(decides()).then(
        ConfirmationDecided(
            agreement_id=AGREEMENT,
            case_id=CASE,
            request_id=REQUEST,
            scope=Scope.WHOLE,
            confirmed=True,
            effect=Effect.ENFORCEABLE,
            reason=None,
            ruling=text(28),
            decided_by=JUDGE.person,
            occurred_at=MONDAY,
        )
    )
    confirmed = accepted.after(decides())
    assert stage(confirmed.state) is State.CONFIRMED  # type: ignore[arg-type]
    confirmed.when(decides()).then_nothing()
    defaulted, *_ = confirmed.when(NoteDutyDue(duty_id=PAYMENT.duty_id, at=PAYMENT.lapses_at or MONDAY)).events
    assert isinstance(defaulted, DutyDefaulted)
    assert defaulted.next_rung is NextRung.ENFORCEMENT


def test_what_the_court_refuses_stays_the_contract_that_it_was() -> None:
    refused = accepted.after(decides(False, ConfirmationRefusal.UNCLEAR))
    assert stage(refused.state) is State.CONFIRM_REFUSED  # type: ignore[arg-type]
    defaulted, *_ = refused.when(NoteDutyDue(duty_id=PAYMENT.duty_id, at=PAYMENT.lapses_at or MONDAY)).events
    assert isinstance(defaulted, DutyDefaulted)
    assert defaulted.next_rung is NextRung.SUIT_ON_AGREEMENT
    refused.when(decides()).then_rejected(NoApplication)


def test_r_13_a_refusal_says_why_and_a_confirmation_has_nothing_against_it() -> None:
    assert accepted.when(decides(False)).then_rejected(RefusalWithoutReason).rule == "R-13"
    accepted.when(decides(True, ConfirmationRefusal.UNCLEAR)).then_rejected(RefusalWithoutReason)


def test_the_court_decides_on_what_it_accepted() -> None:
    before_the_court.when(decides()).then_rejected(NotAcceptedYet)
    assert before_the_court.when(decides(False, ConfirmationRefusal.UNLAWFUL)).rejection is None
    in_effect().when(decides()).then_rejected(NoApplication)
    in_effect().when(accepts()).then_rejected(NoApplication)
    accepted.when(accepts()).then_nothing()


def test_r_15_who_confirms_is_no_party() -> None:
    party = replace(JUDGE, person=WORKSHOP_OWNER)
    assert accepted.when(decides(by=party)).then_rejected(CourtIsParty).rule == "R-15"


def test_r_15_who_hosted_does_not_confirm() -> None:
    for state, wish in (
        (before_the_court, accepts(by=HOST)),
        (accepted, takes_longer(HOST)),
        (accepted, decides(by=HOST)),
    ):
        assert state.when(wish).then_rejected(HostDoesNotConfirm).rule == "R-15"


def test_r_15_who_stood_on_one_side_before_does_not_confirm() -> None:
    once_agent = replace(JUDGE, conflicts=(Conflict(Interest.AGENT_BEFORE, CASE),))
    refusal = accepted.when(decides(by=once_agent)).then_rejected(HasAnInterest, interest=Interest.AGENT_BEFORE)
    assert refusal.rule == "R-15"


def test_r_13_only_a_court_accepts_and_decides() -> None:
    for by in (INVITED, STRANGER_TO_COURT, INDUSTRY):
        assert before_the_court.when(accepts(by=by)).then_rejected(OnlyCourtsConfirm).rule == "R-13"
        assert accepted.when(takes_longer(by)).then_rejected(OnlyCourtsConfirm).rule == "R-13"
        assert accepted.when(decides(by=by)).then_rejected(OnlyCourtsConfirm).rule == "R-13"


def test_r_13_the_court_takes_ten_days_more_once() -> None:
    longer = takes_longer()
    before_the_court.when(longer).then_rejected(NotAcceptedYet)
    again = accepted.after(longer).when(longer).then_rejected(AlreadyExtended)
    assert again.rule == "R-13"
    early = NoteConfirmationDue(step=ConfirmationStep.DECISION, at=MONDAY + timedelta(days=16))
    accepted.after(longer).when(early).then_nothing()
    (overdue,) = accepted.when(early).events
    assert isinstance(overdue, ConfirmationOverdue)
    assert overdue.step is ConfirmationStep.DECISION


def test_both_are_reminded_once_and_then_the_way_closes() -> None:
    warn = WarnOfConfirmation(at=MONDAY + timedelta(days=20))
    (warned,) = in_effect().when(warn).events
    assert isinstance(warned, ConfirmationWarned)
    in_effect().after(warn).when(warn).then_nothing()
    before_the_court.when(warn).then_nothing()
    end = NoteConfirmationDue(step=ConfirmationStep.APPLICATION, at=LAST_DAY)
    in_effect().when(NoteConfirmationDue(step=ConfirmationStep.APPLICATION, at=MONDAY)).then_nothing()
    (lapsed,) = in_effect().when(end).events
    assert isinstance(lapsed, ConfirmationLapsed)
    in_effect().after(end).when(end).then_nothing()
    in_effect().after(end).when(joins(WORKSHOP_OWNER)).then_rejected(ConfirmationTooLate)
    before_the_court.when(end).then_nothing()


def test_a_silent_court_is_asked_once_a_step() -> None:
    late = NoteConfirmationDue(step=ConfirmationStep.ACCEPTANCE, at=MONDAY + timedelta(days=3))
    (overdue,) = before_the_court.when(late).events
    assert isinstance(overdue, ConfirmationOverdue)
    before_the_court.after(late).when(late).then_nothing()
    accepted.when(late).then_nothing()
