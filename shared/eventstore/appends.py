"""What commits together, as one statement: events of one stream or of many, outbox, timers, the key of a call."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from shared.kernel import Context, Digest, RecordId, lane_of


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


SALT = 32
"""Bytes."""


def commitment_of(salt: bytes, content: bytes) -> bytes:
    return hmac.digest(salt, content, hashlib.sha256)


def digest(raw: bytes) -> Digest:
    return Digest(raw.hex())


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


EVENTS = """
WITH recorded AS (
    INSERT INTO events (stream, version, event_id, fact, key, lane, body, salt, commitment, occurred_at,
                        role, unit, actor, trace, causation, outcome, rule)
    SELECT stream, version, event_id, fact, key, lane, body, salt, commitment, occurred_at,
           role, unit, actor, trace, causation, outcome, rule
    FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::int[], $5::text[], $6::uuid[], $7::bytea[], $8::bytea[],
                $9::bytea[], $10::timestamptz[], $11::text[], $12::text[], $13::uuid[], $14::text[], $15::uuid[],
                $16::text[], $17::text[])
         AS e(event_id, lane, stream, version, fact, key, body, salt, commitment, occurred_at,
              role, unit, actor, trace, causation, outcome, rule)
    -- In one order for all who append to several streams: they wait for each other in a line and not in a ring.
    ORDER BY stream, version
)"""

OUTBOX = """
INSERT INTO outbox (lane, event_id, type, data)
SELECT lane, event_id, type, data FROM unnest($1::uuid[], $2::smallint[], $18::text[], $19::bytea[])
     WITH ORDINALITY AS o(event_id, lane, type, data, n) ORDER BY n
"""

ARMED = """, armed AS (
    INSERT INTO timers (stream, name, generation, due_at, key, trace)
    SELECT * FROM unnest({}::text[], {}::text[], {}::int[], {}::timestamptz[], {}::uuid[], {}::text[])
    ON CONFLICT (stream, name) DO UPDATE
    SET generation = EXCLUDED.generation, due_at = EXCLUDED.due_at, trace = EXCLUDED.trace
)"""

CANCELLED = """, cancelled AS (
    DELETE FROM timers t USING unnest({}::text[], {}::text[]) AS c(stream, name)
    WHERE t.stream = c.stream AND t.name = c.name
)"""

KEYED = """, keyed AS (
    INSERT INTO idempotency (principal, operation, key, body_mac, answer)
    SELECT * FROM unnest({}::text[], {}::text[], {}::text[], {}::bytea[], {}::bytea[])
)"""


@cache
def _statement(armed: bool, cancelled: bool, keyed: bool) -> str:
    """A part that has nothing to write is left out: the database would open its tables all the same."""
    text, used = EVENTS, 19
    for wanted, part in ((armed, ARMED), (cancelled, CANCELLED), (keyed, KEYED)):
        if wanted:
            count = part.count("{}")
            text += part.format(*(f"${number}" for number in range(used + 1, used + count + 1)))
            used += count
    return text + OUTBOX


def statement_of(appends: Sequence[Append]) -> tuple[Any, ...]:
    """The statement and its arguments. A stream may come more than once, in order; what is sent keeps the order."""
    armed, cancelled = _timers(appends)
    keyed = list(_keyed(appends))
    return (
        _statement(bool(armed), bool(cancelled), bool(keyed)),
        *zip(*_rows(appends), strict=True),
        *zip(*armed, strict=True),
        *zip(*cancelled, strict=True),
        *zip(*keyed, strict=True),
    )


def _rows(appends: Sequence[Append]) -> Iterator[tuple[Any, ...]]:
    # Asked of the system once: a call of it costs more than what is made of its answer.
    salts = memoryview(secrets.token_bytes(SALT * sum(len(append.events) for append in appends)))
    for append in appends:
        lane, context, who = lane_of(append.key), append.context, append.context.actor
        for version, event in enumerate(append.events, append.expected + 1):
            salt, salts = bytes(salts[:SALT]), salts[SALT:]
            yield (
                event.event_id,
                lane,
                append.stream,
                version,
                event.fact,
                append.key,
                event.body,
                salt,
                commitment_of(salt, event.body),
                event.occurred_at,
                who.role,
                who.unit,
                who.person,
                context.trace,
                context.causation,
                event.outcome,
                event.rule,
                event.type,
                event.data,
            )


def _timers(appends: Iterable[Append]) -> tuple[list[tuple[Any, ...]], list[tuple[str, str]]]:
    """The last change of each timer counts: rows to arm, and rows to take away."""
    changes = {(append.stream, change.name): (append, change) for append in appends for change in append.timers}
    armed = [
        (append.stream, change.name, append.expected + len(append.events), change.due_at, append.key,
         append.context.trace)
        for append, change in changes.values()
        if isinstance(change, Timer)
    ]  # fmt: skip
    return armed, [place for place, (_, change) in changes.items() if isinstance(change, Cancel)]


def _keyed(appends: Iterable[Append]) -> Iterator[tuple[Any, ...]]:
    for append in appends:
        if (once := append.once) is not None:
            yield once.principal, once.operation, once.key, once.body_mac, append.answer
