"""A service's numbered records for other services. The public origin does not route `/internal`."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import APIRouter
from fastapi import Path as PathParameter
from fastapi import Query as Parameter
from fastapi.responses import Response

from shared.eventstore import StoredFeed
from shared.eventstore.records import to_cloudevent
from shared.kernel import LANES, NotFound
from shared.web.guard import Guard, Query

JSON = "application/json"
MAX_PAGE = 1000
AFTER = re.compile(r"\d{1,2}\.\d{1,18}(,\d{1,2}\.\d{1,18}){0,15}")


def feed_router(feed: StoredFeed, guard: Guard, division: str) -> APIRouter:
    router = APIRouter(prefix="/internal/feed", include_in_schema=False)
    may_read = guard.service(f"feed:{feed.service}")

    @router.get("/heads")
    async def heads(query: Annotated[Query, may_read]) -> dict[str, Any]:
        epoch, found = await feed.standing()
        return {"epoch": str(epoch), "lanes": LANES, "heads": {str(lane): head for lane, head in found.items()}}

    @router.get("/lanes")
    async def lanes(
        query: Annotated[Query, may_read],
        after: Annotated[str, Parameter(max_length=400)],
        limit: Annotated[int, Parameter(ge=1, le=MAX_PAGE)] = 500,
    ) -> Response:
        """Several lanes in one answer: `after=0.12,3.40` is beyond 12 in lane 0 and beyond 40 in lane 3."""
        found = await feed.read(_asked(after), limit)
        return Response(orjson.dumps([to_cloudevent(record, division) for record in found]), media_type=JSON)

    @router.get("/{lane}")
    async def records(
        lane: Annotated[int, PathParameter(ge=0, lt=LANES)],
        query: Annotated[Query, may_read],
        after: Annotated[int, Parameter(ge=0, lt=2**63)] = 0,
        limit: Annotated[int, Parameter(ge=1, le=MAX_PAGE)] = 500,
    ) -> Response:
        found = await feed.read({lane: after}, limit)
        return Response(orjson.dumps([to_cloudevent(record, division) for record in found]), media_type=JSON)

    return router


def _asked(after: str) -> Mapping[int, int]:
    if not AFTER.fullmatch(after):
        raise NotFound
    asked = {int(lane): int(number) for lane, number in (part.split(".") for part in after.split(","))}
    if any(lane >= LANES for lane in asked):
        raise NotFound
    return asked
