"""The lane's own lists: files with the clock that ends first, seats by person, reads that danger opened."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from services.mediation.children.facts import (
    FEEDBACK,
    REPORT,
    SCHOOL,
    BullyingReported,
    ChildCaseworkFiled,
    ChildClockBreached,
    ChildClockEscalated,
    ChildEvent,
    ChildFileOffered,
    ChildFileReturned,
    ChildFileSigned,
    ChildFileStopped,
    ChildOutcomeReported,
    ChildSeatExcluded,
    ChildSeatGiven,
    HarmSuspected,
    MandatoryReported,
    ReporterUnitTold,
    SchoolResultGiven,
    SealedRead,
    SealedReadApproved,
    SealedReadAsked,
    SealedScope,
)
from shared.contracts.codes import Role
from shared.eventstore import EventStore, Incoming, Transaction
from shared.kernel import PersonId
from shared.messaging import View
from shared.web.cursors import Place, read_cursor, write_cursor

BOARD: Final = "child_board"
SEATS: Final = "child_seats"
URGENT: Final = "child_urgent_reads"
PAGE: Final = 50

BOARD_DDL = """
CREATE TABLE {table} (
    child_id uuid PRIMARY KEY, request_id uuid NOT NULL, attempt integer NOT NULL, priority text NOT NULL,
    unit text NOT NULL, owner uuid, state text NOT NULL DEFAULT 'OFFERED', reported boolean NOT NULL DEFAULT false,
    report_due timestamptz, feedback_due timestamptz, school_due timestamptz, late text[] NOT NULL DEFAULT '{{}}',
    escalated boolean NOT NULL DEFAULT false, sides uuid[] NOT NULL, answer_due timestamptz NOT NULL, outcome text,
    offered_at timestamptz NOT NULL
);
CREATE INDEX ON {table} (offered_at DESC, child_id)
"""

SEATS_DDL = """
CREATE TABLE {table} (
    child_id uuid NOT NULL, person uuid NOT NULL, seat text NOT NULL, since timestamptz NOT NULL,
    PRIMARY KEY (child_id, person)
);
CREATE INDEX ON {table} (person)
"""

URGENT_DDL = """
CREATE TABLE {table} (
    read_id uuid PRIMARY KEY, child_id uuid NOT NULL, reader uuid NOT NULL, alone boolean NOT NULL DEFAULT false,
    opened integer NOT NULL DEFAULT 0, first_opened_at timestamptz
);
CREATE INDEX ON {table} (first_opened_at DESC) WHERE alone AND opened > 0
"""

_DUE_COLUMN = {REPORT: "report_due", FEEDBACK: "feedback_due", SCHOOL: "school_due"}


async def project_board(record: Incoming, table: str, tx: Transaction) -> None:
    event = record.body
    if isinstance(event, ChildFileOffered):
        await _offered(event, table, tx)
        return
    change = _change(event)
    if change is None:
        return
    child_id, columns = change
    sets = ", ".join(f"{name} = ${place}" for place, name in enumerate(columns, start=2))
    await tx.execute(f"UPDATE {table} SET {sets} WHERE child_id = $1", child_id, *columns.values())
    if isinstance(event, ChildClockBreached):
        await tx.execute(
            f"UPDATE {table} SET late = array_append(late, $2) WHERE child_id = $1", child_id, str(event.clock)
        )


async def _offered(event: ChildFileOffered, table: str, tx: Transaction) -> None:
    offer = event.offer
    await tx.execute(
        f"INSERT INTO {table} (child_id, request_id, attempt, priority, unit, owner, sides, answer_due, offered_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        offer.child_id,
        offer.request_id,
        offer.attempt,
        offer.priority,
        offer.unit,
        offer.owner,
        [person for person in (offer.requester, offer.other_party) if person is not None],
        offer.answer_due,
        event.occurred_at,
    )


def _change(event: object) -> tuple[UUID, dict[str, Any]] | None:
    match event:
        case HarmSuspected():
            return event.child_id, {"report_due": event.report_due}
        case ChildFileSigned():
            return event.child_id, {"state": "SIGNED", "owner": event.owner}
        case MandatoryReported():
            return event.child_id, {"reported": True}
        case ChildCaseworkFiled():
            return event.child_id, {"feedback_due": event.feedback_due}
        case ReporterUnitTold():
            return event.child_id, {"feedback_due": None}
        case BullyingReported():
            return event.child_id, {"school_due": event.result_due}
        case SchoolResultGiven():
            return event.child_id, {"school_due": None}
        case ChildClockBreached():
            return event.child_id, {_DUE_COLUMN[event.clock]: event.due}
        case ChildClockEscalated():
            return event.child_id, {"escalated": True}
        case ChildOutcomeReported():
            return event.child_id, {"state": "CLOSED", "outcome": str(event.outcome)}
        case ChildFileReturned() | ChildFileStopped():
            return event.child_id, {"state": "CLOSED"}
    return None


async def project_seats(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case ChildSeatGiven() as event:
            await tx.execute(
                f"INSERT INTO {table} (child_id, person, seat, since) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (child_id, person) DO UPDATE SET seat = EXCLUDED.seat",
                event.child_id,
                event.person,
                str(event.seat),
                event.occurred_at,
            )
        case ChildSeatExcluded() as event:
            await tx.execute(f"DELETE FROM {table} WHERE child_id = $1 AND person = $2", event.child_id, event.person)


async def project_urgent(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case SealedReadAsked() as event if event.scope is not SealedScope.OWN_SESSIONS:
            await tx.execute(
                f"INSERT INTO {table} (read_id, child_id, reader) VALUES ($1, $2, $3)",
                event.read_id,
                event.child_id,
                event.reader,
            )
        case SealedReadApproved(approver=None) as event:
            await tx.execute(f"UPDATE {table} SET alone = true WHERE read_id = $1", event.read_id)
        case SealedRead() as event:
            await tx.execute(
                f"UPDATE {table} SET opened = opened + 1, first_opened_at = coalesce(first_opened_at, $2)"
                " WHERE read_id = $1",
                event.read_id,
                event.occurred_at,
            )


_ON_BOARD: tuple[type[ChildEvent], ...] = (
    ChildFileOffered,
    HarmSuspected,
    ChildFileSigned,
    MandatoryReported,
    ChildCaseworkFiled,
    ReporterUnitTold,
    BullyingReported,
    SchoolResultGiven,
    ChildClockBreached,
    ChildClockEscalated,
    ChildOutcomeReported,
    ChildFileReturned,
    ChildFileStopped,
)

child_board = View(BOARD, ("mediation",), BOARD_DDL, project_board, causes=_ON_BOARD)
child_seats = View(SEATS, ("mediation",), SEATS_DDL, project_seats, causes=(ChildSeatGiven, ChildSeatExcluded))
child_urgent_reads = View(
    URGENT, ("mediation",), URGENT_DDL, project_urgent, causes=(SealedReadAsked, SealedReadApproved, SealedRead)
)

LISTED = f"""
SELECT child_id, request_id, attempt, priority, unit, owner, state, reported, report_due, feedback_due, school_due,
       late, escalated, answer_due, outcome, offered_at
FROM {BOARD} b
WHERE NOT ($1 = ANY (sides)) AND ($2 OR state <> 'CLOSED')
  AND ($3 OR EXISTS (SELECT FROM {SEATS} s WHERE s.child_id = b.child_id AND s.person = $1))
  AND ($4::uuid IS NULL OR request_id = $4)
  AND ($5::timestamptz IS NULL OR (offered_at, child_id) < ($5, $6::uuid))
ORDER BY offered_at DESC, child_id DESC LIMIT $7
"""

SEATED = f"""
SELECT s.child_id, s.seat, s.since, b.state, b.school_due, b.answer_due
FROM {SEATS} s JOIN {BOARD} b USING (child_id) WHERE s.person = $1 ORDER BY s.since DESC, s.child_id LIMIT {PAGE}
"""

OPENED_ALONE = f"""
SELECT r.read_id, r.child_id, r.reader, r.opened, r.first_opened_at
FROM {URGENT} r JOIN {BOARD} b USING (child_id)
WHERE r.alone AND r.opened > 0 AND NOT ($1 = ANY (b.sides)) ORDER BY r.first_opened_at DESC, r.read_id LIMIT {PAGE}
"""


class ChildBoard:
    def __init__(self, store: EventStore) -> None:
        self._store = store

    async def page(
        self,
        person: PersonId,
        part: Role,
        request_id: UUID | None,
        closed: bool,
        cursor: str | None,
        after: UUID | None,
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Files of the lane, newest first; a counsellor's are those where he has a seat."""
        if after is not None:
            await self._store.wait_for_view(BOARD, after)
        last = read_cursor(cursor) if cursor else None
        rows = await self._store.pool.fetch(
            LISTED,
            person,
            closed,
            part is not Role.COUNSELLOR,
            request_id,
            last and last.at,
            last and last.id,
            PAGE + 1,
        )
        shown = [dict(row) for row in rows[:PAGE]]
        more = len(rows) > PAGE
        return shown, write_cursor(Place(shown[-1]["offered_at"], shown[-1]["child_id"])) if more else None

    async def seats_of(self, person: PersonId, after: UUID | None) -> Sequence[dict[str, Any]]:
        if after is not None:
            await self._store.wait_for_view(SEATS, after)
        return [dict(row) for row in await self._store.pool.fetch(SEATED, person)]

    async def urgent_reads(self, person: PersonId, after: UUID | None) -> Sequence[dict[str, Any]]:
        """Opened without another person because of danger, but for files in which `person` is a side."""
        if after is not None:
            await self._store.wait_for_view(URGENT, after)
        return [dict(row) for row in await self._store.pool.fetch(OPENED_ALONE, person)]
