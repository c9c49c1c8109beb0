"""A small service with one switch, for tests of the door."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from shared.contracts.codes import Operation
from shared.eventstore import CommandHandler
from shared.web import Call, Deps, Guard, Query, Service, ShortText, StrictModel, own
from tests.shared.eventstore.toggles import NOON, Count, Position, Switch, SwitchEvent, Watch, codec, switches

Switches = CommandHandler[Switch | Count | Watch, Position, SwitchEvent]


class CountBody(StrictModel):
    note: ShortText = "note"
    by: Annotated[int, Field(strict=True, ge=1, le=9)] = 1


def toy_router(handler: Switches, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/intake/v1")

    @router.get("/switches/{switch_id}", operation_id="toy.get_switch")
    async def get(switch_id: UUID, query: Annotated[Query, guard.query(Operation.READ)]) -> dict[str, Any]:
        state, version = await handler.state(switch_id)
        return {"count": state.count, "version": version, "role": query.actor.role, "language": query.language}

    @router.post("/switches/{switch_id}/counts", operation_id="toy.count", status_code=201)
    async def count(
        switch_id: UUID,
        body: CountBody,
        call: Annotated[Call, guard.command(Operation.FILE, relation=own, anonymous=True)],
    ) -> dict[str, Any]:
        recorded = await handler.handle(
            switch_id,
            Count(at=NOON),
            call.context,
            once=call.once,
            answer=lambda done: {"count": done.state.count, "record_id": str(done.last)},
            if_version=call.if_match,
        )
        return recorded.answer or {}

    @router.post("/switches/{switch_id}/tries", operation_id="toy.try")
    async def try_it(
        switch_id: UUID, call: Annotated[Call, guard.command(Operation.FILE, relation=own, anonymous=True)]
    ) -> dict[str, Any]:
        guard.limits.hit("2/15minutes", "toy", str(switch_id))
        return {}

    return router


def build_toy(deps: Deps) -> Service:
    handler = switches(deps.store)
    return Service(name="intake", routers=(toy_router(handler, deps.guard),), codecs={"intake.switch": codec})
