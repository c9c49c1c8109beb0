"""The course of an order over HTTP: steps with proof, tries, another playbook or owner, approvals, other units."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path

from services.workorders.adapters.units import Units
from services.workorders.orders.api import Done, doer_in
from services.workorders.orders.bodies import AskBody, HandOnBody, PartBody, PlaybookBody, StageBody, StepBody, TryBody
from services.workorders.orders.decider import OrderCommand
from services.workorders.orders.desk import OrderDesk
from services.workorders.orders.doors import Doors
from services.workorders.orders.rules.asking import AskUnits, UnitUnknown
from services.workorders.orders.rules.course_acts import ChoosePlaybook, DecideStage, OfferOwnership
from services.workorders.orders.rules.playbook import step_of
from services.workorders.orders.rules.states import tasks_of
from services.workorders.orders.rules.steps import ReportStep
from services.workorders.orders.rules.task_facts import Part, Shared
from services.workorders.orders.rules.tasks import RecallTask
from services.workorders.orders.store import shared_text
from services.workorders.orders.timers import task_due
from shared.kernel import Clock, ItemCode, PersonId, UnitCode, derive_id
from shared.web import Call, Guard, Text

StepName = Annotated[str, Path(max_length=40, pattern="^[a-z_]+$")]


def course_router(desk: OrderDesk, units: Units, guard: Guard, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1/orders", tags=["orders"])
    doors = Doors(guard, desk.orders)

    @router.post("/{order_id}/steps/{step}", operation_id="workorders.report_step")
    async def report_step(order_id: UUID, step: StepName, body: StepBody, call: Annotated[Call, doors.working]) -> Done:
        refs = await desk.seal_all(order_id, body.texts(), call)
        command = ReportStep(
            doer=doer_in(call),
            step=ItemCode(step),
            note=refs.get("note"),
            evidence=body.evidence.evidence(refs),
            result=ItemCode(body.result) if body.result else None,
            items=tuple(ItemCode(item) for item in body.items),
            fen=body.amount_fen,
            deadline=body.deadline_at(),
            at=clock.now(),
        )
        return await _do(order_id, command, call)

    @router.post("/{order_id}/steps/{step}/tries", operation_id="workorders.report_try")
    async def report_try(order_id: UUID, step: StepName, body: TryBody, call: Annotated[Call, doors.working]) -> Done:
        """It was tried, in vain: nobody answered, the picture was refused."""
        note = await desk.seal_note(order_id, body.note, call)
        command = ReportStep(doer=doer_in(call), step=ItemCode(step), note=note, attempt=body.attempt, at=clock.now())
        return await _do(order_id, command, call)

    @router.post("/{order_id}/playbook", operation_id="workorders.choose_playbook")
    async def choose_playbook(order_id: UUID, body: PlaybookBody, call: Annotated[Call, doors.working]) -> Done:
        order = await desk.signed(order_id)
        playbook = desk.may_choose(order.offer.channel, ItemCode(body.playbook), clock.now())
        return await _do(order_id, ChoosePlaybook(doer=doer_in(call), playbook=playbook, at=clock.now()), call)

    @router.post("/{order_id}/handover", operation_id="workorders.hand_over_order")
    async def hand_over(order_id: UUID, body: HandOnBody, call: Annotated[Call, doors.working]) -> Done:
        """The owner stays accountable until the colleague has signed."""
        note = await desk.seal_note(order_id, body.note, call)
        command = OfferOwnership(doer=doer_in(call), to=PersonId(body.to), note=note, at=clock.now())
        return await _do(order_id, command, call)

    @router.post("/{order_id}/stages/{step}", operation_id="workorders.decide_stage")
    async def decide_stage(
        order_id: UUID, step: StepName, body: StageBody, call: Annotated[Call, doors.approving]
    ) -> Done:
        note = await desk.seal_note(order_id, body.note, call)
        command = DecideStage(doer=doer_in(call), step=ItemCode(step), granted=body.granted, note=note, at=clock.now())
        return await _do(order_id, command, call)

    @router.post("/{order_id}/tasks", operation_id="workorders.ask_units")
    async def ask_units(order_id: UUID, body: AskBody, call: Annotated[Call, doors.working]) -> Done:
        order = await desk.signed(order_id)
        code = ItemCode(body.step)
        step = step_of(order.offer.playbook, code)
        together = {part.unit for part in body.parts} | {task.part.unit for task in tasks_of(order, code)}
        command = AskUnits(
            doer=doer_in(call),
            step=code,
            parts=await _parts(order_id, order.tries.get(code, 0), len(together) == 1, body, call),
            due=task_due(step.task, clock.now()) if step and step.task else None,
            at=clock.now(),
        )
        return await _do(order_id, command, call)

    @router.post("/{order_id}/tasks/{task_id}/recall", operation_id="workorders.recall_task")
    async def recall_task(order_id: UUID, task_id: UUID, call: Annotated[Call, doors.working]) -> Done:
        return await _do(order_id, RecallTask(doer=doer_in(call), task_id=task_id, at=clock.now()), call)

    async def _do(order_id: UUID, command: OrderCommand, call: Call) -> Done:
        return Done.model_validate(await desk.do(order_id, command, call))

    async def _parts(order_id: UUID, round: int, alone: bool, body: AskBody, call: Call) -> tuple[Part, ...]:
        """A unit that is asked alone leads."""
        texts: dict[str, Text | None] = {
            f"{part.unit}.{what}": shared_text(text) for part in body.parts for what, text in part.share.given().items()
        }
        refs = await desk.seal_all(order_id, texts, call)
        return tuple(
            _part(
                order_id,
                round,
                alone,
                body,
                part,
                tuple(Shared(what, refs[f"{part.unit}.{what}"]) for what in part.share.given()),
            )
            for part in body.parts
        )

    def _part(
        order_id: UUID, round: int, alone: bool, body: AskBody, part: PartBody, shared: tuple[Shared, ...]
    ) -> Part:
        unit = UnitCode(part.unit)
        kind = units.kind_of(unit)
        if kind is None:
            raise UnitUnknown(unit=unit)
        task_id = derive_id(order_id, body.step, round, unit)
        return Part(task_id, unit, kind, part.lead or alone, shared)

    return router
