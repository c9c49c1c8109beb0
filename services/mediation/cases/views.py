"""The board: every case in one row, by request, owner, unit, state and next step."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from services.mediation.cases.casefile import UNTOLD
from services.mediation.cases.facts import (
    CaseClosed,
    CaseOpened,
    ConsentOverdue,
    HandlingOffered,
    HandlingReturned,
    HandlingSigned,
    HandlingStarted,
    MediationExtended,
    MediatorNamed,
    NoticeGiven,
    OutcomeReported,
    PartyConsented,
    PartyJoined,
    SessionHeld,
    SessionOpened,
)
from services.mediation.cases.standing import PARTY_ROLES
from services.mediation.channels.facts import (
    CaseResumed,
    CaseworkExtended,
    ChannelHandedOver,
    HostingAccepted,
    HostingDeclined,
    HostRecused,
    MediationApplied,
    SuitNoted,
    TradeNamed,
)
from shared.contracts.codes import Operation, Relation, State
from shared.eventstore import EventStore, Incoming, Transaction
from shared.kernel import Actor
from shared.messaging import View
from shared.web.access import access_table
from shared.web.cursors import Place, read_cursor, write_cursor

NAME = "case_board"
PAGE = 50

DDL = """
CREATE TABLE {table} (
    case_id uuid PRIMARY KEY,
    request_id uuid NOT NULL,
    attempt integer NOT NULL,
    channel text NOT NULL,
    unit text NOT NULL,
    owner uuid,
    deputy uuid,
    host uuid,
    parties uuid[] NOT NULL,
    consented uuid[] NOT NULL DEFAULT '{{}}',
    signed boolean NOT NULL DEFAULT false,
    notice_given boolean NOT NULL DEFAULT false,
    consent_overdue boolean NOT NULL DEFAULT false,
    in_session boolean NOT NULL DEFAULT false,
    result text NOT NULL DEFAULT 'continue',
    mediation_due timestamptz,
    outcome text,
    reason text,
    closed boolean NOT NULL DEFAULT false,
    offered_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    state text NOT NULL GENERATED ALWAYS AS (CASE
        WHEN closed THEN 'CLOSED'
        WHEN NOT signed THEN 'OFFERED'
        WHEN in_session THEN 'IN_SESSION'
        WHEN NOT parties <@ consented THEN 'CONSENT_SOUGHT'
        WHEN result = 'agreed' THEN 'AGREED'
        WHEN result = 'not_agreed' THEN 'NOT_AGREED'
        WHEN host IS NULL THEN 'CONSENTED'
        ELSE 'PANEL_SET' END) STORED
);
CREATE INDEX ON {table} (request_id);
CREATE INDEX ON {table} (unit, closed);
CREATE INDEX ON {table} (offered_at DESC, case_id);
"""

NEXT_STEP: Final = {
    State.OFFERED: "mediation.sign_for_case",
    State.CONSENT_SOUGHT: "mediation.record_consent",
    State.CONSENTED: "mediation.name_host",
    State.PANEL_SET: "mediation.open_session",
    State.IN_SESSION: "mediation.end_session",
    State.AGREED: "mediation.draft_agreement",
    State.NOT_AGREED: "mediation.open_session",
}

COLUMNS: Final = (
    "case_id, request_id, attempt, channel, unit, owner, host, state, notice_given, consent_overdue,"
    " cardinality(parties) AS parties, cardinality(consented) AS consented, mediation_due, outcome, reason,"
    " offered_at, changed_at"
)


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    event = record.body
    if isinstance(event, HandlingOffered):
        await _offer(event, table, tx)
        return
    changes = _changes(event)
    if changes is None:
        return
    case_id, at, columns = changes
    sets = "".join(f", {name} = ${place}" for place, name in enumerate(columns, start=3))
    await tx.execute(f"UPDATE {table} SET changed_at = $2{sets} WHERE case_id = $1", case_id, at, *columns.values())
    if isinstance(event, PartyConsented):
        await tx.execute(
            f"UPDATE {table} SET consented = array_append(consented, $2) WHERE case_id = $1", case_id, event.party
        )
    if isinstance(event, ChannelHandedOver):
        await tx.execute(f"UPDATE {table} SET consented = $2 WHERE case_id = $1", case_id, list(event.kept))
    if isinstance(event, PartyJoined):
        await tx.execute(
            f"UPDATE {table} SET parties = array_append(parties, $2) WHERE case_id = $1", case_id, event.party
        )


async def _offer(event: HandlingOffered, table: str, tx: Transaction) -> None:
    await tx.execute(
        f"INSERT INTO {table} (case_id, request_id, attempt, channel, unit, owner, deputy, parties, offered_at,"
        " changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)",
        event.case_id,
        event.request_id,
        event.attempt,
        event.channel,
        event.unit,
        event.owner,
        event.deputy,
        list(event.parties),
        event.occurred_at,
    )


def _changes(event: object) -> tuple[UUID, datetime, dict[str, Any]] | None:
    match event:
        case HandlingSigned():
            columns: dict[str, Any] = {"signed": True, "owner": event.owner}
        case CaseOpened():
            columns = {"mediation_due": event.mediation_due}
        case MediationExtended():
            columns = {"mediation_due": event.until}
        case ChannelHandedOver():
            columns = {
                "channel": str(event.channel),
                "mediation_due": event.mediation_due,
                "host": None,
                "result": "continue",
            }
        case HostRecused() | HostingDeclined():
            columns = {"host": None}
        case SuitNoted(begins_anew=True):
            due = {"mediation_due": event.mediation_due} if event.mediation_due else {}
            columns = {"host": None, "result": "continue", **due}
        case (
            SuitNoted() | TradeNamed() | MediationApplied() | CaseResumed() | HostingAccepted() | CaseworkExtended()
        ) if event.mediation_due is not None:
            columns = {"mediation_due": event.mediation_due}
        case NoticeGiven():
            columns = {"notice_given": True}
        case ConsentOverdue():
            columns = {"consent_overdue": True}
        case MediatorNamed():
            columns = {"host": event.host}
        case SessionOpened():
            columns = {"in_session": True}
        case SessionHeld():
            columns = {"in_session": False, "result": str(event.result)}
        case PartyJoined():
            columns = {"result": "continue"}
        case OutcomeReported():
            columns = {"outcome": str(event.outcome)}
        case CaseClosed() | HandlingReturned():
            columns = {"closed": True, "reason": event.reason}
        case HandlingStarted() | PartyConsented():
            columns = {}
        case _:
            return None
    return event.case_id, event.occurred_at, columns


case_board = View(
    name=NAME,
    sources=("mediation",),
    ddl=DDL,
    project=project,
    causes=(
        HandlingOffered,
        HandlingSigned,
        CaseOpened,
        MediationExtended,
        NoticeGiven,
        ConsentOverdue,
        MediatorNamed,
        SessionOpened,
        SessionHeld,
        PartyJoined,
        OutcomeReported,
        CaseClosed,
        HandlingReturned,
        HandlingStarted,
        PartyConsented,
        ChannelHandedOver,
        HostRecused,
        HostingAccepted,
        HostingDeclined,
        SuitNoted,
        TradeNamed,
        MediationApplied,
        CaseResumed,
        CaseworkExtended,
    ),
)


class CaseBoard:
    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def page(
        self, actor: Actor, request_id: UUID | None, state: State | None, cursor: str | None, after: UUID | None
    ) -> tuple[list[dict[str, Any]], str | None]:
        if after is not None:
            await self._store.wait_for_view(NAME, after)
        last = read_cursor(cursor) if cursor else None
        rows = await self._store.pool.fetch(
            f"SELECT {COLUMNS} FROM {NAME}"
            " WHERE ($1::uuid IS NULL OR request_id = $1) AND ($2::text IS NULL OR state = $2)"
            " AND ($3 OR $4::uuid IN (owner, deputy, host) OR $4 = ANY (parties) OR request_id = $5 OR unit = $6)"
            " AND ($7::timestamptz IS NULL OR (offered_at, case_id) < ($7, $8::uuid))"
            f" ORDER BY offered_at DESC, case_id DESC LIMIT {PAGE + 1}",
            request_id,
            state,
            _reads_every_case(actor),
            actor.person,
            actor.about,
            actor.unit if _reads_the_unit(actor) else None,
            last and last.at,
            last and last.id,
        )
        shown = [_row(row, actor) for row in rows[:PAGE]]
        more = len(rows) > PAGE
        return shown, write_cursor(Place(shown[-1]["offered_at"], shown[-1]["case_id"])) if more else None


def _row(row: Any, actor: Actor) -> dict[str, Any]:
    untold = actor.role in PARTY_ROLES and row["reason"] in UNTOLD
    step = NEXT_STEP.get(State(row["state"]))
    return {**dict(row), "reason": None if untold else row["reason"], "next_step": step}


def _reads_every_case(actor: Actor) -> bool:
    return _may_read(actor, Relation.ANY)


def _reads_the_unit(actor: Actor) -> bool:
    return _may_read(actor, Relation.OWN_UNIT) or _may_read(actor, Relation.TASK)


def _may_read(actor: Actor, relation: Relation) -> bool:
    return any(
        access_table().may(role, Operation.READ, frozenset({relation, Relation.DISPUTE})).allowed
        for role in actor.roles
    )
