"""How far readers got: one row per (reader, service, lane), moved in the transaction of the effect."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from shared.eventstore.store import Transaction
from shared.kernel import LANES


class ForeignHistory(Exception):
    """The feed is not the one that was read before, or ends before our position: a restore happened."""


class Elsewhere(Exception):
    """The database has another position than we thought: somebody else moved it, or our last commit did arrive."""


class ReaderState(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    WAITING = "waiting"
    """Something outside is down."""
    STOPPED = "stopped"
    """History contradicts itself, or is another one. A person has to look."""


class Standing:
    """One reader on one source. `reached` is ahead of `written` by records that concern nobody."""

    __slots__ = ("applied", "fetched", "pulled", "reached", "reader", "service", "state", "written")

    def __init__(self, reader: str, service: str) -> None:
        self.reader = reader
        self.service = service
        self.state = ReaderState.STARTING
        self.reached = [0] * LANES
        self.written = [0] * LANES
        self.fetched: dict[int, set[int]] = {}
        """Lane → numbers that came from the feed itself and are not written yet."""
        self.applied = 0
        """Records whose effect, or whose passing over, this reader committed."""
        self.pulled = 0
        """Those among them that the transport had not brought."""

    @property
    def stopped(self) -> bool:
        return self.state is ReaderState.STOPPED

    def found(self, lane: int, number: int) -> None:
        """The database has `number`. What was passed over in memory stays passed over, unless history went back."""
        if number < self.written[lane]:
            self.reached[lane] = number
        self.written[lane] = number
        self.reached[lane] = max(self.reached[lane], number)

    def committed(self, lane: int, number: int) -> None:
        self.applied += number - self.written[lane]
        if fetched := self.fetched.pop(lane, None):
            self.pulled += sum(self.written[lane] < each <= number for each in fetched)
            if later := {each for each in fetched if each > number}:
                self.fetched[lane] = later
        self.written[lane] = number
        self.reached[lane] = max(self.reached[lane], number)


@dataclass(frozen=True, slots=True)
class Move:
    """From where the standing is written to `number`."""

    standing: Standing
    lane: int
    number: int


@dataclass(frozen=True, slots=True)
class Held:
    """What the statement found that moved the positions."""

    with_parked: frozenset[str]
    """The readers among them that have parked records."""
    versions: Mapping[str, int]
    """View → shown version."""


_MOVED = """
WITH wish AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::smallint[], $4::bigint[], $5::bigint[])
        AS w(reader, service, lane, since, number)
), held AS MATERIALIZED (
    SELECT p.reader, p.service, p.lane, p.number FROM positions p JOIN wish USING (reader, service, lane)
    ORDER BY p.reader, p.service, p.lane FOR UPDATE OF p
), moved AS (
    UPDATE positions p SET number = w.number FROM wish w JOIN held h USING (reader, service, lane)
    WHERE p.reader = w.reader AND p.service = w.service AND p.lane = w.lane AND h.number = w.since
    RETURNING p.lane
)"""

_FOUND = """
SELECT (SELECT count(*) FROM moved) AS moved,{durable}
    ARRAY(SELECT DISTINCT reader FROM parked WHERE reader = ANY($1)) AS with_parked
"""

# What a view's transaction writes, and a position that only passes over, follows from durable records: a server that
# crashes may lose the last of it, both together, and the reader does it again. No append may ever be in such a one.
_NOT_WAITED_FOR = " set_config('synchronous_commit', 'off', true) AS not_waited_for,"

MOVE = _MOVED + _FOUND.format(durable="")
PASS = _MOVED + _FOUND.format(durable=_NOT_WAITED_FOR)

# The shown versions are asked for only when the positions are held: a swap takes them in the same order.
MOVE_VIEWS = f"""{_MOVED}, shown AS MATERIALIZED (
    SELECT name, version FROM view_versions WHERE (SELECT count(*) FROM moved) >= 0 AND name = ANY($6) FOR SHARE
){_FOUND.format(durable=_NOT_WAITED_FOR)}, (SELECT json_object_agg(name, version)::text FROM shown) AS shown
"""


class Positions:
    """Those of one loop: its standings, in memory and in the database."""

    def __init__(self, standings: Iterable[Standing], pool: "asyncpg.Pool[Any]") -> None:
        self._all = {(each.reader, each.service): each for each in standings}
        self._pool = pool

    @property
    def unwritten(self) -> bool:
        """Whether records were passed over of which the database does not know."""
        return any(each.reached != each.written for each in self._all.values())

    async def create(self, service: str, epoch: UUID) -> None:
        """Makes missing rows at 0.

        Those that are there are not tried: a conflict waits until another process has ended what moves the row.
        """
        await self._pool.execute(
            "INSERT INTO positions (reader, service, lane, epoch) SELECT w.reader, $2, w.lane, $3"
            " FROM (SELECT * FROM unnest($1::text[]) AS reader, generate_series(0, $4::int - 1) AS lane) w"
            " WHERE NOT EXISTS (SELECT FROM positions p WHERE p.reader = w.reader AND p.service = $2"
            " AND p.lane = w.lane) ON CONFLICT DO NOTHING",
            sorted(reader for reader, source in self._all if source == service),
            service,
            epoch,
            LANES,
        )

    async def load(self) -> Mapping[str, UUID | None]:
        """Reads what the database has; returns the epoch of each source, None where the rows disagree."""
        rows = await self._pool.fetch(
            "SELECT reader, service, lane, number, epoch FROM positions WHERE reader = ANY($1)",
            sorted({reader for reader, _ in self._all}),
        )
        epochs: dict[str, UUID | None] = {}
        for row in rows:
            standing = self._all.get((row["reader"], row["service"]))
            if standing is None:
                continue
            standing.found(row["lane"], row["number"])
            if epochs.setdefault(standing.service, row["epoch"]) != row["epoch"]:
                epochs[standing.service] = None
        return epochs

    async def numbers(self) -> Mapping[tuple[str, str], Mapping[int, int]]:
        """(reader, service) → lane → number, as the database has it."""
        rows = await self._pool.fetch(
            "SELECT reader, service, lane, number FROM positions WHERE reader = ANY($1)",
            sorted({reader for reader, _ in self._all}),
        )
        found: dict[tuple[str, str], dict[int, int]] = {place: {} for place in self._all}
        for row in rows:
            if (place := (row["reader"], row["service"])) in found:
                found[place][row["lane"]] = row["number"]
        return found

    async def move(
        self,
        tx: "Transaction | asyncpg.Pool[Any]",
        moves: Sequence[Move],
        views: Collection[str] = (),
        *,
        with_effects: bool = True,
    ) -> Held:
        """Takes and moves the rows in one statement, and so before any effect; raises Elsewhere.

        What is parked and which versions are shown can be trusted, because whoever changes them for these lanes holds
        or moves these rows. Only a swap does neither: it is known by its version.
        """
        order = sorted(moves, key=lambda move: (move.standing.reader, move.standing.service, move.lane))
        row = await tx.fetchrow(
            MOVE_VIEWS if views else MOVE if with_effects else PASS,
            [move.standing.reader for move in order],
            [move.standing.service for move in order],
            [move.lane for move in order],
            [move.standing.written[move.lane] for move in order],
            [move.number for move in order],
            *([list(views)] if views else []),
        )
        assert row is not None
        if row["moved"] != len(order):
            raise Elsewhere
        return Held(frozenset(row["with_parked"]), orjson.loads(row["shown"]) if views else {})

    async def put_back(self, tx: Transaction, moves: Sequence[Move]) -> None:
        """In the transaction that moved them: not so far after all."""
        await tx.execute(
            "UPDATE positions p SET number = n.number FROM unnest($1::text[], $2::text[], $3::smallint[], $4::bigint[])"
            " AS n(reader, service, lane, number)"
            " WHERE p.reader = n.reader AND p.service = n.service AND p.lane = n.lane",
            [move.standing.reader for move in moves],
            [move.standing.service for move in moves],
            [move.lane for move in moves],
            [move.number for move in moves],
        )

    async def write(self) -> None:
        """Puts down what was passed over: no effect, so no transaction around it; raises Elsewhere."""
        moves = [
            Move(standing, lane, reached)
            for standing in self._all.values()
            for lane, reached in enumerate(standing.reached)
            if reached != standing.written[lane]
        ]
        if moves:
            await self.move(self._pool, moves, with_effects=False)
            committed(moves)


def committed(moves: Iterable[Move]) -> None:
    """To be called after the commit: memory follows the database, never the other way round."""
    for move in moves:
        move.standing.committed(move.lane, move.number)
