"""The numbered records of one service, for ever."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from shared.eventstore.records import FIELDS, Record, record_of
from shared.eventstore.store import Transaction


class Feed(Protocol):
    """What a reader needs of another service's history."""

    service: str

    async def epoch(self) -> UUID:
        """Changes when the service was restored from a backup."""
        ...

    async def heads(self) -> Mapping[int, int]:
        """The last number of each lane; 0 for an empty one."""
        ...

    async def standing(self) -> tuple[UUID, Mapping[int, int]]:
        """Epoch and heads, in one question."""
        ...

    async def read(self, after: Mapping[int, int], limit: int) -> Sequence[Record]:
        """Records beyond `after` (lane → number), by lane and number, at most `limit` of each lane."""
        ...


class StoredFeed:
    """The feed in its own service's database."""

    def __init__(self, service: str, pool: "asyncpg.Pool[Any]", *, with_private: bool = False) -> None:
        self.service = service
        self._pool = pool
        self.with_private = with_private

    async def epoch(self) -> UUID:
        return UUID(str(await self._pool.fetchval("SELECT epoch FROM installation")))

    async def heads(self) -> Mapping[int, int]:
        rows = await self._pool.fetch("SELECT lane, head FROM lane_head")
        return {row["lane"]: row["head"] for row in rows}

    async def standing(self) -> tuple[UUID, Mapping[int, int]]:
        rows = await self._pool.fetch("SELECT epoch, lane, head FROM installation CROSS JOIN lane_head")
        return UUID(str(rows[0]["epoch"])), {row["lane"]: row["head"] for row in rows}

    async def read(self, after: Mapping[int, int], limit: int) -> Sequence[Record]:
        body = ", e.body" if self.with_private else ""
        rows = await self._pool.fetch(
            f"SELECT {FIELDS}{body} FROM unnest($1::smallint[], $2::bigint[]) AS p(lane, number)"
            " CROSS JOIN LATERAL (SELECT * FROM feed WHERE feed.lane = p.lane AND feed.number > p.number"
            " ORDER BY feed.number LIMIT $3) f JOIN events e ON e.event_id = f.event_id ORDER BY f.lane, f.number",
            list(after),
            list(after.values()),
            limit,
        )
        if self.with_private:
            return [record_of(self.service, row, private=row["body"]) for row in rows]
        return [record_of(self.service, row) for row in rows]

    async def number_of(self, record_id: UUID, tx: Transaction | None = None) -> tuple[int, int] | None:
        """(lane, number) of a record; None while it is not numbered."""
        row = await (tx or self._pool).fetchrow("SELECT lane, number FROM feed WHERE event_id = $1", record_id)
        return (row["lane"], row["number"]) if row else None
