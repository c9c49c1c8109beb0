"""Views: read models as functions of history, filled in batches, rebuilt beside the live ones and swapped."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

import asyncpg
import structlog

from shared.contracts.base import Contract, record_type
from shared.eventstore.feed import Feed
from shared.eventstore.incoming import Codecs, Incoming, read_record
from shared.eventstore.records import Record
from shared.eventstore.store import EventStore, Transaction
from shared.kernel import ConcurrencyConflict, CorruptHistory, fact_name
from shared.kernel.failpoints import failpoint
from shared.messaging.lanes import Gap, beyond, by_lane
from shared.messaging.parking import POISON
from shared.messaging.pen import Pen, alike
from shared.messaging.positions import Elsewhere, ForeignHistory, Held, Move, Positions, Standing, committed
from shared.messaging.reader import DOWN, TRY_AGAIN, Reader
from shared.messaging.transport import Transport
from shared.telemetry.spans import span

BATCH = 500
"""Records in one transaction of a view."""

log = structlog.get_logger("views")


@dataclass(frozen=True, slots=True)
class View:
    """One table. `ddl` creates it with `{table}` for its name; `project` applies one record to it."""

    name: str
    sources: tuple[str, ...]
    ddl: str
    project: Callable[[Incoming, str, Transaction], Awaitable[None]]
    causes: tuple[type[object], ...] | None = None
    """The contracts and own facts that `project` does something with; None: whatever can be read."""
    types: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        names = {
            record_type(source, cls.fact, cls.version) if issubclass(cls, Contract) else fact_name(cls)
            for cls in self.causes or ()
            for source in self.sources
        }
        object.__setattr__(self, "types", frozenset(names))

    def wants(self, record: Record) -> bool:
        if self.causes is None:
            return record.data is not None or record.private is not None
        return (record.private_fact if record.private is not None else record.type) in self.types

    @property
    def shape(self) -> str:
        """Another one for another table or other causes: what is shown was not made for this program then."""
        return hashlib.sha256("\n".join([self.ddl, *self.sources, *sorted(self.types)]).encode()).hexdigest()

    def table(self, version: int) -> str:
        return f"{self.name}__{version}"

    async def create(self, tx: Transaction, version: int) -> None:
        await tx.execute(self.ddl.format(table=self.table(version)))

    async def show(self, tx: Transaction, version: int) -> None:
        """Makes the plain name read this version."""
        await tx.execute(f"DROP VIEW IF EXISTS {self.name}")
        await tx.execute(f"CREATE VIEW {self.name} AS SELECT * FROM {self.table(version)}")
        await tx.execute(
            "INSERT INTO view_versions (name, version, shape) VALUES ($1, $2, $3)"
            " ON CONFLICT (name) DO UPDATE SET version = EXCLUDED.version, shape = EXCLUDED.shape",
            self.name,
            version,
            self.shape,
        )


async def install(view: View, store: EventStore) -> None:
    """Creates the view where it does not exist, and begins it anew where another program made it in another shape.

    A view is a function of history: its reader fills the new table from the first record. Until it has caught up, what
    is shown is not complete.
    """
    async with store.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"view {view.name}")
        shown = await connection.fetchrow("SELECT version, shape FROM view_versions WHERE name = $1", view.name)
        if shown is not None and shown["shape"] == view.shape:
            return
        version = shown["version"] + 1 if shown is not None else 1
        await connection.execute(f"DROP TABLE IF EXISTS {view.table(version)}")
        await view.create(connection, version)
        await view.show(connection, version)
        if shown is not None:
            await connection.execute(f"DROP TABLE {view.table(version - 1)}")
            for table in ("positions", "parked"):
                await connection.execute(f"DELETE FROM {table} WHERE reader = $1", reader_of(view, store))
            log.info("view_begun_anew", view=view.name, version=version)


def reader_of(view: View, store: EventStore, version: int | None = None) -> str:
    return f"{store.service}.{view.name}" if version is None else f"{store.service}.{view.name}#{version}"


class Filled:
    """One view at work."""

    __slots__ = ("on", "reader", "version", "view")

    def __init__(self, view: View, on: Mapping[str, Standing]) -> None:
        self.view = view
        self.on = on
        self.reader = next(iter(on.values())).reader
        self.version: int | None = None
        """The shown version, as the last batch found it."""

    def steps(self, lanes: Iterable[Sequence[Record]]) -> Iterator[tuple[Move, Sequence[Record]]]:
        """How far each lane takes this view, and what concerns it there."""
        for lane in lanes:
            standing = self.on.get(lane[0].service)
            if standing is None or standing.stopped:
                continue
            if fresh := beyond(standing.reached[lane[0].lane], lane):
                concerned = [record for record in fresh if self.view.wants(record)]
                yield Move(standing, lane[0].lane, fresh[-1].number), concerned


class Viewers(Reader):
    """Fills all `views` of a service in one loop; `version` fixes the table of a rebuild, None follows the shown one.

    Each view keeps its own positions and its own parked keys, so that it can be rebuilt, or fail, alone.
    """

    def __init__(
        self,
        views: Sequence[View],
        feeds: Mapping[str, Feed],
        transport: Transport,
        store: EventStore,
        codecs: Codecs,
        version: int | None = None,
    ) -> None:
        self._filled = [
            Filled(view, {source: Standing(reader_of(view, store, version), source) for source in view.sources})
            for view in views
            if view.sources
        ]
        standings = [standing for each in self._filled for standing in each.on.values()]
        super().__init__(f"{store.service}.views", standings, feeds, transport, store, codecs)
        self._version = version

    async def apply(self, records: Sequence[Record]) -> None:
        ordered = [record for lane in by_lane(records) for record in lane]
        for start in range(0, len(ordered), BATCH):
            await self._halving(ordered[start : start + BATCH], self._filled)

    def verdict_on(self, error: Exception) -> str:
        """A view is a function of history: nothing that it lacks will come by waiting."""
        return POISON

    async def follow(self, ends: Mapping[str, Mapping[int, int]]) -> None:
        """Goes to `ends` (source → lane → number), and not beyond.

        Raises ForeignHistory when a source has no such records, CorruptHistory when nobody is left who can read them.
        """
        for service, end in ends.items():
            while missing := {lane: at for lane, at in self._lowest(service).items() if at < end[lane]}:
                records = await self.feeds[service].read(missing, BATCH)
                if not records:
                    raise ForeignHistory(f"{self.name}: {service} ends before {end}")
                await self._apply_until_done([record for record in records if record.number <= end[record.lane]])
        if any(each.stopped for each in self.standings):
            raise CorruptHistory(self.name)
        await self.rest()

    async def _halving(self, records: Sequence[Record], views: Sequence[Filled]) -> None:
        """A failing batch is rolled back and retried in halves until the failing record and view stand alone."""
        try:
            await self._batch(records, views)
        except (Gap, Elsewhere, *TRY_AGAIN, *DOWN):
            raise
        except Exception as error:
            if len(records) > 1:
                middle = len(records) // 2
                await self._halving(records[:middle], views)
                await self._halving(records[middle:], views)
            elif len(views) > 1:
                for view in views:
                    await self._halving(records, (view,))
            else:
                await self._give_up(records[0], views[0].on[records[0].service], error)

    async def _give_up(self, record: Record, standing: Standing, error: Exception) -> None:
        if isinstance(error, CorruptHistory):
            self.stop([standing])
        else:
            await self.park(standing, record, error)

    async def _batch(self, records: Sequence[Record], views: Sequence[Filled]) -> None:
        """One transaction for all views; where nothing concerns a view, it is moved in memory only."""
        lanes = by_lane(records)
        moves: list[Move] = []
        passed: list[Move] = []
        work: list[tuple[Filled, list[Sequence[Record]]]] = []
        for filled in views:
            wanted = []
            for move, concerned in filled.steps(lanes):
                (moves if concerned else passed).append(move)
                if concerned:
                    wanted.append(concerned)
            if wanted:
                work.append((filled, wanted))
        if moves:
            async with self.store.transaction() as connection:
                asked = () if self._version else [filled.view.name for filled, _ in work]
                held = await self.positions.move(connection, moves, asked)
                versions = [self._version or held.versions[filled.view.name] for filled, _ in work]
                for (filled, wanted), version in zip(work, versions, strict=True):
                    await self._fill(filled, version, wanted, held, connection)
                failpoint("view.before_commit")
            committed(moves)
            for (filled, _), version in zip(work, versions, strict=True):
                filled.version = version
        for move in passed:
            move.standing.reached[move.lane] = move.number

    async def _fill(
        self, filled: Filled, version: int, lanes: Sequence[Sequence[Record]], held: Held, tx: Transaction
    ) -> None:
        view, table = filled.view, filled.view.table(version)
        records = list(alike(lanes))
        parked: frozenset[UUID] = frozenset()
        # After a swap the parked keys are others, and the statement that moved the positions may not have seen them.
        if filled.reader in held.with_parked or filled.version != version:
            parked = await self.parking[filled.reader].keys_among(tx, list({record.key for record in records}))
        pen = Pen(tx)
        with span(f"view {view.name}", linked=[record.trace for record in records], records=len(records)):
            for record in records:
                if record.key in parked:
                    await self.parking[filled.reader].follow(tx, record)
                    continue
                incoming = read_record(record, self.codecs)
                if incoming.body is not None:
                    await view.project(incoming, table, cast(Transaction, pen))
            await pen.flush()


async def checksum(database: "asyncpg.Pool[Any] | Transaction", table: str) -> str:
    """The same for the same rows in whatever order."""
    return str(
        await database.fetchval(
            f"SELECT coalesce(md5(string_agg(t::text, E'\\n' ORDER BY t::text)), '') FROM {table} t"
        )
    )


@dataclass(frozen=True, slots=True)
class Rebuilt:
    view: str
    version: int
    rows: int
    checksum_before: str
    checksum_after: str


async def rebuild(
    view: View, feeds: Sequence[Feed], transport: Transport, store: EventStore, codecs: Codecs
) -> Rebuilt:
    """Fills the next version from the beginning, then swaps it in while both readers stand at equal positions.

    Raises ConcurrencyConflict while another rebuild of the same view is under way, ForeignHistory and CorruptHistory
    when its history cannot be read; the shown version then stays.
    """
    async with store.transaction() as guard:
        name = f"rebuild {store.service}.{view.name}"
        if not await guard.fetchval("SELECT pg_try_advisory_xact_lock(hashtext($1))", name):
            raise ConcurrencyConflict(name)
        return await _rebuild(view, {feed.service: feed for feed in feeds}, transport, store, codecs)


async def rebuilt_so_far(view: View, store: EventStore) -> tuple[int, int]:
    """Records that the next version has read, of those that the shown one has."""
    version = int(await store.pool.fetchval("SELECT version FROM view_versions WHERE name = $1", view.name))
    rows = await store.pool.fetch(
        "SELECT reader, sum(number)::bigint AS read FROM positions WHERE reader = ANY($1) GROUP BY reader",
        [live := reader_of(view, store), shadow := reader_of(view, store, version + 1)],
    )
    read = {row["reader"]: row["read"] for row in rows}
    return read.get(shadow, 0), read.get(live, 0)


async def _rebuild(
    view: View, feeds: Mapping[str, Feed], transport: Transport, store: EventStore, codecs: Codecs
) -> Rebuilt:
    pool = store.pool
    old = int(await pool.fetchval("SELECT version FROM view_versions WHERE name = $1", view.name))
    new = old + 1
    live, shadow = reader_of(view, store), reader_of(view, store, new)
    async with store.transaction() as connection:
        await connection.execute(f"DROP TABLE IF EXISTS {view.table(new)}")
        await connection.execute("DELETE FROM positions WHERE reader = $1", shadow)
        await connection.execute("DELETE FROM parked WHERE reader = $1", shadow)
        await view.create(connection, new)
    leader = Positions([Standing(live, source) for source in view.sources], pool)
    for service in view.sources:
        await leader.create(service, await feeds[service].epoch())
    viewers = Viewers([view], feeds, transport, store, codecs, version=new)
    await viewers.begin()
    while True:
        numbers = await leader.numbers()
        await viewers.follow({service: numbers[live, service] for service in view.sources})
        if (done := await _swap(view, old, new, store)) is not None:
            break
    await pool.execute(f"DROP TABLE {view.table(old)}")
    return done


async def _swap(view: View, old: int, new: int, store: EventStore) -> Rebuilt | None:
    """Moves the plain name to the new table if both readers are at the same numbers lane by lane; else None.

    Positions are locked before the shown version, as a batch does it. What the new reader had to park is from now on
    parked for the live one, and nothing else is.
    """
    live, shadow = reader_of(view, store), reader_of(view, store, new)
    async with store.transaction() as connection:
        rows = await connection.fetch(
            "SELECT reader, service, lane, number FROM positions WHERE reader = ANY($1)"
            " ORDER BY reader, service, lane FOR UPDATE",
            [live, shadow],
        )
        at = {
            reader: {(row["service"], row["lane"]): row["number"] for row in rows if row["reader"] == reader}
            for reader in (live, shadow)
        }
        if at[live] != at[shadow]:
            return None
        await connection.execute("SELECT FROM view_versions WHERE name = $1 FOR UPDATE", view.name)
        done = Rebuilt(
            view=view.name,
            version=new,
            rows=int(await connection.fetchval(f"SELECT count(*) FROM {view.table(new)}")),
            checksum_before=await checksum(connection, view.table(old)),
            checksum_after=await checksum(connection, view.table(new)),
        )
        await view.show(connection, new)
        await connection.execute("DELETE FROM positions WHERE reader = $1", shadow)
        await connection.execute("DELETE FROM parked WHERE reader = $1", live)
        await connection.execute("UPDATE parked SET reader = $1 WHERE reader = $2", live, shadow)
    log.info("view_swapped", view=view.name, old=old, new=new)
    return done
