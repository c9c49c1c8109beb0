"""An order from offer to outcome. One person signs and stays accountable; nothing is done without an answer."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from services.workorders.orders.rules.endings import (
    ReportOutcome,
    ReturnOrder,
    RevokeOrder,
    WithdrawOrder,
    report_outcome,
    send_back,
    take_away,
)
from services.workorders.orders.rules.facts import (
    AnswerGiven,
    FirstResponseGiven,
    HandlingStarted,
    Offer,
    OrderEvent,
    OrderOffered,
    OrderReturned,
    OrderRevoked,
    OrderSigned,
    OrderWithdrawn,
    OutcomeReported,
    SignatureOverdue,
    StepOverdue,
    StepReported,
)
from services.workorders.orders.rules.hands import Doer, require_may_sign
from services.workorders.orders.rules.states import (
    Ended,
    Offered,
    OrderState,
    Signed,
    Unoffered,
    hands_of,
    require_offered,
    require_signed,
)
from services.workorders.orders.rules.steps import AnswerOrder, ReportStep, RespondFirst, work
from shared.kernel import CorruptHistory, Decider, ItemCode, Rejection, command, fact_name


@command
class OfferOrder:
    offer: Offer
    at: datetime


@command
class SignFor:
    doer: Doer
    at: datetime


@command
class NoteOverdue:
    step: ItemCode | None
    """None: nobody has signed."""
    due: datetime
    at: datetime


OrderCommand = (
    OfferOrder
    | SignFor
    | RespondFirst
    | ReportStep
    | AnswerOrder
    | ReportOutcome
    | ReturnOrder
    | RevokeOrder
    | WithdrawOrder
    | NoteOverdue
)


class AlreadySigned(Rejection):
    """One order has one owner."""


def evolve(state: OrderState, event: OrderEvent) -> OrderState:
    match event, state:
        case OrderOffered(), Unoffered():
            return Offered(event.offer)
        case OrderSigned(), Offered():
            return Signed(state.offer, event.owner, event.unit)
        case SignatureOverdue(), Offered():
            return replace(state, overdue=True)
        case HandlingStarted(), Signed():
            return replace(state, started=True)
        case FirstResponseGiven() | StepReported(), Signed():
            return replace(state, done=state.done | {event.step})
        case AnswerGiven(), Signed():
            return replace(state, done=state.done | {event.step}, answer=event.answer)
        case StepOverdue(), Signed():
            return replace(state, overdue=state.overdue | {event.step})
        case OutcomeReported(), Signed():
            return Ended(state.offer, event)
        case OrderReturned() | OrderRevoked() | OrderWithdrawn(), Offered() | Signed():
            return Ended(state.offer, event)
        case _:
            raise CorruptHistory(f"{fact_name(event)} after {type(state).__name__}")


def decide(command: OrderCommand, state: OrderState) -> tuple[OrderEvent, ...]:
    match command:
        case OfferOrder():
            return (OrderOffered(offer=command.offer, occurred_at=command.at),) if isinstance(state, Unoffered) else ()
        case SignFor():
            return _sign(command, state)
        case RespondFirst() | ReportStep() | AnswerOrder():
            return work(command, require_signed(state))
        case ReportOutcome():
            return report_outcome(command, state)
        case ReturnOrder():
            return send_back(command, state)
        case RevokeOrder() | WithdrawOrder():
            return take_away(command, state)
        case NoteOverdue():
            return _note_overdue(command, state)
        case _:
            assert_never(command)


def _sign(command: SignFor, state: OrderState) -> tuple[OrderEvent, ...]:
    if isinstance(state, Signed):
        if state.owner == command.doer.person:
            return ()
        raise AlreadySigned
    offer = require_offered(state).offer
    require_may_sign(command.doer, hands_of(offer), offer.playbook.signers)
    return (
        OrderSigned(
            order_id=offer.order_id,
            request_id=offer.request_id,
            attempt=offer.attempt,
            unit=command.doer.unit or offer.unit,
            owner=command.doer.person,
            occurred_at=command.at,
        ),
    )


def _note_overdue(command: NoteOverdue, state: OrderState) -> tuple[OrderEvent, ...]:
    match state:
        case Offered() if command.step is None and not state.overdue:
            offer = state.offer
            return (
                SignatureOverdue(
                    order_id=offer.order_id, request_id=offer.request_id, due=command.due, occurred_at=command.at
                ),
            )
        case Signed() if command.step is not None and command.step not in state.done | state.overdue:
            offer = state.offer
            return (
                StepOverdue(
                    order_id=offer.order_id,
                    request_id=offer.request_id,
                    step=command.step,
                    due=command.due,
                    occurred_at=command.at,
                ),
            )
        case _:
            return ()


order_decider: Decider[OrderCommand, OrderState, OrderEvent] = Decider(Unoffered(), decide, evolve)
