"""How records reach readers. A service does not know which implementation it has."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.eventstore.feed import Feed
from shared.eventstore.records import Record
from shared.eventstore.wakeups import Wakeups

BATCH = 500
POLL_SECONDS = 3.0


class Subscription(Protocol):
    async def next(self) -> Sequence[Record]:
        """The next records, in number order within each lane; may repeat, may have gaps, may be empty for a while."""
        ...

    async def done(self) -> None:
        """What `next` gave last is in the database."""
        ...

    async def close(self) -> None: ...


class Transport(Protocol):
    async def subscribe(self, reader: str, feed: Feed, after: Mapping[int, int]) -> Subscription:
        """`after` are the reader's positions: a hint where to begin."""
        ...


class FeedTransport:
    """Readers follow the producers' feeds, woken by NOTIFY, with slow polling behind it."""

    def __init__(self, wakeups: Wakeups, poll_seconds: float = POLL_SECONDS) -> None:
        self._wakeups = wakeups
        self._poll_seconds = poll_seconds

    async def subscribe(self, reader: str, feed: Feed, after: Mapping[int, int]) -> Subscription:
        return FeedSubscription(feed, after, self._wakeups, self._poll_seconds)


class FeedSubscription:
    def __init__(self, feed: Feed, after: Mapping[int, int], wakeups: Wakeups, poll_seconds: float) -> None:
        self._feed = feed
        self._after = dict(after)
        self._bell = wakeups.bell(f"feed:{feed.service}")
        self._poll_seconds = poll_seconds
        self._idle = False

    async def next(self) -> Sequence[Record]:
        if self._idle:
            await self._bell.wait(self._poll_seconds)
        self._bell.silence()
        records = await self._feed.read(self._after, BATCH)
        # Whatever is numbered after this read rings the bell: only a full batch is worth looking again at once.
        self._idle = len(records) < BATCH
        for record in records:
            self._after[record.lane] = record.number
        return records

    async def done(self) -> None:
        pass

    async def close(self) -> None:
        self._bell.close()
