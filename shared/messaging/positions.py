"""How far a reader got: one row per (reader, service, lane), moved in the transaction of the effect."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg

from shared.eventstore.feed import Feed
from shared.eventstore.store import Transaction
from shared.kernel import LANES


class ForeignHistory(Exception):
    """The feed is not the one that was read before, or ends before our position: a restore happened."""


class Positions:
    def __init__(self, reader: str, service: str, pool: "asyncpg.Pool[Any]") -> None:
        self._reader = reader
        self._service = service
        self._pool = pool

    async def begin(self, feed: Feed) -> None:
        """Creates missing rows at 0; raises ForeignHistory when the feed's epoch is another one."""
        epoch = await feed.epoch()
        await self._pool.execute(
            "INSERT INTO positions (reader, service, lane, epoch) SELECT $1, $2, lane, $3"
            " FROM generate_series(0, $4::int - 1) AS lane ON CONFLICT DO NOTHING",
            self._reader,
            self._service,
            epoch,
            LANES,
        )
        await self.check(feed, epoch)

    async def check(self, feed: Feed, epoch: UUID | None = None) -> Mapping[int, int]:
        """The lanes that lack records, each with our position there."""
        epoch = epoch or await feed.epoch()
        rows = await self._pool.fetch(
            "SELECT lane, number, epoch FROM positions WHERE reader = $1 AND service = $2", self._reader, self._service
        )
        heads = await feed.heads()
        if any(row["epoch"] != epoch or row["number"] > heads.get(row["lane"], 0) for row in rows):
            raise ForeignHistory(f"{self._reader} on {self._service}")
        return {row["lane"]: row["number"] for row in rows if row["number"] < heads.get(row["lane"], 0)}

    async def all(self) -> dict[int, int]:
        rows = await self._pool.fetch(
            "SELECT lane, number FROM positions WHERE reader = $1 AND service = $2", self._reader, self._service
        )
        return {row["lane"]: row["number"] for row in rows}

    async def lock(self, tx: Transaction, lanes: Sequence[int]) -> dict[int, int]:
        rows = await tx.fetch(
            "SELECT lane, number FROM positions WHERE reader = $1 AND service = $2 AND lane = ANY($3::smallint[])"
            " ORDER BY lane FOR UPDATE",
            self._reader,
            self._service,
            list(lanes),
        )
        return {row["lane"]: row["number"] for row in rows}

    async def pass_over(self, lane: int, first: int, last: int) -> bool:
        """Moves over records [first, last] that have no effect, in one statement; False when we stand elsewhere."""
        done = await self._pool.execute(
            "UPDATE positions SET number = $5 WHERE reader = $1 AND service = $2 AND lane = $3"
            " AND number >= $4 - 1 AND number < $5",
            self._reader,
            self._service,
            lane,
            first,
            last,
        )
        return bool(done == "UPDATE 1")

    async def move(self, tx: Transaction, to: Mapping[int, int]) -> None:
        await tx.execute(
            "UPDATE positions p SET number = n.number FROM unnest($3::smallint[], $4::bigint[]) AS n(lane, number)"
            " WHERE p.reader = $1 AND p.service = $2 AND p.lane = n.lane",
            self._reader,
            self._service,
            list(to),
            list(to.values()),
        )
