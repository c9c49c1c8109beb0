"""Views: read models as functions of history, filled in batches, rebuilt beside the live ones and swapped."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import structlog

from shared.eventstore.feed import Feed
from shared.eventstore.incoming import Codecs, Incoming, read_record
from shared.eventstore.records import Record
from shared.eventstore.store import UNAVAILABLE, EventStore, Transaction
from shared.kernel import ConcurrencyConflict, CorruptHistory, Unavailable
from shared.kernel.failpoints import failpoint
from shared.messaging.parking import POISON
from shared.messaging.positions import Positions
from shared.messaging.reader import TRY_AGAIN, Gap, Reader, beyond, by_lane
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

    def table(self, version: int) -> str:
        return f"{self.name}__{version}"

    async def create(self, tx: Transaction, version: int) -> None:
        await tx.execute(self.ddl.format(table=self.table(version)))

    async def show(self, tx: Transaction, version: int) -> None:
        """Makes the plain name read this version."""
        await tx.execute(f"DROP VIEW IF EXISTS {self.name}")
        await tx.execute(f"CREATE VIEW {self.name} AS SELECT * FROM {self.table(version)}")
        await tx.execute(
            "INSERT INTO view_versions (name, version) VALUES ($1, $2)"
            " ON CONFLICT (name) DO UPDATE SET version = EXCLUDED.version",
            self.name,
            version,
        )


async def install(view: View, pool: "asyncpg.Pool[Any]") -> None:
    """Creates version 1 where the view does not exist yet."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", f"view {view.name}")
        if await connection.fetchval("SELECT version FROM view_versions WHERE name = $1", view.name) is None:
            await view.create(connection, 1)
            await view.show(connection, 1)


class Viewer(Reader):
    """Fills one view from one source; `version` fixes the table of a rebuild, None follows the shown one."""

    def __init__(
        self,
        view: View,
        feed: Feed,
        transport: Transport,
        store: EventStore,
        codecs: Codecs,
        version: int | None = None,
    ) -> None:
        name = view.name if version is None else f"{view.name}#{version}"
        super().__init__(f"{store.service}.{name}", feed, transport, store, codecs)
        self.view = view
        self._version = version

    async def apply(self, records: Sequence[Record]) -> None:
        ordered = [record for lane in by_lane(records) for record in lane]
        for start in range(0, len(ordered), BATCH):
            await self._halving(ordered[start : start + BATCH])

    def verdict_on(self, error: Exception) -> str:
        """A view is a function of history: nothing that it lacks will come by waiting."""
        return POISON

    async def follow(self, leader: Positions) -> None:
        """Goes where `leader` stood when this began, and not beyond."""
        end = await leader.all()
        while missing := {lane: at for lane, at in (await self.positions.all()).items() if at < end[lane]}:
            records = await self.feed.read(missing, BATCH)
            await self._apply_until_done([record for record in records if record.number <= end[record.lane]])

    async def _halving(self, records: Sequence[Record]) -> None:
        """A failing batch is rolled back and retried in halves until the failing record stands alone."""
        try:
            while await self._batch(records):
                pass
        except (CorruptHistory, Gap, *TRY_AGAIN, *UNAVAILABLE, Unavailable):
            raise
        except Exception as error:
            if len(records) == 1:
                await self.park(records[0], error)
                return
            middle = len(records) // 2
            await self._halving(records[:middle])
            await self._halving(records[middle:])

    async def _batch(self, records: Sequence[Record]) -> bool:
        """Applies what is fresh in one transaction; False when nothing is left."""
        lanes = by_lane(records)
        async with self.store.transaction() as connection:
            positions = await self.positions.lock(connection, [lane[0].lane for lane in lanes])
            fresh = [record for lane in lanes for record in beyond(positions[lane[0].lane], lane)]
            if not fresh:
                return False
            table = self.view.table(self._version or await self._shown(connection))
            parked = await self.parking.keys_among(connection, list({record.key for record in fresh}))
            with span(f"view {self.view.name}", linked=[record.trace for record in fresh], records=len(fresh)):
                for record in fresh:
                    await self._project(record, table, parked, connection)
            await self.positions.move(connection, {record.lane: record.number for record in fresh})
            failpoint("view.before_commit")
        self.applied += len(fresh)
        reached = {**positions, **{record.lane: record.number for record in fresh}}
        return any(reached[lane[-1].lane] < lane[-1].number for lane in lanes)

    async def _project(self, record: Record, table: str, parked: frozenset[Any], tx: Transaction) -> None:
        if record.key in parked:
            await self.parking.follow(tx, record)
            return
        incoming = read_record(record, self.codecs)
        if incoming.body is not None:
            await self.view.project(incoming, table, tx)

    async def _shown(self, tx: Transaction) -> int:
        """Holds the shown version for this transaction: a swap waits for it, or it waits for the swap."""
        return int(await tx.fetchval("SELECT version FROM view_versions WHERE name = $1 FOR SHARE", self.view.name))


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

    Raises ConcurrencyConflict while another rebuild of the same view is under way.
    """
    async with store.transaction() as guard:
        name = f"rebuild {store.service}.{view.name}"
        if not await guard.fetchval("SELECT pg_try_advisory_xact_lock(hashtext($1))", name):
            raise ConcurrencyConflict(name)
        return await _rebuild(view, feeds, transport, store, codecs)


async def _rebuild(
    view: View, feeds: Sequence[Feed], transport: Transport, store: EventStore, codecs: Codecs
) -> Rebuilt:
    pool = store.pool
    old = int(await pool.fetchval("SELECT version FROM view_versions WHERE name = $1", view.name))
    new = old + 1
    viewers = [Viewer(view, feed, transport, store, codecs, version=new) for feed in feeds]
    async with store.transaction() as connection:
        await connection.execute(f"DROP TABLE IF EXISTS {view.table(new)}")
        for viewer in viewers:
            await connection.execute("DELETE FROM positions WHERE reader = $1", viewer.name)
            await connection.execute("DELETE FROM parked WHERE reader = $1", viewer.name)
        await view.create(connection, new)
    leaders = {viewer: Positions(f"{store.service}.{view.name}", viewer.feed.service, pool) for viewer in viewers}
    for viewer, leader in leaders.items():
        await leader.begin(viewer.feed)
        await viewer.positions.begin(viewer.feed)
    while True:
        for viewer, leader in leaders.items():
            await viewer.follow(leader)
        if (done := await _swap(view, old, new, store)) is not None:
            break
    await pool.execute(f"DROP TABLE {view.table(old)}")
    return done


async def _swap(view: View, old: int, new: int, store: EventStore) -> Rebuilt | None:
    """Moves the plain name to the new table if both readers are at the same numbers lane by lane; else None.

    Positions are locked before the shown version, as a batch does it. What the new reader had to park is from now on
    parked for the live one, and nothing else is.
    """
    live, shadow = f"{store.service}.{view.name}", f"{store.service}.{view.name}#{new}"
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
