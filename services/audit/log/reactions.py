"""Every record of every service becomes one leaf, in the transaction that moves the position."""

from collections.abc import Callable, Sequence

import asyncpg

from services.audit.log.leaf import LeafMalformed
from services.audit.log.store import READER, LogRows
from services.audit.log.tiles import WIDTH
from shared.eventstore import EventStore, Feed, Record
from shared.kernel import CorruptHistory
from shared.kernel.failpoints import failpoint
from shared.messaging import Reader, Transport
from shared.messaging.reader import beyond, by_lane

BATCH = 500


class RecordTwice(CorruptHistory):
    """A record came under a second address."""


class RecordUnfit(CorruptHistory):
    """A record carries what no leaf may hold."""


class LeafReader(Reader):
    """Never parks: a leaf needs nothing of a record's content. What cannot become a leaf stops the source."""

    def __init__(
        self, feed: Feed, transport: Transport, store: EventStore, rows: LogRows, on_full_tile: Callable[[], None]
    ) -> None:
        super().__init__(READER, feed, transport, store, {})
        self._rows = rows
        self._on_full_tile = on_full_tile

    async def apply(self, records: Sequence[Record]) -> None:
        lanes = by_lane(records)
        while await self._batch(lanes):
            pass

    async def _batch(self, lanes: Sequence[Sequence[Record]]) -> bool:
        """Appends what is fresh, at most one batch; False when nothing is left."""
        async with self.store.transaction() as connection:
            positions = await self.positions.lock(connection, [lane[0].lane for lane in lanes])
            fresh = [record for lane in lanes for record in beyond(positions[lane[0].lane], lane)][:BATCH]
            if not fresh:
                return False
            try:
                size = await self._rows.append(connection, fresh)
            except LeafMalformed as error:
                raise RecordUnfit(str(error)) from None
            except asyncpg.UniqueViolationError as error:
                raise RecordTwice(error.constraint_name) from None
            await self.positions.move(connection, {record.lane: record.number for record in fresh})
            failpoint("view.before_commit")
        self.applied += len(fresh)
        if size // WIDTH > (size - len(fresh)) // WIDTH:
            self._on_full_tile()
        reached = {**positions, **{record.lane: record.number for record in fresh}}
        return any(reached[lane[-1].lane] < lane[-1].number for lane in lanes)
