"""order_board: where each order stands and whose turn it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from services.workorders.orders.rules.broadcast_facts import BroadcastRecalled, BroadcastSent
from services.workorders.orders.rules.course_facts import OwnerChanged, PlaybookChanged, StageDecided
from services.workorders.orders.rules.facts import (
    AnswerGiven,
    FirstResponseGiven,
    HandlingStarted,
    OrderEnd,
    OrderOffered,
    OrderReturned,
    OrderRevoked,
    OrderSigned,
    OrderWithdrawn,
    OutcomeReported,
    SignatureOverdue,
    StepOverdue,
    StepReported,
)
from services.workorders.orders.rules.playbook import Playbook
from services.workorders.orders.rules.task_facts import TaskOverdue
from shared.contracts.codes import Category, Outcome, State
from shared.eventstore import Incoming, Transaction
from shared.kernel import PersonId, RequestId, UnitCode
from shared.messaging import View
from shared.web.cursors import Place

DDL = """
CREATE TABLE {table} (
    order_id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    attempt integer NOT NULL,
    category text NOT NULL,
    priority text NOT NULL,
    channel text NOT NULL,
    unit text NOT NULL,
    owner uuid,
    requester uuid,
    complained_of uuid,
    state text NOT NULL,
    open boolean NOT NULL,
    late text[] NOT NULL DEFAULT '{{}}',
    reaches jsonb NOT NULL,
    answer_due timestamptz NOT NULL,
    offered_at timestamptz NOT NULL,
    signed_at timestamptz,
    ended_at timestamptz
);
CREATE INDEX ON {table} (request_id);
CREATE INDEX ON {table} (unit, offered_at) WHERE open;
CREATE INDEX ON {table} (owner, offered_at);
CREATE INDEX ON {table} (offered_at, order_id) WHERE open
"""

SIGNATURE = "signature"
"""Among the late steps: nobody has signed."""

REVOKED = "REVOKED"
"""Taken away by routing; no code of the domain, because the next attempt carries the request on."""


def state_of_end(end: OrderEnd) -> str:
    match end:
        case OrderReturned():
            return State.RETURNED
        case OrderRevoked():
            return REVOKED
        case OrderWithdrawn():
            return State.WITHDRAWN
        case OutcomeReported(outcome=outcome):
            return STATE_OF_OUTCOME[outcome]


STATE_OF_OUTCOME: Mapping[Outcome, State] = {
    Outcome.DONE: State.RESOLVED,
    Outcome.SETTLED: State.RESOLVED,
    Outcome.FAILED: State.FAILED,
    Outcome.REFUSED: State.REFUSED,
    Outcome.HANDED_OVER: State.HANDED_OVER,
}


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case OrderOffered() as event:
            await _offered(event, table, tx)
        case OrderSigned() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, owner = $3, signed_at = $4, late = array_remove(late, $5)"
                " WHERE order_id = $1",
                event.order_id,
                State.SIGNED,
                event.owner,
                event.occurred_at,
                SIGNATURE,
            )
        case OwnerChanged() as event:
            await tx.execute(
                f"UPDATE {table} SET owner = $2, unit = $3 WHERE order_id = $1", event.order_id, event.owner, event.unit
            )
        case PlaybookChanged() as event:
            await tx.execute(
                f"UPDATE {table} SET reaches = $2::jsonb, late = '{{}}' WHERE order_id = $1",
                event.order_id,
                _reaches(event.playbook),
            )
        case StageDecided(granted=False):
            return
        case FirstResponseGiven() | StepReported() | AnswerGiven() | StageDecided() as event:
            await tx.execute(
                f"UPDATE {table} SET state = coalesce(reaches ->> $2, state), late = array_remove(late, $2)"
                " WHERE order_id = $1",
                event.order_id,
                event.step,
            )
        case HandlingStarted() as event:
            await tx.execute(f"UPDATE {table} SET state = $2 WHERE order_id = $1", event.order_id, State.IN_PROGRESS)
        case BroadcastSent() | BroadcastRecalled() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2 WHERE order_id = $1 AND open AND state <> $3",
                event.order_id,
                State.BROADCAST if isinstance(event, BroadcastSent) else State.RECALLED,
                State.OFFERED,
            )
        case SignatureOverdue() | StepOverdue() | TaskOverdue() as event:
            what = SIGNATURE if isinstance(event, SignatureOverdue) else event.step
            await tx.execute(
                f"UPDATE {table} SET late = array_append(array_remove(late, $2), $2) WHERE order_id = $1",
                event.order_id,
                what,
            )
        case OrderReturned() | OrderRevoked() | OrderWithdrawn() | OutcomeReported() as event:
            await tx.execute(
                f"UPDATE {table} SET state = $2, open = false, ended_at = $3 WHERE order_id = $1",
                event.order_id,
                state_of_end(event),
                event.occurred_at,
            )
        case _:
            return


async def _offered(event: OrderOffered, table: str, tx: Transaction) -> None:
    offer = event.offer
    await tx.execute(
        f"INSERT INTO {table} (order_id, request_id, attempt, category, priority, channel, unit, owner, requester,"
        " complained_of, state, open, reaches, answer_due, offered_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, true, $12::jsonb, $13, $14) ON CONFLICT DO NOTHING",
        offer.order_id,
        offer.request_id,
        offer.attempt,
        offer.category,
        offer.priority,
        offer.channel,
        offer.unit,
        offer.owner,
        offer.requester,
        offer.other_party if offer.category is Category.CPL else None,
        State.OFFERED,
        _reaches(offer.playbook),
        offer.answer_due,
        event.occurred_at,
    )


def _reaches(playbook: Playbook) -> str:
    return orjson.dumps({step.code: step.reaches for step in playbook.steps if step.reaches is not None}).decode()


order_board = View(
    name="order_board",
    sources=("workorders",),
    ddl=DDL,
    project=project,
    causes=(
        OrderOffered,
        OrderSigned,
        FirstResponseGiven,
        StepReported,
        AnswerGiven,
        HandlingStarted,
        BroadcastSent,
        BroadcastRecalled,
        OwnerChanged,
        PlaybookChanged,
        StageDecided,
        TaskOverdue,
        SignatureOverdue,
        StepOverdue,
        OrderReturned,
        OrderRevoked,
        OrderWithdrawn,
        OutcomeReported,
    ),
)


@dataclass(frozen=True, slots=True)
class Seen:
    """Which rows somebody may see. Every field that is set opens some, `everything` opens all but the hidden ones."""

    everything: bool = False
    unit: UnitCode | None = None
    person: PersonId | None = None
    request: RequestId | None = None
    channels: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    """Channels of which only the own orders are seen."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list asks for; `after` is the last row of the page before."""

    request_id: UUID | None = None
    state: str | None = None
    open: bool | None = None
    after: Place | None = None
    limit: int = 50
    units: tuple[UnitCode, ...] | None = None
    """None: of every unit."""
    late: bool | None = None


LIST = """
SELECT order_id, request_id, attempt, category, priority, channel, unit, owner, state, open, late, answer_due,
       offered_at, signed_at, ended_at
FROM order_board
WHERE ($1 OR unit = $2 OR owner = $3 OR requester = $3 OR request_id = $4 OR channel = ANY($5::text[]))
  AND (NOT channel = ANY($6::text[]) OR owner = $3 OR requester = $3 OR request_id = $4)
  AND (complained_of IS NULL OR complained_of IS DISTINCT FROM $3)
  AND ($7::uuid IS NULL OR request_id = $7) AND ($8::text IS NULL OR state = $8) AND ($9::boolean IS NULL OR open = $9)
  AND ($10::timestamptz IS NULL OR (offered_at, order_id) > ($10, $11))
  AND ($13::text[] IS NULL OR unit = ANY($13)) AND ($14::boolean IS NULL OR (late <> '{}') = $14)
ORDER BY offered_at, order_id LIMIT $12
"""


async def list_orders(pool: "asyncpg.Pool[Any]", seen: Seen, wanted: Wanted) -> Sequence[Mapping[str, Any]]:
    at, order_id = (wanted.after.at, wanted.after.id) if wanted.after else (None, None)
    rows: Sequence[Mapping[str, Any]] = await pool.fetch(
        LIST,
        seen.everything,
        seen.unit,
        seen.person,
        seen.request,
        list(seen.channels),
        list(seen.hidden),
        wanted.request_id,
        wanted.state,
        wanted.open,
        at,
        order_id,
        wanted.limit,
        list(wanted.units) if wanted.units is not None else None,
        wanted.late,
    )
    return rows
