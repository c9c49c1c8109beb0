"""One order as its page shows it: folded from its history, always fresh."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from services.workorders.orders.decider import OrderCommand, SignFor, order_decider
from services.workorders.orders.rules.asking import AskUnits
from services.workorders.orders.rules.broadcast_facts import BroadcastRecalled, BroadcastSent
from services.workorders.orders.rules.course import counts
from services.workorders.orders.rules.course_acts import DecideStage
from services.workorders.orders.rules.course_facts import PlaybookChanged, StageDecided
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
from services.workorders.orders.rules.playbook import Ask, Does, Playbook, Step, step_of
from services.workorders.orders.rules.proof import Age, Applicant, Consent, Evidence
from services.workorders.orders.rules.states import Ended, Offered, OrderState, Signed, Unoffered, tasks_of
from services.workorders.orders.rules.steps import AnswerOrder, ReportStep, RespondFirst
from services.workorders.orders.rules.task_facts import Part
from services.workorders.orders.shown_course import (
    Choice,
    DoneStep,
    NextAct,
    RungShown,
    StepAnswer,
    TaskShown,
    Title,
)
from services.workorders.orders.store import order_timers
from services.workorders.orders.timers import STEP_DUE
from services.workorders.orders.views import state_of_end
from shared.contracts.codes import Category, Channel, Outcome, OutcomeDetail, Priority, ReasonCode, State
from shared.eventstore import Stored, Timer
from shared.kernel import Digest, GridCode, ItemCode, Rejection, TextRef, UnitCode, fact_name
from shared.web import StrictModel

PROBE = TextRef(UUID(int=0), Digest("0" * 64))
"""Stands for words that are not written yet, when an act is only tried."""
SHOWN = Evidence(
    grid=GridCode("-"),
    photo=PROBE,
    recording=PROBE,
    receipt=PROBE,
    consent=Consent.IN_PERSON,
    age=Age.ADULT,
    applicant=Applicant.HIMSELF,
)
"""Likewise for proof."""


class EndAnswer(StrictModel):
    outcome: Outcome
    details: tuple[OutcomeDetail, ...]
    missing: tuple[str, ...]
    """Steps that it still needs."""


class Tried(StrictModel):
    operation: str
    allowed: bool
    why_not: str | None
    rule: str | None


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
    playbook_title: Title | None
    choices: tuple[Choice, ...]
    """Playbooks that the owner may take instead, as long as no step is done."""
    deadline: datetime | None
    offered_to: UUID | None
    """A colleague who was asked to take the order over."""
    offered_at: datetime
    sign_due: datetime | None
    signed_at: datetime | None
    overdue: bool
    answer_due: datetime
    steps: tuple[StepAnswer, ...]
    tasks: tuple[TaskShown, ...]
    rungs: tuple[RungShown, ...]
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
            signed = next(place for place, stored in enumerate(history) if isinstance(stored.event, OrderSigned))
            after = (_reached(stored.event, offer.playbook) for stored in history[signed:])
            reached = [each for each in after if each is not None]
            if reached:
                return reached[-1]
            return State.IN_PROGRESS if state.started else State.SIGNED
        case _:
            return State.OFFERED


def _reached(event: OrderEvent, playbook: Playbook) -> State | None:
    match event:
        case StageDecided(granted=True):
            step = step_of(playbook, event.step)
            return step.reaches if step is not None else None
        case BroadcastSent():
            return State.BROADCAST
        case BroadcastRecalled():
            return State.RECALLED
        case _:
            step = _step_of(event, playbook)
            return step.reaches if step is not None else None


def _step_of(event: OrderEvent, playbook: Playbook) -> Step | None:
    if isinstance(event, FirstResponseGiven | StepReported | AnswerGiven):
        return step_of(playbook, event.step)
    return None


def steps_of(history: History) -> Mapping[ItemCode, DoneStep]:
    """What was done of each step; a refused approval takes it back."""
    found: dict[ItemCode, DoneStep] = {}
    dues = dues_of(history)
    for stored in history:
        event = stored.event
        if isinstance(event, FirstResponseGiven | StepReported | AnswerGiven) or (
            isinstance(event, StageDecided) and event.granted
        ):
            result = event.result if isinstance(event, StepReported) else None
            done = DoneStep(event.occurred_at, stored.raw.actor, stored.raw.role, result)
            found.setdefault(event.step, DoneStep()).take(done)
        elif isinstance(event, StageDecided):
            for code in event.undone:
                found.pop(code, None)
        elif isinstance(event, StepOverdue):
            found.setdefault(event.step, DoneStep()).late = True
        elif isinstance(event, PlaybookChanged):
            found.clear()
    for name, at in dues.items():
        if name.startswith(STEP_DUE):
            found.setdefault(ItemCode(name.removeprefix(STEP_DUE)), DoneStep()).due = at
    return found


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
    playbook, progress = state.offer.playbook, state.progress
    steps = [step for step in playbook.steps if step.code not in state.done and counts(playbook, step, progress)]
    ends = [
        (
            "workorders.report_outcome",
            ItemCode(end.outcome),
            ReportOutcome(doer=doer, outcome=end.outcome, detail=None, at=at),
        )
        for end in state.offer.playbook.ends
    ]
    acts = [_probe(step, doer, at) for step in steps if step.does is not Does.TASK or not tasks_of(state, step.code)]
    return [*acts, *ends, send_back]


def _probe(step: Step, doer: Doer, at: datetime) -> tuple[str, ItemCode | None, OrderCommand]:
    """An act as somebody would do it who shows what the playbook wants."""
    match step.does:
        case Does.RESPOND:
            return "workorders.respond_first", step.code, RespondFirst(doer=doer, note=None, at=at)
        case Does.ANSWER:
            return "workorders.answer_order", step.code, AnswerOrder(doer=doer, answer=PROBE, at=at)
        case Does.WORK:
            return "workorders.report_step", step.code, _report(step, doer, at)
        case Does.TASK:
            kinds = step.task.kinds if step.task else ()
            part = Part(UUID(int=0), UnitCode(""), kinds[0], True)
            return (
                "workorders.ask_units",
                step.code,
                AskUnits(doer=doer, step=step.code, parts=(part,), due=None, at=at),
            )
        case Does.APPROVE:
            decide = DecideStage(doer=doer, step=step.code, granted=True, note=None, at=at)
            return "workorders.decide_stage", step.code, decide


def _report(step: Step, doer: Doer, at: datetime) -> ReportStep:
    return ReportStep(
        doer=doer,
        step=step.code,
        note=None,
        evidence=SHOWN,
        result=step.results[0] if step.results else None,
        items=step.items[:1] if Ask.ITEMS in step.asks else (),
        fen=1 if Ask.AMOUNT in step.asks else None,
        deadline=at + timedelta(days=1) if Ask.DEADLINE in step.asks else None,
        at=at,
    )


def _tried(operation: str, step: ItemCode | None, command: OrderCommand, state: OrderState) -> NextAct:
    try:
        order_decider.decide(command, state)
    except Rejection as refused:
        return NextAct(
            operation=operation,
            step=step,
            allowed=False,
            why_not=refused.slug,
            rule=refused.rule,
            missing=_missing(refused),
        )
    return NextAct(operation=operation, step=step, allowed=True, why_not=None, rule=None)


def tried_in_vain(operation: str, refused: Rejection) -> Tried:
    return Tried(operation=operation, allowed=False, why_not=refused.slug, rule=refused.rule)


def tried(operation: str, command: OrderCommand, state: OrderState) -> Tried | None:
    """An act of another unit on its part; None where it would change nothing."""
    try:
        done = order_decider.decide(command, state)
    except Rejection as refused:
        return tried_in_vain(operation, refused)
    return Tried(operation=operation, allowed=True, why_not=None, rule=None) if done else None


def _missing(refused: Rejection) -> tuple[str, ...]:
    missing = refused.details.get("missing", ())
    return tuple(str(each) for each in missing) if isinstance(missing, tuple) else ()


def signed_at(history: History) -> datetime | None:
    return next((stored.event.occurred_at for stored in history if isinstance(stored.event, OrderSigned)), None)


def answer_of(history: History) -> TextRef | None:
    """The last one given."""
    given = [stored.event.answer for stored in history if isinstance(stored.event, AnswerGiven)]
    return given[-1] if given else None
