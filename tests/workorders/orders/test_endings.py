"""An order ends once: with an outcome, sent back, revoked or withdrawn; and what is late is noted."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.workorders.orders.decider import (
    NoteOverdue,
    order_decider,
)
from services.workorders.orders.rules.course_facts import RungClimbed
from services.workorders.orders.rules.endings import (
    AnswerMissing,
    OutcomeNotInPlaybook,
    ReasonNotForReturn,
)
from services.workorders.orders.rules.facts import (
    OrderEnd,
    SignatureOverdue,
    StepOverdue,
)
from services.workorders.orders.rules.hands import (
    AuxiliaryNeverCloses,
    NotTheOwner,
    NotYourUnit,
)
from services.workorders.orders.rules.states import OrderEnded
from shared.contracts.codes import Ladder, Outcome, OutcomeDetail, ReasonCode, Role
from shared.kernel import CorruptHistory, PersonId, RuleId
from tests.workorders.orders.acts import (
    answer,
    answered,
    in_hand,
    order,
    report,
    reported,
    respond,
    responded,
    revoke,
    revoked,
    send_back,
    sent_back,
    sign,
    started,
    waiting,
    withdraw,
    withdrawn,
)
from tests.workorders.samples import (
    AUXILIARY,
    COLLEAGUE,
    LATER,
    OFFICER,
    ORDER,
    REQUEST,
    RESPONSE_STEP,
    SIGNED_AT,
    STATION,
    STRANGER,
    offer,
    offered,
    signed,
)


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
    climbed = rung(2, (Role.STATION_LEADER,), SIGNED_AT)
    waiting.when(note).then(told, climbed)
    waiting.given(told, climbed).when(note).then_nothing()
    in_hand.when(note).then_nothing()


def rung(number: int, told: tuple[Role, ...], due: datetime, person: PersonId | None = None) -> RungClimbed:
    return RungClimbed(
        order_id=ORDER, request_id=REQUEST, ladder=Ladder.OWNERSHIP, rung=number, told=told, person=person,
        unit=STATION, due=due, occurred_at=LATER,
    )  # fmt: skip


def test_a_missing_signature_climbs_from_the_deputy_to_the_leader_to_the_lounge_and_no_further() -> None:
    deputised = order.given(offered(replace(offer(), deputy=COLLEAGUE.person)))
    notes = [NoteOverdue(step=None, due=SIGNED_AT + timedelta(minutes=each), at=LATER) for each in range(4)]
    climbed = [
        rung(1, (), notes[0].due, COLLEAGUE.person),
        rung(2, (Role.STATION_LEADER,), notes[1].due),
        rung(3, (Role.DUTY_OFFICER,), notes[2].due),
    ]
    late = SignatureOverdue(order_id=ORDER, request_id=REQUEST, due=SIGNED_AT, occurred_at=LATER)
    deputised.when(notes[0]).then(late, climbed[0])
    deputised.after(notes[0]).when(notes[1]).then(climbed[1])
    deputised.after(*notes[:2]).when(notes[2]).then(climbed[2])
    deputised.after(*notes[:3]).when(notes[3]).then_nothing()
    assert deputised.after(*notes[:3]).when(sign(OFFICER)).events, "whoever comes at last may still sign"


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
