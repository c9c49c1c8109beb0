"""The connector over HTTP: signed messages in, our keys, and messages for bodies that come for them themselves."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request
from fastapi import Query as Param

from services.workorders.adapters.bodies import Body, Registry
from services.workorders.adapters.signatures import Signer
from services.workorders.connector.decider import Line, NoteTaken, ResumeLine
from services.workorders.connector.messages import InboundMessage, OutboundMessage, Taken
from services.workorders.connector.postbox import Postbox
from services.workorders.connector.store import LineHandler
from services.workorders.connector.views import waiting_lines
from services.workorders.connector.writing import Writer
from services.workorders.transfers.relations import of_the_line
from shared.contracts.codes import Operation, Role
from shared.eventstore import EventStore
from shared.kernel import Clock, NotFound
from shared.web import ANONYMOUS, Call, Guard, Query, StrictModel, address_of
from shared.web.doors import command_by_role
from shared.web.errors import NotAllowed, SignatureRefused

BY_ITSELF = 0
"""In place of an HTTP status: the body came for the message."""


class Waiting(StrictModel):
    line_id: UUID
    place: int
    message: OutboundMessage


class WaitingList(StrictModel):
    messages: tuple[Waiting, ...]
    """The first that waits of each matter; the next one comes when this one was taken."""


class LineDone(StrictModel):
    line_id: UUID
    version: int
    record_id: UUID | None


class Keys(StrictModel):
    keys: tuple[dict[str, str], ...]
    """The first signs; the second will sign after it."""


def connector_router(
    postbox: Postbox,
    lines: LineHandler,
    writer: Writer,
    registry: Registry,
    signers: tuple[Signer, ...],
    store: EventStore,
    guard: Guard,
    clock: Clock,
) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1/connector", tags=["connector"])
    _messages_in(router, postbox, signers, guard)
    _messages_out(router, lines, writer, registry, store, guard, clock)
    return router


def _messages_in(router: APIRouter, postbox: Postbox, signers: tuple[Signer, ...], guard: Guard) -> None:
    async def signed(request: Request) -> Body:
        """Runs before anything in the message is looked at."""
        headers = {name: ", ".join(request.headers.getlist(name)) for name in request.headers}
        try:
            return await postbox.sender(request.method, request.url.path, headers, await request.body())
        except SignatureRefused:
            await guard.denials.of(ANONYMOUS, Operation.ANSWER_TASK, address_of(request))
            raise

    @router.post("/messages", operation_id="workorders.take_message")
    async def take_message(body: Annotated[Body, Depends(signed)], message: InboundMessage) -> Taken:
        """Signed by the body's key (RFC 9421); docs/connector.md says how."""
        return await postbox.take(body, message)

    @router.get("/keys", operation_id="workorders.list_connector_keys")
    async def list_keys() -> Keys:
        return Keys(keys=tuple(signer.jwk() for signer in signers))


def _messages_out(
    router: APIRouter,
    lines: LineHandler,
    writer: Writer,
    registry: Registry,
    store: EventStore,
    guard: Guard,
    clock: Clock,
) -> None:
    following = guard.query(Operation.FOLLOW, relation=of_the_line)
    taking = guard.command(Operation.ANSWER_TASK, relation=of_the_line)
    again = command_by_role(
        guard,
        Operation.TRANSFER,
        {Role.OPERATOR: Operation.REPLAY_RECORDS},
        relation=of_the_line,
    )

    @router.get("/messages", operation_id="workorders.list_messages_for_body")
    async def list_messages(
        query: Annotated[Query, following], limit: Annotated[int, Param(ge=1, le=50)] = 20
    ) -> WaitingList:
        body = _own(query, registry, clock)
        found = []
        for line_id in await waiting_lines(store.pool, body.code, limit):
            state, _ = await lines.state(line_id)
            if isinstance(state, Line) and state.first is not None:
                written = await writer.write(state, state.first, body)
                found.append(Waiting(line_id=line_id, place=state.first.place, message=written))
        return WaitingList(messages=tuple(found))

    @router.post("/lines/{line_id}/messages/{place}/taken", operation_id="workorders.take_message_for_body")
    async def take(
        line_id: UUID, place: Annotated[int, Path(ge=1, le=10_000)], call: Annotated[Call, taking]
    ) -> LineDone:
        body = _own(call, registry, clock)
        state, _ = await lines.state(line_id)
        if not isinstance(state, Line) or state.body != body.code:
            raise NotFound
        return await _do(line_id, NoteTaken(place=place, status=BY_ITSELF, at=clock.now()), call)

    @router.post("/lines/{line_id}/resume", operation_id="workorders.resume_line")
    async def resume(line_id: UUID, call: Annotated[Call, again]) -> LineDone:
        """Tried again at once, also after it was given up."""
        if call.actor.person is None:
            raise NotAllowed
        return await _do(line_id, ResumeLine(by=call.actor.person, at=clock.now()), call)

    async def _do(line_id: UUID, wish: NoteTaken | ResumeLine, call: Call) -> LineDone:
        def answer(recorded: Any) -> dict[str, Any]:
            last = str(recorded.last) if recorded.last else None
            return {"line_id": str(line_id), "version": recorded.version, "record_id": last}

        recorded = await lines.handle(
            line_id, wish, call.context, once=call.once, answer=answer, if_version=call.if_match
        )
        return LineDone.model_validate(recorded.answer)


def _own(query: Query, registry: Registry, clock: Clock) -> Body:
    body = registry.linked(query.actor.unit, clock.now())
    if body is None:
        raise NotFound
    return body
