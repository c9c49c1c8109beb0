"""What lists and timelines read. Every row has one source, so no order between services can change it."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import orjson

from services.intake.requests.facts import (
    InfoRequested,
    NotAccepted,
    OutcomeNoted,
    RequestAccepted,
    RequestArchived,
    RequestFiled,
    RequestReopened,
    Supplemented,
    Withdrawn,
)
from services.intake.requests.linking_facts import DuplicateLinked, LinkUndone, SharedOutcomeNoted
from shared.contracts.base import Contract
from shared.contracts.codes import State
from shared.contracts.handling import (
    FirstResponseV1,
    HandlingOfferedV1,
    HandlingReturnedV1,
    HandlingSignedV1,
    HandlingStartedV1,
    OutcomeReportedV1,
)
from shared.contracts.notifications import RequesterToldV1
from shared.contracts.routing import (
    ClockArmedV1,
    ClockBreachedV1,
    ClockStoppedV1,
    HandlingRevokedV1,
    RequestClassifiedV1,
    RequestRoutedV1,
    ScreeningAskedV1,
)
from shared.eventstore import Incoming, Transaction
from shared.messaging import View

PROGRESS_DDL = """
CREATE TABLE {table} (
    request_id uuid PRIMARY KEY, code text NOT NULL, kind text NOT NULL, state text NOT NULL, requester uuid,
    danger boolean NOT NULL, attempt integer NOT NULL DEFAULT 1, outcome text, unread_addition boolean NOT NULL
    DEFAULT false, filed_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (requester, filed_at DESC);
CREATE INDEX ON {table} (filed_at DESC, request_id);
CREATE INDEX ON {table} (code)
"""


_BACK = "state = CASE WHEN state <> 'NEED_INFO' THEN state WHEN attempt > 1 THEN 'REOPENED' ELSE 'ACCEPTED' END"


async def project_progress(record: Incoming, table: str, tx: Transaction) -> None:
    event = record.body
    match event:
        case RequestFiled():
            await tx.execute(
                f"INSERT INTO {table} (request_id, code, kind, state, requester, danger, filed_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7)",
                event.request_id,
                event.code,
                event.kind,
                State.RECEIVED,
                event.requester,
                bool(event.danger),
                event.occurred_at,
            )
        case InfoRequested():
            await tx.execute(
                f"UPDATE {table} SET state = $2 WHERE request_id = $1 AND NOT danger",
                event.request_id,
                State.NEED_INFO,
            )
        case Supplemented():
            await tx.execute(
                f"UPDATE {table} SET danger = danger OR $2, unread_addition = outcome IS NOT NULL, {_BACK}"
                " WHERE request_id = $1",
                event.request_id,
                bool(event.danger),
            )
        case OutcomeNoted() | SharedOutcomeNoted():
            await tx.execute(
                f"UPDATE {table} SET outcome = $2, {_BACK} WHERE request_id = $1", event.request_id, event.outcome
            )
        case RequestReopened():
            await tx.execute(
                f"UPDATE {table} SET state = $2, attempt = $3, outcome = NULL, unread_addition = false"
                " WHERE request_id = $1",
                event.request_id,
                State.REOPENED,
                event.attempt,
            )
        case RequestAccepted() | NotAccepted() | Withdrawn() | RequestArchived() | DuplicateLinked() | LinkUndone():
            await tx.execute(
                f"UPDATE {table} SET state = $2 WHERE request_id = $1", event.request_id, _ENDS[type(event)]
            )


_ENDS = {
    RequestAccepted: State.ACCEPTED,
    NotAccepted: State.NOT_ACCEPTED,
    Withdrawn: State.WITHDRAWN,
    RequestArchived: State.ARCHIVED,
    DuplicateLinked: State.DUPLICATE_LINKED,
    LinkUndone: State.ACCEPTED,
}

ROUTING_DDL = """
CREATE TABLE {table} (
    request_id uuid PRIMARY KEY, category text, channel text, priority text, unit text, desk text, owner uuid,
    deputy uuid, answer_due timestamptz, promises jsonb NOT NULL DEFAULT '{{}}'
);
CREATE INDEX ON {table} (unit)
"""


async def project_routing(record: Incoming, table: str, tx: Transaction) -> None:
    body = record.body
    match body:
        case ScreeningAskedV1():
            await _upsert(table, tx, body.request_id, {"desk": body.unit, "priority": body.priority})
        case RequestClassifiedV1():
            await _upsert(table, tx, body.request_id, {"category": body.category, "priority": body.priority})
        case RequestRoutedV1():
            columns = {
                "category": body.category,
                "channel": body.channel,
                "priority": body.priority,
                "unit": body.unit,
                "owner": body.owner,
                "deputy": body.deputy,
                "answer_due": body.answer_due,
            }
            await _upsert(table, tx, body.request_id, columns)
        case HandlingRevokedV1():
            await _upsert(table, tx, body.request_id, {"unit": None, "owner": None, "deputy": None})
        case ClockArmedV1():
            await _promise(table, tx, body.request_id, body.clock, {"due": body.due, "state": "open"})
        case ClockBreachedV1():
            await _promise(table, tx, body.request_id, body.clock, {"due": body.due, "state": "missed"})
        case ClockStoppedV1():
            state = {"state": "kept" if body.kept else "missed", "at": body.at}
            await _promise(table, tx, body.request_id, body.clock, state)


async def _upsert(table: str, tx: Transaction, request_id: UUID, columns: Mapping[str, object]) -> None:
    names, places = ", ".join(columns), ", ".join(f"${place}" for place in range(2, len(columns) + 2))
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns)
    await tx.execute(
        f"INSERT INTO {table} (request_id, {names}) VALUES ($1, {places})"
        f" ON CONFLICT (request_id) DO UPDATE SET {changes}",
        request_id,
        *columns.values(),
    )


async def _promise(
    table: str, tx: Transaction, request_id: UUID, clock: str, change: Mapping[str, str | datetime]
) -> None:
    """A clock that is stopped keeps the due time it was armed with; a missed one stays missed."""
    await tx.execute(
        f"INSERT INTO {table} AS known (request_id, promises) VALUES ($1, jsonb_build_object($2::text, $3::jsonb))"
        " ON CONFLICT (request_id) DO UPDATE SET promises = known.promises"
        " || jsonb_build_object($2::text, coalesce(known.promises -> $2, '{}') || $3::jsonb)",
        request_id,
        clock,
        orjson.dumps(change).decode(),
    )


HANDLINGS_DDL = """
CREATE TABLE {table} (
    handling_id uuid PRIMARY KEY, request_id uuid NOT NULL, attempt integer NOT NULL DEFAULT 1, service text NOT NULL,
    state text NOT NULL, unit text, owner uuid, outcome text, changed_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (request_id)
"""


async def project_handlings(record: Incoming, table: str, tx: Transaction) -> None:
    body = record.body
    match body:
        case HandlingOfferedV1() | HandlingSignedV1():
            state = State.OFFERED if isinstance(body, HandlingOfferedV1) else State.SIGNED
            columns: dict[str, object] = {
                "attempt": body.attempt,
                "state": state,
                "unit": body.unit,
                "owner": body.owner,
            }
        case FirstResponseV1() | HandlingStartedV1():
            columns = {"state": State.IN_PROGRESS}
        case HandlingReturnedV1():
            columns = {"attempt": body.attempt, "state": State.RETURNED}
        case OutcomeReportedV1():
            columns = {"attempt": body.attempt, "state": _OUTCOMES.get(body.outcome, State.RESOLVED)}
            columns["outcome"] = body.outcome
        case _:
            return
    await _upsert_handling(table, tx, body.handling_id, record, {**columns, "changed_at": body.at})


_OUTCOMES: Mapping[str, State] = {
    "failed": State.FAILED,
    "refused": State.REFUSED,
    "handed_over": State.HANDED_OVER,
}


async def _upsert_handling(
    table: str, tx: Transaction, handling_id: UUID, record: Incoming, columns: Mapping[str, object]
) -> None:
    known = {"request_id": record.key, "service": record.service, **columns}
    names, places = ", ".join(known), ", ".join(f"${place}" for place in range(2, len(known) + 2))
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in columns)
    await tx.execute(
        f"INSERT INTO {table} (handling_id, {names}) VALUES ($1, {places})"
        f" ON CONFLICT (handling_id) DO UPDATE SET {changes}",
        handling_id,
        *known.values(),
    )


TIMELINE_DDL = """
CREATE TABLE {table} (
    record_id uuid PRIMARY KEY, request_id uuid NOT NULL, service text NOT NULL, fact text NOT NULL,
    at timestamptz NOT NULL, recorded_at timestamptz NOT NULL, role text NOT NULL, unit text, detail text
);
CREATE INDEX ON {table} (request_id, at)
"""
OTHERS = ("enterprise", "mediation", "notifications", "routing", "workorders")


async def project_timeline(record: Incoming, table: str, tx: Transaction) -> None:
    """What others published of the request; the desk's own facts are read from its stream."""
    body = record.body
    if not isinstance(body, Contract) or getattr(body, "request_id", None) is None:
        return
    await tx.execute(
        f"INSERT INTO {table} (record_id, request_id, service, fact, at, recorded_at, role, unit, detail)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        record.record_id,
        record.key,
        record.service,
        body.fact,
        record.raw.occurred_at,
        record.raw.recorded_at,
        record.raw.role,
        record.raw.unit or getattr(body, "unit", None),
        _detail(body),
    )


def _detail(body: Contract) -> str | None:
    match body:
        case RequesterToldV1():
            return str(body.about)
        case OutcomeReportedV1():
            return str(body.outcome)
        case ClockArmedV1() | ClockBreachedV1() | ClockStoppedV1():
            return str(body.clock)
    return None


progress = View(
    "request_progress",
    ("intake",),
    PROGRESS_DDL,
    project_progress,
    causes=(RequestFiled, InfoRequested, Supplemented, OutcomeNoted, SharedOutcomeNoted, RequestReopened, *_ENDS),
)
routing = View(
    "request_routing",
    ("routing",),
    ROUTING_DDL,
    project_routing,
    causes=(
        ScreeningAskedV1,
        RequestClassifiedV1,
        RequestRoutedV1,
        HandlingRevokedV1,
        ClockArmedV1,
        ClockBreachedV1,
        ClockStoppedV1,
    ),
)
handlings = View(
    "request_handlings",
    ("enterprise", "mediation", "workorders"),
    HANDLINGS_DDL,
    project_handlings,
    causes=(
        HandlingOfferedV1,
        HandlingSignedV1,
        FirstResponseV1,
        HandlingStartedV1,
        HandlingReturnedV1,
        OutcomeReportedV1,
    ),
)
timeline = View("request_timeline", OTHERS, TIMELINE_DDL, project_timeline)

REQUEST_VIEWS = (progress, routing, handlings, timeline)
