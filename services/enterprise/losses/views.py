"""挽回损失: claimed and recovered, money and goods apart; numerator, denominator and period, never a bare share."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from services.enterprise.losses.decider import ClaimCorrected, LossRecorded, LossRecovered, pieces_by_kind
from shared.eventstore import Incoming, Transaction
from shared.kernel import UnitCode
from shared.messaging import View

MONEY = """
CREATE TABLE {table} (
    loss_id uuid PRIMARY KEY,
    firm_id uuid NOT NULL,
    request_id uuid,
    claimed_fen bigint NOT NULL,
    recovered_fen bigint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL
)
"""

GOODS = """
CREATE TABLE {table} (
    loss_id uuid NOT NULL,
    firm_id uuid NOT NULL,
    kind text NOT NULL,
    claimed_pieces bigint NOT NULL DEFAULT 0,
    recovered_pieces bigint NOT NULL DEFAULT 0,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (loss_id, kind)
)
"""


async def project_money(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case LossRecorded() as event:
            await tx.execute(
                f"INSERT INTO {table} (loss_id, firm_id, request_id, claimed_fen, recorded_at)"
                " VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
                event.loss_id,
                event.firm_id,
                event.request_id,
                event.claimed_fen,
                event.occurred_at,
            )
        case ClaimCorrected() as event:
            await tx.execute(
                f"UPDATE {table} SET claimed_fen = $2 WHERE loss_id = $1", event.loss_id, event.claimed_fen
            )
        case LossRecovered() as event:
            await tx.execute(
                f"UPDATE {table} SET recovered_fen = $2 WHERE loss_id = $1", event.loss_id, event.recovered_fen
            )
        case _:
            return


async def project_goods(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case LossRecorded() | ClaimCorrected() as event:
            await tx.execute(f"UPDATE {table} SET claimed_pieces = 0 WHERE loss_id = $1", event.loss_id)
            for kind, pieces in pieces_by_kind(event.claimed_goods).items():
                await tx.execute(
                    f"INSERT INTO {table} (loss_id, firm_id, kind, claimed_pieces, recorded_at)"
                    " VALUES ($1, $2, $3, $4, $5)"
                    " ON CONFLICT (loss_id, kind) DO UPDATE SET claimed_pieces = EXCLUDED.claimed_pieces",
                    event.loss_id,
                    event.firm_id,
                    kind,
                    pieces,
                    event.occurred_at,
                )
        case LossRecovered() as event:
            for kind, pieces in pieces_by_kind(event.goods).items():
                await tx.execute(
                    f"INSERT INTO {table} AS t (loss_id, firm_id, kind, recovered_pieces, recorded_at)"
                    " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (loss_id, kind)"
                    " DO UPDATE SET recovered_pieces = t.recovered_pieces + EXCLUDED.recovered_pieces",
                    event.loss_id,
                    event.firm_id,
                    kind,
                    pieces,
                    event.occurred_at,
                )
        case _:
            return


losses_money = View(name="losses_money", sources=("enterprise",), ddl=MONEY, project=project_money)
losses_goods = View(name="losses_goods", sources=("enterprise",), ddl=GOODS, project=project_goods)


async def money_between(pool: "asyncpg.Pool[Any]", since: datetime, until: datetime) -> Mapping[str, Any]:
    """Of the losses recorded in the period: numerator and denominator in fen, and how many losses they are of."""
    row = await pool.fetchrow(
        "SELECT coalesce(sum(recovered_fen), 0)::bigint AS recovered_fen,"
        " coalesce(sum(claimed_fen), 0)::bigint AS claimed_fen, count(*) AS losses"
        " FROM losses_money WHERE recorded_at >= $1 AND recorded_at < $2",
        since,
        until,
    )
    return dict(row) if row else {}


OF_UNIT = "recorded_at >= $1 AND recorded_at < $2 AND firm_id IN (SELECT firm_id FROM firm_list WHERE unit = $3)"


async def money_of_unit(
    pool: "asyncpg.Pool[Any]", since: datetime, until: datetime, unit: UnitCode
) -> Mapping[str, Any]:
    """As `money_between`, of the firms that one workstation looks after."""
    row = await pool.fetchrow(
        "SELECT coalesce(sum(recovered_fen), 0)::bigint AS recovered_fen,"
        f" coalesce(sum(claimed_fen), 0)::bigint AS claimed_fen, count(*) AS losses FROM losses_money WHERE {OF_UNIT}",
        since,
        until,
        unit,
    )
    return dict(row) if row else {}


async def goods_of_unit(
    pool: "asyncpg.Pool[Any]", since: datetime, until: datetime, unit: UnitCode
) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(
        "SELECT kind, sum(recovered_pieces)::bigint AS recovered_pieces, sum(claimed_pieces)::bigint AS claimed_pieces"
        f" FROM losses_goods WHERE {OF_UNIT} GROUP BY kind ORDER BY kind",
        since,
        until,
        unit,
    )
    return rows


async def goods_between(pool: "asyncpg.Pool[Any]", since: datetime, until: datetime) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(
        "SELECT kind, sum(recovered_pieces)::bigint AS recovered_pieces, sum(claimed_pieces)::bigint AS claimed_pieces"
        " FROM losses_goods WHERE recorded_at >= $1 AND recorded_at < $2 GROUP BY kind ORDER BY kind",
        since,
        until,
    )
    return rows


async def losses_of(pool: "asyncpg.Pool[Any]", firm_id: UUID) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(
        "SELECT loss_id, request_id, claimed_fen, recovered_fen, recorded_at FROM losses_money WHERE firm_id = $1"
        " ORDER BY recorded_at, loss_id",
        firm_id,
    )
    return rows
