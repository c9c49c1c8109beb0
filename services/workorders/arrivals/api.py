"""Requests of other bodies over HTTP: how one stands, an oversight body's notice, and the reply to it."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime

from services.workorders.arrivals.commands import AnswerNotice, ArrivalCommand, GiveNotice, ObjectToArrival
from services.workorders.arrivals.decider import Arrived
from services.workorders.arrivals.desk import ArrivalDesk, ArrivalFile
from services.workorders.connector.messages import Photos
from services.workorders.transfers.api import written
from services.workorders.transfers.limits import objection_due
from shared.contracts.codes import Door, Operation, Purpose, ReasonCode, Relation, Role
from shared.kernel import Actor, Clock, NotFound, derive_id
from shared.web import Call, Guard, LongText, Query, StrictModel
from shared.web.doors import query_by_role
from shared.web.errors import NotAllowed


class NoticeBody(StrictModel):
    notice: LongText
    reply_due: AwareDatetime


class ReplyBody(StrictModel):
    reply: LongText
    fixed: bool
    proof: Photos = ()


class ObjectionBody(StrictModel):
    reason: ReasonCode
    note: LongText | None = None


class ArrivalDone(StrictModel):
    request_id: UUID
    version: int
    record_id: UUID | None
    """None: it was so already."""


class NoticeDone(ArrivalDone):
    notice_id: UUID


def arrivals_router(desk: ArrivalDesk, guard: Guard, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1/arrivals", tags=["arrivals"])

    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        state, _ = await desk.arrivals.state(UUID(path["request_id"]))
        if not isinstance(state, Arrived):
            raise NotFound
        return _relations(actor, state)

    reading = query_by_role(guard, Operation.READ, {Role.PLATFORM: Operation.FOLLOW}, relation=relate)

    @router.get("/{request_id}", operation_id="workorders.get_arrival")
    async def get_arrival(request_id: UUID, query: Annotated[Query, reading]) -> ArrivalFile:
        oversight = query.actor.role == Role.PROCURATOR
        return await desk.show(request_id, query, Purpose.SUPERVISION if oversight else Purpose.HANDLING)

    @router.post("/{request_id}/objection", operation_id="workorders.object_to_arrival")
    async def object_to(
        request_id: UUID,
        body: ObjectionBody,
        call: Annotated[Call, guard.command(Operation.TRANSFER, relation=relate)],
    ) -> ArrivalDone:
        """R-24: five working days from the arrival; the sender is told why."""
        if call.actor.person is None:
            raise NotAllowed
        await desk.screen(body.note, request_id, call.context)
        refs = await desk.seal(
            request_id, f"{call.principal} {call.key}", call.context, owner=call.actor.person, note=body.note
        )
        wish = ObjectToArrival(
            reason=body.reason,
            note=refs.get("note"),
            due=objection_due(await desk.since(request_id)),
            by=call.actor.person,
            at=clock.now(),
        )
        return ArrivalDone.model_validate(await desk.do(request_id, wish, call))

    @router.post("/{request_id}/notices", operation_id="workorders.give_supervision_notice")
    async def give_notice(
        request_id: UUID,
        body: NoticeBody,
        call: Annotated[Call, guard.command(Operation.SUPERVISION_NOTICE, relation=relate)],
    ) -> NoticeDone:
        notice_id = derive_id(request_id, call.principal, call.key)
        refs = await desk.seal(
            request_id, f"{call.principal} {call.key}", call.context, owner=call.actor.person, notice=body.notice
        )
        wish = GiveNotice(notice_id=notice_id, notice=refs["notice"], reply_due=body.reply_due, at=clock.now())
        return await _do(request_id, notice_id, wish, call)

    @router.post("/{request_id}/notices/{notice_id}/reply", operation_id="workorders.answer_supervision_notice")
    async def answer_notice(
        request_id: UUID,
        notice_id: UUID,
        body: ReplyBody,
        call: Annotated[Call, guard.command(Operation.ANSWER_TASK, relation=relate)],
    ) -> NoticeDone:
        if call.actor.person is None:
            raise NotAllowed
        await desk.screen(body.reply, request_id, call.context)
        proof = written(body.proof) if body.proof else None
        refs = await desk.seal(
            request_id,
            f"{call.principal} {call.key}",
            call.context,
            owner=call.actor.person,
            reply=body.reply,
            proof=proof,
        )
        wish = AnswerNotice(
            notice_id=notice_id,
            reply=refs["reply"],
            fixed=body.fixed,
            proof=refs.get("proof"),
            by=call.actor.person,
            at=clock.now(),
        )
        return await _do(request_id, notice_id, wish, call)

    async def _do(request_id: UUID, notice_id: UUID, wish: ArrivalCommand, call: Call) -> NoticeDone:
        done = await desk.do(request_id, wish, call)
        return NoticeDone.model_validate(done | {"notice_id": notice_id})

    return router


def _relations(actor: Actor, arrived: Arrived) -> frozenset[Relation]:
    """A body's client stands to what that body sent; a procurator to what came by the door of oversight."""
    found: set[Relation] = set()
    if Role.PLATFORM in actor.roles and actor.unit is not None and actor.unit == arrived.body:
        found.add(Relation.OWN)
    if Role.PROCURATOR in actor.roles and arrived.door is Door.OVERSIGHT:
        found |= {Relation.OWN, Relation.OVERSIGHT}
    return frozenset(found)
