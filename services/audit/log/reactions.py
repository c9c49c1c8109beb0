"""Every record of every service becomes one leaf, in the transaction that moves the position."""

from collections.abc import Callable, Mapping, Sequence

import asyncpg

from services.audit.log.leaf import LeafMalformed
from services.audit.log.store import READER, LogRows
from services.audit.log.tiles import WIDTH
from shared.eventstore import EventStore, Feed, Record
from shared.kernel import CorruptHistory
from shared.kernel.failpoints import failpoint
from shared.messaging import Reader, Transport
from shared.messaging.positions import Move, Standing, committed
from shared.messaging.reader import beyond, by_lane

BATCH = 500


class RecordTwice(CorruptHistory):
    """A record came under a second address."""


class RecordUnfit(CorruptHistory):
    """A record carries what no leaf may hold."""


class LeafReader(Reader):
    """Never parks: a leaf needs nothing of a record's content. What cannot become a leaf stops the source."""

    def __init__(
        self,
        feeds: Mapping[str, Feed],
        transport: Transport,
        store: EventStore,
        rows: LogRows,
        on_full_tile: Callable[[], None],
    ) -> None:
        self._standing = {service: Standing(READER, service) for service in feeds}
        super().__init__(READER, list(self._standing.values()), feeds, transport, store, {})
        self._rows = rows
        self._on_full_tile = on_full_tile

    async def apply(self, records: Sequence[Record]) -> None:
        fresh: list[Record] = []
        for lane in by_lane(records):
            standing = self._standing[lane[0].service]
            if not standing.stopped:
                fresh += beyond(standing.reached[lane[0].lane], lane)
        for start in range(0, len(fresh), BATCH):
            await self._append(fresh[start : start + BATCH])

    async def _append(self, records: Sequence[Record]) -> None:
        ends = {(record.service, record.lane): record.number for record in records}
        moves = [Move(self._standing[service], lane, number) for (service, lane), number in ends.items()]
        async with self.store.transaction() as connection:
            await self.positions.move(connection, moves)
            try:
                size = await self._rows.append(connection, records)
            except LeafMalformed as error:
                raise RecordUnfit(str(error)) from None
            except asyncpg.UniqueViolationError as error:
                raise RecordTwice(error.constraint_name) from None
            failpoint("view.before_commit")
        committed(moves)
        if size // WIDTH > (size - len(records)) // WIDTH:
            self._on_full_tile()
