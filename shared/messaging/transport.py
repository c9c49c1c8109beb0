"""How records reach readers. A service does not know which implementation it has."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.eventstore.feed import Feed
from shared.eventstore.records import Record
from shared.eventstore.wakeups import Wakeups

Positions = Mapping[str, Mapping[int, int]]
"""Service → lane → number."""

BATCH = 500
POLL_SECONDS = 3.0


class Interrupted(Exception):
    """Records may have been missed at the tail, or are missed just now: whoever needs them asks the feeds."""


class Subscription(Protocol):
    async def next(self) -> Sequence[Record]:
        """The next records, in number order within each lane; may repeat, may have gaps, may be empty for a while.

        Raises Interrupted after each pause in delivery, and every two seconds as long as it lasts; call it again.
        """
        ...

    async def done(self) -> None:
        """What `next` gave last is in the database."""
        ...

    async def close(self) -> None: ...


class Transport(Protocol):
    async def subscribe(self, reader: str, feeds: Mapping[str, Feed], after: Positions) -> Subscription:
        """Follows all `feeds` (by service); `after` are the reader's positions there: a hint where to begin."""
        ...


class FeedTransport:
    """Readers follow the producers' feeds, woken by NOTIFY, with slow polling behind it."""

    def __init__(self, wakeups: Wakeups, poll_seconds: float = POLL_SECONDS) -> None:
        self._wakeups = wakeups
        self._poll_seconds = poll_seconds

    async def subscribe(self, reader: str, feeds: Mapping[str, Feed], after: Positions) -> Subscription:
        return FeedSubscription(feeds, after, self._wakeups, self._poll_seconds)


class FeedSubscription:
    def __init__(self, feeds: Mapping[str, Feed], after: Positions, wakeups: Wakeups, poll_seconds: float) -> None:
        self._feeds = feeds
        self._after = {service: dict(lanes) for service, lanes in after.items()}
        self._bell = wakeups.bell(*(f"feed:{service}" for service in feeds))
        self._poll_seconds = poll_seconds
        self._idle = False

    async def next(self) -> Sequence[Record]:
        if self._idle:
            await self._bell.wait(self._poll_seconds)
        self._bell.silence()
        self._idle = True
        found: list[Record] = []
        for service, feed in self._feeds.items():
            records = await feed.read(self._after[service], BATCH)
            # Whatever is numbered after this read rings the bell: only a full batch is worth looking again at once.
            self._idle = self._idle and len(records) < BATCH
            for record in records:
                self._after[service][record.lane] = record.number
            found += records
        return found

    async def done(self) -> None:
        pass

    async def close(self) -> None:
        self._bell.close()
