"""What the records of the other services mention: the items they refer to, and the requests that exist."""

from collections.abc import Iterator
from uuid import UUID

from shared.contracts.base import Contract
from shared.eventstore import Incoming, Transaction
from shared.kernel import TextRef
from shared.messaging import View

SOURCES = ("enterprise", "intake", "mediation", "notifications", "routing", "workorders")

DDL = "CREATE TABLE {table} (id uuid PRIMARY KEY)"


def refs_of(contract: Contract) -> Iterator[UUID]:
    for name in type(contract).model_fields:
        value = getattr(contract, name)
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, TextRef):
                yield each.item


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    if not isinstance(record.body, Contract):
        return
    ids = [record.key, *refs_of(record.body)]
    await tx.execute(f"INSERT INTO {table} (id) SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING", ids)


def mentioned_view(sources: tuple[str, ...]) -> View:
    return View(name="mentioned", sources=sources, ddl=DDL, project=project)
