"""What views and reactions share: follow feeds, mind gaps, check the tail, park what cannot be applied."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from shared.eventstore.feed import Feed
from shared.eventstore.incoming import Codecs
from shared.eventstore.records import Record
from shared.eventstore.store import LOST_A_RACE, UNAVAILABLE, EventStore
from shared.kernel import ConcurrencyConflict, CorruptHistory, NotFound, NotThereYet, Unavailable
from shared.messaging.lacks import Lacks
from shared.messaging.lanes import Gap, by_lane, following
from shared.messaging.parking import POISON, WAITING, Parking
from shared.messaging.positions import Elsewhere, ForeignHistory, Move, Positions, ReaderState, Standing, committed
from shared.messaging.transport import Interrupted, Subscription, Transport
from shared.messaging.turns import Turns

RETRY_SECONDS = 0.3
AGAIN_SECONDS = 1.0
"""After which a source that is down is asked again."""
JOIN_SECONDS = 10.0
"""So long a reader that was just started counts as not ready when a source does not answer."""
LATEST_SECONDS = 1.0
"""What was passed over is written after so long, however many records come."""
LOOK_SECONDS = 2.0
"""After so long of pulling the transport is asked again."""
PULL = 500

TRY_AGAIN = (ConcurrencyConflict, *LOST_A_RACE)
DOWN = (*UNAVAILABLE, Unavailable)

log = structlog.get_logger("reader")


@dataclass(frozen=True, slots=True)
class Standpoint:
    """What an operator sees of one reader on one source."""

    reader: str
    source: str
    state: ReaderState
    lag: int
    applied: int
    pulled: int


class Reader(ABC):
    """One loop over all `feeds`, for one reader or for several that follow the same records.

    `run` never ends by itself, except when no source is left whose history can be trusted.
    """

    def __init__(
        self,
        name: str,
        standings: Sequence[Standing],
        feeds: Mapping[str, Feed],
        transport: Transport,
        store: EventStore,
        codecs: Codecs,
    ) -> None:
        self.name = name
        self.standings = tuple(standings)
        self.feeds = {service: feeds[service] for service in sorted({each.service for each in standings})}
        self.store = store
        self.codecs = codecs
        self.positions = Positions(standings, store.pool)
        self.parking = {each.reader: Parking(each.reader, store.pool) for each in standings}
        self._transport = transport
        self._begun: set[str] = set()
        self._asked: dict[str, float] = {}
        """Sources that were down, and when they were asked last."""
        self._lacks = Lacks()
        self._written_at = 0.0
        self._turns = Turns()
        self._subscription: Subscription | None = None
        self._joining_until = 0.0

    @abstractmethod
    async def apply(self, records: Sequence[Record]) -> None:
        """Applies records of any sources and lanes, in order within each; raises Gap where numbers are missing."""

    @property
    def state(self) -> ReaderState:
        """The worst of its standings."""
        states = {each.state for each in self.standings}
        for state in (ReaderState.STOPPED, ReaderState.WAITING, ReaderState.STARTING):
            if state in states:
                return state
        return ReaderState.RUNNING

    @property
    def applied(self) -> int:
        return sum(each.applied for each in self.standings)

    @property
    def pulled(self) -> int:
        return sum(each.pulled for each in self.standings)

    @property
    def joining(self) -> bool:
        """Whether it was started and new records do not come to it yet."""
        if self.over:
            return False
        if self._subscription is not None and not self._subscription.ready:
            return True
        complete = self._subscription is not None and len(self._begun) == len(self.feeds)
        return not complete and asyncio.get_running_loop().time() < self._joining_until

    def on(self, service: str) -> list[Standing]:
        """Who follows this source and has not been stopped."""
        return [each for each in self.standings if each.service == service and not each.stopped]

    def verdict_on(self, error: Exception) -> str:
        """How a record that raised `error` is parked."""
        return WAITING if isinstance(error, NotThereYet | NotFound) else POISON

    async def run(self) -> None:
        self._joining_until = asyncio.get_running_loop().time() + JOIN_SECONDS
        while not self.over:
            try:
                await self.begin()
                await self._follow()
            except DOWN as error:
                self._waits(self.standings, error)
                await asyncio.sleep(AGAIN_SECONDS)
            except Exception:
                # A bug of the reader itself: whoever goes on would skip something.
                self.stop(self.standings)

    @property
    def over(self) -> bool:
        return all(each.stopped for each in self.standings)

    def stop(self, standings: Iterable[Standing]) -> None:
        """For good, with the alarm of the error at hand."""
        for standing in standings:
            standing.state = ReaderState.STOPPED
            log.exception("reader_stopped", reader=standing.reader, source=standing.service)

    def _waits(self, standings: Iterable[Standing], error: BaseException) -> None:
        for standing in standings:
            if standing.state is not ReaderState.STOPPED:
                standing.state = ReaderState.WAITING
                log.warning("reader_waits", reader=standing.reader, source=standing.service, error=type(error).__name__)

    def _runs(self, standings: Iterable[Standing]) -> None:
        for standing in standings:
            if standing.state is not ReaderState.STOPPED:
                standing.state = ReaderState.RUNNING

    async def begin(self) -> None:
        """Makes and reads the positions on every source that can be reached."""
        for service, feed in self.feeds.items():
            if service in self._begun or not self.on(service):
                continue
            try:
                epoch = await feed.epoch()
            except DOWN as error:
                self._is_down(service, error)
                continue
            await self.positions.create(service, epoch)
            self._begun.add(service)
        await self._missing()

    def _is_down(self, service: str, error: BaseException) -> None:
        self._asked[service] = asyncio.get_running_loop().time()
        self._waits(self.on(service), error)

    def _may_ask(self, service: str) -> bool:
        asked = self._asked.get(service)
        return asked is None or asyncio.get_running_loop().time() - asked >= AGAIN_SECONDS

    async def _missing(self) -> dict[str, dict[int, int]]:
        """Source → lane → our position, where records are lacking. One query, and what the feeds say of themselves."""
        epochs = await self.positions.load()
        missing: dict[str, dict[int, int]] = {}
        for service in sorted(self._begun):
            standings = self.on(service)
            if not standings or not self._may_ask(service):
                continue
            reached = {each: list(each.reached) for each in standings}
            try:
                epoch, heads = await self.feeds[service].standing()
            except DOWN as error:
                self._is_down(service, error)
                continue
            if self._asked.pop(service, None) is not None or standings[0].state is ReaderState.STARTING:
                self._runs(standings)
            try:
                for standing in standings:
                    if epochs[service] != epoch or any(
                        number > heads.get(lane, 0) for lane, number in enumerate(reached[standing])
                    ):
                        raise ForeignHistory(f"{standing.reader} on {service}")
            except ForeignHistory:
                self.stop(standings)
                continue
            lowest = {lane: min(numbers[lane] for numbers in reached.values()) for lane in heads}
            if behind := {lane: number for lane, number in lowest.items() if number < heads[lane]}:
                missing[service] = behind
        return missing

    async def _follow(self) -> None:
        reached = {service: self._lowest(service) for service in self._begun if self.on(service)}
        if not reached:
            return await asyncio.sleep(AGAIN_SECONDS)
        feeds = {service: self.feeds[service] for service in reached}
        self._subscription = subscription = await self._transport.subscribe(self.name, feeds, reached)
        clock = asyncio.get_running_loop().time
        checked = 0.0
        try:
            while not self.over:
                doubt = None
                try:
                    records = await self._next(subscription)
                except Interrupted as interrupted:
                    records, doubt = (), interrupted
                if records:
                    self._turns.count(clock())
                    await self.take(records)
                    if not self.positions.unwritten:
                        await subscription.done()
                if doubt or clock() - checked > self._patience:
                    await self.check_tail(doubt)
                    checked = clock()
                if len(self._begun) < len(self.feeds) and any(
                    self.on(service) and self._may_ask(service) for service in self.feeds.keys() - self._begun
                ):
                    return
        finally:
            self._subscription = None
            with suppress(Exception):
                await subscription.close()

    @property
    def _patience(self) -> float:
        if self._asked:
            return AGAIN_SECONDS
        return self._lacks.patience

    def _lowest(self, service: str) -> dict[int, int]:
        reached = [each.reached for each in self.on(service)]
        return {lane: min(numbers) for lane, numbers in enumerate(zip(*reached, strict=True))}

    async def _next(self, subscription: Subscription) -> Sequence[Record]:
        """Writes what was passed over as soon as nothing new is at hand, or when it waited long enough."""
        clock = asyncio.get_running_loop().time
        unwritten = self.positions.unwritten
        if not unwritten:
            self._written_at = clock()
            if not self._asked and not self._lacks:
                return await subscription.next()
        elif clock() - self._written_at > LATEST_SECONDS:
            await self.rest()
        if subscription.at_hand:
            return await subscription.next()
        coming = asyncio.ensure_future(subscription.next())
        try:
            if unwritten and not (await asyncio.wait((coming,), timeout=self._turns.idle_seconds))[0]:
                await self.rest()
                await subscription.done()
            if (self._asked or self._lacks) and not (await asyncio.wait((coming,), timeout=self._patience))[0]:
                await self.check_tail()
            return await coming
        finally:
            if not coming.done():
                coming.cancel()
                with suppress(BaseException):
                    await coming

    async def rest(self) -> None:
        """Writes what was passed over in memory."""
        try:
            await self.positions.write()
        except (Elsewhere, *TRY_AGAIN):
            await self.positions.load()
        self._written_at = asyncio.get_running_loop().time()

    async def check_tail(self, doubt: Interrupted | None = None) -> None:
        """Compares positions with the producers' heads and pulls what never arrives.

        Not for ever: on a busy day there is always something more, and the transport may have come back.
        """
        clock = asyncio.get_running_loop().time
        begun = clock()
        while missing := await self._missing():
            self._lacks.look(missing, doubt)
            lost = self._lacks.lost(self._subscription, doubt)
            if not await self._pull_all(lost):
                return
            for service in lost:
                for lane, at in self._lowest(service).items() if self.on(service) else ():
                    self._lacks.moved(service, lane, at)
            if clock() - begun > LOOK_SECONDS:
                return
        self._lacks.look({}, None)

    async def pull_tail(self) -> None:
        """Up to the heads, straight from the feeds."""
        while missing := await self._missing():
            if not await self._pull_all(missing):
                return

    async def _pull_all(self, missing: Mapping[str, Mapping[int, int]]) -> bool:
        pulled: list[Record] = []
        for service, lanes in missing.items():
            pulled += await self._pull(service, lanes)
        await self.take(pulled)
        return bool(pulled)

    async def _pull(self, service: str, after: Mapping[int, int]) -> Sequence[Record]:
        """Straight from the feed, and counted as such; nothing when it cannot be reached, then its lanes wait."""
        if not self._may_ask(service):
            return ()
        try:
            records = await self.feeds[service].read(after, PULL)
        except DOWN as error:
            self._is_down(service, error)
            return ()
        for standing in self.on(service):
            for record in records:
                if record.number > standing.reached[record.lane]:
                    standing.fetched.setdefault(record.lane, set()).add(record.number)
        return records

    async def take(self, records: Sequence[Record]) -> None:
        """Applies what follows on; what is missing before it is pulled first."""
        whole: list[Record] = []
        for lane in by_lane(records):
            whole += await self._bridged(lane)
        if whole:
            await self._apply_until_done(whole)

    async def _bridged(self, lane: Sequence[Record]) -> Sequence[Record]:
        """The records of one lane of one source without gaps; cut off where one cannot be filled now."""
        service, number = lane[0].service, lane[0].lane
        standings = self.on(service)
        if not standings:
            return ()
        after = min(each.reached[number] for each in standings)
        run = following(after, lane)
        while (at := run[-1].number if run else after) < lane[-1].number:
            pulled = await self._pull(service, {number: at})
            if not (more := following(at, pulled)):
                if service not in self._asked:
                    self._stop_by_gap(standings, Gap(number, at))
                    return ()
                break
            run += more
            run += following(run[-1].number, lane)
        return run

    def _stop_by_gap(self, standings: Sequence[Standing], gap: Gap) -> None:
        try:
            raise ForeignHistory(f"{standings[0].service}: no record beyond {gap}")
        except ForeignHistory:
            self.stop(standings)

    async def _apply_until_done(self, records: Sequence[Record]) -> None:
        """An outage makes the lanes wait here; the records stay in hand."""
        pause = 0.2
        lost_again = False
        standings = [each for each in self.standings if any(each.service == record.service for record in records)]
        while True:
            try:
                await self.apply(records)
            except TRY_AGAIN:
                await asyncio.sleep(0)
            except Elsewhere:
                with suppress(*DOWN):
                    await self.positions.load()
                if lost_again:
                    # Somebody has taken our rows away: a program of another version, beside us for a while.
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, 5.0)
                lost_again = True
            except Gap:
                await self.take(records)
                return
            except DOWN as error:
                self._waits(standings, error)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            except CorruptHistory:
                await self._stop_broken(records)
                return
            else:
                if any(each.state is ReaderState.WAITING for each in standings):
                    self._runs(each for each in standings if each.service not in self._asked)
                return

    async def _stop_broken(self, records: Sequence[Record]) -> None:
        """Called with the error at hand: stops the source that it came from, and no other."""
        services = sorted({record.service for record in records})
        if len(services) == 1:
            self.stop(self.on(services[0]))
            return
        for service in services:
            await self._apply_until_done([record for record in records if record.service == service])

    async def park(self, standing: Standing, record: Record, error: Exception) -> None:
        """Sets the record's key aside and moves on. The reason is a class name: messages may carry what was typed."""
        reason = type(error).__name__
        state = self.verdict_on(error)
        if state == POISON:
            log.error(
                "record_parked", reader=standing.reader, record=str(record.record_id), reason=reason, exc_info=error
            )
        moves = [Move(standing, record.lane, record.number)]
        async with self.store.transaction() as connection:
            await self.positions.move(connection, moves)
            await self.parking[standing.reader].add(connection, record, state, reason)
        committed(moves)

    async def lag(self) -> int:
        return sum(each.lag for each in await self.standpoints())

    async def standpoints(self) -> Sequence[Standpoint]:
        """As the database has it: what is passed over in memory still counts as lag."""
        heads = {service: await feed.heads() for service, feed in self.feeds.items()}
        numbers = await self.positions.numbers()
        return [
            Standpoint(
                reader=each.reader,
                source=each.service,
                state=each.state,
                lag=sum(
                    max(0, head - numbers[each.reader, each.service].get(lane, 0))
                    for lane, head in heads[each.service].items()
                ),
                applied=each.applied,
                pulled=each.pulled,
            )
            for each in self.standings
        ]
