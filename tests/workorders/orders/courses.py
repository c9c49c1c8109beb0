"""Orders by the playbooks that are delivered, and how somebody goes through one: every step as it wants to be shown."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from services.workorders.adapters.playbooks import load_shelf
from services.workorders.orders.decider import OrderCommand, SignFor, order_decider
from services.workorders.orders.rules.asking import AskUnits
from services.workorders.orders.rules.course import open_steps
from services.workorders.orders.rules.course_acts import DecideStage
from services.workorders.orders.rules.facts import OrderEvent
from services.workorders.orders.rules.hands import Doer
from services.workorders.orders.rules.playbook import Ask, Does, Playbook, Step
from services.workorders.orders.rules.proof import Age, Applicant, Consent, Evidence
from services.workorders.orders.rules.states import OrderState, Signed
from services.workorders.orders.rules.steps import AnswerOrder, ReportStep, RespondFirst
from services.workorders.orders.rules.task_facts import Part, Shared, TaskResult
from services.workorders.orders.rules.tasks import AnswerTask, SignTask
from shared.contracts.codes import Category, Channel, Priority, Role, UnitKind
from shared.kernel import GridCode, ItemCode, PersonId, UnitCode, derive_id
from tests.support.spec import Spec
from tests.workorders.samples import ANSWER, LATER, NOTE, OFFICER, ORDER, SIGNED_AT, STATION, offer, offered

SHELF = load_shelf(Path(__file__).parents[3] / "services/workorders/playbooks")
TODAY = date(2026, 3, 2)

SHOWN = Evidence(
    grid=GridCode("GL-01"),
    photo=NOTE,
    recording=NOTE,
    receipt=NOTE,
    consent=Consent.IN_PERSON,
    age=Age.ADULT,
    applicant=Applicant.HIMSELF,
)

OrderSpec = Spec[OrderCommand, OrderState, OrderEvent]


def delivered(code: str) -> Playbook:
    return next(sheet.playbook for sheet in SHELF.sheets if sheet.playbook.code == code)


def owner_of(playbook: Playbook) -> Doer:
    return replace(OFFICER, role=playbook.signers[0])


def begun(playbook: Playbook, *, priority: Priority = Priority.P1, category: Category = Category.SVC) -> OrderSpec:
    """Offered and signed for."""
    made = offer(playbook=playbook, priority=priority, category=category, channel=Channel.WIN)
    return Spec(order_decider).given(offered(made)).after(SignFor(doer=owner_of(playbook), at=SIGNED_AT))


def order_in(spec: OrderSpec) -> Signed:
    state = spec.state
    assert isinstance(state, Signed)
    return state


def unit(kind: UnitKind, number: int = 1) -> UnitCode:
    return UnitCode(f"{kind}-{number}")


def clerk(kind: UnitKind, number: int = 1, role: Role = Role.DEPARTMENT_CLERK) -> Doer:
    return Doer(PersonId(derive_id(UUID(int=0xD0), kind, number)), role, unit(kind, number))


def part(
    kind: UnitKind, *, lead: bool = False, number: int = 1, shared: tuple[Shared, ...] = (), round: int = 0
) -> Part:
    return Part(derive_id(ORDER, kind, number, round), unit(kind, number), kind, lead, shared)


def ask(playbook: Playbook, step: str, *parts: Part) -> AskUnits:
    return AskUnits(doer=owner_of(playbook), step=ItemCode(step), parts=parts, due=None, at=LATER)


def sign_task(each: Part, doer: Doer | None = None) -> SignTask:
    return SignTask(doer=doer or clerk(each.kind), task_id=each.task_id, at=LATER)


def answer_task(each: Part, result: TaskResult = TaskResult.DONE, doer: Doer | None = None) -> AnswerTask:
    return AnswerTask(
        doer=doer or clerk(each.kind), task_id=each.task_id, result=result, words=NOTE, evidence=SHOWN, at=LATER
    )


def did(
    playbook: Playbook, step: str, result: str | None = None, *, evidence: Evidence = SHOWN, doer: Doer | None = None
) -> ReportStep:
    return ReportStep(
        doer=doer or owner_of(playbook),
        step=ItemCode(step),
        note=None,
        evidence=evidence,
        result=ItemCode(result) if result else None,
        at=LATER,
    )


def acts_for(playbook: Playbook, step: Step, results: Mapping[str, str], round: int = 0) -> list[OrderCommand]:
    """What has to happen for this step to be done."""
    owner = owner_of(playbook)
    match step.does:
        case Does.RESPOND:
            return [RespondFirst(doer=owner, note=NOTE, at=LATER)]
        case Does.ANSWER:
            return [AnswerOrder(doer=owner, answer=ANSWER, at=LATER)]
        case Does.APPROVE:
            chief = Doer(PersonId(derive_id(ORDER, "granted", step.code)), (*step.others, *step.helpers)[0], STATION)
            return [DecideStage(doer=chief, step=step.code, granted=True, note=None, at=LATER)]
        case Does.TASK:
            assert step.task is not None
            asked = part(step.task.kinds[0], lead=True, number=1, round=round)
            asked = replace(asked, task_id=derive_id(ORDER, step.code, round))
            return [ask(playbook, step.code, asked), sign_task(asked), answer_task(asked)]
        case Does.WORK:
            result = results.get(step.code) or (step.results[0] if step.results else None)
            return [
                replace(
                    did(playbook, step.code, result),
                    items=step.items[:1],
                    fen=1 if Ask.AMOUNT in step.asks else None,
                    deadline=LATER + timedelta(days=7) if Ask.DEADLINE in step.asks else None,
                )
            ]


def done_up_to(spec: OrderSpec, playbook: Playbook, step: str, results: Mapping[str, str] | None = None) -> OrderSpec:
    """Every open step in the order of the file, until `step` is open itself."""
    wanted = ItemCode(step)
    for _ in playbook.steps:
        order = order_in(spec)
        ready = open_steps(playbook, order.progress)
        if wanted in {each.code for each in ready}:
            return spec
        spec = spec.after(*acts_for(playbook, ready[0], results or {}))
    raise AssertionError(f"{step} never opens")
