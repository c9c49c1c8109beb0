"""An order: offered, signed for by one person, answered, ended."""

from typing import Any

import pytest

from services.workorders.orders.decider import (
    AlreadySigned,
    NoteOverdue,
    OfferOrder,
    SignFor,
    order_decider,
)
from services.workorders.orders.rules.endings import (
    AnswerMissing,
    OutcomeNotInPlaybook,
    ReasonNotForReturn,
    ReportOutcome,
    ReturnOrder,
    RevokeOrder,
    WithdrawOrder,
)
from services.workorders.orders.rules.facts import (
    AnswerGiven,
    FirstResponseGiven,
    HandlingStarted,
    OrderEnd,
    OrderReturned,
    OrderRevoked,
    OrderWithdrawn,
    OutcomeReported,
    SignatureOverdue,
    StepOverdue,
)
from services.workorders.orders.rules.hands import (
    AuxiliaryNeverCloses,
    AuxiliaryNeverSigns,
    ComplainedOfNeverHandles,
    Doer,
    FormerHandlerExcluded,
    HandlerIsParty,
    NotTheOwner,
    NotYourUnit,
    RoleNeverSigns,
)
from services.workorders.orders.rules.states import NotSignedYet, OrderEnded, OrderUnknown
from services.workorders.orders.rules.steps import AnswerOrder, ReportStep, RespondFirst, StepNotInPlaybook
from shared.contracts.codes import Category, Channel, Outcome, OutcomeDetail, ReasonCode, Role
from shared.kernel import CorruptHistory, ItemCode, PersonId, RuleId, TextRef
from tests.support.spec import Spec
from tests.workorders.samples import (
    ANSWER,
    ANSWER_STEP,
    AUXILIARY,
    BETTER_ANSWER,
    COLLEAGUE,
    FORMER,
    LATER,
    NOTE,
    OFFICER,
    ORDER,
    OTHER_PARTY,
    REQUEST,
    REQUESTER,
    RESPONSE_STEP,
    SIGNED_AT,
    STATION,
    STRANGER,
    offer,
    offered,
    signed,
)

order = Spec(order_decider)
waiting = order.given(offered(offer()))
in_hand = waiting.given(signed())

started = HandlingStarted(order_id=ORDER, request_id=REQUEST, occurred_at=LATER)


def sign(doer: Doer) -> SignFor:
    return SignFor(doer=doer, at=SIGNED_AT)


def respond(doer: Doer = OFFICER, note: TextRef | None = NOTE) -> RespondFirst:
    return RespondFirst(doer=doer, note=note, at=LATER)


def responded(note: TextRef | None = NOTE) -> FirstResponseGiven:
    return FirstResponseGiven(order_id=ORDER, request_id=REQUEST, step=RESPONSE_STEP, note=note, occurred_at=LATER)


def answer(doer: Doer = OFFICER, text: TextRef = ANSWER) -> AnswerOrder:
    return AnswerOrder(doer=doer, answer=text, at=LATER)


def answered(text: TextRef = ANSWER) -> AnswerGiven:
    return AnswerGiven(order_id=ORDER, request_id=REQUEST, step=ANSWER_STEP, answer=text, occurred_at=LATER)


def report(outcome: Outcome, detail: OutcomeDetail | None = None, doer: Doer = OFFICER) -> ReportOutcome:
    return ReportOutcome(doer=doer, outcome=outcome, detail=detail, at=LATER)


def reported(outcome: Outcome, detail: OutcomeDetail | None = None, text: TextRef | None = ANSWER) -> OutcomeReported:
    return OutcomeReported(
        order_id=ORDER,
        request_id=REQUEST,
        attempt=1,
        channel=Channel.WIN,
        outcome=outcome,
        detail=detail,
        answer=text,
        handler=OFFICER.person,
        occurred_at=LATER,
    )


def send_back(doer: Doer = OFFICER, reason: ReasonCode = ReasonCode.WRONG_GRID) -> ReturnOrder:
    return ReturnOrder(doer=doer, reason=reason, note=NOTE, at=LATER)


def sent_back(owner: PersonId | None) -> OrderReturned:
    return OrderReturned(
        order_id=ORDER,
        request_id=REQUEST,
        attempt=1,
        reason=ReasonCode.WRONG_GRID,
        note=NOTE,
        owner=owner,
        occurred_at=LATER,
    )


revoke = RevokeOrder(reason=ReasonCode.OVERRULED, at=LATER)
revoked = OrderRevoked(order_id=ORDER, request_id=REQUEST, reason=ReasonCode.OVERRULED, occurred_at=LATER)
withdraw = WithdrawOrder(at=LATER)
withdrawn = OrderWithdrawn(order_id=ORDER, request_id=REQUEST, occurred_at=LATER)


def test_an_order_is_offered_once() -> None:
    made = OfferOrder(offer=offer(), at=offered(offer()).occurred_at)
    order.when(made).then(offered(offer()))
    waiting.when(made).then_nothing()
    in_hand.when(made).then_nothing()


def test_the_named_owner_signs() -> None:
    waiting.when(sign(OFFICER)).then(signed())


def test_a_member_of_the_unit_signs_when_the_named_owner_does_not() -> None:
    waiting.when(sign(COLLEAGUE)).then(signed(by=COLLEAGUE))


def test_anybody_of_the_unit_signs_when_nobody_is_named() -> None:
    order.given(offered(offer(owner=None))).when(sign(COLLEAGUE)).then(signed(by=COLLEAGUE))


def test_the_named_owner_signs_from_another_unit() -> None:
    lent = Doer(OFFICER.person, OFFICER.role, None)
    waiting.when(sign(lent)).then(signed())


def test_signing_twice_changes_nothing() -> None:
    in_hand.when(sign(OFFICER)).then_nothing()


def test_one_order_has_one_owner() -> None:
    in_hand.when(sign(COLLEAGUE)).then_rejected(AlreadySigned)


def test_another_unit_does_not_sign() -> None:
    waiting.when(sign(STRANGER)).then_rejected(NotYourUnit)


def test_an_auxiliary_never_signs() -> None:
    refused = waiting.when(sign(AUXILIARY)).then_rejected(AuxiliaryNeverSigns)
    assert refused.rule == RuleId("R-07")


def test_a_role_that_the_playbook_does_not_list_never_signs() -> None:
    waiting.when(sign(Doer(COLLEAGUE.person, Role.DISPATCHER, STATION))).then_rejected(RoleNeverSigns)


def test_the_former_handler_does_not_get_a_reopened_request() -> None:
    waiting.when(sign(FORMER)).then_rejected(FormerHandlerExcluded)


@pytest.mark.parametrize("party", [REQUESTER, OTHER_PARTY])
def test_a_party_does_not_handle_its_own_matter(party: Doer) -> None:
    waiting.when(sign(party)).then_rejected(HandlerIsParty)


def test_the_person_complained_of_never_handles_the_complaint() -> None:
    complaint = order.given(offered(offer(category=Category.CPL, channel=Channel.SUP)))
    refused = complaint.when(sign(OTHER_PARTY)).then_rejected(ComplainedOfNeverHandles)
    assert refused.rule == RuleId("R-24")
    complaint.given(signed()).when(respond(OTHER_PARTY)).then_rejected(ComplainedOfNeverHandles)


def test_nothing_is_signed_that_was_never_offered() -> None:
    order.when(sign(OFFICER)).then_rejected(OrderUnknown)


def test_the_first_response_comes_from_the_owner() -> None:
    in_hand.when(respond()).then(responded())


def test_an_auxiliary_may_help_with_the_first_response() -> None:
    in_hand.when(respond(AUXILIARY)).then(responded())


def test_a_colleague_helps_only_where_the_playbook_says_so() -> None:
    in_hand.when(respond(COLLEAGUE)).then_rejected(NotTheOwner)


def test_an_auxiliary_of_another_unit_does_not_help() -> None:
    elsewhere = Doer(AUXILIARY.person, Role.AUXILIARY, STRANGER.unit)
    in_hand.when(respond(elsewhere)).then_rejected(NotTheOwner)


def test_the_first_response_is_given_once() -> None:
    in_hand.given(responded()).when(respond(note=None)).then_nothing()


@pytest.mark.parametrize(
    "command",
    [respond(), answer(), report(Outcome.FAILED), ReportStep(doer=OFFICER, step=RESPONSE_STEP, note=None, at=LATER)],
)
def test_nothing_happens_before_somebody_is_accountable(command: Any) -> None:
    waiting.when(command).then_rejected(NotSignedYet)


def test_the_answer_starts_the_handling() -> None:
    in_hand.given(responded()).when(answer()).then(started, answered())


def test_an_answer_that_comes_at_once_is_the_first_response_too() -> None:
    in_hand.when(answer()).then(responded(note=None), started, answered())


def test_answering_with_the_same_words_changes_nothing() -> None:
    in_hand.given(responded(), started, answered()).when(answer()).then_nothing()


def test_a_better_answer_replaces_the_first_before_the_outcome() -> None:
    history = in_hand.given(responded(), started, answered())
    history.when(answer(text=BETTER_ANSWER)).then(answered(BETTER_ANSWER))
    history.given(answered(BETTER_ANSWER)).when(report(Outcome.DONE)).then(reported(Outcome.DONE, text=BETTER_ANSWER))


@pytest.mark.parametrize("doer", [COLLEAGUE, AUXILIARY])
def test_nobody_answers_in_the_owners_name(doer: Doer) -> None:
    in_hand.when(answer(doer)).then_rejected(NotTheOwner)


def test_an_answer_needs_its_words_and_is_no_mere_step() -> None:
    step = ReportStep(doer=OFFICER, step=ANSWER_STEP, note=NOTE, at=LATER)
    in_hand.when(step).then_rejected(StepNotInPlaybook)


def test_a_step_that_the_playbook_does_not_know_is_refused() -> None:
    in_hand.when(ReportStep(doer=OFFICER, step=ItemCode("dance"), note=None, at=LATER)).then_rejected(StepNotInPlaybook)


def test_the_first_response_may_be_reported_as_the_step_that_it_is() -> None:
    in_hand.when(ReportStep(doer=OFFICER, step=RESPONSE_STEP, note=NOTE, at=LATER)).then(responded())


def test_nothing_is_done_without_an_answer() -> None:
    in_hand.given(responded()).when(report(Outcome.DONE)).then_rejected(AnswerMissing)


def test_the_outcome_carries_the_answer() -> None:
    history = in_hand.given(responded(), started, answered())
    history.when(report(Outcome.DONE, OutcomeDetail.ANSWERED_ONLY)).then(
        reported(Outcome.DONE, OutcomeDetail.ANSWERED_ONLY)
    )


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.REFUSED, Outcome.HANDED_OVER])
def test_other_outcomes_need_no_answer_of_the_handler(outcome: Outcome) -> None:
    in_hand.when(report(outcome)).then(reported(outcome, text=None))


def test_an_order_never_ends_settled() -> None:
    in_hand.when(report(Outcome.SETTLED)).then_rejected(OutcomeNotInPlaybook)


def test_a_detail_belongs_to_its_outcome() -> None:
    history = in_hand.given(responded(), started, answered())
    history.when(report(Outcome.DONE, OutcomeDetail.LAPSED)).then_rejected(OutcomeNotInPlaybook)


def test_an_auxiliary_never_closes() -> None:
    refused = in_hand.when(report(Outcome.FAILED, doer=AUXILIARY)).then_rejected(AuxiliaryNeverCloses)
    assert refused.rule == RuleId("R-07")
    in_hand.when(send_back(AUXILIARY)).then_rejected(AuxiliaryNeverCloses)


def test_only_the_owner_closes() -> None:
    in_hand.when(report(Outcome.FAILED, doer=COLLEAGUE)).then_rejected(NotTheOwner)


def test_the_same_outcome_twice_changes_nothing_and_another_one_is_refused() -> None:
    ended = in_hand.given(reported(Outcome.FAILED, text=None))
    ended.when(report(Outcome.FAILED)).then_nothing()
    ended.when(report(Outcome.REFUSED)).then_rejected(OrderEnded)


def test_the_owner_sends_an_order_back_with_a_reason() -> None:
    in_hand.when(send_back()).then(sent_back(OFFICER.person))


def test_a_unit_sends_an_offered_order_back_before_anybody_signs() -> None:
    waiting.when(send_back(COLLEAGUE)).then(sent_back(OFFICER.person))


def test_another_unit_sends_nothing_back() -> None:
    waiting.when(send_back(STRANGER)).then_rejected(NotYourUnit)


def test_a_colleague_does_not_send_back_what_another_signed_for() -> None:
    in_hand.when(send_back(COLLEAGUE)).then_rejected(NotTheOwner)


@pytest.mark.parametrize(
    "reason",
    [ReasonCode.WRONG_CATEGORY, ReasonCode.WRONG_GRID, ReasonCode.CONFLICT_OF_INTEREST, ReasonCode.OVERLOAD],
)
def test_four_reasons_let_routing_decide_better(reason: ReasonCode) -> None:
    assert in_hand.when(send_back(reason=reason)).events


def test_no_other_reason_sends_an_order_back() -> None:
    in_hand.when(send_back(reason=ReasonCode.COMPLEX)).then_rejected(ReasonNotForReturn)


def test_sending_back_twice_changes_nothing() -> None:
    in_hand.given(sent_back(OFFICER.person)).when(send_back()).then_nothing()


def test_nothing_is_sent_back_after_the_outcome() -> None:
    in_hand.given(reported(Outcome.FAILED, text=None)).when(send_back()).then_rejected(OrderEnded)


@pytest.mark.parametrize("history", [waiting, in_hand])
def test_routing_takes_an_order_away(history: Any) -> None:
    history.when(revoke).then(revoked)
    history.given(revoked).when(revoke).then_nothing()


@pytest.mark.parametrize("history", [waiting, in_hand])
def test_the_requester_withdraws(history: Any) -> None:
    history.when(withdraw).then(withdrawn)
    history.given(withdrawn).when(withdraw).then_nothing()


@pytest.mark.parametrize("command", [revoke, withdraw])
def test_taking_away_comes_too_late_after_the_outcome_and_too_early_before_the_offer(command: Any) -> None:
    in_hand.given(reported(Outcome.FAILED, text=None)).when(command).then_nothing()
    order.when(command).then_nothing()


@pytest.mark.parametrize("end", [revoked, withdrawn, sent_back(OFFICER.person), reported(Outcome.FAILED, text=None)])
def test_no_work_is_done_on_an_order_that_ended(end: OrderEnd) -> None:
    ended = in_hand.given(end)
    ended.when(sign(OFFICER)).then_rejected(OrderEnded)
    ended.when(respond()).then_rejected(OrderEnded)
    ended.when(answer()).then_rejected(OrderEnded)


def test_a_missing_signature_is_noted_once() -> None:
    note = NoteOverdue(step=None, due=SIGNED_AT, at=LATER)
    told = SignatureOverdue(order_id=ORDER, request_id=REQUEST, due=SIGNED_AT, occurred_at=LATER)
    waiting.when(note).then(told)
    waiting.given(told).when(note).then_nothing()
    in_hand.when(note).then_nothing()


def test_a_late_step_is_noted_once_and_never_after_it_was_done() -> None:
    note = NoteOverdue(step=RESPONSE_STEP, due=SIGNED_AT, at=LATER)
    told = StepOverdue(order_id=ORDER, request_id=REQUEST, step=RESPONSE_STEP, due=SIGNED_AT, occurred_at=LATER)
    in_hand.when(note).then(told)
    in_hand.given(told).when(note).then_nothing()
    in_hand.given(responded()).when(note).then_nothing()
    waiting.when(note).then_nothing()


def test_a_late_order_can_still_be_signed_and_answered() -> None:
    told = SignatureOverdue(order_id=ORDER, request_id=REQUEST, due=SIGNED_AT, occurred_at=LATER)
    waiting.given(told).when(sign(OFFICER)).then(signed())


def test_a_history_that_contradicts_itself_stops_the_reader() -> None:
    with pytest.raises(CorruptHistory):
        order_decider.fold([signed()])
