"""Who stood on which side of which case: what a conflict of interest is found from (R-15)."""

from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from services.mediation.cases.facts import HandlingOffered, MediatorNamed, PartyJoined
from services.mediation.cases.values import Conflict, Interest
from services.mediation.channels.facts import AgentAppointed
from services.mediation.panels.facts import SeatTaken
from shared.eventstore import EventStore, Incoming, Transaction
from shared.kernel import PersonId
from shared.messaging import View

NAME = "case_people"

DDL = """
CREATE TABLE {table} (
    case_id uuid NOT NULL,
    person uuid NOT NULL,
    part text NOT NULL,
    PRIMARY KEY (person, case_id, part)
);
CREATE INDEX ON {table} (case_id);
"""

PARTY, AGENT, MEDIATOR = "party", "agent", "mediator"

FOUND: Final = f"""
SELECT mine.case_id, mine.part, count(DISTINCT theirs.person) AS sides FROM {NAME} mine
JOIN {NAME} theirs ON theirs.case_id = mine.case_id AND theirs.part = '{PARTY}' AND theirs.person = ANY ($2)
WHERE mine.person = $1 AND mine.case_id <> $3 AND theirs.person <> $1
GROUP BY mine.case_id, mine.part ORDER BY mine.case_id, mine.part
"""

INTERESTS: Final = {PARTY: Interest.PARTY_BEFORE, AGENT: Interest.AGENT_BEFORE, MEDIATOR: Interest.MEDIATED_BEFORE}


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case HandlingOffered() as event:
            for party in event.parties:
                await _keep(table, tx, event.case_id, party, PARTY)
        case PartyJoined() as event:
            await _keep(table, tx, event.case_id, event.party, PARTY)
        case AgentAppointed() as event:
            await _keep(table, tx, event.case_id, event.agent, AGENT)
        case MediatorNamed() as event:
            await _keep(table, tx, event.case_id, event.host, MEDIATOR)
        case SeatTaken() as event:
            await _keep(table, tx, event.case_id, event.person, MEDIATOR)
        case _:
            pass


async def _keep(table: str, tx: Transaction, case_id: UUID, person: PersonId, part: str) -> None:
    await tx.execute(
        f"INSERT INTO {table} (case_id, person, part) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        case_id,
        person,
        part,
    )


case_people = View(name=NAME, sources=("mediation",), ddl=DDL, project=project)


class OwnHistory:
    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def conflicts(self, person: PersonId, parties: Iterable[PersonId], present: UUID) -> tuple[Conflict, ...]:
        """Earlier cases in which this person stood beside or against one of the parties, or mediated for one of them
        without the other."""
        sides = list(parties)
        rows = await self._store.pool.fetch(FOUND, person, sides, present)
        return tuple(Conflict(INTERESTS[row["part"]], row["case_id"]) for row in rows if _one_sided(row, len(sides)))


def _one_sided(row: Any, sides: int) -> bool:
    return bool(row["part"] != MEDIATOR or row["sides"] < sides)
