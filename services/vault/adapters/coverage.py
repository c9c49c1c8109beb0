"""Whether the audit log keeps up with what the vault records."""

import httpx2

from shared.eventstore import EventStore

PATH = "/audit/v1/covered"
PATIENCE_SECONDS = 60.0

FIRST_UNCOVERED = """
SELECT EXISTS (
    SELECT FROM unnest($1::smallint[], $2::bigint[]) AS c(lane, number)
    JOIN feed f ON f.lane = c.lane AND f.number = c.number + 1
    JOIN events e ON e.event_id = f.event_id
    WHERE e.recorded_at < clock_timestamp() - make_interval(secs => $3)
) OR EXISTS (
    SELECT FROM outbox o JOIN events e ON e.event_id = o.event_id
    WHERE e.recorded_at < clock_timestamp() - make_interval(secs => $3)
)
"""


class LogCoverage:
    """Asks the log itself. A log that does not answer covers nothing new."""

    def __init__(self, http: httpx2.AsyncClient, store: EventStore, patience: float = PATIENCE_SECONDS) -> None:
        self._http = http
        self._store = store
        self._patience = patience

    async def stale(self) -> bool:
        try:
            response = await self._http.get(PATH)
        except httpx2.TransportError:
            return True
        if response.status_code != 200:
            return True
        covered = response.json()["covered"].get(self._store.service, {})
        lanes = await self._store.pool.fetch("SELECT lane FROM lane_head")
        numbers = {row["lane"]: int(covered.get(str(row["lane"]), 0)) for row in lanes}
        return bool(
            await self._store.pool.fetchval(FIRST_UNCOVERED, list(numbers), list(numbers.values()), self._patience)
        )
