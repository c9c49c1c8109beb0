"""Messages by person, letters by state, and who holds a request now."""

from typing import Any

from pydantic import TypeAdapter

from services.notifications.contacts.facts import (
    Delivered,
    DeliveryAsked,
    DeliveryFailed,
    DeliveryGivenUp,
    MessagePosted,
    Particulars,
)
from services.notifications.contacts.store import person_of
from shared.contracts.codes import Channel
from shared.contracts.routing import HandlingRevokedV1, RequestRoutedV1, ScreeningAskedV1
from shared.eventstore import Incoming, Transaction
from shared.messaging import View

particulars_adapter: TypeAdapter[Particulars] = TypeAdapter(Particulars)

MESSAGES_DDL = """
CREATE TABLE {table} (
    message_id uuid PRIMARY KEY, request_id uuid NOT NULL, attempt integer NOT NULL, side text NOT NULL, person uuid,
    about text NOT NULL, particulars jsonb NOT NULL, posted_at timestamptz NOT NULL, place integer NOT NULL
);
CREATE INDEX ON {table} (person, posted_at DESC);
CREATE INDEX ON {table} (request_id)
"""


async def project_messages(record: Incoming, table: str, tx: Transaction) -> None:
    event = record.body
    if not isinstance(event, MessagePosted):
        return
    await tx.execute(
        f"INSERT INTO {table} (message_id, request_id, attempt, side, person, about, particulars, posted_at, place)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        event.message_id,
        event.request_id,
        event.attempt,
        event.voice.side,
        person_of(event.voice, event.requester),
        event.about,
        particulars_adapter.dump_json(event.particulars, exclude_none=True).decode(),
        event.occurred_at,
        record.raw.version,
    )


LETTERS_DDL = """
CREATE TABLE {table} (
    message_id uuid PRIMARY KEY, request_id uuid NOT NULL, contact uuid NOT NULL, state text NOT NULL,
    tries integer NOT NULL, failure text, code integer, next_try timestamptz, changed_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (state);
CREATE INDEX ON {table} (request_id)
"""
WAITING, DELIVERED, RETRYING, GIVEN_UP = "waiting", "delivered", "retrying", "given_up"


async def project_letters(record: Incoming, table: str, tx: Transaction) -> None:
    event = record.body
    match event:
        case DeliveryAsked():
            await tx.execute(
                f"INSERT INTO {table} (message_id, request_id, contact, state, tries, changed_at)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (message_id) DO UPDATE SET state = EXCLUDED.state,"
                " contact = EXCLUDED.contact, tries = EXCLUDED.tries, next_try = NULL,"
                " changed_at = EXCLUDED.changed_at",
                event.message_id,
                event.request_id,
                event.contact,
                WAITING,
                event.tries,
                event.occurred_at,
            )
        case Delivered():
            change: dict[str, Any] = {"state": DELIVERED, "code": event.code, "failure": None}
            await _change(table, tx, event, change)
        case DeliveryFailed():
            change = {"state": RETRYING, "code": event.code, "failure": event.failure, "next_try": event.next_try}
            await _change(table, tx, event, change)
        case DeliveryGivenUp():
            await _change(table, tx, event, {"state": GIVEN_UP})


async def _change(
    table: str, tx: Transaction, event: Delivered | DeliveryFailed | DeliveryGivenUp, change: dict[str, Any]
) -> None:
    change = {**change, "changed_at": event.occurred_at}
    changes = ", ".join(f"{name} = ${place}" for place, name in enumerate(change, start=2))
    await tx.execute(f"UPDATE {table} SET {changes} WHERE message_id = $1", event.message_id, *change.values())


HOLDERS_DDL = """
CREATE TABLE {table} (request_id uuid PRIMARY KEY, unit text, desk text, owner uuid, deputy uuid)
"""


async def project_holders(record: Incoming, table: str, tx: Transaction) -> None:
    body = record.body
    match body:
        case ScreeningAskedV1():
            await tx.execute(
                f"INSERT INTO {table} (request_id, desk) VALUES ($1, $2)"
                " ON CONFLICT (request_id) DO UPDATE SET desk = EXCLUDED.desk",
                body.request_id,
                body.unit,
            )
        case RequestRoutedV1():
            await tx.execute(
                f"INSERT INTO {table} (request_id, unit, owner, deputy) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (request_id) DO UPDATE SET unit = EXCLUDED.unit, owner = EXCLUDED.owner,"
                " deputy = EXCLUDED.deputy",
                body.request_id,
                body.unit,
                body.owner,
                body.deputy,
            )
        case HandlingRevokedV1():
            await tx.execute(
                f"UPDATE {table} SET unit = NULL, owner = NULL, deputy = NULL WHERE request_id = $1", body.request_id
            )


CHILD_LANE_DDL = """
CREATE TABLE {table} (request_id uuid PRIMARY KEY)
"""


async def project_child_lane(record: Incoming, table: str, tx: Transaction) -> None:
    body = record.body
    match body:
        case RequestRoutedV1(channel=Channel.CHILD):
            await tx.execute(f"INSERT INTO {table} (request_id) VALUES ($1) ON CONFLICT DO NOTHING", body.request_id)
        case RequestRoutedV1() | HandlingRevokedV1():
            await tx.execute(f"DELETE FROM {table} WHERE request_id = $1", body.request_id)


messages = View("messages", ("notifications",), MESSAGES_DDL, project_messages, causes=(MessagePosted,))
letters = View(
    "letters",
    ("notifications",),
    LETTERS_DDL,
    project_letters,
    causes=(DeliveryAsked, Delivered, DeliveryFailed, DeliveryGivenUp),
)
holders = View(
    "request_holders",
    ("routing",),
    HOLDERS_DDL,
    project_holders,
    causes=(ScreeningAskedV1, RequestRoutedV1, HandlingRevokedV1),
)

child_lane = View(
    "child_lane_requests",
    ("routing",),
    CHILD_LANE_DDL,
    project_child_lane,
    causes=(RequestRoutedV1, HandlingRevokedV1),
)

CONTACT_VIEWS = (messages, letters, holders, child_lane)
