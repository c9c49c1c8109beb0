"""Parked keys of all readers of all services: seen, tried again, or discarded with a reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.eventstore import CommandHandler, EventStore
from shared.kernel import Context, derive_id, lane_of
from shared.messaging import Reactor
from shared.messaging.discards import (
    NAMESPACE,
    Discard,
    DiscardReason,
    parking_category,
    parking_codec,
    parking_decider,
)
from shared.messaging.lanes import lock_lane
from shared.web import Runtime


class ParkedKeys:
    def __init__(self, runtimes: Mapping[str, Runtime]) -> None:
        self._runtimes = runtimes

    def _stores(self) -> list[tuple[str, EventStore]]:
        return [(name, runtime.deps.store) for name, runtime in self._runtimes.items() if name in runtime.deps.feeds]

    async def summary(self) -> dict[str, int]:
        counts = {"waiting": 0, "poison": 0}
        for _, store in self._stores():
            for row in await store.pool.fetch("SELECT state, count(*) FROM parked GROUP BY state"):
                counts[row["state"]] += row["count"]
        return counts

    async def all(self) -> Sequence[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        for _, store in self._stores():
            rows = await store.pool.fetch(
                "SELECT reader, service AS source, key, state, count(*) AS records,"
                " max(tries) AS tries, min(parked_at) AS since,"
                " min(reason) FILTER (WHERE reason <> 'follows') AS reason"
                " FROM parked GROUP BY reader, service, key, state ORDER BY min(parked_at) LIMIT 500"
            )
            found += [dict(row) for row in rows]
        return found

    async def retry(self, key: UUID) -> dict[str, bool]:
        """Reader → whether the key is free again."""
        tried: dict[str, bool] = {}
        for runtime in self._runtimes.values():
            for reader in runtime.readers:
                rows = await reader.store.pool.fetch(
                    "SELECT DISTINCT reader FROM parked WHERE reader = ANY($1) AND key = $2", list(reader.parking), key
                )
                for row in rows:
                    tried[row["reader"]] = isinstance(reader, Reactor) and await reader.retry(key)
        return tried

    async def discard(self, key: UUID, reason: DiscardReason, context: Context, at: datetime) -> int:
        """Drops the key's parked records everywhere; each service keeps the fact. Returns how many there were."""
        total = 0
        for service, store in self._stores():
            handler = CommandHandler(
                store=store,
                category=parking_category(service),
                decider=parking_decider,
                codec=parking_codec,
                key=lambda id, state, events: events[0].key,
            )
            async with store.transaction() as connection:
                for row in await connection.fetch("SELECT DISTINCT reader FROM parked WHERE key = $1 ORDER BY 1", key):
                    # Or a batch that knows the key as parked would park one more after it was freed.
                    await lock_lane(connection, row["reader"], lane_of(key))
                rows = await connection.fetch("DELETE FROM parked WHERE key = $1 RETURNING number", key)
                if rows:
                    wish = Discard(key=key, records=len(rows), reason=reason, at=at)
                    await handler.within(connection).handle(derive_id(NAMESPACE, key), wish, context)
            total += len(rows)
            store.appended()
        return total
