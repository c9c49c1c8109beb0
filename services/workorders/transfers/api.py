"""Transfers over HTTP: sending out, and what bodies answer by their own client or through the liaison's hand."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter
from fastapi import Query as Param

from services.workorders.adapters.bodies import Body
from services.workorders.connector.messages import Photos
from services.workorders.connector.views import bodies_now, lines_of
from services.workorders.transfers.commands import (
    ActOnDanger,
    Answer,
    Close,
    Object,
    SendAnswerBack,
    TakeBack,
    TakeReceipt,
    TransferCommand,
    Voice,
)
from services.workorders.transfers.desk import TransferDesk
from services.workorders.transfers.facts import Result
from services.workorders.transfers.relations import OF_BODIES, of_the_board, of_transfer
from services.workorders.transfers.shown import BodyChoice, TransferFile
from services.workorders.transfers.store import proof_text, remark, told
from services.workorders.transfers.views import NAME, Wanted, list_transfers
from shared.contracts.codes import Operation, ReasonCode, Role
from shared.eventstore import EventStore
from shared.kernel import Clock, PersonId
from shared.web import Call, CodeText, Guard, LongText, Query, ShortText, StrictModel
from shared.web.cursors import Place, read_cursor, write_cursor
from shared.web.doors import command_by_role, query_by_role
from shared.web.errors import NotAllowed

FOLLOWS = {Role.PLATFORM: Operation.FOLLOW}
OBJECTS = {Role.DEPARTMENT_CLERK: Operation.OBJECT}


class SendBody(StrictModel):
    to: CodeText
    reason: Literal[ReasonCode.NOT_POLICE, ReasonCode.OTHER_UNIT, ReasonCode.LEGAL_PROCEDURE]
    notice: LongText | None = None
    """What the person is told: where it went, and why."""
    task: LongText | None = None
    """What the body is asked, without names."""


class NoteBody(StrictModel):
    note: LongText


class ReceiptBody(StrictModel):
    number: ShortText | None = None


class ObjectionBody(StrictModel):
    reason: ReasonCode
    note: LongText | None = None


class ResultBody(StrictModel):
    result: Result
    answer: LongText
    proof: Photos = ()


class ReasonBody(StrictModel):
    reason: ReasonCode


class Done(StrictModel):
    transfer_id: UUID
    version: int
    record_id: UUID | None
    """None: it was so already."""


class TransferRow(StrictModel):
    transfer_id: UUID
    request_id: UUID
    attempt: int
    category: str
    priority: str
    unit: str
    body: str | None
    owner: UUID | None
    state: str
    open: bool
    late: tuple[str, ...]
    objected: str | None
    proof_demanded: bool
    offered_at: datetime
    send_due: datetime
    sent_at: datetime | None
    receipt_due: datetime | None
    received_at: datetime | None
    answer_due: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    waiting: int
    """Messages that the body has not taken."""
    tries: int
    next_try: datetime | None
    given_up: bool


class TransferList(StrictModel):
    transfers: tuple[TransferRow, ...]
    cursor: str | None


class BodyFile(BodyChoice):
    takes: tuple[str, ...]
    proof: tuple[str, ...]
    link: str
    waiting: int
    failing_since: datetime | None
    given_up: bool
    taken_at: datetime | None


class BodyList(StrictModel):
    version: str
    bodies: tuple[BodyFile, ...]


def transfers_router(desk: TransferDesk, store: EventStore, guard: Guard, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1", tags=["transfers"])
    _reading(router, desk, store, guard, clock)
    _sending(router, desk, guard, clock)
    _answering(router, desk, guard, clock)
    return router


def _reading(router: APIRouter, desk: TransferDesk, store: EventStore, guard: Guard, clock: Clock) -> None:
    on_board = query_by_role(guard, Operation.READ, FOLLOWS, relation=of_the_board)
    on_file = query_by_role(guard, Operation.READ, FOLLOWS, relation=of_transfer(desk.transfers))

    @router.get("/transfers", operation_id="workorders.list_transfers")
    async def list_all(
        query: Annotated[Query, on_board],
        request_id: UUID | None = None,
        is_open: Annotated[bool | None, Param(alias="open")] = None,
        after: UUID | None = None,
        cursor: Annotated[str | None, Param(max_length=120)] = None,
        limit: Annotated[int, Param(ge=1, le=200)] = 50,
    ) -> TransferList:
        if after is not None:
            await store.wait_for_view(NAME, after)
        wanted = _seen(query, request_id, is_open, read_cursor(cursor) if cursor else None, limit)
        rows = await list_transfers(store.pool, wanted)
        lines = await lines_of(store.pool, [row["transfer_id"] for row in rows])
        found = tuple(TransferRow(**dict(row), **_line(lines[row["transfer_id"]])) for row in rows)
        last = Place(found[-1].offered_at, found[-1].transfer_id) if len(found) == limit else None
        return TransferList(transfers=found, cursor=write_cursor(last) if last else None)

    @router.get("/transfers/{transfer_id}", operation_id="workorders.get_transfer")
    async def get_transfer(transfer_id: UUID, query: Annotated[Query, on_file]) -> TransferFile:
        lines = await lines_of(store.pool, [transfer_id])
        return await desk.show(transfer_id, query, lines[transfer_id])

    @router.get("/bodies", operation_id="workorders.list_bodies")
    async def list_bodies(query: Annotated[Query, on_board]) -> BodyList:
        now = await bodies_now(store.pool)
        bodies = sorted(desk.registry.on(clock.now()).values(), key=lambda body: body.code)
        return BodyList(version=desk.registry.version, bodies=tuple(_body(body, now.get(body.code)) for body in bodies))


def _seen(query: Query, request_id: UUID | None, is_open: bool | None, after: Place | None, limit: int) -> Wanted:
    """A body sees what was sent to it; a unit of the bureau what routing gave it; those who read every stub, all."""
    actor = query.actor
    theirs = not OF_BODIES.isdisjoint(actor.roles)
    everything = {Role.HOTLINE_LIAISON, Role.TRIAGE_OFFICER, Role.BUREAU_LEADER, Role.AUDITOR, Role.OPERATOR}
    sees_all = bool(everything & actor.roles)
    return Wanted(
        request_id=request_id or actor.about,
        open=is_open,
        body=actor.unit if theirs else None,
        unit=None if theirs or sees_all or actor.about is not None else actor.unit,
        hides_complaints=Role.SUPERVISOR not in actor.roles and not sees_all,
        after=after,
        limit=limit,
    )


def _line(lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Normally one; another where it went to a second body after the first."""
    waiting = [line for line in lines if line["waiting"]]
    return {
        "waiting": sum(line["waiting"] for line in waiting),
        "tries": max((line["tries"] for line in waiting), default=0),
        "next_try": min((line["next_try"] for line in waiting), default=None),
        "given_up": any(line["given_up"] for line in waiting),
    }


def _body(body: Body, now: dict[str, Any] | None) -> BodyFile:
    return BodyFile(
        code=body.code,
        zh=body.zh,
        en=body.en,
        kind=body.kind,
        linked=body.linked,
        sees=body.sees,
        takes=tuple(sorted(body.takes)),
        proof=tuple(sorted(body.proof)),
        link=body.link,
        waiting=now["waiting"] if now else 0,
        failing_since=now["failing_since"] if now else None,
        given_up=now["given_up"] if now else False,
        taken_at=now["taken_at"] if now else None,
    )


def _sending(router: APIRouter, desk: TransferDesk, guard: Guard, clock: Clock) -> None:
    transferring = guard.command(Operation.TRANSFER, relation=of_transfer(desk.transfers))

    async def do(transfer_id: UUID, command: TransferCommand, call: Call) -> Done:
        return Done.model_validate(await desk.do(transfer_id, command, call))

    @router.post("/transfers/{transfer_id}/sending", operation_id="workorders.send_transfer")
    async def send(transfer_id: UUID, body: SendBody, call: Annotated[Call, transferring]) -> Done:
        sent = await desk.send_out(transfer_id, body.to, body.reason, body.notice, body.task, call)
        return Done.model_validate(sent)

    @router.post("/transfers/{transfer_id}/danger", operation_id="workorders.act_on_danger")
    async def act_on_danger(transfer_id: UUID, body: NoteBody, call: Annotated[Call, transferring]) -> Done:
        """R-22: what officers did at once. The person is told of it."""
        state = await desk.state(transfer_id)
        refs = await desk.seal(transfer_id, state.offer.request_id, {"note": told(body.note)}, call)
        return await do(transfer_id, ActOnDanger(by=_person(call), note=refs["note"], at=clock.now()), call)

    @router.post("/transfers/{transfer_id}/closing", operation_id="workorders.close_transfer")
    async def close(transfer_id: UUID, call: Annotated[Call, transferring]) -> Done:
        seen = await desk.has_read(transfer_id, call)
        return await do(transfer_id, Close(by=_person(call), has_read=seen, at=clock.now()), call)

    @router.post("/transfers/{transfer_id}/answer-back", operation_id="workorders.send_answer_back")
    async def send_answer_back(transfer_id: UUID, body: NoteBody, call: Annotated[Call, transferring]) -> Done:
        note = await desk.seal_for_body(transfer_id, body.note, call)
        return await do(transfer_id, SendAnswerBack(by=_person(call), note=note, at=clock.now()), call)

    @router.post("/transfers/{transfer_id}/return", operation_id="workorders.take_transfer_back")
    async def take_back(transfer_id: UUID, body: ReasonBody, call: Annotated[Call, transferring]) -> Done:
        return await do(transfer_id, TakeBack(by=_person(call), reason=body.reason, at=clock.now()), call)


def _answering(router: APIRouter, desk: TransferDesk, guard: Guard, clock: Clock) -> None:
    relate = of_transfer(desk.transfers)
    answering = guard.command(Operation.ANSWER_TASK, relation=relate)
    objecting = command_by_role(guard, Operation.ANSWER_TASK, OBJECTS, relation=relate)

    async def do(transfer_id: UUID, command: TransferCommand, call: Call) -> Done:
        return Done.model_validate(await desk.do(transfer_id, command, call))

    @router.post("/transfers/{transfer_id}/receipt", operation_id="workorders.receive_transfer")
    async def receive(transfer_id: UUID, body: ReceiptBody, call: Annotated[Call, answering]) -> Done:
        state = await desk.state(transfer_id)
        texts = {"number": remark(body.number) if body.number else None}
        refs = await desk.seal(transfer_id, state.offer.request_id, texts, call)
        command = TakeReceipt(voice=_voice(call), number=refs.get("number"), at=clock.now())
        return await do(transfer_id, command, call)

    @router.post("/transfers/{transfer_id}/objection", operation_id="workorders.object_to_transfer")
    async def object_to(transfer_id: UUID, body: ObjectionBody, call: Annotated[Call, objecting]) -> Done:
        state = await desk.state(transfer_id)
        texts = {"note": remark(body.note) if body.note else None}
        refs = await desk.seal(transfer_id, state.offer.request_id, texts, call)
        command = Object(voice=_voice(call), reason=body.reason, note=refs.get("note"), at=clock.now())
        return await do(transfer_id, command, call)

    @router.post("/transfers/{transfer_id}/result", operation_id="workorders.answer_transfer")
    async def answer(transfer_id: UUID, body: ResultBody, call: Annotated[Call, answering]) -> Done:
        state = await desk.state(transfer_id)
        texts = {"answer": told(body.answer), "proof": proof_text(written(body.proof)) if body.proof else None}
        refs = await desk.seal(transfer_id, state.offer.request_id, texts, call)
        command = Answer(
            voice=_voice(call), result=body.result, answer=refs["answer"], proof=refs.get("proof"), at=clock.now()
        )
        return await do(transfer_id, command, call)


def written(photos: Photos) -> str:
    """What is kept of photos that stay with the body."""
    return orjson.dumps([photo.model_dump(mode="json", exclude_none=True) for photo in photos]).decode()


def _person(call: Call) -> PersonId:
    if call.actor.person is None:
        raise NotAllowed
    return call.actor.person


def _voice(call: Call) -> Voice:
    """A body speaks for itself; anybody else wrote down what it said."""
    if not OF_BODIES.isdisjoint(call.actor.roles):
        if call.actor.unit is None:
            raise NotAllowed
        return Voice(call.actor.unit)
    return Voice(None, _person(call))
