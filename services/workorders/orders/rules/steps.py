"""The work between signature and outcome: first response, the steps of the playbook, the answer."""

from datetime import datetime
from typing import assert_never

from services.workorders.orders.rules.facts import (
    AnswerGiven,
    FirstResponseGiven,
    HandlingStarted,
    Offer,
    OrderEvent,
    StepReported,
)
from services.workorders.orders.rules.hands import Doer, require_may_help, require_owner, require_untouched
from services.workorders.orders.rules.playbook import Does, Step, missing_before, open_steps, step_of, step_that
from services.workorders.orders.rules.states import Signed, hands_of
from shared.kernel import ItemCode, Rejection, TextRef, command


@command
class RespondFirst:
    doer: Doer
    note: TextRef | None
    at: datetime


@command
class ReportStep:
    doer: Doer
    step: ItemCode
    note: TextRef | None
    at: datetime


@command
class AnswerOrder:
    doer: Doer
    answer: TextRef
    at: datetime


StepCommand = RespondFirst | ReportStep | AnswerOrder


class StepNotInPlaybook(Rejection):
    """`step` does not occur, or is an answer that needs its words."""


class StepTooEarly(Rejection):
    """`missing` comes first."""


def work(command: StepCommand, order: Signed) -> tuple[OrderEvent, ...]:
    step = _step(command, order)
    if isinstance(command, AnswerOrder):
        require_untouched(command.doer, hands_of(order.offer))
        require_owner(command.doer, order.owner)
        if order.answer == command.answer:
            return ()
    else:
        require_may_help(command.doer, hands_of(order.offer), order.owner, step.helpers)
        if step.code in order.done:
            return ()
    if missing := missing_before(step, order.done):
        raise StepTooEarly(missing=missing)
    return (*_first_signs(step, order, command.at), _done(command, step, order.offer))


def _step(command: StepCommand, order: Signed) -> Step:
    playbook = order.offer.playbook
    match command:
        case RespondFirst():
            step = step_that(playbook, Does.RESPOND)
        case AnswerOrder():
            step = step_that(playbook, Does.ANSWER)
        case ReportStep():
            step = step_of(playbook, command.step)
        case _:
            assert_never(command)
    if step is None or (isinstance(command, ReportStep) and step.does is Does.ANSWER):
        raise StepNotInPlaybook
    return step


def _first_signs(step: Step, order: Signed, at: datetime) -> tuple[OrderEvent, ...]:
    """An answer that comes at once is the first response too; the first work or answer starts the handling."""
    offer, told = order.offer, []
    respond = step_that(offer.playbook, Does.RESPOND)
    if step.does is Does.ANSWER and respond is not None and respond in open_steps(offer.playbook, order.done):
        told.append(
            FirstResponseGiven(
                order_id=offer.order_id, request_id=offer.request_id, step=respond.code, note=None, occurred_at=at
            )
        )
    if step.does is Does.RESPOND or order.started:
        return tuple(told)
    return (*told, HandlingStarted(order_id=offer.order_id, request_id=offer.request_id, occurred_at=at))


def _done(command: StepCommand, step: Step, offer: Offer) -> OrderEvent:
    ids = offer.order_id, offer.request_id
    if isinstance(command, AnswerOrder):
        return AnswerGiven(
            order_id=ids[0], request_id=ids[1], step=step.code, answer=command.answer, occurred_at=command.at
        )
    kind = FirstResponseGiven if step.does is Does.RESPOND else StepReported
    return kind(order_id=ids[0], request_id=ids[1], step=step.code, note=command.note, occurred_at=command.at)
