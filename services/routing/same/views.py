"""What is compared with a new request, and what was proposed."""

from services.routing.decisions.facts import RequestClassified, RequestJudged, TriageBegun, TriageEnded, TriageResumed
from services.routing.decisions.placing_facts import PlaceSettled
from services.routing.same.decider import (
    SameMatterDeclined,
    SameMatterLinked,
    SameMatterParted,
    SameMatterProposed,
)
from shared.eventstore import Incoming, Transaction
from shared.messaging import View

REPORTS_DDL = """
CREATE TABLE {table} (
    request_id uuid PRIMARY KEY, requester uuid, other_party uuid, title_item uuid, narrative_item uuid NOT NULL,
    grid text, category text, flags text[] NOT NULL DEFAULT '{{}}', filed_at timestamptz NOT NULL,
    ended boolean NOT NULL DEFAULT false, lead uuid
);
CREATE INDEX ON {table} (requester);
CREATE INDEX ON {table} (other_party);
CREATE INDEX ON {table} (grid, category, filed_at);
CREATE INDEX ON {table} (lead)
"""


async def project_reports(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case TriageBegun() as event:
            await tx.execute(
                f"INSERT INTO {table} (request_id, requester, other_party, title_item, narrative_item, filed_at)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
                event.request_id,
                event.requester,
                event.other_party,
                event.title.item if event.title else None,
                event.narrative.item,
                event.filed_at,
            )
        case RequestJudged() | PlaceSettled() as event:
            await tx.execute(f"UPDATE {table} SET grid = $2 WHERE request_id = $1", event.request_id, event.grid)
        case RequestClassified() as event:
            await tx.execute(
                f"UPDATE {table} SET category = $2, flags = $3 WHERE request_id = $1",
                event.request_id,
                event.ruling.category,
                list(event.ruling.flags),
            )
        case TriageEnded() | TriageResumed() as event:
            ended = isinstance(event, TriageEnded)
            await tx.execute(f"UPDATE {table} SET ended = $2 WHERE request_id = $1", event.request_id, ended)
        case SameMatterLinked() as event:
            await tx.execute(f"UPDATE {table} SET lead = $2 WHERE request_id = $1", event.request_id, event.other)
        case SameMatterParted() as event:
            await tx.execute(f"UPDATE {table} SET lead = NULL WHERE request_id = $1", event.request_id)


PROPOSALS_DDL = """
CREATE TABLE {table} (
    request_id uuid NOT NULL, other uuid NOT NULL, relation text NOT NULL, likeness integer NOT NULL,
    place integer NOT NULL, signs text[] NOT NULL, state text NOT NULL, proposed_at timestamptz NOT NULL,
    PRIMARY KEY (request_id, other)
);
CREATE INDEX ON {table} (other);
CREATE INDEX ON {table} (state, proposed_at)
"""


async def project_proposals(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case SameMatterProposed() as event:
            await tx.execute(
                f"INSERT INTO {table} (request_id, other, relation, likeness, place, signs, state, proposed_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, 'open', $7) ON CONFLICT DO NOTHING",
                event.request_id,
                event.other,
                event.relation,
                event.likeness,
                event.place,
                list(event.signs),
                event.occurred_at,
            )
        case SameMatterDeclined() | SameMatterParted() as event:
            await tx.execute(
                f"UPDATE {table} SET state = 'declined' WHERE request_id = $1 AND other = $2",
                event.request_id,
                event.other,
            )
        case SameMatterLinked() as event:
            await tx.execute(
                f"INSERT INTO {table} (request_id, other, relation, likeness, place, signs, state, proposed_at)"
                " VALUES ($1, $2, $3, 0, 0, '{}', 'linked', $4)"
                " ON CONFLICT (request_id, other) DO UPDATE SET relation = $3, state = 'linked'",
                event.request_id,
                event.other,
                event.relation,
                event.occurred_at,
            )


reports = View(
    name="matter_reports",
    sources=("routing",),
    ddl=REPORTS_DDL,
    project=project_reports,
    causes=(
        TriageBegun,
        RequestJudged,
        PlaceSettled,
        RequestClassified,
        TriageEnded,
        TriageResumed,
        SameMatterLinked,
        SameMatterParted,
    ),
)
proposals = View(
    name="same_proposals",
    sources=("routing",),
    ddl=PROPOSALS_DDL,
    project=project_proposals,
    causes=(SameMatterProposed, SameMatterDeclined, SameMatterLinked, SameMatterParted),
)
