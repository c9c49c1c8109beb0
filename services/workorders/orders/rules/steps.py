"""The work between signature and outcome: first response, the steps of the playbook, the answer."""

from datetime import datetime
from typing import assert_never

from services.workorders.orders.rules.course import counts, missing_before, open_steps
from services.workorders.orders.rules.course_facts import OrderFactTold, StepFailed
from services.workorders.orders.rules.facts import (
    AnswerGiven,
    FirstResponseGiven,
    HandlingStarted,
    OrderEvent,
    StepReported,
)
from services.workorders.orders.rules.hands import Doer, require_may_help, require_owner, require_untouched
from services.workorders.orders.rules.law import Wrong, refusal
from services.workorders.orders.rules.playbook import Ask, Does, Step, step_of, step_that
from services.workorders.orders.rules.proof import NOTHING, Evidence, require_proof
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
    evidence: Evidence = NOTHING
    result: ItemCode | None = None
    items: tuple[ItemCode, ...] = ()
    fen: int | None = None
    deadline: datetime | None = None
    attempt: int = 0
    """0: it was done; else the number of this try, which was in vain."""
    at: datetime


@command
class AnswerOrder:
    doer: Doer
    answer: TextRef
    at: datetime


StepCommand = RespondFirst | ReportStep | AnswerOrder


class StepNotInPlaybook(Rejection):
    """`step` does not occur, or is an answer that needs its words."""


class ResultNotOfStep(Rejection):
    """The step is reported with one of its results, and with none where it has none."""


class DetailMissing(Rejection):
    """The step has to be told `missing`."""


class DeadlinePassed(Rejection):
    """The day that sets the deadline lies behind us."""


class TriesUsedUp(Rejection):
    """It was tried as often as the playbook allows; another step takes over."""


class TryOutOfOrder(Rejection):
    """The next try is number `next`."""


def work(command: StepCommand, order: Signed) -> tuple[OrderEvent, ...]:
    step = _step(command, order)
    hands = hands_of(order.offer)
    if isinstance(command, AnswerOrder):
        require_untouched(command.doer, hands)
        require_owner(command.doer, order.owner)
        if order.answer == command.answer:
            return ()
    else:
        require_may_help(command.doer, hands, order.owner, step.helpers, step.others)
        if step.code in order.done:
            return ()
    require_turn(step, order)
    if isinstance(command, ReportStep) and command.attempt:
        return _tried_in_vain(command, step, order)
    if isinstance(command, ReportStep):
        _require_told(command, step)
    require_proof(step.proof, command.evidence if isinstance(command, ReportStep) else NOTHING)
    return (*first_signs(step, order, command.at), *_done(command, step, order))


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
    if step is None or (isinstance(command, ReportStep) and step.does not in (Does.RESPOND, Does.WORK)):
        raise StepNotInPlaybook
    return step


def require_turn(step: Step, order: Signed) -> None:
    playbook = order.offer.playbook
    if not counts(playbook, step, order.progress):
        raise refusal(Wrong.NEEDLESS, step.rule)
    if missing := missing_before(playbook, step, order.progress):
        raise refusal(Wrong.EARLY, step.rule, missing=missing)


def _tried_in_vain(command: ReportStep, step: Step, order: Signed) -> tuple[OrderEvent, ...]:
    """Each try is a fact. Beyond those that the playbook allows, another step takes over."""
    before = order.tries.get(step.code, 0)
    if command.attempt <= before:
        return ()
    if before >= step.tries:
        raise TriesUsedUp(tries=step.tries)
    if command.attempt != before + 1:
        raise TryOutOfOrder(next=before + 1)
    return (
        *first_signs(step, order, command.at),
        StepFailed(
            order_id=order.offer.order_id,
            request_id=order.offer.request_id,
            step=step.code,
            attempt=command.attempt,
            note=command.note,
            occurred_at=command.at,
        ),
    )


def _require_told(command: ReportStep, step: Step) -> None:
    if (command.result is None) == bool(step.results) or (command.result or None) not in (*step.results, None):
        raise ResultNotOfStep(results=step.results)
    told = {Ask.DEADLINE: command.deadline, Ask.AMOUNT: command.fen, Ask.ITEMS: command.items or None}
    if missing := tuple(ask for ask in step.asks if told[ask] is None):
        raise DetailMissing(missing=missing)
    if command.deadline is not None and command.deadline <= command.at:
        raise DeadlinePassed
    if outside := tuple(item for item in command.items if item not in step.items):
        raise refusal(Wrong.OUTSIDE, step.rule, items=outside)


def first_signs(step: Step, order: Signed, at: datetime) -> tuple[OrderEvent, ...]:
    """An answer that comes at once is the first response too; the first work or answer starts the handling."""
    offer, told = order.offer, list[OrderEvent]()
    respond = step_that(offer.playbook, Does.RESPOND)
    if step.does is Does.ANSWER and respond is not None and respond in open_steps(offer.playbook, order.progress):
        told.append(
            FirstResponseGiven(
                order_id=offer.order_id, request_id=offer.request_id, step=respond.code, note=None, occurred_at=at
            )
        )
    if step.does is Does.RESPOND or order.started:
        return tuple(told)
    return (*told, HandlingStarted(order_id=offer.order_id, request_id=offer.request_id, occurred_at=at))


def _done(command: StepCommand, step: Step, order: Signed) -> tuple[OrderEvent, ...]:
    order_id, request_id = order.offer.order_id, order.offer.request_id
    done: OrderEvent
    if isinstance(command, AnswerOrder):
        done = AnswerGiven(
            order_id=order_id, request_id=request_id, step=step.code, answer=command.answer, occurred_at=command.at
        )
    elif step.does is Does.RESPOND:
        done = FirstResponseGiven(
            order_id=order_id, request_id=request_id, step=step.code, note=command.note, occurred_at=command.at
        )
    else:
        assert isinstance(command, ReportStep)
        done = StepReported(
            order_id=order_id,
            request_id=request_id,
            step=step.code,
            note=command.note,
            evidence=command.evidence,
            result=command.result,
            items=command.items,
            fen=command.fen,
            deadline=command.deadline,
            occurred_at=command.at,
        )
    return (done, *told_with(step, order, command.at))


def told_with(step: Step, order: Signed, at: datetime) -> tuple[OrderEvent, ...]:
    """The fact of codes.yaml that came about with the step, under its own name."""
    if step.tells is None:
        return ()
    return (
        OrderFactTold(
            order_id=order.offer.order_id,
            request_id=order.offer.request_id,
            step=step.code,
            tells=step.tells,
            occurred_at=at,
        ),
    )
