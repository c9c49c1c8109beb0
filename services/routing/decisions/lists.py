"""The worklist and the clock board: what waits first for whom, page by page."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg

from services.routing.clocks.table import ClockRules
from services.routing.decisions.answers import ClockAnswer, clock_answers
from services.routing.decisions.views import Stage
from shared.contracts.codes import Operation, Priority
from shared.kernel import Actor, PersonId, UnitCode, value
from shared.telemetry.meters import Measured
from shared.web import StrictModel
from shared.web.access import access_table
from shared.web.cursors import Place, read_cursor, write_cursor

MAX_PAGE = 200

NOT_OF_THE_CHILD_LANE = "NOT (w.channel = 'CHILD' AND w.stage IN ('routed', 'finished', 'ended'))"
"""With the child lane it stands in no list but the lane's own (R-34, R-36). Until it is there, or when it comes back,
somebody has to look."""

OPEN = "w.stage NOT IN ('finished', 'ended')"

NOT_ABOUT_THEM = "coalesce(NOT ($2 = ANY(w.barred_units) OR $3 = ANY(w.barred_people)), true)"
"""Nobody reads a complaint about himself or his unit (R-24)."""

SEEN = f"($1 OR w.unit = $2 OR w.owner = $3 OR w.deputy = $3) AND {NOT_OF_THE_CHILD_LANE} AND {NOT_ABOUT_THEM}"

MINE = """(
    (w.stage IN ('waiting_for_person', 'gated') AND w.unit = $2)
    OR (w.stage = 'routed' AND ((w.owner = $3 AND NOT w.signed) OR ($1 AND cardinality(w.reasons) > 0)))
)"""
"""What waits for whoever asks: his unit was asked to look, or he has not signed for it yet."""

LISTED = f"""
SELECT w.* FROM worklist w
WHERE {{stages}} AND {SEEN}
  AND ($4::text IS NULL OR w.stage = $4) AND ($5::text IS NULL OR w.priority = $5)
  AND ($6::boolean IS NULL OR w.late = $6)
  AND ($7::text[] IS NULL OR w.category = ANY($7) OR w.channel = ANY($7) OR w.priority = ANY($7) OR w.flags && $7
       OR w.request_id::text = ANY($7)
       OR EXISTS (SELECT FROM unnest($7) part WHERE strpos(upper(w.grid), upper(part)) > 0))
  AND ($12::boolean IS NOT TRUE OR {MINE})
  AND ($8::int IS NULL OR ({{rank}}, {{at}}, w.request_id) > ($8, $9::timestamptz, $10::uuid))
ORDER BY {{order}}, w.request_id LIMIT $11
"""

COUNTED = f"""
SELECT count(*) FILTER (WHERE w.late) AS late, count(*) AS all,
       count(*) FILTER (WHERE w.stage = 'waiting_for_person') AS waiting_for_person,
       count(*) FILTER (WHERE w.stage = 'gated') AS gated, count(*) FILTER (WHERE w.stage = 'routed') AS routed,
       count(*) FILTER (WHERE {MINE}) AS mine,
       count(*) FILTER (WHERE w.filed_at > $4) AS newer
FROM worklist w WHERE {OPEN} AND {SEEN}
"""

CLOCKS = f"""
SELECT b.* FROM clock_board b JOIN worklist w USING (request_id)
WHERE ($1::uuid IS NOT NULL OR b.stopped_at IS NULL) AND ($1::uuid IS NULL OR b.request_id = $1)
  AND ($2 OR w.unit = $3 OR w.owner = $4 OR w.deputy = $4)
  AND {NOT_OF_THE_CHILD_LANE}
  AND coalesce(NOT ($3 = ANY(w.barred_units) OR $4 = ANY(w.barred_people)), true)
ORDER BY b.due, b.request_id, b.clock LIMIT $5
"""

CLOCKS_BY_STATE = """
SELECT count(*) FILTER (WHERE warned_at IS NULL AND breached_at IS NULL) AS running,
       count(*) FILTER (WHERE warned_at IS NOT NULL AND breached_at IS NULL) AS warned,
       count(*) FILTER (WHERE breached_at IS NOT NULL) AS breached
FROM clock_board WHERE stopped_at IS NULL
"""


class Order(StrEnum):
    URGENCY = "urgency"
    """Danger first, then by priority and by the next promise."""
    FILED = "filed"
    """The oldest first."""


SORTED = {
    Order.URGENCY: {"rank": "w.urgency", "at": "w.due_or_never", "order": "w.urgency, w.due_or_never"},
    Order.FILED: {"rank": "0", "at": "w.filed_at", "order": "w.filed_at"},
}
"""A rank, and a moment within it."""


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


class WorklistCounts(StrictModel):
    """Of what is open and may be seen."""

    all: int
    waiting_for_person: int
    gated: int
    routed: int
    late: int
    mine: int
    """Waits for whoever asks."""
    newer: int
    """Filed after the moment that was asked for."""


@value
class Wanted:
    """Which rows of the worklist."""

    state: Stage | None = None
    """None: whatever is open."""
    priority: Priority | None = None
    late: bool | None = None
    mine: bool | None = None
    """Only what waits for whoever asks."""
    about: tuple[str, ...] = ()
    """Any of these codes: a category, a channel, a priority, a flag; a part of a grid's name; or a request's id."""
    order: Order = Order.URGENCY
    cursor: str | None = None
    limit: int = 50


class ClockList(StrictModel):
    clocks: tuple[ClockAnswer, ...]


class DecisionLists:
    def __init__(self, pool: "asyncpg.Pool[Any]", rules: ClockRules) -> None:
        self._pool = pool
        self._rules = rules

    async def worklist(self, actor: Actor, desk: UnitCode, wanted: Wanted) -> Worklist:
        after = read_cursor(wanted.cursor) if wanted.cursor else None
        begin = (after.rank, after.at, after.id) if after else (None, None, None)
        over = wanted.state in (Stage.FINISHED, Stage.ENDED)
        rows = await self._pool.fetch(
            LISTED.format(stages="true" if over else OPEN, **SORTED[wanted.order]),
            *seen_by(actor, desk),
            wanted.state,
            wanted.priority,
            wanted.late,
            list(wanted.about) or None,
            *begin,
            wanted.limit + 1,
            wanted.mine,
        )
        page = rows[: wanted.limit]
        more = _place(page[-1], wanted.order) if len(rows) > wanted.limit else None
        return Worklist(items=tuple(_row(row) for row in page), next_cursor=more)

    async def counts(self, actor: Actor, desk: UnitCode, since: datetime) -> WorklistCounts:
        row = await self._pool.fetchrow(COUNTED, *seen_by(actor, desk), since)
        return WorklistCounts.model_validate(dict(row or {}))

    async def clocks(self, actor: Actor, desk: UnitCode, request_id: UUID | None, limit: int) -> ClockList:
        rows = await self._pool.fetch(CLOCKS, request_id, *seen_by(actor, desk), limit)
        return ClockList(clocks=clock_answers((dict(row) for row in rows), self._rules))

    async def clocks_by_state(self) -> Sequence[Measured]:
        """How many run in time, are warned of, are broken: a gauge, so three values even where there are none."""
        rows = await self._pool.fetch(CLOCKS_BY_STATE)
        return [(float(count), {"state": state}) for row in rows for state, count in row.items()]


def seen_by(actor: Actor, desk: UnitCode) -> tuple[bool, UnitCode | None, PersonId | None]:
    """Everything for the desk that triages, and for those whose cells speak of every thing; else one's unit and own."""
    everything = actor.unit == desk or access_table().may(actor.role, Operation.READ, frozenset()).allowed
    return everything, actor.unit, actor.person


def _row(row: Any) -> WorklistRow:
    told = {name: row[name] for name in WorklistRow.model_fields if name not in ("state", "screening")}
    return WorklistRow(**told, state=Stage(row["stage"]), screening=tuple(row["reasons"]))


def _place(row: Any, order: Order) -> str:
    if order is Order.FILED:
        return write_cursor(Place(row["filed_at"], row["request_id"], 0))
    return write_cursor(Place(row["due_or_never"], row["request_id"], row["urgency"]))
