"""Append and read streams. One append is one statement: events, outbox, timers and the key that caused them."""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias, Union
from uuid import UUID

import asyncpg
import structlog
from asyncpg.pool import PoolConnectionProxy

from shared.eventstore.appends import Append as Append
from shared.eventstore.appends import Cancel as Cancel
from shared.eventstore.appends import NewEvent as NewEvent
from shared.eventstore.appends import Once as Once
from shared.eventstore.appends import Timer as Timer
from shared.eventstore.appends import commitment_of as commitment_of
from shared.eventstore.appends import digest as digest
from shared.eventstore.appends import statement_of
from shared.eventstore.batch import Batch, Memory
from shared.kernel import ConcurrencyConflict, RecordId, Unavailable
from shared.kernel.failpoints import failpoint

Transaction: TypeAlias = Union["asyncpg.Connection[Any]", "PoolConnectionProxy[Any]", Batch]
"""A connection inside an open transaction."""

LOST = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError, asyncpg.PostgresConnectionError, TimeoutError)
"""What a broken connection looks like; asyncpg answers some killed backends with its own internal errors."""

UNAVAILABLE = (
    *LOST,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresSystemError,
)
"""Also a server that is full, out of memory, starting, stopping, or told by its operator to cancel."""

LOST_A_RACE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""Somebody else's transaction went first; ours left nothing."""

GIVE_UP_AFTER = 12.0
"""Seconds, whatever the host's clock is set to meanwhile."""

log = structlog.get_logger("eventstore")


class StoreUnavailable(Unavailable):
    """The database cannot be reached; nothing is known to be lost."""


class Repeated(Exception):
    """The same key was answered before; carries that answer."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("repeated")
        self.answer = answer


class KeyReused(Exception):
    """The same key came with another body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    stream: str
    version: int
    record_id: RecordId
    fact: str
    body: bytes
    salt: bytes
    commitment: bytes
    occurred_at: datetime
    recorded_at: datetime
    role: str
    unit: str | None
    actor: UUID | None
    trace: str | None


EVENT_FIELDS = (
    "stream, version, event_id, fact, body, salt, commitment, occurred_at, recorded_at, role, unit, actor, trace"
)

READ = f"SELECT {EVENT_FIELDS} FROM events WHERE stream = $1 ORDER BY version"
READ_MANY = "SELECT stream, fact, body FROM events WHERE stream = ANY($1) ORDER BY stream, version"


def _stored(row: Any) -> StoredEvent:
    return StoredEvent(
        stream=row["stream"],
        version=row["version"],
        record_id=RecordId(row["event_id"]),
        fact=row["fact"],
        body=row["body"],
        salt=row["salt"],
        commitment=row["commitment"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        role=row["role"],
        unit=row["unit"],
        actor=row["actor"],
        trace=row["trace"],
    )


class EventStore:
    """The streams of one service."""

    def __init__(self, service: str, pool: "asyncpg.Pool[Any]", on_append: Callable[[], None] = lambda: None) -> None:
        self.service = service
        self.pool = pool
        self.appended = on_append
        """Called after a commit that may have appended: wakes the sequencer."""
        self.memory = Memory()
        self._running: set[asyncio.Task[None]] = set()
        self._transactions = asyncio.Semaphore(max(1, pool.get_max_size() - 1))

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """An open transaction for readers, timers and workers; commits when the block ends.

        One connection of the pool is always left over: whatever runs inside may need a second one, and four
        transactions that each wait for a fifth connection would wait for ever.
        """
        async with self._transactions, self.pool.acquire() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def batch(self) -> AsyncIterator[Batch]:
        """A transaction in which each stream is read once and all appends are one statement at its end.

        What it raises at the end is what an append raises: nothing of it was kept, and it can be done anew.
        """
        folded: dict[str, tuple[Any, int]] = {}
        try:
            async with self.transaction() as connection:
                batch = Batch(connection, self._append_all)
                folded = batch.folded
                yield batch
                await batch.flush()
        except BaseException:
            self.memory.forget(folded)
            raise
        self.memory.keep(folded)

    async def _append_all(self, tx: Transaction, appends: Sequence[Append]) -> None:
        await self._execute(tx, appends[0].stream, statement_of(appends))

    async def append(self, append: Append, tx: Transaction | None = None) -> None:
        """Commits `append`, or raises ConcurrencyConflict, Repeated, KeyReused or StoreUnavailable.

        Without `tx` it runs in a task of its own: a caller that goes away cannot cut it in half.
        """
        if isinstance(tx, Batch):
            tx.add(append)
            return
        if tx is not None:
            await self._execute(tx, append.stream, statement_of([append]))
            return
        task = asyncio.ensure_future(self._commit(append))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        await asyncio.shield(task)

    async def drain(self) -> None:
        """Waits for the appends under way; called before the pool closes."""
        if self._running:
            await asyncio.wait(self._running)

    async def _commit(self, append: Append) -> None:
        arguments = statement_of([append])
        clock = asyncio.get_running_loop().time
        deadline = clock() + GIVE_UP_AFTER
        tried_before = False
        while True:
            try:
                refused = await self._try(append, arguments)
                if refused is None or (tried_before and await self._is_stored(append)):
                    break
                raise await self._why(append) from refused
            except UNAVAILABLE as error:
                # The outcome of the lost try is unknown. The same event ids are sent again: if the first try did
                # commit, its unique constraint answers, and it answers only after that commit has ended.
                tried_before = True
                if clock() > deadline:
                    log.error("append_given_up", stream_category=append.stream.partition("-")[0], error=repr(error))
                    raise StoreUnavailable from error
                await asyncio.sleep(0.2)
        self.appended()

    async def _try(self, append: Append, arguments: tuple[Any, ...]) -> ConcurrencyConflict | None:
        try:
            async with self.pool.acquire() as connection:
                failpoint("append.before_commit")
                await self._execute(connection, append.stream, arguments)
                failpoint("append.after_commit")
        except ConcurrencyConflict as conflict:
            return conflict
        return None

    async def _execute(self, connection: Transaction, stream: str, arguments: tuple[Any, ...]) -> None:
        try:
            await connection.execute(*arguments)
        except asyncpg.UniqueViolationError as error:
            raise ConcurrencyConflict(f"{stream}: {error.constraint_name}") from error
        except LOST_A_RACE as error:
            raise ConcurrencyConflict(f"{stream}: {type(error).__name__}") from error

    async def _is_stored(self, append: Append) -> bool:
        ids = [event.event_id for event in append.events]
        found = await self.pool.fetchval("SELECT count(*) FROM events WHERE event_id = ANY($1)", ids)
        return bool(found == len(ids))

    async def _why(self, append: Append) -> Exception:
        """A conflict of a keyed command is a repeat when the key is there by now."""
        if append.once is None:
            return ConcurrencyConflict(append.stream)
        try:
            await self.check_once(append.once)
        except (Repeated, KeyReused) as told:
            return told
        return ConcurrencyConflict(append.stream)

    async def check_once(self, once: Once) -> None:
        """Raises Repeated or KeyReused when the key was answered before."""
        row = await self.pool.fetchrow(
            "SELECT body_mac, answer FROM idempotency WHERE principal = $1 AND operation = $2 AND key = $3",
            once.principal,
            once.operation,
            once.key,
        )
        if row is None:
            return
        if not hmac.compare_digest(row["body_mac"], once.body_mac):
            raise KeyReused
        raise Repeated(row["answer"])

    async def read(self, stream: str, tx: Transaction | None = None) -> Sequence[StoredEvent]:
        """The whole stream in order; empty when it does not exist."""
        if isinstance(tx, Batch) and tx.appends_to(stream):
            await tx.flush()
        rows = await (tx or self.pool).fetch(READ, stream)
        return [_stored(row) for row in rows]

    async def read_many(self, streams: Sequence[str], tx: Transaction) -> Mapping[str, Sequence[tuple[str, bytes]]]:
        """Facts and bodies of several whole streams, in one statement; streams that do not exist are there, empty."""
        found: dict[str, list[tuple[str, bytes]]] = {stream: [] for stream in streams}
        for row in await tx.fetch(READ_MANY, list(streams)):
            found[row["stream"]].append((row["fact"], row["body"]))
        return found

    async def event(self, record_id: UUID) -> StoredEvent | None:
        row = await self.pool.fetchrow(f"SELECT {EVENT_FIELDS} FROM events WHERE event_id = $1", record_id)
        return _stored(row) if row else None

    async def wait_for_view(self, reader: str, record_id: UUID, seconds: float = 1.0) -> bool:
        """True when the view has applied the record; waits up to `seconds` for it."""
        deadline = asyncio.get_running_loop().time() + seconds
        while True:
            seen = await self.pool.fetchval(
                "SELECT p.number >= f.number FROM feed f JOIN positions p ON p.lane = f.lane AND p.service = $1"
                " AND p.reader = $2 WHERE f.event_id = $3",
                self.service,
                f"{self.service}.{reader}",
                record_id,
            )
            if seen or asyncio.get_running_loop().time() > deadline:
                return bool(seen)
            await asyncio.sleep(0.02)

    async def forget_keys(self, older_than: timedelta = timedelta(days=7)) -> None:
        """Idempotency keys live seven days."""
        await self.pool.execute(
            "DELETE FROM idempotency WHERE created_at < clock_timestamp() - $1::interval", older_than
        )
