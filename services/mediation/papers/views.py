"""What happened to a request outside its case, as far as a file of the case may tell it: told, rated, archived.

Gates, suspicions and dangers stand in no file that leaves the desk, so their records are not even kept here.
"""

from datetime import datetime
from uuid import UUID

from shared.contracts.intake import (
    InfoRequestedV1,
    NotAcceptedV1,
    RequestAcceptedV1,
    RequestArchivedV1,
    RequestFiledV1,
    RequestReopenedV1,
    SupplementedV1,
    WithdrawnV1,
)
from shared.contracts.notifications import RatedV1, RequesterToldV1
from shared.eventstore import EventStore, Incoming, Transaction
from shared.kernel import value
from shared.messaging import View

NAME = "case_annals"

DDL = """
CREATE TABLE {table} (
    record_id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    fact text NOT NULL,
    about text,
    side text,
    happened_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (request_id, happened_at);
"""

OF_THE_REQUEST = (
    RequestFiledV1
    | RequestAcceptedV1
    | InfoRequestedV1
    | SupplementedV1
    | NotAcceptedV1
    | WithdrawnV1
    | RequestReopenedV1
    | RequestArchivedV1
)


@value
class Step:
    fact: str
    about: str | None
    side: str | None
    at: datetime


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case RequesterToldV1() as told:
            step = Step(told.fact, told.about, told.side, told.at)
        case RatedV1() as rated:
            step = Step(rated.fact, "satisfied" if rated.satisfied else "dissatisfied", rated.side, rated.at)
        case (
            RequestFiledV1()
            | RequestAcceptedV1()
            | InfoRequestedV1()
            | SupplementedV1()
            | NotAcceptedV1()
            | WithdrawnV1()
            | RequestReopenedV1()
            | RequestArchivedV1()
        ) as taken:
            step = Step(taken.fact, None, None, taken.at)
        case _:
            return
    await tx.execute(
        f"INSERT INTO {table} VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
        record.record_id,
        record.body.request_id,
        step.fact,
        step.about,
        step.side,
        step.at,
    )


case_annals = View(name=NAME, sources=("intake", "notifications"), ddl=DDL, project=project)


async def accepted_at(request_id: UUID, tx: Transaction) -> datetime | None:
    """None while that record is still under way."""
    found: datetime | None = await tx.fetchval(
        f"SELECT min(happened_at) FROM {NAME} WHERE request_id = $1 AND fact = $2", request_id, RequestAcceptedV1.fact
    )
    return found


class Annals:
    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def of(self, request_id: UUID) -> tuple[Step, ...]:
        rows = await self._store.pool.fetch(
            f"SELECT fact, about, side, happened_at FROM {NAME} WHERE request_id = $1 ORDER BY happened_at, record_id",
            request_id,
        )
        return tuple(Step(row["fact"], row["about"], row["side"], row["happened_at"]) for row in rows)
