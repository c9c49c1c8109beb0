"""Deliberations over HTTP."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Param
from pydantic import Field

from services.workorders.clerk import Clerk, acting, end_of
from services.workorders.deliberations.commands import (
    AcknowledgeDanger,
    AddSupporter,
    CloseDeliberation,
    Decide,
    Discuss,
    OpenDeliberation,
    ReachMilestone,
)
from services.workorders.deliberations.decider import Deliberation
from services.workorders.deliberations.facts import Danger, DeliberationId, Milestone, Step
from services.workorders.deliberations.store import DeliberationHandler
from services.workorders.deliberations.views import deliberation_list, list_deliberations
from services.workorders.meetings.relations import GUEST, OURS, of_calling, sees_everything
from shared.contracts.codes import Operation, Relation, Role
from shared.kernel import Actor, ItemCode, NotFound, RequestId, UnitCode, derive_id
from shared.web import Call, CodeText, Guard, LongText, Query, Relate, StrictModel
from shared.web.clerk import Day, Done, act, told
from shared.web.doors import command_by_role

Units = Annotated[tuple[CodeText, ...], Field(max_length=40)]
ACKNOWLEDGE = {
    Role.COMMUNITY_OFFICER: Operation.HANDLE,
    Role.TRAFFIC_OFFICER: Operation.HANDLE,
}
"""The bureau's own answer no tasks of others: what they do at once is their handling."""


class DeliberationBody(StrictModel):
    request_id: UUID
    topic: CodeText
    problem: LongText
    danger: Danger | None = None
    told: Units = ()


class AcknowledgeBody(StrictModel):
    done: LongText | None = None


class SupporterBody(StrictModel):
    request_id: UUID


class DiscussBody(StrictModel):
    units: Units = ()
    proposals: Annotated[int, Field(strict=True, ge=0, le=1000)] = 0
    minutes: LongText


class MilestoneBody(StrictModel):
    code: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$")]
    what: LongText
    due: Day
    in_use: bool = False


class DecisionBody(StrictModel):
    decision: LongText
    milestones: Annotated[tuple[MilestoneBody, ...], Field(min_length=1, max_length=40)]


class ReachedBody(StrictModel):
    proof: LongText


class MilestoneAnswer(StrictModel):
    code: str
    what: str | None
    due: datetime
    in_use: bool
    reached: bool
    late: bool


class DeliberationRow(StrictModel):
    deliberation_id: UUID
    request_id: UUID
    topic: str
    unit: str
    step: Step
    danger: Danger | None
    told: tuple[str, ...]
    silent: tuple[str, ...]
    supporters: int
    opened_at: datetime


class DeliberationAnswer(StrictModel):
    deliberation_id: UUID
    request_id: UUID
    topic: str
    unit: str
    step: Step
    problem: str | None
    danger: Danger | None
    told: tuple[str, ...]
    silent: tuple[str, ...]
    """Who was told of the danger and has not said that he acts."""
    supporters: int
    decision: str | None
    milestones: tuple[MilestoneAnswer, ...]
    version: int


class DeliberationList(StrictModel):
    deliberations: tuple[DeliberationRow, ...]


def of_deliberation(deliberations: DeliberationHandler) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        state, _ = await deliberations.state(UUID(path["deliberation_id"]))
        if not isinstance(state, Deliberation):
            raise NotFound("deliberation")
        if actor.unit is None:
            return frozenset()
        if actor.unit == state.unit:
            return OURS
        return GUEST | {Relation.OWN, Relation.OWN_PLACE} if actor.unit in state.told else frozenset()

    return relate


async def of_lists(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    return OURS if actor.unit else frozenset()


def deliberations_router(deliberations: DeliberationHandler, clerk: Clerk, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1", tags=["deliberations"])
    related = of_deliberation(deliberations)
    hosting: Any = guard.command(Operation.COORDINATE, relation=related)
    _readings(router, deliberations, clerk, guard, related)

    @router.post("/deliberations", operation_id="workorders.open_deliberation", status_code=201)
    async def open_one(
        body: DeliberationBody, call: Annotated[Call, guard.command(Operation.COORDINATE, relation=of_calling)]
    ) -> Done:
        """One for each request."""
        deliberation_id = DeliberationId(derive_id(body.request_id, "deliberation"))
        refs = await clerk.seal_for_units(call, deliberation_id, {"problem": body.problem})
        wish = OpenDeliberation(
            doer=acting(call.actor),
            deliberation_id=deliberation_id,
            request_id=RequestId(body.request_id),
            topic=ItemCode(body.topic),
            problem=refs["problem"],
            danger=body.danger,
            told=tuple(UnitCode(each) for each in body.told),
            at=clerk.now(),
        )
        return await act(deliberations, deliberation_id, wish, call)

    @router.post("/deliberations/{deliberation_id}/acknowledgement", operation_id="workorders.acknowledge_danger")
    async def acknowledge(
        deliberation_id: UUID,
        body: AcknowledgeBody,
        call: Annotated[Call, command_by_role(guard, Operation.ANSWER_TASK, ACKNOWLEDGE, relation=related)],
    ) -> Done:
        refs = await clerk.seal_for_units(call, deliberation_id, {"done": body.done})
        wish = AcknowledgeDanger(doer=acting(call.actor), done=refs.get("done"), at=clerk.now())
        return await act(deliberations, deliberation_id, wish, call)

    @router.post("/deliberations/{deliberation_id}/supporters", operation_id="workorders.add_supporter")
    async def support(deliberation_id: UUID, body: SupporterBody, call: Annotated[Call, hosting]) -> Done:
        wish = AddSupporter(doer=acting(call.actor), supporter=RequestId(body.request_id), at=clerk.now())
        return await act(deliberations, deliberation_id, wish, call)

    @router.post("/deliberations/{deliberation_id}/discussions", operation_id="workorders.discuss")
    async def discuss(deliberation_id: UUID, body: DiscussBody, call: Annotated[Call, hosting]) -> Done:
        refs = await clerk.seal_for_units(call, deliberation_id, {"minutes": body.minutes})
        wish = Discuss(
            doer=acting(call.actor),
            units=tuple(UnitCode(each) for each in body.units),
            proposals=body.proposals,
            minutes=refs["minutes"],
            at=clerk.now(),
        )
        return await act(deliberations, deliberation_id, wish, call)

    @router.post("/deliberations/{deliberation_id}/decision", operation_id="workorders.decide_deliberation")
    async def decide(deliberation_id: UUID, body: DecisionBody, call: Annotated[Call, hosting]) -> Done:
        texts = {f"milestone_{each.code}": each.what for each in body.milestones}
        refs = await clerk.seal_for_units(call, deliberation_id, {"decision": body.decision, **texts})
        milestones = {
            each.code: Milestone(
                ItemCode(each.code), refs[f"milestone_{each.code}"], end_of(each.due), in_use=each.in_use
            )
            for each in body.milestones
        }
        wish = Decide(
            doer=acting(call.actor),
            decision=refs["decision"],
            milestones=tuple(milestones.values()),
            at=clerk.now(),
        )
        return await act(deliberations, deliberation_id, wish, call)

    @router.post(
        "/deliberations/{deliberation_id}/milestones/{code}/reached", operation_id="workorders.reach_milestone"
    )
    async def reach(deliberation_id: UUID, code: CodeText, body: ReachedBody, call: Annotated[Call, hosting]) -> Done:
        refs = await clerk.seal_for_units(call, deliberation_id, {"proof": body.proof})
        wish = ReachMilestone(doer=acting(call.actor), code=ItemCode(code), proof=refs["proof"], at=clerk.now())
        return await act(deliberations, deliberation_id, wish, call)

    @router.post("/deliberations/{deliberation_id}/closing", operation_id="workorders.close_deliberation")
    async def close(deliberation_id: UUID, call: Annotated[Call, hosting]) -> Done:
        wish = CloseDeliberation(doer=acting(call.actor), at=clerk.now())
        return await act(deliberations, deliberation_id, wish, call)

    return router


def _readings(
    router: APIRouter, deliberations: DeliberationHandler, clerk: Clerk, guard: Guard, related: Relate
) -> None:
    @router.get("/deliberations", operation_id="workorders.list_deliberations")
    async def list_all(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_lists)],
        after: UUID | None = None,
        limit: Annotated[int, Param(ge=1, le=200)] = 50,
    ) -> DeliberationList:
        store = deliberations.store
        if after is not None:
            await store.wait_for_view(deliberation_list.name, after)
        rows = await list_deliberations(store.pool, sees_everything(query.actor), query.actor.unit, limit)
        return DeliberationList(deliberations=tuple(DeliberationRow.model_validate(dict(row)) for row in rows))

    @router.get("/deliberations/{deliberation_id}", operation_id="workorders.get_deliberation")
    async def get_one(
        deliberation_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=related)]
    ) -> DeliberationAnswer:
        found, version = await deliberations.state(deliberation_id)
        if not isinstance(found, Deliberation):
            raise NotFound("deliberation")
        progresses = found.milestones.values()
        refs = (found.problem, found.decision, *(each.milestone.what for each in progresses))
        texts = await clerk.read(query, refs)
        return DeliberationAnswer(
            deliberation_id=deliberation_id,
            request_id=found.request_id,
            topic=found.topic,
            unit=found.unit,
            step=found.step,
            problem=told(texts, found.problem),
            danger=found.danger,
            told=tuple(found.told),
            silent=tuple(unit for unit, acts in found.told.items() if not acts),
            supporters=len(found.supporters),
            decision=told(texts, found.decision),
            milestones=tuple(
                MilestoneAnswer(
                    code=each.milestone.code,
                    what=told(texts, each.milestone.what),
                    due=each.milestone.due,
                    in_use=each.milestone.in_use,
                    reached=each.proof is not None,
                    late=each.late and each.proof is None,
                )
                for each in progresses
            ),
            version=version,
        )
