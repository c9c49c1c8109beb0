"""How projections write: like statements in a row go to the database in one round trip."""

from collections.abc import Iterator, Sequence
from typing import Any

from shared.eventstore.records import Record
from shared.eventstore.store import Transaction


class Pen:
    """A transaction that keeps `execute` back while the same statement comes again. The order of writing stays.

    What a projection executes has no answer for it; whatever it reads, it reads after all that it wrote.
    """

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._query = ""
        self._rows: list[tuple[Any, ...]] = []

    async def execute(self, query: str, *args: Any) -> None:
        if query != self._query:
            await self.flush()
            self._query = query
        self._rows.append(args)

    async def fetch(self, query: str, *args: Any) -> Any:
        await self.flush()
        return await self._tx.fetch(query, *args)

    async def fetchrow(self, query: str, *args: Any) -> Any:
        await self.flush()
        return await self._tx.fetchrow(query, *args)

    async def fetchval(self, query: str, *args: Any) -> Any:
        await self.flush()
        return await self._tx.fetchval(query, *args)

    async def flush(self) -> None:
        rows, self._rows = self._rows, []
        if len(rows) == 1:
            await self._tx.execute(self._query, *rows[0])
        elif rows:
            await self._tx.executemany(self._query, rows)


def alike(lanes: Sequence[Sequence[Record]]) -> Iterator[Record]:
    """The records of all lanes, each lane in order, and records of one kind next to each other where that allows it.

    Lanes have no order between them, so any of these orders is as good as another; this one writes in fewer trips.
    """
    waiting = [iter(lane) for lane in lanes]
    heads = {place: next(lane) for place, lane in enumerate(waiting)}
    while heads:
        kinds = [_kind(record) for record in heads.values()]
        kind = max(kinds, key=kinds.count)
        for place in [place for place, record in heads.items() if _kind(record) == kind]:
            record: Record | None = heads[place]
            while record is not None and _kind(record) == kind:
                yield record
                record = next(waiting[place], None)
            if record is None:
                del heads[place]
            else:
                heads[place] = record


def _kind(record: Record) -> str:
    return record.private_fact or record.type
