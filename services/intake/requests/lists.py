"""Lists of requests: one's own, one's unit's, or all, newest first, page by page."""

from typing import Any
from uuid import UUID

import asyncpg

from services.intake.requests.bodies import RequestList
from shared.contracts.codes import Operation
from shared.kernel import Actor, value
from shared.web.access import access_table
from shared.web.cursors import Place, read_cursor, write_cursor

# A request that is with the child lane stands in its requester's list and in no other.
LISTED = """
SELECT p.request_id, p.code, p.kind, p.state, p.danger, p.attempt, p.outcome, p.unread_addition, p.filed_at,
       r.category, r.channel, r.priority, coalesce(r.unit, r.desk) AS unit, r.owner, r.answer_due
FROM request_progress p LEFT JOIN request_routing r USING (request_id)
WHERE ($1::text IS NULL OR p.state = $1)
  AND ($2::timestamptz IS NULL OR (p.filed_at, p.request_id) < ($2, $3::uuid))
  AND (r.channel IS DISTINCT FROM 'CHILD' OR r.unit IS NULL OR p.request_id = $5::uuid OR p.requester = $6::uuid)
  AND ($4 OR p.request_id = $5::uuid OR p.requester = $6::uuid OR r.owner = $6 OR r.deputy = $6
       OR ($7::text IS NOT NULL AND (r.unit = $7 OR r.desk = $7 OR coalesce(r.unit, r.desk) IS NULL)))
  AND ($8::uuid[] IS NULL OR p.request_id = ANY($8)) AND ($9::text IS NULL OR p.code = $9)
ORDER BY p.filed_at DESC, p.request_id DESC LIMIT $10
"""


@value
class Wanted:
    """Which requests, newest first."""

    state: str | None = None
    ids: tuple[UUID, ...] = ()
    code: str | None = None
    cursor: str | None = None
    limit: int = 50


class RequestLists:
    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def page(self, actor: Actor, wanted: Wanted) -> RequestList:
        after = read_cursor(wanted.cursor) if wanted.cursor else None
        table = access_table()
        sees_all = any(table.may(role, Operation.READ, frozenset()).allowed for role in actor.roles)
        rows = await self._pool.fetch(
            LISTED,
            wanted.state,
            after and after.at,
            after and after.id,
            sees_all,
            actor.about,
            actor.person,
            actor.unit,
            list(wanted.ids) or None,
            wanted.code,
            wanted.limit + 1,
        )
        page = rows[: wanted.limit]
        more = write_cursor(Place(page[-1]["filed_at"], page[-1]["request_id"])) if len(rows) > wanted.limit else None
        return RequestList(requests=tuple(dict(row) for row in page), next_cursor=more)
