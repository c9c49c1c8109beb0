"""The part of a unit: what it was told, its signature, its answer or its objection. The order itself stays closed."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Query as Param

from services.portal.desk_client import Refused
from services.portal.pages.acts import MENDABLE, ActSpec, act, choices_of, filled, mendings, offered, question, read
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Choice, Field, FieldError, Notice, TasksView, TaskView, Tone
from services.portal.pages.contexts.orders import TaskItem
from services.portal.pages.door import pages_router
from services.portal.pages.orders_files import API, OwnTask, TaskRow, TaskRows
from services.portal.pages.orders_steps import SHARES, proof_fields, step_body
from services.portal.pages.staffroom import DESK

STATES: Mapping[str, tuple[str, Tone]] = {
    "offered": ("等签收", "soon"),
    "signed": ("已签收，等回复", "plain"),
    "answered": ("已回复", "good"),
    "objected": ("已提出异议", "plain"),
    "recalled": ("已被收回", "plain"),
}
RESULTS = (Choice("done", "办好了"), Choice("unable", "办不了", "写清为什么，由牵头的民警另想办法。"))
TASK = f"{API}/orders/{{order}}/tasks/{{id}}"
SIGN = ActSpec(f"{TASK}/signature", "签收", "签收", "签收后由您单位负责办这一份。", "签收", "已签收。")
OBJECT = ActSpec(
    f"{TASK}/objection",
    "不归我们办",
    "不归我们办",
    "说明理由，由民警另请别的单位。不回复不等于同意。",
    "提出异议",
    "已提出异议。",
    (
        Field(
            "reason",
            "为什么",
            "one",
            choices=choices_of("reasons", ("OTHER_UNIT", "WRONG_GRID", "CONFLICT_OF_INTEREST", "OVERLOAD")),
            required=True,
        ),
        Field("note", "说明（可以不写）", "area", limit=1000),
    ),
)
RESULT = Field("result", "办得怎样", "one", choices=RESULTS, required=True)
WORDS = Field("words", "回复", "area", limit=2000)


def task_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/tasks")
    async def listed(
        caller: Annotated[Caller, Depends(site.caller)], past: Annotated[str, Param(max_length=1)] = ""
    ) -> Response:
        caller.require_staff()
        rows = await caller.desk.get(f"{API}/tasks", TaskRows, open="false" if past else "true", limit=200)
        view = TasksView(tuple(task_item(row) for row in rows.tasks), open_only=not past)
        return caller.show("orders/tasks.html", view, caller.page(surface=DESK))

    @router.get("/tasks/{order_id}/{task_id}")
    async def show(order_id: UUID, task_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return _show(site, caller, await _task(caller, order_id, task_id))

    @router.post("/tasks/{order_id}/{task_id}/answer")
    async def answer(order_id: UUID, task_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await _answer(site, caller, await _task(caller, order_id, task_id))

    @router.post("/tasks/{order_id}/{task_id}/signature")
    async def sign(order_id: UUID, task_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, _of(SIGN, order_id), task_id, _back(order_id, task_id), surface=DESK)

    @router.get("/tasks/{order_id}/{task_id}/objection")
    async def ask(order_id: UUID, task_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, OBJECT, _back(order_id, task_id), surface=DESK)

    @router.post("/tasks/{order_id}/{task_id}/objection")
    async def object_to(order_id: UUID, task_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, _of(OBJECT, order_id), task_id, _back(order_id, task_id), surface=DESK)

    return router


async def _task(caller: Caller, order_id: UUID, task_id: UUID) -> OwnTask:
    return await caller.desk.get(f"{API}/orders/{order_id}/tasks/{task_id}", OwnTask)


def _of(spec: ActSpec, order_id: UUID) -> ActSpec:
    return spec.at(spec.path.replace("{order}", str(order_id)))


def _back(order_id: UUID, task_id: UUID) -> tuple[str, str]:
    return f"/tasks/{order_id}/{task_id}", "回这一份任务"


def task_item(row: TaskRow) -> TaskItem:
    state, tone = STATES.get(row.state, (row.state, "plain"))
    return TaskItem(f"/tasks/{row.order_id}/{row.task_id}", state, tone, row.lead, row.late, row.due, row.asked_at)


def _fields(site: Site, task: OwnTask) -> tuple[Field, ...]:
    return proof_fields(task.proof, site.bureau.grids)


async def _answer(site: Site, caller: Caller, task: OwnTask) -> Response:
    """Proof is asked for what was done, not for what could not be."""
    done = caller.text("result") == "done"
    fields = (RESULT, WORDS, *(_fields(site, task) if done else ()))
    values, errors = read(caller, fields)
    if errors:
        return _show(site, caller, task, errors=errors, status=422)
    url = f"{API}/orders/{task.order_id}/tasks/{task.task_id}/answer"
    try:
        await caller.desk.command(url, step_body(values), caller.form_key)
    except Refused as refused:
        if refused.status not in MENDABLE:
            raise
        errors = mendings(refused, fields)
        notice = None if errors else Notice(refused.words, "late")
        fresh = await _task(caller, task.order_id, task.task_id)
        return _show(site, caller, fresh, errors=errors, notice=notice, status=refused.status)
    caller.visit = caller.visit.saying("已回复。")
    return caller.go(_back(task.order_id, task.task_id)[0])


def _show(
    site: Site,
    caller: Caller,
    task: OwnTask,
    *,
    errors: tuple[FieldError, ...] = (),
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    page = caller.page(surface=DESK, errors=errors, notice=notice)
    return caller.show("orders/task.html", _view(site, caller, task), page, status=status, keep=status != 200)


def _view(site: Site, caller: Caller, task: OwnTask) -> TaskView:
    url = _back(task.order_id, task.task_id)[0]
    state, tone = STATES.get(task.state, (task.state, "plain"))
    may_answer = task.may("answer_task")
    return TaskView(
        title=task.title.zh if task.title else "协办任务",
        unit=site.bureau.unit(task.unit),
        lead=task.lead,
        state=state,
        tone=tone,
        due=task.due if task.state in ("offered", "signed") else None,
        asked_at=task.asked_at,
        told=tuple((SHARES.get(what, what), words or "现在读不到") for what, words in task.shared.items()),
        result=next((each.label for each in RESULTS if each.value == task.result), ""),
        sign=offered(SIGN, f"{url}/signature") if task.may("sign_for_task") else None,
        object=offered(OBJECT, f"{url}/objection") if task.may("object_to_task") else None,
        answer_action=f"{url}/answer" if may_answer else "",
        results=filled(caller, RESULT).choices,
        words=caller.text("words"),
        fields=tuple(replace(filled(caller, each), required=False) for each in _fields(site, task)),
        idle="" if task.next else "这一份已经结束，或者由您单位的同事办。",
    )
