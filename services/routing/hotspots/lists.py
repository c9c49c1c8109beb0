"""Hot spots page by page, the weeks of one, and what may be told outside the bureau."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from shared.web.cursors import Place, read_cursor, write_cursor

WEEKS = 12
LEAST_TOLD = 5
"""Cells of fewer are hidden from whoever is not of the bureau (L0)."""

LISTED = """
SELECT * FROM hot_spots
WHERE ($1::boolean IS NULL OR (closed_at IS NULL) = $1) AND ($2::text IS NULL OR category = $2)
  AND ($3::text IS NULL OR strpos(upper(grid), upper($3)) > 0)
  AND ($4::timestamptz IS NULL OR (changed_at, spot_id) < ($4, $5::uuid))
ORDER BY changed_at DESC, spot_id DESC LIMIT $6
"""
BY_WEEK = """
SELECT floor(extract(epoch FROM ($3 - filed_at)) / 604800)::int AS ago, count(*) AS requests
FROM matter_reports WHERE grid = $1 AND category = $2 AND filed_at > $3 - $4::interval AND filed_at <= $3 GROUP BY 1
"""
TOLD = """
SELECT grid, category, count(*) AS requests, count(DISTINCT coalesce(requester, request_id)) AS people
FROM matter_reports WHERE filed_at >= $1 AND filed_at < $2 AND grid IS NOT NULL AND category = ANY($3)
GROUP BY grid, category ORDER BY grid, category
"""


class HotSpotLists:
    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def page(
        self, hot: bool | None, category: str | None, place: str | None, cursor: str | None, limit: int
    ) -> tuple[Sequence[Any], str | None]:
        after = read_cursor(cursor) if cursor else None
        begin = (after.at, after.id) if after else (None, None)
        rows = await self._pool.fetch(LISTED, hot, category, place, *begin, limit + 1)
        page = rows[:limit]
        more = write_cursor(Place(page[-1]["changed_at"], page[-1]["spot_id"])) if len(rows) > limit else None
        return page, more

    async def unseen(self) -> int:
        count: int = await self._pool.fetchval(
            "SELECT count(*) FROM hot_spots WHERE closed_at IS NULL AND seen_at IS NULL"
        )
        return count

    async def one(self, spot_id: UUID) -> Any:
        return await self._pool.fetchrow("SELECT * FROM hot_spots WHERE spot_id = $1", spot_id)

    async def weeks(self, grid: str, category: str, now: datetime) -> tuple[int, ...]:
        """Requests of each of the last weeks, the present one last."""
        rows = await self._pool.fetch(BY_WEEK, grid, category, now, timedelta(weeks=WEEKS))
        found: Mapping[int, int] = {row["ago"]: row["requests"] for row in rows}
        return tuple(found.get(ago, 0) for ago in reversed(range(WEEKS)))

    async def told(self, begins: datetime, ends: datetime, categories: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """For outside: a cell of few people shows nothing but that there is one."""
        rows = await self._pool.fetch(TOLD, begins, ends, list(categories))
        return [_told(dict(row)) for row in rows]


def _told(cell: Mapping[str, Any]) -> Mapping[str, Any]:
    few = min(cell["people"], cell["requests"]) < LEAST_TOLD
    return {**cell, "requests": None, "people": None} if few else cell
