"""Hot spots as a list: those that are hot, unseen ones first, and those that were."""

from services.routing.hotspots.decider import HotSpotClosed, HotSpotGrew, HotSpotOpened, HotSpotSeen
from shared.eventstore import Incoming, Transaction
from shared.messaging import View

DDL = """
CREATE TABLE {table} (
    spot_id uuid PRIMARY KEY, grid text NOT NULL, category text NOT NULL, requests uuid[] NOT NULL,
    people integer NOT NULL, usual integer NOT NULL, opened_at timestamptz NOT NULL, changed_at timestamptz NOT NULL,
    seen_at timestamptz, closed_at timestamptz, times integer NOT NULL DEFAULT 1
);
CREATE INDEX ON {table} (changed_at DESC, spot_id)
"""


async def project(record: Incoming, table: str, tx: Transaction) -> None:
    match record.body:
        case HotSpotOpened() as event:
            await tx.execute(
                f"INSERT INTO {table} AS known"
                " (spot_id, grid, category, requests, people, usual, opened_at, changed_at)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7, $7) ON CONFLICT (spot_id) DO UPDATE SET requests = $4,"
                " people = $5, usual = $6, opened_at = $7, changed_at = $7, seen_at = NULL, closed_at = NULL,"
                " times = known.times + 1",
                event.spot_id,
                event.grid,
                event.category,
                list(event.requests),
                event.people,
                event.usual,
                event.occurred_at,
            )
        case HotSpotGrew() as event:
            await tx.execute(
                f"UPDATE {table} SET requests = requests || $2::uuid[], people = $3, changed_at = $4"
                " WHERE spot_id = $1",
                event.spot_id,
                list(event.requests),
                event.people,
                event.occurred_at,
            )
        case HotSpotSeen() as event:
            await tx.execute(f"UPDATE {table} SET seen_at = $2 WHERE spot_id = $1", event.spot_id, event.occurred_at)
        case HotSpotClosed() as event:
            await tx.execute(
                f"UPDATE {table} SET closed_at = $2, changed_at = $2 WHERE spot_id = $1",
                event.spot_id,
                event.occurred_at,
            )


hot_spots = View(
    name="hot_spots",
    sources=("routing",),
    ddl=DDL,
    project=project,
    causes=(HotSpotOpened, HotSpotGrew, HotSpotSeen, HotSpotClosed),
)
