"""How an order ends: with an outcome, back to routing, or taken away."""

from datetime import datetime

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
from services.workorders.orders.rules.playbook import end_of, missing_for
from services.workorders.orders.rules.states import Ended, Offered, OrderState, Signed, hands_of, require_signed
from shared.contracts.codes import Outcome, OutcomeDetail, ReasonCode
from shared.kernel import Rejection, TextRef, command

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


class StepsMissing(Rejection):
    """The playbook wants `missing` before this outcome."""


class OutcomeNotInPlaybook(Rejection):
    """The playbook does not end with this outcome or detail."""


class ReasonNotForReturn(Rejection):
    """Orders go back for reasons that let routing decide better."""


def report_outcome(command: ReportOutcome, state: OrderState) -> tuple[OrderEvent, ...]:
    if isinstance(state, Ended) and _is_same_outcome(command, state):
        return ()
    order = require_signed(state)
    require_untouched(command.doer, hands_of(order.offer))
    require_may_close(command.doer)
    require_owner(command.doer, order.owner)
    end = end_of(order.offer.playbook, command.outcome)
    if end is None or (command.detail is not None and command.detail not in end.details):
        raise OutcomeNotInPlaybook
    if command.outcome is Outcome.DONE and order.answer is None:
        raise AnswerMissing
    if missing := missing_for(end, order.done):
        raise StepsMissing(missing=missing)
    return (_outcome(command, order),)


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
    require_may_close(command.doer)
    if isinstance(state, Offered):
        require_offered_to(command.doer, hands_of(state.offer))
        owner = state.offer.owner
    else:
        state = require_signed(state)
        require_owner(command.doer, state.owner)
        owner = state.owner
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


def take_away(command: RevokeOrder | WithdrawOrder, state: OrderState) -> tuple[OrderEvent, ...]:
    """Too late or too early changes nothing: records of two services arrive in any order."""
    if not isinstance(state, Offered | Signed):
        return ()
    ids = state.offer.order_id, state.offer.request_id
    if isinstance(command, RevokeOrder):
        return (OrderRevoked(order_id=ids[0], request_id=ids[1], reason=command.reason, occurred_at=command.at),)
    return (OrderWithdrawn(order_id=ids[0], request_id=ids[1], occurred_at=command.at),)
