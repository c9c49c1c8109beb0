"""What will be late, and when: every running clock of what may be seen, by its end, its unit and its row; what stands
still apart, with the ground."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import asyncpg

from services.routing.clocks.table import ClockRules
from services.routing.decisions.lists import NOT_OF_THE_CHILD_LANE, SEEN, seen_by
from services.routing.watch.forecast import Outlook, Pace, Paces, outlook, paces
from services.routing.watch.ladders import Ladders
from shared.contracts.codes import Priority, ReasonCode, Role
from shared.kernel import BUREAU_ZONE, Actor, ClockId, RuleId, UnitCode, value
from shared.telemetry.meters import Measured
from shared.web import StrictModel
from shared.web.cursors import Place, read_cursor, write_cursor

LOOKED_BACK: Final = timedelta(days=180)
REMEMBERED: Final = timedelta(minutes=10)
NOTICED: Final = 20
GUESSED_AHEAD: Final = timedelta(days=30)


class When(StrEnum):
    """Which part of the board."""

    LATE = "late"
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"
    """Seven days, of which today is the first."""
    LIKELY = "likely"
    """Not due yet, and by the pace of those before hardly in time."""
    PAUSED = "paused"
    ALL = "all"


CLOCKS: Final = """
SELECT request_id, clock, started_at, due, warn, provisional, paused_at, warned_at, breached_at,
       CASE WHEN paused_at IS NOT NULL THEN 'NEED_INFO_WAIT' END AS ground
FROM clock_board WHERE stopped_at IS NULL
UNION ALL
SELECT request_id, clock, started_at, due, warn, provisional, paused_at, warned_at, breached_at, ground
FROM limit_board WHERE stopped_at IS NULL
"""

ANNOUNCED: Final = """
UNION ALL
SELECT request_id, clock, NULL, min(due), NULL, false, NULL, NULL, min(breached_at), NULL
FROM announced_limits GROUP BY request_id, clock HAVING min(due) > $5 OR min(breached_at) IS NOT NULL
"""
"""Of what handlers keep, only that is known which they tell: a limit whose end has passed in silence was met, or stands
still."""

PACES: Final = """
SELECT clock, count(*) AS ended,
       percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY extract(epoch FROM stopped_at - started_at)) AS took
FROM (SELECT clock, started_at, stopped_at, why, paused_at FROM clock_board
      UNION ALL SELECT clock, started_at, stopped_at, why, paused_at FROM limit_board) ended
WHERE stopped_at > $1 AND paused_at IS NULL AND why = 'met' GROUP BY clock
"""
"""Only what somebody did tells how long it takes: a clock that gave way to another one ran for minutes."""

WINDOW: Final = f"""
WITH running AS ({CLOCKS} {ANNOUNCED}),
     pace AS (SELECT * FROM unnest($8::text[], $9::float8[]) AS p (clock, nearly_all))
SELECT {{columns}} FROM running b JOIN worklist w USING (request_id)
LEFT JOIN overdue_rungs r ON (r.request_id, r.clock, r.due) = (b.request_id, b.clock, b.due)
LEFT JOIN pace p ON p.clock = b.clock
WHERE {SEEN}
  AND CASE $4::text
        WHEN 'paused' THEN b.paused_at IS NOT NULL
        WHEN 'late' THEN b.paused_at IS NULL AND b.due <= $5
        WHEN 'likely' THEN b.paused_at IS NULL AND b.due > $5
             AND (b.started_at + make_interval(secs => p.nearly_all) > b.due
                  OR b.started_at + make_interval(secs => p.nearly_all) < $5)
        WHEN 'all' THEN true
        ELSE b.paused_at IS NULL AND b.due > $6 AND b.due <= $7 END
"""

CHOSEN: Final = " AND ($10::text IS NULL OR w.unit = $10) AND ($11::text IS NULL OR b.clock = $11)"

LISTED: Final = (
    WINDOW.format(
        columns="b.*, w.unit, w.owner, w.category, w.priority, r.rung, r.owner AS rung_owner, r.next_rung, r.next_at"
    )
    + CHOSEN
    + " AND ($12::timestamptz IS NULL OR (b.due, b.request_id, b.clock) > ($12, $13::uuid, $14::text))"
    " ORDER BY b.due, b.request_id, b.clock LIMIT $15"
)

COUNTED: Final = (
    WINDOW.format(columns="w.unit, b.clock, count(*) AS clocks, grouping(w.unit, b.clock) = 3 AS whole")
    + " GROUP BY GROUPING SETS ((w.unit), (b.clock), ())"
)

MINE: Final = f"""
WITH running AS ({CLOCKS})
SELECT b.request_id, b.clock, b.due, b.breached_at, w.unit, w.category, r.rung, r.next_rung, r.next_at,
       coalesce(r.climbed_at, b.breached_at, b.warned_at) AS told_at
FROM running b JOIN worklist w USING (request_id)
LEFT JOIN overdue_rungs r ON (r.request_id, r.clock, r.due) = (b.request_id, b.clock, b.due)
WHERE b.paused_at IS NULL AND coalesce(b.breached_at, b.warned_at) IS NOT NULL
  AND ((r.owner = $3 AND {NOT_OF_THE_CHILD_LANE}) OR ({SEEN} AND (b.clock = ANY($4) OR r.rung = ANY($5))))
ORDER BY b.breached_at IS NULL, told_at DESC, b.request_id, b.clock LIMIT $6
"""
"""What somebody is told of: the rung is his by name, or his role stands in the row of the table."""


GUESSED: Final = f"SELECT count(*) FROM ({CLOCKS}) running WHERE provisional AND due < $1"


class ClockRow(StrictModel):
    request_id: UUID
    clock: ClockId
    name: str
    rule: RuleId
    category: str | None
    priority: Priority | None
    unit: str | None
    owner: UUID | None
    started_at: datetime | None
    """None where a handler told of it only as it came near."""
    due: datetime
    provisional: bool
    paused_at: datetime | None
    ground: ReasonCode | None
    outlook: Outlook
    usual_end: datetime | None
    """When half of the clocks like it had ended; None where too few did."""
    rung: Role | None
    rung_owner: UUID | None
    next_rung: Role | None
    next_at: datetime | None
    remedy: str
    """What comes next by law, where the row names no person."""


class Counted(StrictModel):
    code: str
    clocks: int


class Board(StrictModel):
    items: tuple[ClockRow, ...]
    next_cursor: str | None
    total: int
    by_unit: tuple[Counted, ...]
    by_clock: tuple[Counted, ...]


class Told(StrictModel):
    request_id: UUID
    clock: ClockId
    name: str
    category: str | None
    unit: str | None
    due: datetime
    broken: bool
    rung: Role | None
    next_rung: Role | None
    next_at: datetime | None
    remedy: str
    at: datetime


class ToldList(StrictModel):
    lines: tuple[Told, ...]


@value
class Wanted:
    when: When = When.ALL
    unit: UnitCode | None = None
    clock: ClockId | None = None
    cursor: str | None = None
    limit: int = 40


class ClockBoard:
    def __init__(self, pool: "asyncpg.Pool[Any]", rules: ClockRules, ladders: Ladders) -> None:
        self._pool = pool
        self._rules = rules
        self._ladders = ladders
        self._paces: tuple[datetime, Paces] | None = None

    async def board(self, actor: Actor, desk: UnitCode, wanted: Wanted, now: datetime) -> Board:
        known = await self._known(now)
        begin, end = window(wanted.when, now)
        nearly = {clock: pace.nearly_all.total_seconds() for clock, pace in known.items()}
        asked = (*seen_by(actor, desk), wanted.when, now, begin, end, list(nearly), list(nearly.values()))
        after = read_cursor(wanted.cursor) if wanted.cursor else None
        place = (after.at, after.id, f"CL-{after.rank:03}") if after else (None, None, None)
        rows = await self._pool.fetch(LISTED, *asked, wanted.unit, wanted.clock, *place, wanted.limit + 1)
        counts = await self._pool.fetch(COUNTED, *asked)
        page = rows[: wanted.limit]
        return Board(
            items=tuple(self._row(row, known, now) for row in page),
            next_cursor=_place(page[-1]) if len(rows) > wanted.limit else None,
            total=sum(row["clocks"] for row in counts if row["whole"]),
            by_unit=_counted(counts, "unit"),
            by_clock=_counted(counts, "clock"),
        )

    async def told(self, actor: Actor, desk: UnitCode) -> ToldList:
        roles = sorted(actor.roles)
        theirs = [clock for clock, limit in self._rules.limits.items() if actor.roles & set(limit.told)]
        rows = await self._pool.fetch(MINE, *seen_by(actor, desk), theirs, roles, NOTICED)
        return ToldList(
            lines=tuple(
                Told(
                    request_id=row["request_id"],
                    clock=row["clock"],
                    name=self._rules.limits[row["clock"]].name_zh,
                    category=row["category"],
                    unit=row["unit"],
                    due=row["due"],
                    broken=row["breached_at"] is not None,
                    rung=row["rung"],
                    next_rung=row["next_rung"],
                    next_at=row["next_at"],
                    remedy=self._ladders.remedies.get(row["clock"], ""),
                    at=row["told_at"],
                )
                for row in rows
            )
        )

    async def guessed(self, now: datetime) -> tuple[Measured, ...]:
        """How many end soon in a year whose notice is missing: somebody has to write its calendar."""
        return ((float(await self._pool.fetchval(GUESSED, now + GUESSED_AHEAD)), {}),)

    async def _known(self, now: datetime) -> Paces:
        """Counted anew every ten minutes: it looks back over half a year."""
        if self._paces is None or not timedelta(0) <= now - self._paces[0] < REMEMBERED:
            rows = await self._pool.fetch(PACES, now - LOOKED_BACK)
            self._paces = (now, paces(_pace(row) for row in rows))
        return self._paces[1]

    def _row(self, row: Any, known: Paces, now: datetime) -> ClockRow:
        limit, pace = self._rules.limits[row["clock"]], known.get(row["clock"])
        paused = row["paused_at"] is not None
        return ClockRow(
            request_id=row["request_id"],
            clock=limit.clock,
            name=limit.name_zh,
            rule=limit.source,
            category=row["category"],
            priority=row["priority"],
            unit=row["unit"],
            owner=row["owner"],
            started_at=row["started_at"],
            due=row["due"],
            provisional=row["provisional"],
            paused_at=row["paused_at"],
            ground=row["ground"],
            outlook=outlook(now, row["started_at"], row["due"], pace, paused=paused),
            usual_end=row["started_at"] + pace.half if pace and row["started_at"] and not paused else None,
            rung=row["rung"],
            rung_owner=row["rung_owner"],
            next_rung=row["next_rung"],
            next_at=row["next_at"],
            remedy=self._ladders.remedies.get(limit.clock, ""),
        )


def window(when: When, now: datetime) -> tuple[datetime, datetime]:
    """Days are the bureau's; the end of a day belongs to it."""
    midnight = now.astimezone(BUREAU_ZONE).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    match when:
        case When.TODAY:
            return now, midnight
        case When.TOMORROW:
            return midnight, midnight + timedelta(days=1)
        case _:
            return now, midnight + timedelta(days=6)


def _pace(row: Any) -> Pace:
    half, nearly_all = (timedelta(seconds=max(0.0, seconds)) for seconds in row["took"])
    return Pace(ClockId(row["clock"]), row["ended"], half, nearly_all)


def _counted(rows: Sequence[Any], name: str) -> tuple[Counted, ...]:
    found = [Counted(code=row[name], clocks=row["clocks"]) for row in rows if row[name] is not None]
    return tuple(sorted(found, key=lambda each: (-each.clocks, each.code)))


def _place(row: Any) -> str:
    return write_cursor(Place(row["due"], row["request_id"], int(row["clock"].removeprefix("CL-"))))
