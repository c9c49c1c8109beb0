"""One order as its page shows it: folded from its history, always fresh."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.workorders.adapters.playbooks import Shelf
from services.workorders.orders.decider import OrderCommand, SignFor, order_decider
from services.workorders.orders.rules.endings import ReportOutcome, ReturnOrder
from services.workorders.orders.rules.facts import (
    AnswerGiven,
    FirstResponseGiven,
    OrderEvent,
    OrderSigned,
    SignatureOverdue,
    StepOverdue,
    StepReported,
)
from services.workorders.orders.rules.hands import Doer
from services.workorders.orders.rules.playbook import Does, Playbook, Step, step_of
from services.workorders.orders.rules.states import Ended, Offered, OrderState, Signed, Unoffered
from services.workorders.orders.rules.steps import AnswerOrder, ReportStep, RespondFirst
from services.workorders.orders.store import order_timers
from services.workorders.orders.views import state_of_end
from shared.contracts.codes import Category, Channel, Outcome, OutcomeDetail, Priority, ReasonCode, State
from shared.eventstore import Stored, Timer
from shared.kernel import Digest, ItemCode, Rejection, TextRef, fact_name
from shared.web import StrictModel

PROBE = TextRef(UUID(int=0), Digest("0" * 64))
"""Stands for words that are not written yet, when an act is only tried."""


class Title(StrictModel):
    zh: str
    en: str


class StepAnswer(StrictModel):
    step: str
    does: Does
    title: Title | None
    """None when the playbook's version is no longer on the shelf."""
    done_at: datetime | None
    by: UUID | None
    role: str | None
    due: datetime | None
    overdue: bool


class NextAct(StrictModel):
    operation: str
    step: str | None
    allowed: bool
    why_not: str | None
    rule: str | None


class EndAnswer(StrictModel):
    outcome: Outcome
    details: tuple[OutcomeDetail, ...]


class Moment(StrictModel):
    fact: str
    step: str | None
    at: datetime
    role: str
    unit: str | None


class OrderAnswer(StrictModel):
    order_id: UUID
    request_id: UUID
    attempt: int
    category: Category
    priority: Priority
    channel: Channel
    state: str
    unit: str
    owner: UUID | None
    playbook: str
    playbook_version: str
    offered_at: datetime
    sign_due: datetime | None
    signed_at: datetime | None
    overdue: bool
    answer_due: datetime
    steps: tuple[StepAnswer, ...]
    ends: tuple[EndAnswer, ...]
    outcome: Outcome | None
    detail: OutcomeDetail | None
    return_reason: ReasonCode | None
    narrative: str | None
    answer: str | None
    texts_withheld: bool
    """Some words are erased, or not for this reader's eyes."""
    next: tuple[NextAct, ...]
    timeline: tuple[Moment, ...]
    version: int


History = Sequence[Stored[OrderEvent]]


def state_name(history: History, state: OrderState) -> str:
    """The same as the board shows."""
    match state:
        case Ended(by=by):
            return state_of_end(by)
        case Signed(offer=offer):
            reached = [
                step.reaches
                for stored in history
                if (step := _step_of(stored.event, offer.playbook)) is not None and step.reaches is not None
            ]
            if reached:
                return reached[-1]
            return State.IN_PROGRESS if state.started else State.SIGNED
        case _:
            return State.OFFERED


def _step_of(event: OrderEvent, playbook: Playbook) -> Step | None:
    if isinstance(event, FirstResponseGiven | StepReported | AnswerGiven):
        return step_of(playbook, event.step)
    return None


def steps_of(history: History, playbook: Playbook, shelf: Shelf) -> tuple[StepAnswer, ...]:
    sheet = shelf.sheet_of(playbook)
    done: dict[ItemCode, Stored[OrderEvent]] = {}
    late: set[ItemCode] = set()
    for stored in history:
        if (step := _step_of(stored.event, playbook)) is not None:
            done.setdefault(step.code, stored)
        if isinstance(stored.event, StepOverdue):
            late.add(stored.event.step)
    dues = dues_of(history)
    return tuple(
        StepAnswer(
            step=step.code,
            does=step.does,
            title=_title(sheet.step_titles[step.code].zh, sheet.step_titles[step.code].en) if sheet else None,
            done_at=done[step.code].event.occurred_at if step.code in done else None,
            by=done[step.code].raw.actor if step.code in done else None,
            role=done[step.code].raw.role if step.code in done else None,
            due=dues.get(f"step_due:{step.code}"),
            overdue=step.code in late and step.code not in done,
        )
        for step in playbook.steps
    )


def _title(zh: str, en: str) -> Title:
    return Title(zh=zh, en=en)


def dues_of(history: History) -> Mapping[str, datetime]:
    """Every limit that was ever armed, by the timer's name: told from history, because a timer that rang is gone."""
    found: dict[str, datetime] = {}
    state: OrderState = order_decider.initial
    for stored in history:
        state = order_decider.evolve(state, stored.event)
        for timer in order_timers(stored.event, state):
            if isinstance(timer, Timer):
                found[timer.name] = timer.due_at
    return found


def is_overdue(history: History, state: OrderState) -> bool:
    late = {stored.event.step for stored in history if isinstance(stored.event, StepOverdue)}
    if isinstance(state, Offered):
        return any(isinstance(stored.event, SignatureOverdue) for stored in history)
    return isinstance(state, Signed) and bool(late - state.done)


def timeline_of(history: History) -> tuple[Moment, ...]:
    return tuple(
        Moment(
            fact=fact_name(stored.event),
            step=getattr(stored.event, "step", None),
            at=stored.event.occurred_at,
            role=stored.raw.role,
            unit=stored.raw.unit,
        )
        for stored in history
    )


def next_acts(state: OrderState, doer: Doer | None, at: datetime) -> tuple[NextAct, ...]:
    """Each act is tried by the rules themselves, so that a page never offers what would be refused."""
    if doer is None or isinstance(state, Unoffered | Ended):
        return ()
    return tuple(_tried(name, step, command, state) for name, step, command in _probes(state, doer, at))


def _probes(state: Offered | Signed, doer: Doer, at: datetime) -> Sequence[tuple[str, ItemCode | None, OrderCommand]]:
    send_back = ("workorders.return_order", None, ReturnOrder(doer=doer, reason=ReasonCode.OVERLOAD, note=None, at=at))
    if isinstance(state, Offered):
        return [("workorders.sign_for_order", None, SignFor(doer=doer, at=at)), send_back]
    steps = [step for step in state.offer.playbook.steps if step.code not in state.done]
    ends = [
        (
            "workorders.report_outcome",
            ItemCode(end.outcome),
            ReportOutcome(doer=doer, outcome=end.outcome, detail=None, at=at),
        )
        for end in state.offer.playbook.ends
    ]
    return [*(_probe(step, doer, at) for step in steps), *ends, send_back]


def _probe(step: Step, doer: Doer, at: datetime) -> tuple[str, ItemCode | None, OrderCommand]:
    match step.does:
        case Does.RESPOND:
            return "workorders.respond_first", step.code, RespondFirst(doer=doer, note=None, at=at)
        case Does.ANSWER:
            return "workorders.answer_order", step.code, AnswerOrder(doer=doer, answer=PROBE, at=at)
        case Does.WORK:
            return "workorders.report_step", step.code, ReportStep(doer=doer, step=step.code, note=None, at=at)


def _tried(operation: str, step: ItemCode | None, command: OrderCommand, state: OrderState) -> NextAct:
    try:
        order_decider.decide(command, state)
    except Rejection as refused:
        return NextAct(operation=operation, step=step, allowed=False, why_not=refused.slug, rule=refused.rule)
    return NextAct(operation=operation, step=step, allowed=True, why_not=None, rule=None)


def signed_at(history: History) -> datetime | None:
    return next((stored.event.occurred_at for stored in history if isinstance(stored.event, OrderSigned)), None)


def answer_of(history: History) -> TextRef | None:
    """The last one given."""
    given = [stored.event.answer for stored in history if isinstance(stored.event, AnswerGiven)]
    return given[-1] if given else None
