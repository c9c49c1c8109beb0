"""One stream that many look at: folded once, and after that only by what is new."""

from typing import Any, Generic, TypeVar

from shared.eventstore.codec import Codec
from shared.eventstore.store import EventStore
from shared.kernel import Decider

S = TypeVar("S")
E = TypeVar("E")

NEW_EVENTS = "SELECT fact, body FROM events WHERE stream = $1 AND version > $2 ORDER BY version"


class Newest(Generic[S, E]):
    """The state of a stream that grows slowly and is asked for often. What was folded is kept."""

    def __init__(self, store: EventStore, stream: str, decider: Decider[Any, S, E], codec: Codec[E]) -> None:
        self._pool = store.pool
        self._stream = stream
        self._decider = decider
        self._codec = codec
        self._folded: tuple[S, int] = (decider.initial, 0)

    async def newest(self) -> S:
        """The same object as before as long as nothing was appended."""
        state, version = self._folded
        if rows := await self._pool.fetch(NEW_EVENTS, self._stream, version):
            state = self._decider.fold((self._codec.decode(row["fact"], row["body"]) for row in rows), state)
            # Somebody else may have read further meanwhile.
            self._folded = max(self._folded, (state, version + len(rows)), key=lambda folded: folded[1])
        return self._folded[0]
