"""Append and read streams. One append is one statement: events, outbox, timers and the key that caused them."""

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias, Union
from uuid import UUID

import asyncpg
import structlog
from asyncpg.pool import PoolConnectionProxy

from shared.kernel import ConcurrencyConflict, Context, Digest, RecordId, Unavailable, lane_of, wall_time
from shared.kernel.failpoints import failpoint

Transaction: TypeAlias = Union["asyncpg.Connection[Any]", "PoolConnectionProxy[Any]"]
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

GIVE_UP_AFTER = timedelta(seconds=12)

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


@dataclass(frozen=True, slots=True)
class Once:
    """One idempotent command: who, what, under which key, with which body (as a MAC under a server key)."""

    principal: str
    operation: str
    key: str
    body_mac: bytes


@dataclass(frozen=True, slots=True)
class Timer:
    """Wake the stream at `due_at` by the bureau clock. Arming the same name again replaces it."""

    name: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Cancel:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """An event ready to be stored."""

    event_id: RecordId
    fact: str
    body: bytes
    occurred_at: datetime
    type: str
    data: bytes | None
    outcome: str | None = None
    rule: str | None = None


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


def commitment_of(salt: bytes, content: bytes) -> bytes:
    return hmac.new(salt, content, hashlib.sha256).digest()


def digest(raw: bytes) -> Digest:
    return Digest(raw.hex())


APPEND = """
WITH recorded AS (
    INSERT INTO events (stream, version, event_id, fact, key, lane, body, salt, commitment, occurred_at,
                        role, unit, actor, trace, causation, outcome, rule)
    SELECT $1, $2 + n, event_id, fact, $3, $4, body, salt, commitment, occurred_at, $5, $6, $7, $8, $9, outcome, rule
    FROM unnest($10::uuid[], $11::text[], $12::bytea[], $13::bytea[], $14::bytea[], $15::timestamptz[],
                $16::text[], $17::text[])
         WITH ORDINALITY AS e(event_id, fact, body, salt, commitment, occurred_at, outcome, rule, n)
), sent AS (
    INSERT INTO outbox (lane, event_id, type, data)
    SELECT $4, event_id, type, data FROM unnest($10::uuid[], $18::text[], $19::bytea[])
         WITH ORDINALITY AS o(event_id, type, data, n) ORDER BY n
), armed AS (
    INSERT INTO timers (stream, name, generation, due_at, key, trace)
    SELECT $1, name, $20, due_at, $3, $8 FROM unnest($21::text[], $22::timestamptz[]) AS t(name, due_at)
    ON CONFLICT (stream, name) DO UPDATE
    SET generation = EXCLUDED.generation, due_at = EXCLUDED.due_at, trace = EXCLUDED.trace
), cancelled AS (
    DELETE FROM timers WHERE stream = $1 AND name = ANY($23::text[])
)
INSERT INTO idempotency (principal, operation, key, body_mac, answer)
SELECT $24, $25, $26, $27, $28 WHERE $24::text IS NOT NULL
"""


EVENT_FIELDS = (
    "stream, version, event_id, fact, body, salt, commitment, occurred_at, recorded_at, role, unit, actor, trace"
)


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


@dataclass(frozen=True, slots=True)
class Append:
    """Everything that commits together."""

    stream: str
    expected: int
    key: UUID
    events: tuple[NewEvent, ...]
    context: Context
    timers: tuple[Timer | Cancel, ...] = ()
    once: Once | None = None
    answer: bytes = b"null"

    def arguments(self) -> tuple[Any, ...]:
        salts = [secrets.token_bytes(32) for _ in self.events]
        changes = {timer.name: timer for timer in self.timers}
        armed = [timer for timer in changes.values() if isinstance(timer, Timer)]
        who = self.context.actor
        once = self.once
        return (
            self.stream,
            self.expected,
            self.key,
            lane_of(self.key),
            who.role,
            who.unit,
            who.person,
            self.context.trace,
            self.context.causation,
            [event.event_id for event in self.events],
            [event.fact for event in self.events],
            [event.body for event in self.events],
            salts,
            [commitment_of(salt, event.body) for salt, event in zip(salts, self.events, strict=True)],
            [event.occurred_at for event in self.events],
            [event.outcome for event in self.events],
            [event.rule for event in self.events],
            [event.type for event in self.events],
            [event.data for event in self.events],
            self.expected + len(self.events),
            [timer.name for timer in armed],
            [timer.due_at for timer in armed],
            [timer.name for timer in changes.values() if isinstance(timer, Cancel)],
            once.principal if once else None,
            once.operation if once else None,
            once.key if once else None,
            once.body_mac if once else None,
            self.answer if once else None,
        )


class EventStore:
    """The streams of one service."""

    def __init__(self, service: str, pool: "asyncpg.Pool[Any]", on_append: Callable[[], None] = lambda: None) -> None:
        self.service = service
        self.pool = pool
        self.appended = on_append
        """Called after a commit that may have appended: wakes the sequencer."""
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

    async def append(self, append: Append, tx: Transaction | None = None) -> None:
        """Commits `append`, or raises ConcurrencyConflict, Repeated, KeyReused or StoreUnavailable.

        Without `tx` it runs in a task of its own: a caller that goes away cannot cut it in half.
        """
        if tx is not None:
            await self._execute(tx, append.stream, append.arguments())
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
        arguments = append.arguments()
        deadline = wall_time() + GIVE_UP_AFTER
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
                if wall_time() > deadline:
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
            await connection.execute(APPEND, *arguments)
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
        rows = await (tx or self.pool).fetch(
            f"SELECT {EVENT_FIELDS} FROM events WHERE stream = $1 ORDER BY version",
            stream,
        )
        return [_stored(row) for row in rows]

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
