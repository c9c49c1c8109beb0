"""The operators' API: readers, lag, parked keys, the age of what is not sealed, processes, traces, rebuilds."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, FastAPI

from deploy.lounge.operations import Operations
from shared.contracts.codes import Operation
from shared.messaging.discards import DiscardReason
from shared.telemetry.spanstore import StoredSpan
from shared.web import Call, Guard, Query, StrictModel
from shared.web.errors import NotAllowed
from shared.web.problems import MAX_BODY, OWN_WORDS, Catalogue, Problems
from shared.web.tracing import TracedApp

OPERATORS = frozenset({"operator", "auditor", "bureau_leader"})


class DiscardBody(StrictModel):
    reason: DiscardReason


def ops_app(operations: Operations, guard: Guard) -> FastAPI:
    """The console of operators: it looks behind all services, so it belongs to none of them."""
    app = TracedApp(
        "ops",
        title="Lounge ops",
        openapi_url="/ops/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        max_body_size=MAX_BODY,
    )
    app.include_router(ops_router(operations, guard))
    Problems(Catalogue([OWN_WORDS])).install(app)
    return app


def ops_router(operations: Operations, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/ops/v1", tags=["ops"])
    may_read = guard.query(Operation.READ)
    may_repair = guard.command(Operation.REPLAY_RECORDS)

    @router.get("/status", operation_id="ops.get_status")
    async def status(query: Annotated[Query, may_read]) -> dict[str, Any]:
        _require_operator(query)
        return await operations.status()

    @router.get("/traces", operation_id="ops.list_traces")
    async def traces(request_id: UUID, query: Annotated[Query, may_read]) -> dict[str, Any]:
        _require_operator(query)
        found = await operations.traces(request_id)
        return {"request_id": request_id, "traces": [[_span(span) for span in trace] for trace in found]}

    @router.get("/parked", operation_id="ops.list_parked")
    async def list_parked(query: Annotated[Query, may_read]) -> dict[str, Any]:
        _require_operator(query)
        return {"parked": await operations.parked()}

    @router.post("/parked/{key}/retry", operation_id="ops.retry_parked")
    async def retry(key: UUID, call: Annotated[Call, may_repair]) -> dict[str, Any]:
        return {"key": key, "readers": await operations.retry(key)}

    @router.post("/parked/{key}/discard", operation_id="ops.discard_parked")
    async def discard(key: UUID, body: DiscardBody, call: Annotated[Call, may_repair]) -> dict[str, Any]:
        return {"key": key, "discarded": await operations.discard(key, body.reason, call.context)}

    @router.post("/views/{service}/{view}/rebuild", operation_id="ops.rebuild_view", status_code=202)
    async def rebuild_view(service: str, view: str, call: Annotated[Call, may_repair]) -> dict[str, Any]:
        return dict(await operations.rebuild(service, view))

    @router.get("/views/{service}/{view}/rebuild", operation_id="ops.get_rebuild")
    async def rebuilding(service: str, view: str, query: Annotated[Query, may_read]) -> dict[str, Any]:
        _require_operator(query)
        return dict(await operations.rebuilding(service, view))

    return router


def _require_operator(query: Query) -> None:
    """`read any` is allowed to several roles; the console is for those who run and check the system."""
    if not OPERATORS & query.actor.roles:
        raise NotAllowed


def _span(span: StoredSpan) -> dict[str, Any]:
    return {
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "parent_id": span.parent_id,
        "name": span.name,
        "started_ns": span.started_ns,
        "milliseconds": round((span.ended_ns - span.started_ns) / 1e6, 3),
        "error": span.error,
        "attributes": span.attributes,
        "links": span.links,
    }
