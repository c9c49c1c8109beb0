"""volunteer_register: who was trained where, and until when it counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.workorders.volunteers.decider import VolunteerRegistered, VolunteerStruckOff
from shared.eventstore import EventStore, Incoming, Transaction
from shared.kernel import UnitCode
from shared.messaging import View

NAME = "volunteer_register"

DDL = """
CREATE TABLE {table} (
    person uuid PRIMARY KEY,
    employer text NOT NULL,
    unit text NOT NULL,
    trained_on date NOT NULL,
    until date NOT NULL,
    struck_off date
);
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case VolunteerRegistered(certificate=held) as event:
            await tx.execute(
                f"INSERT INTO {table} (person, employer, unit, trained_on, until) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT (person) DO UPDATE SET employer = EXCLUDED.employer, unit = EXCLUDED.unit,"
                " trained_on = EXCLUDED.trained_on, until = EXCLUDED.until, struck_off = NULL",
                event.person,
                held.employer,
                held.unit,
                held.trained_on,
                held.until,
            )
        case VolunteerStruckOff() as event:
            await tx.execute(f"UPDATE {table} SET struck_off = $2 WHERE person = $1", event.person, event.on)
        case _:
            return


volunteer_register = View(
    name=NAME,
    sources=("workorders",),
    ddl=DDL,
    project=project,
    causes=(VolunteerRegistered, VolunteerStruckOff),
)


async def volunteers_of(store: EventStore, unit: UnitCode | None) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = await store.pool.fetch(
        f"SELECT person, employer, unit, trained_on, until, struck_off FROM {NAME} WHERE unit = $1"
        " ORDER BY until, person",
        unit,
    )
    return rows
