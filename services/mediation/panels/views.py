"""Whose seats wait or are taken: how somebody who was asked finds the case."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.mediation.panels.facts import PanelDissolved, SeatLeft, SeatOffered, SeatTaken
from shared.eventstore import EventStore, Incoming, Transaction
from shared.kernel import PersonId
from shared.messaging import View

NAME = "panel_seats"
MOST = 100

DDL = """
CREATE TABLE {table} (
    case_id uuid NOT NULL,
    seat text NOT NULL,
    person uuid NOT NULL,
    taken boolean NOT NULL DEFAULT false,
    offered_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, seat)
);
CREATE INDEX ON {table} (person, offered_at);
"""


class OwnSeat(BaseModel):
    case_id: UUID
    seat: str
    taken: bool
    offered_at: datetime


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case SeatOffered() as event:
            await tx.execute(
                f"INSERT INTO {table} (case_id, seat, person, offered_at) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (case_id, seat) DO UPDATE SET person = EXCLUDED.person, taken = false,"
                " offered_at = EXCLUDED.offered_at",
                event.case_id,
                event.seat,
                event.person,
                event.occurred_at,
            )
        case SeatTaken() as event:
            await tx.execute(
                f"UPDATE {table} SET taken = true WHERE case_id = $1 AND seat = $2", event.case_id, event.seat
            )
        case SeatLeft() as event:
            await tx.execute(f"DELETE FROM {table} WHERE case_id = $1 AND seat = $2", event.case_id, event.seat)
        case PanelDissolved() as event:
            await tx.execute(f"DELETE FROM {table} WHERE case_id = $1", event.case_id)
        case _:
            pass


panel_seats = View(
    name=NAME,
    sources=("mediation",),
    ddl=DDL,
    project=project,
    causes=(SeatOffered, SeatTaken, SeatLeft, PanelDissolved),
)


async def seats_of(store: EventStore, person: PersonId | None, after: UUID | None) -> list[OwnSeat]:
    """The latest first."""
    if after is not None:
        await store.wait_for_view(NAME, after)
    rows = await store.pool.fetch(
        f"SELECT case_id, seat, taken, offered_at FROM {NAME} WHERE person = $1"
        f" ORDER BY offered_at DESC, case_id LIMIT {MOST}",
        person,
    )
    return [OwnSeat(**dict(row)) for row in rows]
