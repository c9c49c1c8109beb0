"""How records reach readers. A service does not know which implementation it has."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import structlog

from shared.eventstore.feed import Feed, StoredFeed
from shared.eventstore.records import Record
from shared.eventstore.store import UNAVAILABLE
from shared.eventstore.wakeups import Wakeups
from shared.kernel import Unavailable

Positions = Mapping[str, Mapping[int, int]]
"""Service → lane → number."""

BATCH = 500
POLL_SECONDS = 3.0
KEPT = 1_000
"""Newest records of a feed that are kept for all who follow it."""

log = structlog.get_logger("transport")


class Interrupted(Exception):
    """Records may have been missed at the tail, or are missed just now: whoever needs them asks the feeds."""

    def __init__(self, reader: str, *, away: bool) -> None:
        super().__init__(reader)
        self.away = away
        """Whether nothing comes at present: what is missing need not be waited for."""


class Subscription(Protocol):
    @property
    def ready(self) -> bool:
        """Whether new records come by it, or would if what carries them were not known to be away."""
        ...

    def coming(self, service: str, lane: int) -> bool:
        """Whether records of the lane are known to be on their way to `next`."""
        ...

    @property
    def at_hand(self) -> bool:
        """Whether `next` is known to answer without waiting for records."""
        ...

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

    def teller(self, service: str) -> Callable[[Sequence[Record]], None] | None:
        """Whom a sequencer in this process tells what it numbered; None when nobody here wants to be told."""
        ...


class FeedTransport:
    """Readers follow the producers' feeds, woken by NOTIFY, with slow polling behind it."""

    def __init__(self, wakeups: Wakeups, poll_seconds: float = POLL_SECONDS) -> None:
        self._wakeups = wakeups
        self._poll_seconds = poll_seconds
        self._tails: dict[str, Tail] = {}

    async def subscribe(self, reader: str, feeds: Mapping[str, Feed], after: Positions) -> Subscription:
        tails = {service: self._tail(service) for service in feeds}
        for service, feed in feeds.items():
            tails[service].know(feed)
        return FeedSubscription(feeds, tails, after, self._wakeups, self._poll_seconds)

    def teller(self, service: str) -> Callable[[Sequence[Record]], None]:
        return self._tail(service).told

    def _tail(self, service: str) -> "Tail":
        if service not in self._tails:
            self._tails[service] = Tail(service, self._wakeups, self._poll_seconds)
        return self._tails[service]


class Tail:
    """The newest records of one feed, told by the sequencer beside it or read once for all who follow it here.

    A service's own readers see private bodies, all others the same records without them: both come from one source.
    """

    def __init__(self, service: str, wakeups: Wakeups, poll_seconds: float) -> None:
        self._feed: Feed | None = None
        self._bell = wakeups.bell(f"unread:{service}")
        self._poll_seconds = poll_seconds
        self._reading = asyncio.Lock()
        self._read_at = 0.0
        self._ends: dict[int, int] | None = None
        self._private: list[Record] = []
        self._public: list[Record] = []
        self._dropped = 0

    @property
    def end(self) -> int:
        """The place after the newest record, counted from the beginning of this process."""
        return self._dropped + len(self._public)

    def know(self, feed: Feed) -> None:
        """Reads with the feed that shows most."""
        if self._feed is None or shows_private(feed):
            self._feed = feed

    def told(self, records: Sequence[Record]) -> None:
        """What was numbered just now. What does not follow on what is here is left to be read."""
        if self._ends is None:
            return
        if self._reading.locked() or self._bell.rang or not follow_on(self._ends, records):
            self._bell.ring()
            return
        self._keep(records)

    @property
    def is_fresh(self) -> bool:
        """Whether nothing is known to be in the feed that is not here."""
        fresh = self._ends is not None and not self._bell.rang and not self._reading.locked()
        return fresh and asyncio.get_running_loop().time() - self._read_at < self._poll_seconds

    async def refresh(self) -> None:
        """Reads what was numbered since the last look, unless it was told or nothing rang."""
        async with self._reading:
            now = asyncio.get_running_loop().time()
            if self._ends is not None and not self._bell.rang and now - self._read_at < self._poll_seconds:
                return
            assert self._feed is not None
            self._bell.silence()
            more = True
            try:
                if self._ends is None:
                    self._ends = dict(await self._feed.heads())
                    more = False
                while more:
                    records = await self._feed.read(self._ends, BATCH)
                    self._keep(records)
                    more = len(records) >= BATCH
            except BaseException:
                self._bell.ring()
                raise
            self._read_at = now

    def _keep(self, records: Sequence[Record]) -> None:
        assert self._ends is not None
        for record in records:
            self._ends[record.lane] = record.number
            self._private.append(record)
            bare = record if record.private is None else replace(record, private=None, private_fact=None)
            self._public.append(bare)
        if len(self._public) > 2 * KEPT:
            gone = len(self._public) - KEPT
            del self._private[:gone], self._public[:gone]
            self._dropped += gone

    def since(self, place: int, *, private: bool) -> Sequence[Record] | None:
        """The records from `place` on; None when they are kept no longer."""
        if place < self._dropped:
            return None
        return (self._private if private else self._public)[place - self._dropped :]


def follow_on(ends: Mapping[int, int], records: Sequence[Record]) -> bool:
    """Whether the records are the very next ones of their lanes."""
    at: dict[int, int] = {}
    for record in records:
        if record.number != at.get(record.lane, ends.get(record.lane, 0)) + 1:
            return False
        at[record.lane] = record.number
    return True


def shows_private(feed: Feed) -> bool:
    return isinstance(feed, StoredFeed) and feed.with_private


class Follower:
    """One subscription on one feed: from the shared tail once it has caught up with it, by reads of its own before."""

    def __init__(self, feed: Feed, tail: Tail, after: Mapping[int, int]) -> None:
        self._feed = feed
        self._tail = tail
        self._after = dict(after)
        self._place: int | None = None
        self.behind = False
        """Whether there is more to be had at once."""

    @property
    def is_level(self) -> bool:
        """Whether it has all that the tail has, and the tail all that is known to be there."""
        return self._place == self._tail.end and self._tail.is_fresh

    async def next(self) -> Sequence[Record]:
        if not self._tail.is_fresh:
            await self._tail.refresh()
        records = None
        if self._place is not None:
            records = self._tail.since(self._place, private=shows_private(self._feed))
        if records is None:
            return await self._read()
        self._place = self._tail.end
        return self._beyond(records)

    async def _read(self) -> Sequence[Record]:
        """What the tail holds up to now is either read here or comes again from there."""
        place = self._tail.end
        records = await self._feed.read(self._after, BATCH)
        self.behind = len(records) >= BATCH
        self._place = None if self.behind else place
        return self._beyond(records)

    def _beyond(self, records: Sequence[Record]) -> Sequence[Record]:
        fresh = []
        for record in records:
            if record.number > self._after[record.lane]:
                self._after[record.lane] = record.number
                fresh.append(record)
        return fresh


class FeedSubscription:
    def __init__(
        self,
        feeds: Mapping[str, Feed],
        tails: Mapping[str, Tail],
        after: Positions,
        wakeups: Wakeups,
        poll_seconds: float,
    ) -> None:
        self._followers = {service: Follower(feed, tails[service], after[service]) for service, feed in feeds.items()}
        self._bell = wakeups.bell(*(f"feed:{service}" for service in feeds))
        self._poll_seconds = poll_seconds
        self._idle = False

    @property
    def ready(self) -> bool:
        return True

    def coming(self, service: str, lane: int) -> bool:
        """Nothing lies between a feed and its followers."""
        return False

    @property
    def at_hand(self) -> bool:
        return not self._idle or self._bell.rang

    async def next(self) -> Sequence[Record]:
        """A feed that cannot be read holds up no other; when none can be read, its error is raised."""
        if not self.at_hand:
            await self._bell.wait(self._poll_seconds)
        self._bell.silence()
        found: list[Record] = []
        errors: list[Exception] = []
        for service, follower in self._followers.items():
            if follower.is_level:
                continue
            try:
                found += await follower.next()
            except (*UNAVAILABLE, Unavailable) as error:
                log.warning("feed_cannot_be_read", source=service, error=type(error).__name__)
                errors.append(error)
        if len(errors) == len(self._followers):
            raise errors[0]
        # Whatever is numbered after this read rings the bell: only a full batch is worth looking again at once.
        self._idle = not any(follower.behind for follower in self._followers.values())
        return found

    async def done(self) -> None:
        pass

    async def close(self) -> None:
        self._bell.close()
