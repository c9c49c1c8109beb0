"""Many commands in one transaction: each stream is read once, and all appends go to the database in one statement."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from shared.eventstore.appends import Append

REMEMBERED = 1024
"""Streams whose newest state is kept."""

Folded = tuple[Any, int]
"""A state and its version."""


class Memory:
    """States as our last commit left them. Somebody else may have gone on since: only an append can tell.

    Whoever decides on one of these and comes to an append is told by the stream's version if it was not the newest;
    whoever comes to nothing has to look.
    """

    def __init__(self) -> None:
        self._folded: OrderedDict[str, Folded] = OrderedDict()

    def of(self, stream: str) -> Folded | None:
        if (folded := self._folded.get(stream)) is not None:
            self._folded.move_to_end(stream)
        return folded

    def keep(self, folded: Mapping[str, Folded]) -> None:
        for stream, each in folded.items():
            if each[1]:
                self._folded[stream] = each
                self._folded.move_to_end(stream)
        while len(self._folded) > REMEMBERED:
            self._folded.popitem(last=False)

    def forget(self, streams: Iterable[str]) -> None:
        for stream in streams:
            self._folded.pop(stream, None)


class Batch:
    """A transaction that keeps appends back until its end, or until somebody reads one of their streams.

    Whatever else is executed or read goes straight to the database: who works with a batch keeps tables of his own and
    does not look for what he appended in the tables of the store.
    """

    def __init__(self, tx: Any, send: Callable[[Any, Sequence[Append]], Awaitable[None]]) -> None:
        self._tx = tx
        self._send = send
        self._kept_back: list[Append] = []
        self.folded: dict[str, Folded] = {}
        """Streams as they are here: read in this transaction, or appended to."""
        self.kept: dict[object, Any] = {}
        """What a reaction read of its own tables, or locked, for an earlier record of this transaction."""
        self.execute = tx.execute
        self.executemany = tx.executemany
        self.fetch = tx.fetch
        self.fetchrow = tx.fetchrow
        self.fetchval = tx.fetchval

    def add(self, append: Append) -> None:
        self._kept_back.append(append)

    def appends_to(self, stream: str) -> bool:
        return any(append.stream == stream for append in self._kept_back)

    async def flush(self) -> None:
        """Raises ConcurrencyConflict, and then the transaction is lost."""
        kept_back, self._kept_back = self._kept_back, []
        if kept_back:
            await self._send(self._tx, kept_back)


def kept_in(tx: Any) -> dict[object, Any]:
    """What this transaction keeps between its records; nothing is kept where it is of one record."""
    return tx.kept if isinstance(tx, Batch) else {}
