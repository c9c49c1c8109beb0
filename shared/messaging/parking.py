"""Records that could not be applied: set aside by key, in order, so that everything else goes on."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import structlog

from shared.eventstore.records import Record, from_cloudevent, to_cloudevent
from shared.eventstore.store import Transaction

WAITING = "waiting"
POISON = "poison"

log = structlog.get_logger("parking")


def _pack(record: Record) -> bytes:
    packed = to_cloudevent(record, "parked")
    if record.private is not None:
        packed["x_private"] = record.private.decode()
        packed["x_fact"] = record.private_fact
    return orjson.dumps(packed)


def _unpack(raw: bytes) -> Record:
    packed = orjson.loads(raw)
    record = from_cloudevent(packed)
    if "x_private" not in packed:
        return record
    fields = {name: getattr(record, name) for name in Record.__slots__}
    return Record(**{**fields, "private": packed["x_private"].encode(), "private_fact": packed["x_fact"]})


class Parking:
    """The parked keys of one reader."""

    def __init__(self, reader: str, pool: "asyncpg.Pool[Any]") -> None:
        self._reader = reader
        self._pool = pool

    async def keys_among(self, tx: Transaction, keys: Sequence[UUID]) -> frozenset[UUID]:
        rows = await tx.fetch(
            "SELECT DISTINCT key FROM parked WHERE reader = $1 AND key = ANY($2)", self._reader, list(keys)
        )
        return frozenset(row["key"] for row in rows)

    async def add(self, tx: Transaction, record: Record, state: str, reason: str) -> None:
        await tx.execute(
            "INSERT INTO parked (reader, service, lane, number, key, record, state, reason, retry_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, clock_timestamp() + interval '200 milliseconds')",
            self._reader,
            record.service,
            record.lane,
            record.number,
            record.key,
            _pack(record),
            state,
            reason,
        )

    async def follow(self, tx: Transaction, record: Record) -> None:
        """Parks a later record of a key that is parked already, in the state of that key."""
        state = await tx.fetchval(
            "SELECT state FROM parked WHERE reader = $1 AND key = $2 ORDER BY parked_id LIMIT 1",
            self._reader,
            record.key,
        )
        await self.add(tx, record, state or POISON, "follows")

    async def waiting_keys(self) -> Mapping[UUID, bool]:
        """Keys that wait for another service's record → whether to try again now; after an hour they are poison."""
        rows = await self._pool.fetch(
            "SELECT key, min(retry_at) <= clock_timestamp() AS due,"
            " min(parked_at) < clock_timestamp() - interval '1 hour' AS too_late FROM parked"
            " WHERE reader = $1 AND state = 'waiting' GROUP BY key",
            self._reader,
        )
        if late := [row["key"] for row in rows if row["too_late"]]:
            await self._pool.execute(
                "UPDATE parked SET state = 'poison',"
                " reason = CASE WHEN reason = 'follows' THEN reason ELSE 'waited an hour: ' || reason END"
                " WHERE reader = $1 AND key = ANY($2)",
                self._reader,
                late,
            )
            log.error("parked_too_long", reader=self._reader, keys=len(late))
        return {row["key"]: row["due"] for row in rows if not row["too_late"]}

    async def first(self, tx: Transaction, key: UUID) -> Record | None:
        """The record that has to be applied before all others of the key."""
        packed = await tx.fetchval(
            "SELECT record FROM parked WHERE reader = $1 AND key = $2 ORDER BY parked_id LIMIT 1 FOR UPDATE",
            self._reader,
            key,
        )
        return _unpack(packed) if packed is not None else None

    async def remove(self, tx: Transaction, record: Record) -> None:
        await tx.execute(
            "DELETE FROM parked WHERE reader = $1 AND service = $2 AND lane = $3 AND number = $4",
            self._reader,
            record.service,
            record.lane,
            record.number,
        )

    async def put_off(self, key: UUID, state: str, reason: str) -> None:
        """Tries again later, each time after twice the pause, up to 30 seconds."""
        await self._pool.execute(
            "UPDATE parked SET state = $3, reason = CASE WHEN reason = 'follows' THEN reason ELSE $4 END,"
            " tries = tries + 1,"
            " retry_at = clock_timestamp()"
            " + least(interval '30 seconds', interval '200 milliseconds' * 2 ^ least(tries, 8))"
            " WHERE reader = $1 AND key = $2",
            self._reader,
            key,
            state,
            reason,
        )
