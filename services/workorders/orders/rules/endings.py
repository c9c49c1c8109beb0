"""How an order ends: with an outcome, back to routing, or taken away."""

from datetime import datetime

from services.workorders.orders.rules.broadcasts import recalled_with, require_recalled
from services.workorders.orders.rules.course import missing_for
from services.workorders.orders.rules.facts import (
    OrderEvent,
    OrderReturned,
    OrderRevoked,
    OrderWithdrawn,
    OutcomeReported,
)
from services.workorders.orders.rules.hands import (
    Doer,
    require_may_close,
    require_offered_to,
    require_owner,
    require_untouched,
)
from services.workorders.orders.rules.law import missing_at_the_end
from services.workorders.orders.rules.playbook import Does, End, end_of, step_that
from services.workorders.orders.rules.states import Ended, Offered, OrderState, Signed, hands_of, require_signed
from services.workorders.orders.rules.tasks import require_answered
from shared.contracts.codes import Outcome, OutcomeDetail, ReasonCode
from shared.kernel import ItemCode, Rejection, TextRef, command

RETURN_REASONS = frozenset(
    {ReasonCode.WRONG_CATEGORY, ReasonCode.WRONG_GRID, ReasonCode.CONFLICT_OF_INTEREST, ReasonCode.OVERLOAD}
)


@command
class ReportOutcome:
    doer: Doer
    outcome: Outcome
    detail: OutcomeDetail | None
    at: datetime


@command
class ReturnOrder:
    doer: Doer
    reason: ReasonCode
    note: TextRef | None
    at: datetime


@command
class RevokeOrder:
    reason: ReasonCode
    at: datetime


@command
class WithdrawOrder:
    at: datetime


class AnswerMissing(Rejection):
    """Nothing is done without an answer to the person who asked."""


class OutcomeNotInPlaybook(Rejection):
    """The playbook does not end with this outcome or detail."""


class ReasonNotForReturn(Rejection):
    """Orders go back for reasons that let routing decide better."""


class NobodyIsSentElsewhere(Rejection):
    """By this playbook the unit that has the order finds the way; the person is not sent to another place."""


def report_outcome(command: ReportOutcome, state: OrderState) -> tuple[OrderEvent, ...]:
    if isinstance(state, Ended) and _is_same_outcome(command, state):
        return ()
    order = require_signed(state)
    require_untouched(command.doer, hands_of(order.offer))
    require_may_close(command.doer)
    require_owner(command.doer, order.owner)
    require_recalled(order)
    end = end_of(order.offer.playbook, command.outcome)
    if end is None or (command.detail is not None and not _may_be(command.detail, end, order)):
        raise OutcomeNotInPlaybook
    require_answered(order)
    if missing := missing_for(order.offer.playbook, end, order.progress):
        if command.outcome is Outcome.DONE and order.answer is None and set(missing) <= _answers(order):
            raise AnswerMissing
        raise missing_at_the_end(order.offer.playbook, missing)
    if command.outcome is Outcome.DONE and order.answer is None:
        raise AnswerMissing
    return (_outcome(command, order),)


def _answers(order: Signed) -> set[ItemCode]:
    answer = step_that(order.offer.playbook, Does.ANSWER)
    return {answer.code} if answer is not None else set()


def _may_be(detail: OutcomeDetail, end: End, order: Signed) -> bool:
    """A verdict is told as it was found."""
    wanted = [each.when for each in end.only if each.detail is detail]
    return detail in end.details and all(order.results.get(when.step) == when.result for when in wanted)


def _is_same_outcome(command: ReportOutcome, order: Ended) -> bool:
    by = order.by
    return isinstance(by, OutcomeReported) and (by.outcome, by.detail) == (command.outcome, command.detail)


def _outcome(command: ReportOutcome, order: Signed) -> OutcomeReported:
    return OutcomeReported(
        order_id=order.offer.order_id,
        request_id=order.offer.request_id,
        attempt=order.offer.attempt,
        channel=order.offer.channel,
        outcome=command.outcome,
        detail=command.detail,
        answer=order.answer,
        handler=order.owner,
        occurred_at=command.at,
    )


def send_back(command: ReturnOrder, state: OrderState) -> tuple[OrderEvent, ...]:
    if isinstance(state, Ended) and isinstance(state.by, OrderReturned):
        return ()
    if command.reason not in RETURN_REASONS:
        raise ReasonNotForReturn
    if command.reason is ReasonCode.WRONG_GRID and isinstance(state, Offered | Signed):
        _require_no_way_elsewhere(state)
    require_may_close(command.doer)
    if isinstance(state, Offered):
        require_offered_to(command.doer, hands_of(state.offer))
        owner = state.offer.owner
    else:
        state = require_signed(state)
        require_owner(command.doer, state.owner)
        owner = state.owner
    require_recalled(state)
    offer = state.offer
    return (
        OrderReturned(
            order_id=offer.order_id,
            request_id=offer.request_id,
            attempt=offer.attempt,
            reason=command.reason,
            note=command.note,
            owner=owner,
            occurred_at=command.at,
        ),
    )


def _require_no_way_elsewhere(state: Offered | Signed) -> None:
    if not state.offer.playbook.returns:
        raise NobodyIsSentElsewhere


def take_away(command: RevokeOrder | WithdrawOrder, state: OrderState) -> tuple[OrderEvent, ...]:
    """Too late or too early changes nothing: records of two services arrive in any order."""
    if not isinstance(state, Offered | Signed):
        return ()
    ids = state.offer.order_id, state.offer.request_id
    recalled = recalled_with(state, command.at)
    if isinstance(command, RevokeOrder):
        return (
            *recalled,
            OrderRevoked(order_id=ids[0], request_id=ids[1], reason=command.reason, occurred_at=command.at),
        )
    return (
        *recalled,
        OrderWithdrawn(order_id=ids[0], request_id=ids[1], occurred_at=command.at),
    )
