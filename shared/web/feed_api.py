"""A service's numbered records for other services. The public origin does not route `/internal`."""

from typing import Annotated, Any

from fastapi import APIRouter
from fastapi import Path as PathParameter
from fastapi import Query as Parameter
from fastapi.responses import JSONResponse

from shared.eventstore import StoredFeed
from shared.eventstore.records import to_cloudevent
from shared.kernel import LANES
from shared.web.guard import Guard, Query

MAX_PAGE = 1000


def feed_router(feed: StoredFeed, guard: Guard, division: str) -> APIRouter:
    router = APIRouter(prefix="/internal/feed", include_in_schema=False)
    may_read = guard.service(f"feed:{feed.service}")

    @router.get("/heads")
    async def heads(query: Annotated[Query, may_read]) -> dict[str, Any]:
        found = await feed.heads()
        return {"epoch": str(await feed.epoch()), "lanes": LANES, "heads": {str(k): v for k, v in found.items()}}

    @router.get("/{lane}")
    async def records(
        lane: Annotated[int, PathParameter(ge=0, lt=LANES)],
        query: Annotated[Query, may_read],
        after: Annotated[int, Parameter(ge=0, lt=2**63)] = 0,
        limit: Annotated[int, Parameter(ge=1, le=MAX_PAGE)] = 500,
    ) -> JSONResponse:
        found = await feed.read({lane: after}, limit)
        return JSONResponse([to_cloudevent(record, division) for record in found])

    return router
