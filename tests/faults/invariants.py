"""What must hold after any fault, computed from the tables themselves. Nothing of the product's code is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg


@dataclass(frozen=True, slots=True)
class Violation:
    invariant: str
    service: str
    what: str


async def violations(connection: "asyncpg.Connection[Any]", accepted: Mapping[str, str]) -> list[Violation]:
    """`accepted`: idempotency key → request id, for every filing that was answered with success."""
    found: list[Violation] = []
    found += await _accepted_once(connection, accepted)
    services = await connection.fetch("SELECT schemaname AS name FROM pg_tables WHERE tablename = 'feed' ORDER BY 1")
    for service in (row["name"] for row in services):
        found += await _history(connection, service)
        found += await _readers(connection, service)
        found += await _leaves(connection, service)
    found += await _log(connection)
    found += await _caused_once(connection)
    return found


async def _accepted_once(connection: "asyncpg.Connection[Any]", accepted: Mapping[str, str]) -> list[Violation]:
    """INV1, INV3: what was accepted is there, once."""
    rows = await connection.fetch(
        "SELECT key::text AS request, count(*) AS times FROM intake.events WHERE fact = 'request_filed' GROUP BY key"
    )
    filed = {row["request"]: row["times"] for row in rows}
    lost = [request for request in accepted.values() if request not in filed]
    doubled = [request for request, times in filed.items() if times != 1]
    shared = len(accepted) - len(set(accepted.values()))
    return (
        [Violation("accepted is stored", "intake", f"{request} is lost") for request in lost]
        + [Violation("filed once", "intake", f"{request} is filed more than once") for request in doubled]
        + ([Violation("one key, one request", "intake", f"{shared} keys share a request")] if shared else [])
    )


CHECKS: Sequence[tuple[str, str]] = (
    (
        "versions are dense",
        "SELECT stream AS what FROM {s}.events GROUP BY stream HAVING count(*) <> max(version) OR min(version) <> 1",
    ),
    (
        "every event is numbered once",
        "SELECT e.event_id::text AS what FROM {s}.events e LEFT JOIN {s}.feed f USING (event_id) WHERE f.lane IS NULL",
    ),
    (
        "every number has its event",
        "SELECT f.event_id::text AS what FROM {s}.feed f LEFT JOIN {s}.events e USING (event_id)"
        " WHERE e.event_id IS NULL",
    ),
    ("the outbox is empty", "SELECT id::text AS what FROM {s}.outbox"),
    (
        "numbers are dense",
        "SELECT lane::text AS what FROM {s}.feed GROUP BY lane HAVING count(*) <> max(number) OR min(number) <> 1",
    ),
    (
        "heads are true",
        "SELECT h.lane::text AS what FROM {s}.lane_head h LEFT JOIN (SELECT lane, max(number) AS top FROM {s}.feed"
        " GROUP BY lane) f USING (lane) WHERE h.head <> coalesce(f.top, 0)",
    ),
    (
        "a stream's numbers follow its versions",
        "SELECT what FROM (SELECT e.stream AS what, e.version, lag(e.version) OVER (PARTITION BY e.stream"
        " ORDER BY f.number) AS before FROM {s}.events e JOIN {s}.feed f USING (event_id)) o"
        " WHERE before IS NOT NULL AND version <> before + 1",
    ),
    ("nothing is parked", "SELECT reader || ' ' || key AS what FROM {s}.parked"),
)


async def _history(connection: "asyncpg.Connection[Any]", service: str) -> list[Violation]:
    """INV3, INV4 inside one service."""
    found = []
    for name, query in CHECKS:
        rows = await connection.fetch(query.format(s=service))
        found += [Violation(name, service, row["what"]) for row in rows]
    return found


async def _readers(connection: "asyncpg.Connection[Any]", service: str) -> list[Violation]:
    """INV7: every reader stands at the head of what it reads, and never beyond it."""
    rows = await connection.fetch(f"SELECT reader, service, lane, number FROM {service}.positions")
    found = []
    for row in rows:
        head = await connection.fetchval(f"SELECT head FROM {row['service']}.lane_head WHERE lane = $1", row["lane"])
        if row["number"] != head:
            what = f"{row['reader']} on {row['service']} lane {row['lane']}: {row['number']} of {head}"
            found.append(Violation("readers are at the head", service, what))
    return found


async def _leaves(connection: "asyncpg.Connection[Any]", service: str) -> list[Violation]:
    """INV5: every record has its leaf, at its own address."""
    rows = await connection.fetch(
        f"SELECT f.event_id::text AS what FROM {service}.feed f LEFT JOIN audit.leaves l ON l.record_id = f.event_id"
        " AND l.service = $1 AND l.lane = f.lane AND l.number = f.number WHERE l.record_id IS NULL",
        service,
    )
    return [Violation("every record its leaf", service, row["what"]) for row in rows]


async def _log(connection: "asyncpg.Connection[Any]") -> list[Violation]:
    """INV5: the index is dense, and nothing stands in the log that no service recorded."""
    dense = await connection.fetchval(
        "SELECT count(*) = coalesce(max(index) + 1, 0) AND count(*) = (SELECT size FROM audit.log_head)"
        " FROM audit.leaves"
    )
    return [] if dense else [Violation("leaf indices are dense", "audit", "a hole, or another size than the head's")]


async def _caused_once(connection: "asyncpg.Connection[Any]") -> list[Violation]:
    """INV3 across services: each filed request has one triage, however often its record was seen."""
    rows = await connection.fetch(
        "SELECT i.key::text AS what FROM intake.events i WHERE i.fact = 'request_filed' AND NOT EXISTS"
        " (SELECT FROM routing.events r WHERE r.key = i.key)"
    )
    found = [Violation("filed is triaged", "routing", row["what"]) for row in rows]
    rows = await connection.fetch(
        "SELECT stream AS what FROM routing.events WHERE fact = 'triage_begun' GROUP BY stream HAVING count(*) > 1"
    )
    return found + [Violation("triaged once", "routing", row["what"]) for row in rows]
