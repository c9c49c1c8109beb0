"""Is the process alive, is the service ready, and what time does it think it is."""

import asyncio
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from shared.eventstore.store import UNAVAILABLE

if TYPE_CHECKING:
    from shared.web.service import Runtime


def health_router(runtime: "Runtime") -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        report = await readiness(runtime)
        return JSONResponse(report, status_code=200 if report["ready"] else 503)

    return router


async def readiness(runtime: "Runtime") -> dict[str, Any]:
    """Ready when the database answers, new records come to every reader, and none has stopped for good."""
    try:
        async with asyncio.timeout(2):
            # The pages keep nothing: they have no database to wait for.
            database = not runtime.has_history or bool(await runtime.deps.store.pool.fetchval("SELECT true"))
    except (*UNAVAILABLE, TimeoutError):
        database = False
    stopped = sorted({each.reader for reader in runtime.readers for each in reader.standings if each.stopped})
    joining = sorted({reader.name for reader in runtime.readers if reader.joining})
    return {
        "service": runtime.service.name,
        "ready": database and not stopped and not joining,
        "database": database,
        "stopped_readers": stopped,
        "joining_readers": joining,
        "time": runtime.deps.clock.now().isoformat(),
    }
