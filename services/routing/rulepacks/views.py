"""What re-decisions read and leave: how requests were judged (codes, no text), and which would go elsewhere."""

import orjson

from services.routing.decisions.facts import ActDated, DangerNoted, RequestJudged, TriageBegun
from services.routing.decisions.model_facts import JudgementCorrected
from services.routing.rulepacks.redecision import Moved, RedecisionAdvanced, RedecisionBegun, RedecisionFinished
from shared.eventstore import Incoming, Transaction
from shared.messaging import View

JUDGEMENTS = """
CREATE TABLE {table} (
    request_id uuid PRIMARY KEY,
    filed_at timestamptz NOT NULL,
    door text NOT NULL,
    danger text[] NOT NULL,
    acts text[] NOT NULL DEFAULT '{{}}',
    category text,
    flags text[],
    priority text,
    police text,
    channel text
);
CREATE INDEX ON {table} (filed_at, request_id) WHERE category IS NOT NULL
"""

REDECISIONS = """
CREATE TABLE {table} (
    redecision_id uuid PRIMARY KEY,
    pack_id uuid NOT NULL,
    revision integer NOT NULL,
    against text NOT NULL,
    total integer NOT NULL,
    seen integer NOT NULL DEFAULT 0,
    changed integer NOT NULL DEFAULT 0,
    disagreed integer NOT NULL DEFAULT 0,
    begun_at timestamptz NOT NULL,
    finished_at timestamptz
);
CREATE INDEX ON {table} (pack_id, begun_at)
"""

COLUMNS = """request_id uuid, category_before text, category_after text, channel_before text, channel_after text,
    priority_before text, priority_after text, police_before text, police_after text, flags_before text[],
    flags_after text[], gates_before text[], gates_after text[], "row" text"""

MOVED = f"""
CREATE TABLE {{table}} (
    redecision_id uuid NOT NULL,
    {COLUMNS},
    PRIMARY KEY (redecision_id, request_id)
)
"""

LABELS = "category = $2, flags = $3, priority = $4, police = $5, channel = $6"


async def project_judgements(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case TriageBegun() as event:
            await tx.execute(
                f"INSERT INTO {table} (request_id, filed_at, door, danger) VALUES ($1, $2, $3, $4)",
                event.request_id,
                event.filed_at,
                event.door,
                list(event.danger),
            )
        case ActDated() as event:
            await tx.execute(f"UPDATE {table} SET acts = $2 WHERE request_id = $1", event.request_id, list(event.acts))
        case RequestJudged() as event:
            await _label(event, table, tx)
            await _add_danger(event, table, tx)
        case JudgementCorrected() as event:
            await _label(event, table, tx)
        case DangerNoted() as event:
            await _add_danger(event, table, tx)


async def _label(event: RequestJudged | JudgementCorrected, table: str, tx: Transaction) -> None:
    await tx.execute(
        f"UPDATE {table} SET {LABELS} WHERE request_id = $1",
        event.request_id,
        event.category.label,
        list(event.flags),
        event.priority.label,
        event.police.label,
        event.channel.label,
    )


async def _add_danger(event: RequestJudged | DangerNoted, table: str, tx: Transaction) -> None:
    if event.danger:
        await tx.execute(
            f"UPDATE {table} SET danger = ARRAY(SELECT DISTINCT unnest(danger || $2::text[]) ORDER BY 1)"
            " WHERE request_id = $1",
            event.request_id,
            list(event.danger),
        )


async def project_redecisions(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case RedecisionBegun() as event:
            await tx.execute(
                f"INSERT INTO {table} (redecision_id, pack_id, revision, against, total, begun_at)"
                " VALUES ($1, $2, $3, $4, $5, $6)",
                event.redecision_id,
                event.pack_id,
                event.revision,
                event.against,
                event.total,
                event.occurred_at,
            )
        case RedecisionAdvanced() as event:
            await tx.execute(
                f"UPDATE {table} SET seen = seen + $2, changed = changed + $3, disagreed = disagreed + $4"
                " WHERE redecision_id = $1",
                event.redecision_id,
                event.seen,
                len(event.moved),
                event.disagreed,
            )
        case RedecisionFinished() as event:
            await tx.execute(
                f"UPDATE {table} SET finished_at = $2 WHERE redecision_id = $1",
                event.redecision_id,
                event.occurred_at,
            )


async def project_moved(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case RedecisionAdvanced(moved=moved) as event if moved:
            await tx.execute(
                f"INSERT INTO {table} SELECT $1, r.* FROM jsonb_to_recordset($2::jsonb) AS r ({COLUMNS})",
                event.redecision_id,
                orjson.dumps([_moved(each) for each in moved]).decode(),
            )


def _moved(moved: Moved) -> dict[str, object]:
    before, after = moved.before, moved.after
    return {
        "request_id": moved.request_id,
        "category_before": before.category,
        "category_after": after.category,
        "channel_before": before.channel,
        "channel_after": after.channel,
        "priority_before": before.priority,
        "priority_after": after.priority,
        "police_before": before.police,
        "police_after": after.police,
        "flags_before": before.flags,
        "flags_after": after.flags,
        "gates_before": moved.gates_before,
        "gates_after": moved.gates_after,
        "row": moved.row,
    }


judgements = View(
    name="judgements",
    sources=("routing",),
    ddl=JUDGEMENTS,
    project=project_judgements,
    causes=(TriageBegun, ActDated, RequestJudged, JudgementCorrected, DangerNoted),
)
redecisions = View(
    name="redecisions",
    sources=("routing",),
    ddl=REDECISIONS,
    project=project_redecisions,
    causes=(RedecisionBegun, RedecisionAdvanced, RedecisionFinished),
)
moved_requests = View(
    name="moved_requests",
    sources=("routing",),
    ddl=MOVED,
    project=project_moved,
    causes=(RedecisionAdvanced,),
)
