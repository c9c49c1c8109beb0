"""An order: offered, signed for by one person, answered."""

from typing import Any

import pytest

from services.workorders.orders.decider import (
    AlreadySigned,
    OfferOrder,
)
from services.workorders.orders.rules.hands import (
    AuxiliaryNeverSigns,
    ComplainedOfNeverHandles,
    Doer,
    FormerHandlerExcluded,
    HandlerIsParty,
    NotTheOwner,
    NotYourUnit,
    RoleNeverSigns,
)
from services.workorders.orders.rules.states import NotSignedYet, OrderUnknown
from services.workorders.orders.rules.steps import ReportStep, StepNotInPlaybook
from shared.contracts.codes import Category, Channel, Outcome, Role
from shared.kernel import ItemCode, RuleId
from tests.workorders.orders.acts import (
    answer,
    answered,
    in_hand,
    order,
    report,
    reported,
    respond,
    responded,
    sign,
    started,
    waiting,
)
from tests.workorders.samples import (
    ANSWER_STEP,
    AUXILIARY,
    BETTER_ANSWER,
    COLLEAGUE,
    FORMER,
    LATER,
    NOTE,
    OFFICER,
    OTHER_PARTY,
    REQUESTER,
    RESPONSE_STEP,
    STATION,
    STRANGER,
    offer,
    offered,
    signed,
)


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
