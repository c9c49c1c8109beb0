"""The course of an order as its page shows it: steps with what they want, parts of other units, rungs, next acts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.workorders.adapters.playbook_steps import Words
from services.workorders.adapters.playbooks import Sheet, Shelf
from services.workorders.orders.rules.course import counts, missing_before
from services.workorders.orders.rules.course_facts import RungClimbed
from services.workorders.orders.rules.facts import OrderEvent
from services.workorders.orders.rules.playbook import Ask, Does, Playbook, Proof, Share, Step, step_of
from services.workorders.orders.rules.states import Ended, Offered, OrderState, Signed, TaskState, Unoffered
from services.workorders.orders.rules.task_facts import (
    TaskAnswered,
    TaskObjected,
    TaskRecalled,
    TaskResult,
    TaskSigned,
    UnitsAsked,
)
from services.workorders.orders.timers import step_due
from shared.contracts.codes import Channel, Ladder, Role, UnitKind
from shared.eventstore import Stored
from shared.kernel import BUREAU_ZONE, ItemCode, TextRef
from shared.web import StrictModel


class Title(StrictModel):
    zh: str
    en: str


class Choice(StrictModel):
    """A code and its words."""

    code: str
    title: Title | None


class TaskWanted(StrictModel):
    kinds: tuple[UnitKind, ...]
    most: int
    shares: tuple[Share, ...]
    proof: tuple[Proof, ...]
    minutes: int | None
    days: int | None


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
    counts: bool
    """False: an earlier result has made it needless here."""
    missing: tuple[str, ...]
    """Steps that come first."""
    result: str | None
    tries: int
    """How often it was tried in vain."""
    most_tries: int
    helpers: tuple[Role, ...]
    others: tuple[Role, ...]
    proof: tuple[Proof, ...]
    asks: tuple[Ask, ...]
    results: tuple[Choice, ...]
    items: tuple[Choice, ...]
    task: TaskWanted | None
    rule: str | None


class NextAct(StrictModel):
    operation: str
    step: str | None
    allowed: bool
    why_not: str | None
    rule: str | None
    missing: tuple[str, ...] = ()
    """Steps that come first."""
    title: Title | None = None
    roles: tuple[Role, ...] = ()
    """Who may do it beside the owner."""
    proof: tuple[Proof, ...] = ()
    asks: tuple[Ask, ...] = ()
    due: datetime | None = None


class TaskShown(StrictModel):
    task_id: UUID
    step: str
    unit: str
    kind: UnitKind
    lead: bool
    state: TaskState
    shares: tuple[Share, ...]
    due: datetime | None
    asked_at: datetime
    signed_by: UUID | None
    answered_at: datetime | None
    result: TaskResult | None
    words: str | None = None
    reason: str | None


class RungShown(StrictModel):
    ladder: Ladder
    rung: int
    told: tuple[Role, ...]
    person: UUID | None
    at: datetime


@dataclass(slots=True)
class DoneStep:
    """What history tells of one step."""

    at: datetime | None = None
    by: UUID | None = None
    role: str | None = None
    result: ItemCode | None = None
    due: datetime | None = None
    late: bool = False

    def take(self, other: "DoneStep") -> None:
        """The first time counts."""
        if self.at is None:
            self.at, self.by, self.role, self.result = other.at, other.by, other.role, other.result


class CourseShown:
    def __init__(self, playbook: Playbook, shelf: Shelf) -> None:
        self._playbook = playbook
        self._shelf = shelf
        self._sheet: Sheet | None = shelf.sheet_of(playbook)

    @property
    def title(self) -> Title | None:
        return as_title(self._sheet.title) if self._sheet else None

    def choices(self, channel: Channel, state: Offered | Signed | Ended, now: datetime) -> tuple[Choice, ...]:
        if not isinstance(state, Signed) or state.done or state.tries or state.tasks:
            return ()
        sheets = self._shelf.for_owner(channel, now.astimezone(BUREAU_ZONE).date())
        return tuple(
            Choice(code=sheet.playbook.code, title=as_title(sheet.title))
            for sheet in sheets
            if sheet.playbook.version != self._playbook.version
        )

    def steps(self, done: Mapping[ItemCode, DoneStep], state: Offered | Signed | Ended) -> tuple[StepAnswer, ...]:
        return tuple(self.step(step, done.get(step.code, DoneStep()), state) for step in self._playbook.steps)

    def step(self, step: Step, done: DoneStep, state: OrderState) -> StepAnswer:
        sheet = self._sheet
        signed = state if isinstance(state, Signed) else None
        return StepAnswer(
            step=step.code,
            does=step.does,
            title=self._title(step.code),
            done_at=done.at,
            by=done.by,
            role=done.role,
            due=done.due,
            overdue=done.late and done.at is None,
            counts=signed is None or counts(self._playbook, step, signed.progress),
            missing=missing_before(self._playbook, step, signed.progress) if signed and done.at is None else (),
            result=done.result,
            tries=signed.tries.get(step.code, 0) if signed else 0,
            most_tries=step.tries,
            helpers=step.helpers,
            others=step.others,
            proof=step.proof,
            asks=step.asks,
            results=_choices(step.results, sheet.result_titles[step.code] if sheet else {}),
            items=_choices(step.items, sheet.item_titles[step.code] if sheet else {}),
            task=wanted(step),
            rule=step.rule,
        )

    def _title(self, code: ItemCode) -> Title | None:
        return as_title(self._sheet.step_titles[code]) if self._sheet else None

    def title_of(self, code: ItemCode) -> Title | None:
        return self._title(code)

    def told(self, acts: Sequence[NextAct], state: Offered | Signed | Ended | Unoffered) -> tuple[NextAct, ...]:
        """Each act with who may do it, what it has to show and until when."""
        return tuple(self._told(act, state) for act in acts)

    def _told(self, act: NextAct, state: Offered | Signed | Ended | Unoffered) -> NextAct:
        step = step_of(self._playbook, ItemCode(act.step)) if act.step else None
        if step is None or not isinstance(state, Signed) or act.operation == "workorders.report_outcome":
            return act
        since = state.opened.get(step.code)
        return act.model_copy(
            update={
                "title": self._title(step.code),
                "roles": (*step.helpers, *step.others),
                "proof": step.proof,
                "asks": step.asks,
                "due": step_due(step, state, since) if since else None,
            }
        )

    def tasks(self, history: Sequence[Stored[OrderEvent]], texts: Mapping[UUID, str | None]) -> tuple[TaskShown, ...]:
        """`texts` are those that the reader may see, by their item."""
        found: dict[UUID, TaskShown] = {}
        for stored in history:
            match stored.event:
                case UnitsAsked() as asked:
                    found |= _asked(asked)
                case TaskSigned() as event:
                    _note(found, event.task_id, state=TaskState.SIGNED, signed_by=event.signed_by)
                case TaskAnswered() as event:
                    _note(
                        found,
                        event.task_id,
                        state=TaskState.ANSWERED,
                        result=event.result,
                        answered_at=event.occurred_at,
                        words=texts.get(event.words.item) if event.words is not None else None,
                    )
                case TaskObjected() as event:
                    _note(found, event.task_id, state=TaskState.OBJECTED, reason=event.reason)
                case TaskRecalled() as event:
                    _note(found, event.task_id, state=TaskState.RECALLED)
                case _:
                    continue
        return tuple(found.values())

    def rungs(self, history: Sequence[Stored[OrderEvent]]) -> tuple[RungShown, ...]:
        return tuple(
            RungShown(ladder=event.ladder, rung=event.rung, told=event.told, person=event.person, at=event.occurred_at)
            for stored in history
            if isinstance(event := stored.event, RungClimbed)
        )


def _asked(asked: UnitsAsked) -> dict[UUID, TaskShown]:
    return {
        part.task_id: TaskShown(
            task_id=part.task_id,
            step=asked.step,
            unit=part.unit,
            kind=part.kind,
            lead=part.lead,
            state=TaskState.OFFERED,
            shares=tuple(each.what for each in part.shared),
            due=asked.due,
            asked_at=asked.occurred_at,
            signed_by=None,
            answered_at=None,
            result=None,
            reason=None,
        )
        for part in asked.parts
    }


def words_of_tasks(history: Sequence[Stored[OrderEvent]]) -> dict[UUID, TextRef]:
    """What the units answered, as far as they wrote something."""
    answered = [stored.event for stored in history if isinstance(stored.event, TaskAnswered)]
    return {event.task_id: event.words for event in answered if event.words is not None}


def _note(found: dict[UUID, TaskShown], task_id: UUID, **changes: object) -> None:
    found[task_id] = found[task_id].model_copy(update=changes)


def wanted(step: Step) -> TaskWanted | None:
    task = step.task
    if task is None:
        return None
    return TaskWanted(
        kinds=task.kinds,
        most=task.most,
        shares=task.shares,
        proof=task.proof,
        minutes=task.minutes,
        days=task.days,
    )


def as_title(words: Words) -> Title:
    return Title(zh=words.zh, en=words.en)


def _choices(codes: Sequence[ItemCode], words: Mapping[ItemCode, Words]) -> tuple[Choice, ...]:
    return tuple(Choice(code=code, title=as_title(words[code]) if code in words else None) for code in codes)
