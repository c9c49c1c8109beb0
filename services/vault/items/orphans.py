"""Destroys what was sealed for a request that never came to be: the command was refused, or its caller died.

Records without published data may mention an item too, and the vault cannot see those. So an item goes only when its
request is unknown to every other service; what was sealed for a known request stays.
"""

import asyncio
from collections.abc import Mapping
from datetime import timedelta

import structlog

from services.vault.items.safe import Safe
from services.vault.items.views import SOURCES
from shared.eventstore import EventStore, Feed
from shared.eventstore.store import UNAVAILABLE
from shared.kernel import SYSTEM, Clock, Context, Unavailable

KEPT_FOR = timedelta(hours=24)
SWEEP_SECONDS = 600.0
READER = "vault.mentioned"

UNMENTIONED = """
SELECT i.stream_id, array_agg(i.item) AS items FROM items i JOIN contents USING (item)
WHERE i.sealed_at < $1 AND i.created_at < clock_timestamp() - $2::interval AND i.request_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM mentioned m WHERE m.id IN (i.item, i.request_id))
GROUP BY i.stream_id ORDER BY i.stream_id LIMIT 200
"""

log = structlog.get_logger("vault")


class Orphans:
    """`settle` is real time: a bureau clock that was set forward must not overtake a command under way."""

    def __init__(
        self,
        safe: Safe,
        store: EventStore,
        feeds: Mapping[str, Feed],
        clock: Clock,
        settle: timedelta = timedelta(minutes=1),
    ) -> None:
        self._safe = safe
        self._store = store
        self._feeds = {name: feed for name, feed in feeds.items() if name in SOURCES}
        self._clock = clock
        self._settle = settle

    async def run(self) -> None:
        while True:
            try:
                await self.sweep()
            except (*UNAVAILABLE, Unavailable) as error:
                log.warning("sweep_waits", error=type(error).__name__)
            await asyncio.sleep(SWEEP_SECONDS)

    async def sweep(self) -> int:
        """How many items were destroyed."""
        if not await self._has_read_everything():
            return 0
        now = self._clock.now()
        rows = await self._store.pool.fetch(UNMENTIONED, now - KEPT_FOR, self._settle)
        destroyed = 0
        for row in rows:
            destroyed += await self._safe.destroy(row["stream_id"], row["items"], Context(actor=SYSTEM), now)
        if destroyed:
            log.info("orphans_destroyed", items=destroyed)
        return destroyed

    async def _has_read_everything(self) -> bool:
        """A feed that cannot be reached, or is not read to its head, may hold the mention that is missing."""
        if self._feeds.keys() != set(SOURCES):
            return False
        for name, feed in self._feeds.items():
            rows = await self._store.pool.fetch(
                "SELECT lane, number FROM positions WHERE reader = $1 AND service = $2", READER, name
            )
            positions = {row["lane"]: row["number"] for row in rows}
            heads = await feed.heads()
            if any(positions.get(lane, 0) < head for lane, head in heads.items()):
                return False
        return True
