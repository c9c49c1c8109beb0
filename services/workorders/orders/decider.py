"""An order from offer to outcome. One person signs and stays accountable; nothing is done without an answer."""

from dataclasses import replace
from datetime import datetime
from typing import assert_never

from services.workorders.orders.rules.asking import AskUnits
from services.workorders.orders.rules.broadcast_facts import BroadcastRecalled, BroadcastSent
from services.workorders.orders.rules.broadcasts import RecallBroadcast, SendBroadcast, broadcasting, remembered
from services.workorders.orders.rules.course import open_steps
from services.workorders.orders.rules.course_acts import (
    ChoosePlaybook,
    CourseCommand,
    DecideStage,
    NoteDeadline,
    NoteTier,
    OfferOwnership,
    climb_for_signature,
    evolve_course,
    on_course,
)
from services.workorders.orders.rules.course_facts import (
    DeadlineNear,
    OrderFactTold,
    OwnerChanged,
    OwnershipOffered,
    PlaybookChanged,
    RungClimbed,
    StageDecided,
    StepFailed,
)
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
from services.workorders.orders.rules.task_facts import (
    TaskAnswered,
    TaskObjected,
    TaskOverdue,
    TaskRecalled,
    TaskSigned,
    UnitsAsked,
)
from services.workorders.orders.rules.tasks import (
    AnswerTask,
    NoteTaskOverdue,
    ObjectTask,
    RecallTask,
    SignTask,
    TaskCommand,
    evolve_tasks,
    on_tasks,
)
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
    | SendBroadcast
    | RecallBroadcast
    | CourseCommand
    | TaskCommand
)


class AlreadySigned(Rejection):
    """One order has one owner."""


def evolve(state: OrderState, event: OrderEvent) -> OrderState:
    after = _evolve(state, event)
    return _opened(after, event.occurred_at) if isinstance(after, Signed) else after


def _opened(order: Signed, at: datetime) -> Signed:
    """Since when each step could be done: limits count from then."""
    fresh = [step.code for step in open_steps(order.offer.playbook, order.progress) if step.code not in order.opened]
    return replace(order, opened={**order.opened, **dict.fromkeys(fresh, at)}) if fresh else order


def _evolve(state: OrderState, event: OrderEvent) -> OrderState:
    match event, state:
        case OrderOffered(), Unoffered():
            return Offered(event.offer)
        case OrderSigned(), Offered():
            return Signed(state.offer, event.owner, event.unit, broadcasts=state.broadcasts)
        case SignatureOverdue(), Offered():
            return replace(state, overdue=True, noted=event.due)
        case RungClimbed(), Offered():
            return replace(state, rung=event.rung, noted=event.due)
        case HandlingStarted(), Signed():
            return replace(state, started=True)
        case FirstResponseGiven(), Signed():
            return replace(state, done=state.done | {event.step})
        case StepReported(), Signed():
            return _reported(state, event)
        case AnswerGiven(), Signed():
            return replace(state, done=state.done | {event.step}, answer=event.answer)
        case StepOverdue(), Signed():
            return replace(state, overdue=state.overdue | {event.step})
        case BroadcastSent() | BroadcastRecalled(), Offered() | Signed():
            return replace(state, broadcasts=remembered(state.broadcasts, event))
        case (
            UnitsAsked() | TaskSigned() | TaskAnswered() | TaskObjected() | TaskRecalled() | TaskOverdue(),
            Signed(),
        ):
            return evolve_tasks(state, event)
        case (
            StepFailed()
            | OrderFactTold()
            | StageDecided()
            | PlaybookChanged()
            | RungClimbed()
            | DeadlineNear()
            | OwnershipOffered()
            | OwnerChanged(),
            Signed(),
        ):
            return evolve_course(state, event)
        case OutcomeReported(), Signed():
            return Ended(state.offer, event)
        case OrderReturned() | OrderRevoked() | OrderWithdrawn(), Offered() | Signed():
            return Ended(state.offer, event)
        case _:
            raise CorruptHistory(f"{fact_name(event)} after {type(state).__name__}")


def _reported(state: Signed, event: StepReported) -> Signed:
    results = {**state.results, event.step: event.result} if event.result is not None else state.results
    return replace(state, done=state.done | {event.step}, results=results, deadline=event.deadline or state.deadline)


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
        case SendBroadcast() | RecallBroadcast():
            return broadcasting(command, state)
        case AskUnits() | SignTask() | AnswerTask() | ObjectTask() | RecallTask() | NoteTaskOverdue():
            return on_tasks(command, state)
        case DecideStage() | ChoosePlaybook() | OfferOwnership() | NoteTier() | NoteDeadline():
            return on_course(command, state)
        case _:
            assert_never(command)


def _sign(command: SignFor, state: OrderState) -> tuple[OrderEvent, ...]:
    if isinstance(state, Signed):
        if state.owner == command.doer.person:
            return ()
        if state.offered_to != command.doer.person:
            raise AlreadySigned
        return _take_over(command, state)
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


def _take_over(command: SignFor, order: Signed) -> tuple[OrderEvent, ...]:
    require_may_sign(command.doer, hands_of(order.offer), order.offer.playbook.signers)
    return (
        OwnerChanged(
            order_id=order.offer.order_id,
            request_id=order.offer.request_id,
            unit=command.doer.unit or order.unit,
            owner=command.doer.person,
            former=order.owner,
            occurred_at=command.at,
        ),
    )


def _note_overdue(command: NoteOverdue, state: OrderState) -> tuple[OrderEvent, ...]:
    match state:
        case Offered() if command.step is None and (state.noted is None or state.noted < command.due):
            offer = state.offer
            overdue = SignatureOverdue(
                order_id=offer.order_id, request_id=offer.request_id, due=command.due, occurred_at=command.at
            )
            climbed = climb_for_signature(state, command.due, command.at)
            return climbed if state.overdue else (overdue, *climbed)
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
