"""One firm's matter: what the law allows next, what the departments owe, and what the firm was told."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Refused
from services.portal.pages.acts import ActSpec, carry_out, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    Act,
    FactLine,
    FieldError,
    Link,
    MatterView,
    Segment,
    TaskLine,
    TimelineItem,
    Tone,
)
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, named, stub_of, trace_url
from services.portal.pages.station_files import API, Firm, Matter, Next, Task, firm_of_code
from services.portal.pages.station_specs import (
    FACTS,
    FOREIGN,
    GOOD_FACTS,
    KINDS,
    LATE_FACTS,
    LEGALITY,
    MATTER_ACTS,
    TASK_STATES,
    WAYS,
    naming_units,
)
from services.portal.pages.words import day, money, near, zh_names
from shared.kernel import BUREAU_ZONE

LODGE = "登记员工名单"
LODGE_HINT = "把名单整张贴进来或者选文件；错的逐行说明，对的先登记。"
GATES = {"NOT_A_CRIME": "经侦结论：不是犯罪，可以协调", "CRIME": "经侦结论：涉嫌犯罪，依法办案"}


def matter_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/station/matters/{matter_id}")
    async def read(matter_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        matter = await matter_of(caller, matter_id)
        return caller.show("station/matter.html", await _view(site, caller, matter), caller.page(surface=DESK))

    @router.get("/station/matters/{matter_id}/{name}")
    async def ask(matter_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        await matter_of(caller, matter_id)
        return question(caller, _spec(site, name), _back(matter_id), surface=DESK)

    @router.post("/station/matters/{matter_id}/{name}")
    async def do(matter_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = _spec(site, name)
        if name == "name_firm":
            found = await _named_firm(caller, spec, matter_id)
            if isinstance(found, Response):
                return found
            spec = found
        _, again = await carry_out(caller, caller.desk, spec, matter_id, _back(matter_id), surface=DESK)
        return again if again is not None else caller.go(_back(matter_id)[0])

    return router


async def matter_of(caller: Caller, matter_id: UUID) -> Matter:
    return await caller.desk.get(f"{API}/matters/{matter_id}", Matter)


def _back(matter_id: UUID) -> tuple[str, str]:
    return f"/station/matters/{matter_id}", "回这件诉求"


async def _named_firm(caller: Caller, spec: ActSpec, matter_id: UUID) -> ActSpec | Response:
    """The act with the id of the firm whose number was typed; or the form again."""
    typed = "".join(caller.text("credit_code").upper().split()).replace("-", "")
    if not typed.isalnum():
        return spec
    try:
        firm = await firm_of_code(caller.desk, typed)
    except Refused as refused:
        if refused.status not in (403, 404):
            raise
        errors = (FieldError("credit_code", "没有这个代码的企业档案：请核对 18 位代码，没有建档的先在工作台建档"),)
        return question(caller, spec, _back(matter_id), surface=DESK, errors=errors, status=422)
    return replace(spec, body=lambda values: {"firm_id": str(firm.firm_id)})


def _spec(site: Site, name: str) -> ActSpec:
    """`answer_task-<id>` names the task as well."""
    operation, _, task = name.partition("-")
    spec = MATTER_ACTS.get(operation)
    if spec is None or (task != "") != ("{task}" in spec.path):
        raise HTTPException(404)
    if task:
        try:
            return spec.at(spec.path.replace("{task}", str(UUID(task))))
        except ValueError:
            raise HTTPException(404) from None
    return naming_units(spec, site.bureau)


async def _view(site: Site, caller: Caller, matter: Matter) -> MatterView:
    names = await site.staff.names()
    stub = await stub_of(caller.desk, matter.request_id)
    by_name = {each.name: each for each in matter.next}
    step = next_step(matter)
    allowed = step if step is not None and step.allowed else None
    owner = named(matter.owner, names, "还没有人签收")
    is_department = not matter.timeline
    return MatterView(
        code=stub.code if stub else str(matter.matter_id)[:8].upper(),
        subject=KINDS.get(matter.kind or "", "企业诉求"),
        state=zh_names()["states"].get(matter.state, matter.state),
        priority=matter.priority,
        holder=f"{owner}（{site.bureau.unit(matter.unit)}）",
        due=None if matter.outcome else matter.answer_due,
        due_for="答复企业",
        firm=await _firm(caller, matter.firm_id),
        text=(Segment(matter.narrative),) if matter.narrative else (),
        text_withheld="" if matter.narrative else "企业的原话不归您这个岗位看，或者现在读不到。",
        facts=() if is_department else facts_of(matter, site),
        tasks=tuple(_task(matter, each, site, caller) for each in matter.tasks),
        answer=matter.answer or "",
        timeline=_timeline(matter, site),
        next_act=_act(matter, allowed) if allowed else None,
        waiting=_why(step) if step is not None and not step.allowed else "",
        acts=_others(matter, by_name, allowed),
        trace_url=trace_url(matter.request_id, caller.staff.roles),
        for_department=is_department,
    )


async def _firm(caller: Caller, firm_id: UUID | None) -> Link | None:
    if firm_id is None:
        return None
    try:
        firm = await caller.desk.get(f"{API}/firms/{firm_id}", Firm)
    except Refused:
        return None
    return Link(firm.called, f"/firms/{firm.credit_code}", firm.credit_code)


def next_step(matter: Matter) -> Next | None:
    """The first act of this kind's way that is not done: what the law asks for now, or what it still waits for."""
    steps = {each.name: each for each in matter.next}
    done = {
        "name_firm": steps.get("name_firm") is not None and steps["name_firm"].why_not == "another-firm-named",
        "record_consent": matter.consented,
        "check_legality": matter.legality is not None,
        "hold_round": bool(matter.rounds),
        "name_complained_of": matter.complained_of is not None,
        "assign_task": bool(matter.tasks),
        "lodge_staff": matter.lodged > 0,
        "answer_firm": matter.answer is not None,
    }
    for name in WAYS.get(matter.kind or "", ()):
        if name in steps and not done.get(name, False):
            return steps[name]
    return None


def _act(matter: Matter, step: Next) -> Act:
    why = "" if step.allowed else _why(step)
    url = f"/station/matters/{matter.matter_id}/{step.name}"
    if step.name == "lodge_staff":
        return Act(LODGE, f"/station/lodging/{matter.matter_id}", LODGE_HINT, why, asks_first=True)
    return offered(MATTER_ACTS[step.name], url, why_not=why)


def _why(step: Next) -> str:
    told = (step.words or "现在还不行").rstrip("。")
    return f"{told}（{step.rule}）" if step.rule and step.rule not in told else told


def _others(matter: Matter, steps: dict[str, Next], first: Next | None) -> tuple[Act, ...]:
    """What can be done now stands above what cannot yet; what belongs to other kinds is left out."""
    known = [each for each in steps.values() if each.name in MATTER_ACTS or each.name == "lodge_staff"]
    shown = [
        each
        for each in known
        if each is not first
        and each.why_not not in FOREIGN
        and each.why_not != "another-firm-named"
        and not (each.name == "respond_to_firm" and not each.allowed and each.why_not is None)
        and not (each.name == "check_legality" and matter.kind not in ("OBSTRUCTION", None) and matter.legality is None)
    ]
    return tuple(_act(matter, each) for each in sorted(shown, key=lambda each: not each.allowed))


def facts_of(matter: Matter, site: Site) -> tuple[FactLine, ...]:
    found: list[FactLine] = []
    economic = matter.kind == "CONTRACT_DISPUTE"
    if economic or matter.gate is not None:
        found.append(_gate(matter))
    if economic:
        tone: Tone = "good" if matter.consented else "soon"
        found.append(FactLine("书面同意", "有" if matter.consented else "还没有", tone))
    if matter.legality is not None:
        lawful = matter.legality == "LAWFUL"
        found.append(FactLine("项目手续", LEGALITY.get(matter.legality, ""), "good" if lawful else "late"))
    if matter.complained_of is not None:
        found.append(FactLine("投诉的单位", f"{site.bureau.unit(matter.complained_of)}（看不到这件投诉）"))
    if matter.rounds:
        spent = f"，花费 {money(matter.expenses_fen)}" if matter.expenses_fen else ""
        found.append(FactLine("协调", f"{len(matter.rounds)} 次{spent}"))
    if matter.lodged:
        found.append(FactLine("员工登记", f"{matter.lodged} 人", "good"))
    if matter.outcome is not None:
        found.append(FactLine("结果", zh_names()["outcomes"].get(matter.outcome, matter.outcome)))
    return tuple(found)


def _gate(matter: Matter) -> FactLine:
    if matter.gate is not None:
        tone: Tone = "good" if matter.gate == "NOT_A_CRIME" else "late"
        return FactLine("是否犯罪", GATES.get(matter.gate, matter.gate), tone)
    due = f"，{day(matter.gate_due.astimezone(BUREAU_ZONE).date())}前" if matter.gate_due else ""
    late = "，已经超过" if matter.gate_late else ""
    return FactLine("是否犯罪", f"等经侦结论{due}{late}", "late" if matter.gate_late else "soon")


def _task(matter: Matter, task: Task, site: Site, caller: Caller) -> TaskLine:
    state, late = TASK_STATES.get(task.state, task.state), task.rung is not None
    told = f"，超期，已报{zh_names()['roles'].get(task.rung, task.rung)}" if task.rung else ""
    return TaskLine(
        unit=site.bureau.unit(task.unit),
        state=f"{state}{told}{'，督办中' if task.urged and task.state == 'OPEN' else ''}",
        tone="late" if late else "good" if task.state == "ANSWERED" else "soon",
        due=task.due if task.state == "OPEN" else None,
        demand=task.demand or "",
        reply=task.reply or "",
        acts=_task_acts(matter, task, caller) if task.state == "OPEN" and matter.outcome is None else (),
    )


def _task_acts(matter: Matter, task: Task, caller: Caller) -> tuple[Act, ...]:
    base = f"/station/matters/{matter.matter_id}"
    if caller.staff.unit == task.unit:
        over = caller.now > task.object_until
        until = near(task.object_until, caller.now)
        why = f"提出异议的期限已过（{until}）（R-24）" if over else ""
        return (
            offered(MATTER_ACTS["answer_task"], f"{base}/answer_task-{task.task_id}"),
            offered(MATTER_ACTS["object_to_task"], f"{base}/object_to_task-{task.task_id}", why_not=why),
        )
    if "enterprise_officer" in caller.staff.roles:
        return (offered(MATTER_ACTS["urge_task"], f"{base}/urge_task-{task.task_id}"),)
    return ()


def _timeline(matter: Matter, site: Site) -> tuple[TimelineItem, ...]:
    """Newest first, by role and unit: nobody is named."""
    roles = zh_names()["roles"]
    items = [
        TimelineItem(
            each.at,
            "，".join(name for name in (site.bureau.unit(each.unit), roles.get(each.role, "")) if name) or "系统",
            FACTS[each.fact],
            tone="late" if each.fact in LATE_FACTS else "good" if each.fact in GOOD_FACTS else "plain",
        )
        for each in matter.timeline
        if each.fact in FACTS
    ]
    return tuple(reversed(items))
