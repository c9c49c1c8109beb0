"""HTTP of batches: read a table, open a batch, see how far it is, fetch what to hand out and what to mend."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi import Query as Param

from services.intake.adapters.tables import as_csv, empty_form, rows_in
from services.intake.batches.bodies import BatchAnswer, BatchBody, BatchList, RowBody, Slips, TableAnswer
from services.intake.batches.decider import Batch, NoBatchesHere
from services.intake.batches.desk import BatchDesk, error_told
from services.intake.batches.rows import checked
from services.intake.batches.store import BatchHandler
from services.intake.batches.views import batches_view, own_batches
from services.intake.batches.words import NAMES
from services.intake.requests.door_api import at_the_door
from services.intake.requests.rules.doors import DOORS
from shared.contracts.codes import Door, Operation, Relation
from shared.kernel import Actor, NotFound
from shared.web import Call, CodeText, Guard, Query, Relate

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLE_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "text/csv": {"schema": {"type": "string"}},
            SHEET: {"schema": {"type": "string", "format": "binary"}},
        },
    }
}


def of_batch(batches: BatchHandler) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        """Codes and PINs stand in it: whoever did not bring it learns not even that there is one."""
        state, _ = await batches.state(UUID(path["batch_id"]))
        if not isinstance(state, Batch) or actor.person is None or actor.person != state.filed_by:
            raise NotFound("batch")
        return await at_the_door(actor, path)

    return relate


def batch_router(desk: BatchDesk, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/intake/v1", tags=["batches"])
    own = of_batch(desk.batches)
    bringing = guard.command(Operation.REGISTER, relation=at_the_door, replay=False)

    @router.post("/batch-tables", operation_id="intake.read_table", openapi_extra=TABLE_BODY)
    async def read_table(
        request: Request,
        query: Annotated[Query, guard.query(Operation.REGISTER, relation=at_the_door)],
        door: Annotated[Door, Param()] = Door.WINDOW,
    ) -> TableAnswer:
        """What of a table could be filed; nothing is."""
        body = await _table(request, door, None)
        good, errors = checked(body.typed, door)
        return TableAnswer(
            rows=body.rows,
            good=len(good),
            errors=tuple(error_told(error, query.language) for error in errors),
        )

    @router.post("/batches", operation_id="intake.file_batch", status_code=201)
    async def file_batch(body: BatchBody, call: Annotated[Call, bringing]) -> BatchAnswer:
        return await desk.open(body, call)

    @router.post("/batches/upload", operation_id="intake.upload_batch", status_code=201, openapi_extra=TABLE_BODY)
    async def upload_batch(
        request: Request,
        call: Annotated[Call, bringing],
        door: Annotated[Door, Param()] = Door.WINDOW,
        system: Annotated[CodeText | None, Param()] = None,
    ) -> BatchAnswer:
        return await desk.open(await _table(request, door, system), call)

    @router.get("/batches", operation_id="intake.list_batches")
    async def list_batches(
        query: Annotated[Query, guard.query(Operation.REGISTER, relation=at_the_door)], after: UUID | None = None
    ) -> BatchList:
        if after is not None:
            await desk.batches.store.wait_for_view(batches_view.name, after)
        return await own_batches(desk.batches.store.pool, query.actor.person)

    @router.get("/batches/{batch_id}", operation_id="intake.get_batch")
    async def get_batch(
        batch_id: UUID, query: Annotated[Query, guard.query(Operation.REGISTER, relation=own)]
    ) -> BatchAnswer:
        return await desk.read(batch_id, query.language)

    @router.get("/batches/{batch_id}/slips", operation_id="intake.get_batch_slips")
    async def get_slips(batch_id: UUID, _: Annotated[Query, guard.query(Operation.REGISTER, relation=own)]) -> Slips:
        return Slips(slips=await desk.slips(batch_id))

    @router.get("/batches/{batch_id}/errors", operation_id="intake.get_batch_errors", response_class=Response)
    async def get_errors(
        batch_id: UUID, query: Annotated[Query, guard.query(Operation.REGISTER, relation=own)]
    ) -> Response:
        batch = await desk.read(batch_id, query.language)
        english = query.language == "en"
        heading = ("row", "column", "what to mend") if english else ("行（不算表头）", "列", "怎么改")
        lines = [(str(each.row), NAMES[each.column][english], each.words) for each in batch.errors]
        return Response(as_csv((heading, *lines)), media_type="text/csv; charset=utf-8")

    @router.get("/batch-form", operation_id="intake.get_batch_form", response_class=Response)
    async def form(_: Annotated[Query, guard.query(Operation.REGISTER, relation=at_the_door)]) -> Response:
        return Response(await asyncio.to_thread(empty_form), media_type=SHEET)

    return router


async def _table(request: Request, door: Door, system: str | None) -> BatchBody:
    if door not in DOORS:
        raise NoBatchesHere(door=door)
    content = await request.body()
    rows = await asyncio.to_thread(rows_in, content)
    return BatchBody(door=door, system=system, rows=tuple(RowBody(**row) for row in rows))
