"""When an order is looked at again: nobody signed, nobody arrived, a step or a part is late, a deadline is near."""

from datetime import datetime, timedelta
from uuid import UUID

from services.workorders.orders.decider import NoteOverdue, OrderCommand
from services.workorders.orders.rules.course_acts import LAST_RUNG, NoteDeadline, NoteTier
from services.workorders.orders.rules.course_facts import PlaybookChanged, RungClimbed, StageDecided, StepFailed
from services.workorders.orders.rules.facts import (
    AnswerGiven,
    FirstResponseGiven,
    OrderEvent,
    OrderOffered,
    OrderReturned,
    OrderRevoked,
    OrderSigned,
    OrderWithdrawn,
    OutcomeReported,
    StepReported,
)
from services.workorders.orders.rules.playbook import Step, Task, due, step_of
from services.workorders.orders.rules.states import Offered, OrderState, Signed, Unoffered
from services.workorders.orders.rules.task_facts import TaskAnswered, TaskObjected, TaskRecalled, UnitsAsked
from services.workorders.orders.rules.tasks import NoteTaskOverdue
from shared.contracts.calendar import CalendarYearMissing, work_calendar
from shared.eventstore import Cancel, Timer
from shared.kernel import ItemCode

SIGN_DUE = "sign_due"
STEP_DUE = "step_due:"
TIER_DUE = "tier_due:"
TASK_DUE = "task_due:"
DEADLINE = "deadline"
DAY_BEFORE = timedelta(days=1)

Changes = tuple[Timer | Cancel, ...]
Opening = OrderSigned | FirstResponseGiven | StepReported | AnswerGiven | StepFailed | StageDecided | PlaybookChanged
"""What may make a step possible."""


def course_timers(event: OrderEvent, state: OrderState) -> Changes:
    """The limits of the playbook, each from the moment on which its act became possible."""
    match event:
        case OrderOffered(offer=offer):
            sign_by = due(offer.playbook.sign_limits, offer.priority, event.occurred_at)
            return (Timer(SIGN_DUE, sign_by),) if sign_by else ()
        case RungClimbed() if isinstance(state, Offered):
            again = due(state.offer.playbook.sign_limits, state.offer.priority, event.occurred_at)
            return (Timer(SIGN_DUE, again),) if again and event.rung < LAST_RUNG else ()
        case UnitsAsked(due=ends) if ends is not None:
            return tuple(Timer(f"{TASK_DUE}{part.task_id}", ends) for part in event.parts)
        case TaskAnswered() | TaskObjected() | TaskRecalled():
            return (Cancel(f"{TASK_DUE}{event.task_id}"),)
        case OrderReturned() | OrderRevoked() | OrderWithdrawn() | OutcomeReported() if not isinstance(
            state, Unoffered
        ):
            steps = (each for step in state.offer.playbook.steps for each in _cancelled(step))
            return (Cancel(SIGN_DUE), Cancel(DEADLINE), *steps)
        case _ if isinstance(event, Opening) and isinstance(state, Signed):
            return (*_closed(event, state), *_armed(event, state), *_deadline(event))
        case _:
            return ()


def _closed(event: Opening, state: Signed) -> Changes:
    match event:
        case OrderSigned():
            return (Cancel(SIGN_DUE),)
        case PlaybookChanged():
            return tuple(Cancel(STEP_DUE + code) for code in event.former)
        case FirstResponseGiven() | StepReported() | AnswerGiven() | StageDecided():
            step = step_of(state.offer.playbook, event.step)
            return _cancelled(step) if step is not None else ()
        case StepFailed():
            return ()


def _cancelled(step: Step) -> Changes:
    return (Cancel(STEP_DUE + step.code), *(Cancel(_tier(step.code, tier.minutes)) for tier in step.tiers))


def _armed(event: Opening, state: Signed) -> Changes:
    at = event.occurred_at
    fresh = (code for code, since in state.opened.items() if since == at and code not in state.done)
    steps = [step for code in fresh if (step := step_of(state.offer.playbook, code)) is not None]
    limits = [Timer(STEP_DUE + step.code, ends) for step in steps if (ends := step_due(step, state, at)) is not None]
    tiers = [
        Timer(_tier(step.code, tier.minutes), at + timedelta(minutes=tier.minutes))
        for step in steps
        for tier in step.tiers
    ]
    return (*limits, *tiers)


def _deadline(event: Opening) -> Changes:
    if not isinstance(event, StepReported) or event.deadline is None:
        return ()
    return (Timer(DEADLINE, max(event.deadline - DAY_BEFORE, event.occurred_at)),)


def step_due(step: Step, state: Signed, since: datetime) -> datetime | None:
    """Minutes by priority, or days by the calendar (R-26)."""
    return _ends(step.days, due(step.limits, state.offer.priority, since), since)


def task_due(task: Task, at: datetime) -> datetime | None:
    return _ends(task.days, at + timedelta(minutes=task.minutes) if task.minutes else None, at)


def _ends(days: int | None, otherwise: datetime | None, since: datetime) -> datetime | None:
    if days is None:
        return otherwise
    try:
        return work_calendar().due(since, days, "calendar_day")
    except CalendarYearMissing:
        return work_calendar().earliest(since, days, "calendar_day")


def _tier(step: ItemCode, minutes: int) -> str:
    return f"{TIER_DUE}{step}:{minutes}"


def command_of(name: str, due_at: datetime, now: datetime) -> OrderCommand:
    """What a timer of the course asks of its order."""
    if name == DEADLINE:
        return NoteDeadline(at=now)
    if name.startswith(TIER_DUE):
        step, _, minutes = name.removeprefix(TIER_DUE).rpartition(":")
        return NoteTier(step=ItemCode(step), minutes=int(minutes), due=due_at, at=now)
    if name.startswith(TASK_DUE):
        return NoteTaskOverdue(task_id=UUID(name.removeprefix(TASK_DUE)), due=due_at, at=now)
    step_code = ItemCode(name.removeprefix(STEP_DUE)) if name.startswith(STEP_DUE) else None
    return NoteOverdue(step=step_code, due=due_at, at=now)
