"""Who stood on which side of which case: what a conflict of interest is found from (R-15)."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from services.mediation.cases.facts import HandlingOffered, PartyJoined
from services.mediation.cases.values import Conflict, Interest
from services.mediation.channels.facts import AgentAppointed
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

PARTY, AGENT = "party", "agent"

FOUND: Final = f"""
SELECT DISTINCT mine.case_id, mine.part FROM {NAME} mine
JOIN {NAME} theirs ON theirs.case_id = mine.case_id AND theirs.part = '{PARTY}' AND theirs.person = ANY ($2)
WHERE mine.person = $1 AND mine.case_id <> $3 AND theirs.person <> $1
ORDER BY mine.case_id, mine.part
"""

INTERESTS: Final = {PARTY: Interest.PARTY_BEFORE, AGENT: Interest.AGENT_BEFORE}


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case HandlingOffered() as event:
            for party in event.parties:
                await _keep(table, tx, event.case_id, party, PARTY)
        case PartyJoined() as event:
            await _keep(table, tx, event.case_id, event.party, PARTY)
        case AgentAppointed() as event:
            await _keep(table, tx, event.case_id, event.agent, AGENT)
        case _:
            pass


async def _keep(table: str, tx: Transaction, case_id: UUID, person: PersonId, part: str) -> None:
    await tx.execute(
        f"INSERT INTO {table} (case_id, person, part) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        case_id,
        person,
        part,
    )


case_people = View(
    name=NAME,
    sources=("mediation",),
    ddl=DDL,
    project=project,
    causes=(HandlingOffered, PartyJoined, AgentAppointed),
)


class OwnHistory:
    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def conflicts(self, person: PersonId, parties: Iterable[PersonId], present: UUID) -> tuple[Conflict, ...]:
        """Earlier cases in which this person stood beside or against one of the parties."""
        rows = await self._store.pool.fetch(FOUND, person, list(parties), present)
        return tuple(Conflict(INTERESTS[row["part"]], row["case_id"]) for row in rows)
