"""The worklist and the clock board: what waits first for whom, page by page."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.routing.clocks.table import ClockRules
from services.routing.decisions.answers import ClockAnswer, clock_answers
from services.routing.decisions.views import Stage
from shared.contracts.codes import Operation, Priority
from shared.kernel import Actor, UnitCode
from shared.telemetry.meters import Measured
from shared.web import StrictModel
from shared.web.access import access_table
from shared.web.cursors import Place, read_cursor, write_cursor

MAX_PAGE = 200

URGENCY = """
CASE WHEN cardinality(w.danger) > 0 AND w.stage = 'waiting_for_person' THEN 0
     WHEN w.priority IS NULL THEN 3 ELSE 1 + right(w.priority, 1)::int END
"""

NOT_OF_THE_CHILD_LANE = "NOT (w.channel = 'CHILD' AND w.stage IN ('routed', 'finished', 'ended'))"
"""With the child lane it stands in no list but the lane's own (R-34, R-36). Until it is there, or when it comes back,
somebody has to look."""

LISTED = f"""
SELECT * FROM (
    SELECT w.*, c.clock AS due_clock, coalesce(c.due, '9999-12-31Z') AS due, {URGENCY} AS urgency,
           EXISTS (SELECT FROM clock_board b WHERE b.request_id = w.request_id AND b.breached_at IS NOT NULL
                   AND b.stopped_at IS NULL) AS late
    FROM worklist w LEFT JOIN LATERAL (
        SELECT clock, due FROM clock_board WHERE request_id = w.request_id AND stopped_at IS NULL
        AND paused_at IS NULL ORDER BY due LIMIT 1
    ) c ON true
    WHERE CASE WHEN $1::text IS NULL THEN w.stage NOT IN ('finished', 'ended') ELSE w.stage = $1 END
      AND ($2::text IS NULL OR w.priority = $2)
      AND ($3 OR w.unit = $4 OR w.owner = $5 OR w.deputy = $5)
      AND {NOT_OF_THE_CHILD_LANE}
) listed
WHERE $6::int IS NULL OR (urgency, due, request_id) > ($6, $7::timestamptz, $8::uuid)
ORDER BY urgency, due, request_id LIMIT $9
"""

CLOCKS = f"""
SELECT b.* FROM clock_board b JOIN worklist w USING (request_id)
WHERE ($1::uuid IS NOT NULL OR b.stopped_at IS NULL) AND ($1::uuid IS NULL OR b.request_id = $1)
  AND ($2 OR w.unit = $3 OR w.owner = $4 OR w.deputy = $4)
  AND {NOT_OF_THE_CHILD_LANE}
ORDER BY b.due, b.request_id, b.clock LIMIT $5
"""

CLOCKS_BY_STATE = """
SELECT count(*) FILTER (WHERE warned_at IS NULL AND breached_at IS NULL) AS running,
       count(*) FILTER (WHERE warned_at IS NOT NULL AND breached_at IS NULL) AS warned,
       count(*) FILTER (WHERE breached_at IS NOT NULL) AS breached
FROM clock_board WHERE stopped_at IS NULL
"""


class WorklistRow(StrictModel):
    request_id: UUID
    state: Stage
    attempt: int
    door: str
    category: str | None
    flags: tuple[str, ...]
    priority: Priority | None
    police: str | None
    channel: str | None
    confidence: int | None
    decided_by: str | None
    screening: tuple[str, ...]
    danger: tuple[str, ...]
    unit: str | None
    owner: UUID | None
    deputy: UUID | None
    signed: bool
    grid: str | None
    title_item: UUID | None
    place_item: UUID | None
    filed_at: datetime
    answer_due: datetime | None
    due: datetime | None
    """The next promise that runs."""
    due_clock: str | None
    late: bool
    changed_at: datetime


class Worklist(StrictModel):
    items: tuple[WorklistRow, ...]
    next_cursor: str | None


class ClockList(StrictModel):
    clocks: tuple[ClockAnswer, ...]


class DecisionLists:
    def __init__(self, pool: "asyncpg.Pool[Any]", rules: ClockRules) -> None:
        self._pool = pool
        self._rules = rules

    async def worklist(
        self,
        actor: Actor,
        desk: UnitCode,
        state: Stage | None,
        priority: Priority | None,
        cursor: str | None,
        limit: int,
    ) -> Worklist:
        after = read_cursor(cursor) if cursor else None
        begin = (after.rank, after.at, after.id) if after else (None, None, None)
        seen = (_sees_all(actor, desk), actor.unit, actor.person)
        rows = await self._pool.fetch(LISTED, state, priority, *seen, *begin, limit + 1)
        page = rows[:limit]
        more = _place(page[-1]) if len(rows) > limit else None
        return Worklist(items=tuple(_row(row) for row in page), next_cursor=more)

    async def clocks(self, actor: Actor, desk: UnitCode, request_id: UUID | None, limit: int) -> ClockList:
        rows = await self._pool.fetch(CLOCKS, request_id, _sees_all(actor, desk), actor.unit, actor.person, limit)
        return ClockList(clocks=clock_answers((dict(row) for row in rows), self._rules))

    async def clocks_by_state(self) -> Sequence[Measured]:
        """How many run in time, are warned of, are broken: a gauge, so three values even where there are none."""
        rows = await self._pool.fetch(CLOCKS_BY_STATE)
        return [(float(count), {"state": state}) for row in rows for state, count in row.items()]


def _sees_all(actor: Actor, desk: UnitCode) -> bool:
    """The desk that triages, and those whose cells speak of every thing."""
    return actor.unit == desk or access_table().may(actor.role, Operation.READ, frozenset()).allowed


def _row(row: Any) -> WorklistRow:
    never = row["due_clock"] is None
    told = {name: row[name] for name in WorklistRow.model_fields if name not in ("state", "screening", "due")}
    return WorklistRow(
        **told, state=Stage(row["stage"]), screening=tuple(row["reasons"]), due=None if never else row["due"]
    )


def _place(row: Any) -> str:
    return write_cursor(Place(row["due"], row["request_id"], row["urgency"]))
