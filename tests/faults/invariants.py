"""What must hold after any fault, computed from the tables themselves. Nothing of the product's code is asked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import asyncpg

from tests.faults.disclosure import disclosed
from tests.faults.log_invariants import log_violations, record_violations
from tests.faults.violation import Violation

NOTHING_TRIED_IN_VAIN: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class History:
    """What a client saw: `accepted` were answered with success, `tried` may have had any answer or none."""

    accepted: Mapping[str, str] = field(default_factory=dict)
    """Idempotency key → request id."""
    tried: Collection[str] | None = None
    """Every idempotency key that ever went out with a filing; None when others filed too."""
    canaries: Collection[str] = ()
    """Words that were typed into requests: they may stand in the vault's own keeping and nowhere else."""
    now: datetime | None = None
    """The bureau's time, for timers that should have run; None when nobody knows it."""


async def violations(connection: "asyncpg.Connection[Any]", history: History) -> list[Violation]:
    """Everything that is wrong in the tables of a desk that stands still."""
    found: list[Violation] = []
    found += await _filings(connection, history)
    services = await _services(connection)
    for service in services:
        found += await _history(connection, service)
        found += await _readers(connection, service)
        found += await _timers(connection, service, history.now)
        found += await record_violations(connection, service)
        for source in services:
            found += await _order_of_causes(connection, service, source)
    found += await log_violations(connection)
    found += await _consequences(connection)
    for canary in history.canaries:
        found += await disclosed(connection, canary)
    return found


async def _services(connection: "asyncpg.Connection[Any]") -> list[str]:
    rows = await connection.fetch("SELECT schemaname AS name FROM pg_tables WHERE tablename = 'feed' ORDER BY 1")
    return [row["name"] for row in rows]


KEPT_ANSWERS = (
    "SELECT key, convert_from(answer, 'UTF8')::jsonb ->> 'request_id' AS request FROM intake.idempotency"
    " WHERE operation = 'intake.file_request'"
)


async def _filings(connection: "asyncpg.Connection[Any]", history: History) -> list[Violation]:
    """What was accepted is there, once, with the answer that was given; and nothing that nobody filed."""
    rows = await connection.fetch(
        "SELECT key::text AS request, count(*) AS times FROM intake.events WHERE fact = 'request_filed' GROUP BY key"
    )
    filed = {row["request"]: row["times"] for row in rows}
    kept = {row["key"]: row["request"] for row in await connection.fetch(KEPT_ANSWERS)}
    accepted, tried = history.accepted, history.tried
    shared = len(accepted) - len(set(accepted.values()))
    found = {
        "accepted is stored": [request for request in accepted.values() if request not in filed],
        "filed once": [request for request, times in filed.items() if times != 1],
        "one key, one request": [f"{shared} keys share a request"] if shared else [],
        "the answer given is the one kept": [
            request for key, request in accepted.items() if request in filed and kept.get(key, request) != request
        ],
        "nothing is invented": sorted(
            set(filed) - {request for key, request in kept.items() if tried is None or key in tried}
        ),
    }
    return [Violation(invariant, "intake", what) for invariant, whats in found.items() for what in whats]


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
    (
        "an effect once for each cause",
        "SELECT stream || ' ' || fact AS what FROM {s}.events WHERE causation IS NOT NULL"
        # Whoever did it twice did it at two moments.
        " GROUP BY stream, fact, causation, convert_from(body, 'UTF8')::jsonb - 'occurred_at' HAVING count(*) > 1",
    ),
    ("nothing is parked", "SELECT reader || ' ' || key AS what FROM {s}.parked"),
)


async def _history(connection: "asyncpg.Connection[Any]", service: str) -> list[Violation]:
    found = []
    for name, query in CHECKS:
        rows = await connection.fetch(query.format(s=service))
        found += [Violation(name, service, row["what"]) for row in rows]
    return found


INVERTED = """
SELECT stream || ' version ' || version AS what FROM (
    SELECT e.stream, e.version, c.number,
           max(c.number) OVER (PARTITION BY e.stream, c.lane ORDER BY e.version
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM {service}.events e JOIN {source}.feed c ON c.event_id = e.causation
) o WHERE before > number
"""


async def _order_of_causes(connection: "asyncpg.Connection[Any]", service: str, source: str) -> list[Violation]:
    """One reader of a service follows each source, so what it caused stands in the order of the causes.

    Of its own feed a service may have several readers, and two of them have no order between them.
    """
    if service == source:
        return []
    rows = await connection.fetch(INVERTED.format(service=service, source=source))
    return [Violation("effects in the order of their causes", service, row["what"]) for row in rows]


async def _readers(connection: "asyncpg.Connection[Any]", service: str) -> list[Violation]:
    """Every reader stands at the head of what it reads, on the same history, and never beyond it."""
    found = []
    rows = await connection.fetch(f"SELECT reader, service, lane, number, epoch FROM {service}.positions")
    for source in sorted({row["service"] for row in rows}):
        heads = {
            row["lane"]: row["head"] for row in await connection.fetch(f"SELECT lane, head FROM {source}.lane_head")
        }
        epoch = await connection.fetchval(f"SELECT epoch FROM {source}.installation")
        for row in (row for row in rows if row["service"] == source):
            what = f"{row['reader']} on {source} lane {row['lane']}: {row['number']} of {heads[row['lane']]}"
            if row["number"] < heads[row["lane"]]:
                found.append(Violation("readers are at the head", service, what))
            if row["number"] > heads[row["lane"]] or row["epoch"] != epoch:
                found.append(Violation("no reader beyond what was written", service, what))
    return found


async def _timers(connection: "asyncpg.Connection[Any]", service: str, now: datetime | None) -> list[Violation]:
    if now is None:
        return []
    rows = await connection.fetch(f"SELECT stream || ' ' || name AS what FROM {service}.timers WHERE due_at < $1", now)
    return [Violation("no timer is overdue", service, row["what"]) for row in rows]


MESSAGE = (
    "SELECT key, causation, convert_from(body, 'UTF8')::jsonb AS body FROM notifications.events"
    " WHERE fact = 'message_posted'"
)
FILED = "SELECT key, event_id FROM intake.events WHERE fact = 'request_filed'"
ROUTED = (
    "SELECT key, event_id FROM routing.feed f JOIN routing.events e USING (event_id)"
    " WHERE f.type LIKE '%.request_routed.v1'"
)

CONSEQUENCES: Sequence[tuple[str, str, str]] = (
    (
        "filed is triaged",
        "routing",
        f"SELECT f.key::text AS what FROM ({FILED}) f WHERE NOT EXISTS"
        " (SELECT FROM routing.events r WHERE r.key = f.key)",
    ),
    (
        "triaged once",
        "routing",
        "SELECT stream AS what FROM routing.events WHERE fact = 'triage_begun' GROUP BY stream HAVING count(*) > 1",
    ),
    (
        "told for each",
        "notifications",
        f"SELECT f.key::text AS what FROM ({FILED}) f LEFT JOIN ({MESSAGE}) m ON m.causation = f.event_id"
        " AND m.body ->> 'about' = 'received' GROUP BY f.key HAVING count(m.key) <> 1",
    ),
    (
        "told where it went",
        "notifications",
        f"SELECT r.key::text AS what FROM ({ROUTED}) r LEFT JOIN ({MESSAGE}) m ON m.causation = r.event_id"
        " AND m.body ->> 'about' = 'routed' GROUP BY r.event_id, r.key HAVING count(m.key) <> 1",
    ),
)


async def _consequences(connection: "asyncpg.Connection[Any]") -> list[Violation]:
    """What follows from a filing in the other services has happened, and once."""
    found = []
    for name, service, query in CONSEQUENCES:
        found += [Violation(name, service, row["what"]) for row in await connection.fetch(query)]
    return found


@dataclass(frozen=True, slots=True)
class Counts:
    filed: int
    triaged: int
    told: int
    events: int
    leaves: int


async def counts(connection: "asyncpg.Connection[Any]") -> Counts:
    """How many requests were filed, how many of them reached triage, and how many people were told of theirs."""
    events = 0
    for service in await _services(connection):
        events += await connection.fetchval(f"SELECT count(*) FROM {service}.events")
    return Counts(
        filed=await connection.fetchval(f"SELECT count(*) FROM ({FILED}) f"),
        triaged=await connection.fetchval(
            f"SELECT count(DISTINCT f.key) FROM ({FILED}) f JOIN routing.events r USING (key)"
        ),
        told=await connection.fetchval(
            f"SELECT count(DISTINCT f.key) FROM ({FILED}) f JOIN ({MESSAGE}) m USING (key)"
            " WHERE m.body ->> 'about' = 'received'"
        ),
        events=events,
        leaves=await connection.fetchval("SELECT count(*) FROM audit.leaves"),
    )
