"""What re-decisions found, as it is read: how far, how many go elsewhere, which ones, and from where to where."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.routing.rulepacks.facts import PackId
from services.routing.rulepacks.redecision import RedecisionId
from shared.contracts.codes import Channel
from shared.kernel import value
from shared.web import StrictModel
from shared.web.cursors import Place, read_cursor, write_cursor

MOST_EXPORTED = 20_000

OF_PACK = "SELECT * FROM redecisions WHERE pack_id = $1 ORDER BY begun_at DESC, redecision_id LIMIT 1"
ONE = "SELECT * FROM redecisions WHERE redecision_id = $1"

GROUPS = """
SELECT channel_before, channel_after, count(*) AS requests,
       count(*) FILTER (WHERE priority_after < priority_before) AS sooner,
       count(*) FILTER (WHERE priority_after > priority_before) AS later,
       count(*) FILTER (WHERE flags_after <> flags_before) AS flags,
       count(*) FILTER (WHERE gates_after <> gates_before) AS gates
FROM moved_requests WHERE redecision_id = $1 GROUP BY 1, 2 ORDER BY requests DESC, 1, 2
"""

OUTSIDE_THE_CHILD_LANE = "'CHILD' NOT IN (m.channel_before, m.channel_after)"
"""They are counted, and listed to nobody (R-34, R-36)."""

LISTED = f"""
SELECT m.*, j.filed_at FROM moved_requests m JOIN judgements j USING (request_id)
WHERE m.redecision_id = $1 AND {OUTSIDE_THE_CHILD_LANE}
  AND ($2::text IS NULL OR m.channel_before = $2) AND ($3::text IS NULL OR m.channel_after = $3)
  AND ($4::timestamptz IS NULL OR (j.filed_at, m.request_id) < ($4, $5::uuid))
ORDER BY j.filed_at DESC, m.request_id DESC LIMIT $6
"""

COLUMNS = (
    "request_id", "category_before", "category_after", "channel_before", "channel_after", "priority_before",
    "priority_after", "police_before", "police_after", "row",
)  # fmt: skip

SETS = ("flags_before", "flags_after", "gates_before", "gates_after")


class Progress(StrictModel):
    redecision_id: UUID
    pack_id: UUID
    revision: int
    against: str
    total: int
    seen: int
    changed: int
    disagreed: int
    begun_at: datetime
    finished_at: datetime | None


class Group(StrictModel):
    """Requests that went one way and would go another. The same channel twice: urgency, owner or gates differ."""

    channel_before: Channel
    channel_after: Channel
    requests: int
    sooner: int
    later: int
    flags: int
    gates: int


class Result(Progress):
    groups: tuple[Group, ...]


class MovedRow(StrictModel):
    request_id: UUID
    category_before: str
    category_after: str
    channel_before: str
    channel_after: str
    priority_before: str
    priority_after: str
    police_before: str
    police_after: str
    flags_before: tuple[str, ...]
    flags_after: tuple[str, ...]
    gates_before: tuple[str, ...]
    gates_after: tuple[str, ...]
    row: str | None
    filed_at: datetime


class MovedPage(StrictModel):
    requests: tuple[MovedRow, ...]
    next: str | None


@value
class Asked:
    channel_before: Channel | None = None
    channel_after: Channel | None = None
    cursor: str | None = None
    limit: int = 40


class Results:
    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self.pool = pool

    async def last_of(self, pack_id: PackId) -> Progress | None:
        row = await self.pool.fetchrow(OF_PACK, pack_id)
        return Progress.model_validate(dict(row)) if row else None

    async def of(self, redecision_id: RedecisionId) -> Result | None:
        """None where the view has not heard of it."""
        row = await self.pool.fetchrow(ONE, redecision_id)
        if row is None:
            return None
        groups = await self.pool.fetch(GROUPS, redecision_id)
        return Result.model_validate({**dict(row), "groups": [dict(group) for group in groups]})

    async def moved(self, redecision_id: RedecisionId, asked: Asked) -> MovedPage:
        place = read_cursor(asked.cursor) if asked.cursor else None
        rows = await self._fetch(redecision_id, asked, place, asked.limit + 1)
        shown = [MovedRow.model_validate({name: row[name] for name in MovedRow.model_fields}) for row in rows]
        more = len(shown) > asked.limit
        last = shown[asked.limit - 1] if more else None
        return MovedPage(
            requests=tuple(shown[: asked.limit]),
            next=write_cursor(Place(last.filed_at, last.request_id)) if last else None,
        )

    async def exported(self, redecision_id: RedecisionId, asked: Asked) -> str:
        """Codes only, one request a line."""
        written = io.StringIO()
        lines = csv.writer(written)
        lines.writerow((*COLUMNS, *SETS, "filed_at"))
        for row in await self._fetch(redecision_id, asked, None, MOST_EXPORTED):
            sets = (" ".join(row[name]) for name in SETS)
            lines.writerow((*(row[name] for name in COLUMNS), *sets, row["filed_at"].isoformat()))
        return written.getvalue()

    async def _fetch(self, redecision_id: RedecisionId, asked: Asked, place: Place | None, limit: int) -> Sequence[Any]:
        at, id = (place.at, place.id) if place else (None, None)
        return await self.pool.fetch(LISTED, redecision_id, asked.channel_before, asked.channel_after, at, id, limit)
