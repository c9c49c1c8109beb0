"""What operators see and do: readers, lag, parked keys, the age of what is not sealed, traces, rebuilds."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter

from deploy.lounge.parked import ParkedKeys
from shared.contracts.codes import Operation
from shared.kernel import NotFound
from shared.messaging import rebuild
from shared.messaging.discards import DiscardReason
from shared.telemetry.spanstore import StoredSpan
from shared.web import Call, Guard, Query, Runtime, StrictModel
from shared.web.errors import NotAllowed

if TYPE_CHECKING:
    from deploy.lounge.house import House


class DiscardBody(StrictModel):
    reason: DiscardReason


def ops_router(house: "House", guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/ops/v1", tags=["ops"])
    parked = ParkedKeys(house.runtimes)
    may_read = guard.query(Operation.READ)
    may_repair = guard.command(Operation.REPLAY_RECORDS)

    @router.get("/status", operation_id="ops.get_status")
    async def status(query: Annotated[Query, may_read]) -> dict[str, Any]:
        _require_operator(query)
        readers = await asyncio.gather(*(_reader(runtime) for runtime in house.runtimes.values()))
        return {
            "time": house.clock.now(),
            "readers": [reader for each in readers for reader in each],
            "parked": await parked.summary(),
            "unsealed_seconds": await house.unsealed_seconds(),
        }

    @router.get("/traces", operation_id="ops.list_traces")
    async def traces(request_id: UUID, query: Annotated[Query, may_read]) -> dict[str, Any]:
        _require_operator(query)
        found = house.spans.traces_of(str(request_id)) if house.spans else []
        return {"request_id": request_id, "traces": [[_span(span) for span in trace] for trace in found]}

    @router.get("/parked", operation_id="ops.list_parked")
    async def list_parked(query: Annotated[Query, may_read]) -> dict[str, Any]:
        _require_operator(query)
        return {"parked": await parked.all()}

    @router.post("/parked/{key}/retry", operation_id="ops.retry_parked")
    async def retry(key: UUID, call: Annotated[Call, may_repair]) -> dict[str, Any]:
        return {"key": key, "readers": await parked.retry(key)}

    @router.post("/parked/{key}/discard", operation_id="ops.discard_parked")
    async def discard(key: UUID, body: DiscardBody, call: Annotated[Call, may_repair]) -> dict[str, Any]:
        return {"key": key, "discarded": await parked.discard(key, body.reason, call.context, house.clock.now())}

    @router.post("/views/{service}/{view}/rebuild", operation_id="ops.rebuild_view")
    async def rebuild_view(service: str, view: str, call: Annotated[Call, may_repair]) -> dict[str, Any]:
        runtime = house.runtimes.get(service)
        found = next((each for each in runtime.service.views if each.name == view), None) if runtime else None
        if runtime is None or found is None:
            raise NotFound
        deps = runtime.deps
        feeds = [deps.feeds[source] for source in found.sources]
        done = await rebuild(found, feeds, deps.transport, deps.store, runtime.codecs)
        return {
            "view": done.view,
            "version": done.version,
            "rows": done.rows,
            "equal": done.checksum_before == done.checksum_after,
            "checksum_before": done.checksum_before,
            "checksum_after": done.checksum_after,
        }

    return router


OPERATORS = frozenset({"operator", "auditor", "bureau_leader"})


def _require_operator(query: Query) -> None:
    """`read any` is allowed to several roles; the console is for those who run and check the system."""
    if not OPERATORS & query.actor.roles:
        raise NotAllowed


async def _reader(runtime: Runtime) -> list[Mapping[str, Any]]:
    return [
        {
            "service": runtime.service.name,
            "reader": each.reader,
            "source": each.source,
            "state": each.state,
            "lag": each.lag,
            "applied": each.applied,
            "pulled": each.pulled,
        }
        for reader in runtime.readers
        for each in await reader.standpoints()
    ]


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
