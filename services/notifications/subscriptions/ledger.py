"""The deliveries themselves: made and numbered in the transaction of the record that causes them, kept, taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from pydantic import TypeAdapter

from services.notifications.subscriptions.projection import (
    TAKEN_BACK,
    Reach,
    Told,
    taken_back,
    withdrawal,
    written,
)
from services.notifications.subscriptions.rules.protection import Known
from shared.contracts.codes import DataLevel
from shared.eventstore import Transaction, kept_in
from shared.eventstore.records import Record, from_cloudevent, to_cloudevent
from shared.kernel import ItemCode, UnitCode

KEPT = timedelta(days=90)
"""On the bureau clock; a proposal. What is older can no longer be asked for, its facts stay in the ledger."""
LEASE = timedelta(seconds=60)

_known: TypeAdapter[Known] = TypeAdapter(Known)


LOCKED = "partner_deliveries"


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a request, and whether something of it is held back."""

    known: Known | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Made:
    """One delivery as it is kept."""

    subscription_id: UUID
    number: int
    key: UUID
    level: DataLevel
    body: bytes
    trace: str | None


class Ledger:
    def __init__(self, pool: "asyncpg.Pool[Any]", division: str) -> None:
        self.pool = pool
        self.division = division

    async def one_at_a_time(self, tx: Transaction) -> None:
        """Numbers are given by one transaction at a time, and so without deadlocks."""
        kept = kept_in(tx)
        if LOCKED not in kept:
            await tx.execute("SELECT pg_advisory_xact_lock(hashtext('notifications.partner_deliveries'))")
            kept[LOCKED] = True

    async def known(self, tx: Transaction, key: UUID) -> Known | None:
        return (await self._standing(tx, key)).known

    async def _standing(self, tx: Transaction, key: UUID) -> Standing:
        kept = kept_in(tx)
        if key not in kept:
            row = await tx.fetchrow(
                "SELECT known, EXISTS (SELECT FROM partner_held h WHERE h.key = r.key) AS holds"
                " FROM partner_requests r WHERE key = $1 FOR UPDATE",
                key,
            )
            kept[key] = Standing(_known.validate_json(row["known"]), row["holds"]) if row else Standing(None, False)
        standing: Standing = kept[key]
        return standing

    async def learn(self, tx: Transaction, key: UUID, known: Known) -> None:
        await tx.execute(
            "INSERT INTO partner_requests (key, known) VALUES ($1, $2)"
            " ON CONFLICT (key) DO UPDATE SET known = EXCLUDED.known",
            key,
            _known.dump_json(known).decode(),
        )
        kept_in(tx)[key] = replace(await self._standing(tx, key), known=known)

    async def tie(self, tx: Transaction, key: UUID, agency: UnitCode, fact: ItemCode, attempt: int) -> None:
        await tx.execute(
            "INSERT INTO partner_ties (key, agency, fact, attempt) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
            key,
            agency,
            fact,
            attempt,
        )

    async def untie(self, tx: Transaction, key: UUID, facts: Sequence[ItemCode], attempt: int) -> None:
        """Those of this attempt and of earlier ones: what is told of a later one may have come first."""
        await tx.execute(
            "DELETE FROM partner_ties WHERE key = $1 AND fact = ANY($2) AND attempt <= $3", key, list(facts), attempt
        )

    async def ties(self, tx: Transaction, key: UUID) -> frozenset[UnitCode]:
        rows = await tx.fetch("SELECT DISTINCT agency FROM partner_ties WHERE key = $1", key)
        return frozenset(UnitCode(row["agency"]) for row in rows)

    async def hold(self, tx: Transaction, record: Record) -> None:
        body = orjson.dumps(to_cloudevent(record, self.division))
        await tx.execute("INSERT INTO partner_held (key, record) VALUES ($1, $2)", record.key, body)
        kept_in(tx)[record.key] = replace(await self._standing(tx, record.key), holds=True)

    async def release(self, tx: Transaction, key: UUID) -> Sequence[Record]:
        """What was held back of it, in order; from now on it is held no longer."""
        if not (standing := await self._standing(tx, key)).holds:
            return ()
        kept_in(tx)[key] = replace(standing, holds=False)
        rows = await tx.fetch("DELETE FROM partner_held WHERE key = $1 RETURNING id, record", key)
        return [from_cloudevent(orjson.loads(row["record"])) for row in sorted(rows, key=lambda row: row["id"])]

    async def make(
        self, tx: Transaction, reach: Reach, told: Told, record: Record, level: DataLevel, at: datetime
    ) -> int | None:
        """The number; None when this record was told to the subscription before."""
        known = await tx.fetchval(
            "SELECT number FROM partner_deliveries WHERE subscription_id = $1 AND record_id = $2",
            reach.subscription_id,
            record.record_id,
        )
        if known is not None:
            return None
        number = await self._number(tx, reach.subscription_id)
        body = written(reach, number, told, record.occurred_at, self.division)
        made = Made(reach.subscription_id, number, record.key, level, body, record.trace)
        await self._keep(tx, made, told.fact, record, at)
        return number

    async def make_notice(
        self, tx: Transaction, subscription_id: UUID, withdrawn: Sequence[int], record: Record, at: datetime
    ) -> int:
        """What was sent cannot be fetched back: one more number says which ones to drop, by every way there is."""
        number = await self._number(tx, subscription_id)
        body = withdrawal(subscription_id, number, withdrawn, at, self.division)
        made = Made(subscription_id, number, record.key, DataLevel.L1, body, record.trace)
        await self._keep(tx, made, TAKEN_BACK, record, at)
        return number

    async def _number(self, tx: Transaction, subscription_id: UUID) -> int:
        number = await tx.fetchval(
            "INSERT INTO partner_heads (subscription_id, made) VALUES ($1, 1)"
            " ON CONFLICT (subscription_id) DO UPDATE SET made = partner_heads.made + 1 RETURNING made",
            subscription_id,
        )
        return int(number)

    async def _keep(self, tx: Transaction, made: Made, fact: str, record: Record, at: datetime) -> None:
        await tx.execute(
            "INSERT INTO partner_deliveries"
            " (subscription_id, number, key, record_id, fact, level, body, trace, made_at)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            made.subscription_id,
            made.number,
            made.key,
            record.record_id,
            fact,
            made.level,
            made.body,
            made.trace,
            at,
        )

    async def take_back(self, tx: Transaction, key: UUID, at: datetime) -> Mapping[UUID, Sequence[int]]:
        """Empties every delivery about it; what stays is the number. The numbers of each subscription."""
        rows = await tx.fetch(
            "SELECT subscription_id, number FROM partner_deliveries WHERE key = $1 AND NOT withdrawn AND fact <> $2"
            " ORDER BY subscription_id, number",
            key,
            TAKEN_BACK,
        )
        numbers: dict[UUID, list[int]] = {}
        for row in rows:
            await tx.execute(
                "UPDATE partner_deliveries SET body = $3, fact = '', trace = NULL, withdrawn = true"
                " WHERE subscription_id = $1 AND number = $2",
                row["subscription_id"],
                row["number"],
                taken_back(row["subscription_id"], row["number"], at, self.division),
            )
            numbers.setdefault(row["subscription_id"], []).append(row["number"])
        return numbers

    async def after(self, subscription_id: UUID, number: int, limit: int) -> Sequence[Made]:
        rows = await self.pool.fetch(
            "SELECT * FROM partner_deliveries WHERE subscription_id = $1 AND number > $2 ORDER BY number LIMIT $3",
            subscription_id,
            number,
            limit,
        )
        return [_made(row) for row in rows]

    async def one(self, subscription_id: UUID, number: int) -> Made | None:
        row = await self.pool.fetchrow(
            "SELECT * FROM partner_deliveries WHERE subscription_id = $1 AND number = $2", subscription_id, number
        )
        return _made(row) if row else None

    async def made(self, subscription_id: UUID, tx: Transaction | None = None) -> int:
        number = await (tx or self.pool).fetchval(
            "SELECT made FROM partner_heads WHERE subscription_id = $1", subscription_id
        )
        return int(number or 0)

    async def oldest(self, subscription_id: UUID, tx: Transaction | None = None) -> int:
        """The first number that is still kept; one beyond the last when none is."""
        found = await (tx or self.pool).fetchval(
            "SELECT min(number) FROM partner_deliveries WHERE subscription_id = $1", subscription_id
        )
        return int(found) if found is not None else await self.made(subscription_id, tx) + 1

    async def sent(self, subscription_id: UUID, way: str) -> int:
        number = await self.pool.fetchval(
            "SELECT sent FROM partner_positions WHERE subscription_id = $1 AND way = $2", subscription_id, way
        )
        return int(number or 0)

    async def put_back(self, tx: Transaction, subscription_id: UUID, way: str, number: int) -> None:
        """Everything after `number` is sent once more."""
        await tx.execute(
            "INSERT INTO partner_positions (subscription_id, way, sent) VALUES ($1, $2, $3)"
            " ON CONFLICT (subscription_id, way) DO UPDATE SET sent = EXCLUDED.sent",
            subscription_id,
            way,
            number,
        )

    async def lease(self, subscription_id: UUID, way: str) -> bool:
        """Whether nobody else sends for this subscription now."""
        taken = await self.pool.fetchval(
            "INSERT INTO partner_positions (subscription_id, way, leased_until)"
            " VALUES ($1, $2, clock_timestamp() + $3::interval) ON CONFLICT (subscription_id, way)"
            " DO UPDATE SET leased_until = EXCLUDED.leased_until WHERE partner_positions.leased_until IS NULL"
            " OR partner_positions.leased_until < clock_timestamp() RETURNING true",
            subscription_id,
            way,
            LEASE,
        )
        return bool(taken)

    async def end_lease(self, subscription_id: UUID, way: str) -> None:
        await self.pool.execute(
            "UPDATE partner_positions SET leased_until = NULL WHERE subscription_id = $1 AND way = $2",
            subscription_id,
            way,
        )

    async def moved(self, subscription_id: UUID, way: str, before: int, number: int) -> bool:
        """False when somebody asked for a replay meanwhile: then that counts."""
        done = await self.pool.fetchval(
            "UPDATE partner_positions SET sent = $4 WHERE subscription_id = $1 AND way = $2 AND sent = $3"
            " RETURNING true",
            subscription_id,
            way,
            before,
            number,
        )
        return bool(done)

    async def note_try(self, delivery: Made, status: int | None, failure: str | None, at: datetime) -> None:
        await self.pool.execute(
            "UPDATE partner_deliveries SET tries = tries + 1, status = $3, failure = $4, tried_at = $5,"
            " taken_at = CASE WHEN $4::text IS NULL THEN coalesce(taken_at, $5) ELSE taken_at END"
            " WHERE subscription_id = $1 AND number = $2",
            delivery.subscription_id,
            delivery.number,
            status,
            failure,
            at,
        )

    async def newest(self, subscription_id: UUID, before: int | None, limit: int) -> Sequence[Mapping[str, Any]]:
        """For people: what was sent, newest first, without the bodies."""
        rows: Sequence[Mapping[str, Any]] = await self.pool.fetch(
            "SELECT number, fact, made_at, withdrawn, tries, status, failure, tried_at, taken_at"
            " FROM partner_deliveries WHERE subscription_id = $1 AND ($2::bigint IS NULL OR number < $2)"
            " ORDER BY number DESC LIMIT $3",
            subscription_id,
            before,
            limit,
        )
        return rows

    async def forget(self, now: datetime) -> None:
        await self.pool.execute("DELETE FROM partner_deliveries WHERE made_at < $1", now - KEPT)


def _made(row: Mapping[str, Any]) -> Made:
    return Made(
        row["subscription_id"],
        row["number"],
        row["key"],
        DataLevel(row["level"]),
        row["body"],
        row["trace"],
    )
