"""The rows of the log: leaves and signed checkpoints, to which the service can only add."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.audit.log.leaf import LeafFacts, leaf_bytes, pseudonym
from services.audit.log.tree import leaf_hash
from shared.eventstore import Record, Transaction
from shared.kernel import Digest
from shared.telemetry.spans import span_context

READER = "audit.append_leaves"

# The row of the head is the lock: whoever appends waits for it and counts on from what it has then.
APPEND = """
WITH grown AS (
    UPDATE log_head SET size = size + cardinality($1::text[]) RETURNING size
), added AS (
    INSERT INTO leaves (index, service, lane, number, record_id, key, type, trace_id, causation, entry, leaf_hash)
    SELECT grown.size - cardinality($1) + n - 1, service, lane, number, record_id, key, type, trace_id, causation,
           entry, leaf_hash
    FROM grown, unnest($1::text[], $2::smallint[], $3::bigint[], $4::uuid[], $5::uuid[], $6::text[], $7::text[],
                       $8::uuid[], $9::bytea[], $10::bytea[])
         WITH ORDINALITY AS l(service, lane, number, record_id, key, type, trace_id, causation, entry, leaf_hash, n)
)
SELECT size FROM grown
"""

DENSE = """
SELECT bool_or(c.number <> (
    SELECT count(*) FROM leaves l WHERE l.service = c.service AND l.lane = $1 AND l.number BETWEEN 1 AND c.number
)) FROM unnest($2::text[], $3::bigint[]) AS c(service, number)
"""

COVERED = """
SELECT p.service, p.lane, coalesce(l.number, 0) AS number FROM positions p LEFT JOIN LATERAL (
    SELECT number FROM leaves WHERE leaves.service = p.service AND leaves.lane = p.lane AND index < $2
    ORDER BY number DESC LIMIT 1
) l ON true WHERE p.reader = $1 AND ($3::smallint IS NULL OR p.lane = $3) ORDER BY p.service, p.lane
"""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A signed head of the log."""

    size: int
    root: bytes
    text: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Leaf:
    index: int
    type: str
    trace_id: str | None
    causation: UUID | None
    entry: bytes
    leaf_hash: bytes


def facts_of(record: Record, key: bytes) -> LeafFacts:
    """Raises LeafMalformed on a record that carries anything but codes."""
    return LeafFacts(
        service=record.service,
        lane=record.lane,
        number=record.number,
        record=record.record_id,
        type=record.type,
        version=record.version,
        recorded=record.recorded_at,
        role=record.role,
        unit=record.unit,
        key=pseudonym(key, record.key),
        outcome=record.outcome,
        rule=record.rule,
        commitment=Digest(record.commitment.hex()),
    )


class LogRows:
    def __init__(self, pool: "asyncpg.Pool[Any]", key: bytes) -> None:
        """`key` makes the pseudonyms of request ids."""
        self.pool = pool
        self._key = key

    async def append(self, tx: Transaction, records: Sequence[Record]) -> int:
        """One leaf for each record, after all leaves of other transactions; returns the new size."""
        entries = [leaf_bytes(facts_of(record, self._key)) for record in records]
        size = await tx.fetchval(
            APPEND,
            [record.service for record in records],
            [record.lane for record in records],
            [record.number for record in records],
            [record.record_id for record in records],
            [record.key for record in records],
            [record.type for record in records],
            [_trace_id(record.trace) for record in records],
            [record.causation for record in records],
            entries,
            [leaf_hash(entry) for entry in entries],
        )
        return int(size)

    async def size(self, tx: Transaction | None = None) -> int:
        return int(await (tx or self.pool).fetchval("SELECT size FROM log_head"))

    async def hashes(self, tx: Transaction, first: int, end: int) -> tuple[tuple[bytes, ...], bool]:
        """The leaf hashes of [first, end) as far as the rows go without a gap, and whether they fit their entries."""
        rows = await tx.fetch(
            "SELECT index, leaf_hash, sha256('\\x00'::bytea || entry) = leaf_hash AS fits"
            " FROM leaves WHERE index >= $1 AND index < $2 ORDER BY index",
            first,
            end,
        )
        dense = [row for expected, row in enumerate(rows, first) if row["index"] == expected]
        return tuple(row["leaf_hash"] for row in dense), all(row["fits"] for row in dense)

    async def entries(self, first: int, end: int) -> tuple[bytes, ...]:
        rows = await self.pool.fetch(
            "SELECT entry FROM leaves WHERE index >= $1 AND index < $2 ORDER BY index", first, end
        )
        return tuple(row["entry"] for row in rows)

    async def leaf(self, record_id: UUID) -> Leaf | None:
        row = await self.pool.fetchrow(f"{_LEAF} WHERE record_id = $1", record_id)
        return _leaf(row) if row else None

    async def leaves_about(self, key: UUID) -> tuple[Leaf, ...]:
        """By service, lane and number: the only order that records have."""
        rows = await self.pool.fetch(f"{_LEAF} WHERE key = $1 ORDER BY service, lane, number", key)
        return tuple(map(_leaf, rows))

    async def is_dense(self, lane: int, covered: Mapping[str, int]) -> bool:
        """Whether every number of the lane up to the covered ones has its row."""
        gaps = await self.pool.fetchval(DENSE, lane, list(covered), list(covered.values()))
        return gaps is not True

    async def covered(self, size: int, lane: int | None = None) -> dict[str, dict[int, int]]:
        """The last number below `size` by service and lane; of every lane where none is named."""
        found: dict[str, dict[int, int]] = {}
        for row in await self.pool.fetch(COVERED, READER, size, lane):
            found.setdefault(row["service"], {})[row["lane"]] = row["number"]
        return found

    async def newest(self, tx: Transaction | None = None) -> Sealed | None:
        row = await (tx or self.pool).fetchrow(
            "SELECT size, root, text, signed_at FROM checkpoints ORDER BY size DESC LIMIT 1"
        )
        return Sealed(row["size"], row["root"], row["text"], row["signed_at"]) if row else None

    async def add_checkpoint(self, tx: Transaction, size: int, root: bytes, text: str) -> None:
        await tx.execute("INSERT INTO checkpoints (size, root, text) VALUES ($1, $2, $3)", size, root, text)


_LEAF = "SELECT index, type, trace_id, causation, entry, leaf_hash FROM leaves"


def _leaf(row: Any) -> Leaf:
    return Leaf(row["index"], row["type"], row["trace_id"], row["causation"], row["entry"], row["leaf_hash"])


def _trace_id(traceparent: str | None) -> str | None:
    context = span_context(traceparent)
    return f"{context.trace_id:032x}" if context else None
