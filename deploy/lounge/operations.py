"""What operators see and do, looked up behind the services: in this process, or in every process of a cluster."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from deploy.lounge.parked import ParkedKeys
from deploy.lounge.rebuilds import Rebuilds
from shared.kernel import Context, NotFound
from shared.messaging import View, rebuild, rebuilt_so_far
from shared.messaging.discards import DiscardReason
from shared.telemetry.spanstore import StoredSpan
from shared.web import Runtime

if TYPE_CHECKING:
    from deploy.lounge.house import Household

Status = dict[str, Any]


TIMERS = (
    "SELECT count(*) FILTER (WHERE due_at <= $1) AS due, min(due_at) FILTER (WHERE due_at > $1) AS next FROM timers"
)
"""How many are overdue, and when the next one falls due."""


class Operations(Protocol):
    async def status(self) -> Status: ...

    async def traces(self, request_id: UUID) -> Sequence[Sequence[StoredSpan]]:
        """Every trace that touched the request, oldest first."""
        ...

    async def parked(self) -> Sequence[Mapping[str, Any]]: ...

    async def retry(self, key: UUID) -> Mapping[str, bool]:
        """Reader → whether the key is free again."""
        ...

    async def discard(self, key: UUID, reason: DiscardReason, context: Context) -> int:
        """How many records were dropped."""
        ...

    async def rebuild(self, service: str, view: str) -> Mapping[str, Any]:
        """Starts it, or joins the one under way, and tells as `rebuilding` does."""
        ...

    async def rebuilding(self, service: str, view: str) -> Mapping[str, Any]:
        """How far it is, and at its end what it found. Raises NotFound where there is no such view."""
        ...


class HouseOperations:
    """Those of the services in this process."""

    def __init__(self, house: "Household") -> None:
        self._house = house
        self._rebuilds = Rebuilds()

    @property
    def _keys(self) -> ParkedKeys:
        return ParkedKeys(self._house.runtimes)

    async def status(self) -> Status:
        told = summary([await self.look()], self._house.clock.now())
        return {**told, "unsealed_seconds": await self._house.unsealed_seconds()}

    async def look(self) -> dict[str, Any]:
        """Heads, positions and work of the services here, as they stand in their own databases."""
        heads, positions, work, timers = {}, [], [], []
        for name, runtime in self._house.runtimes.items():
            if not runtime.has_history:
                continue
            pool = runtime.deps.store.pool
            heads[name] = {
                str(row["lane"]): row["head"] for row in await pool.fetch("SELECT lane, head FROM lane_head")
            }
            rows = await pool.fetch(
                "SELECT reader, service, lane, number FROM positions ORDER BY reader, service, lane"
            )
            positions += [[name, row["reader"], row["service"], row["lane"], row["number"]] for row in rows]
            for row in await pool.fetch(TIMERS, self._house.clock.now()):
                timers.append([row["due"], row["next"].isoformat() if row["next"] else None])
            work += _work(runtime)
        parked = await self._keys.summary()
        return {"heads": heads, "positions": positions, "work": work, "timers": timers, "parked": parked}

    async def traces(self, request_id: UUID) -> Sequence[Sequence[StoredSpan]]:
        return self._house.spans.traces_of(str(request_id)) if self._house.spans else []

    async def parked(self) -> Sequence[Mapping[str, Any]]:
        return await self._keys.all()

    async def retry(self, key: UUID) -> Mapping[str, bool]:
        return await self._keys.retry(key)

    async def discard(self, key: UUID, reason: DiscardReason, context: Context) -> int:
        return await self._keys.discard(key, reason, context, self._house.clock.now())

    async def rebuild(self, service: str, view: str) -> Mapping[str, Any]:
        found, runtime = self._view(service, view)
        deps = runtime.deps
        feeds = [deps.feeds[source] for source in found.sources]
        self._rebuilds.begin((service, view), lambda: rebuild(found, feeds, deps.transport, deps.store, runtime.codecs))
        return await self.rebuilding(service, view)

    async def rebuilding(self, service: str, view: str) -> Mapping[str, Any]:
        found, runtime = self._view(service, view)
        told = self._rebuilds.told((service, view))
        if told["state"] != "running":
            return told
        read, of = await rebuilt_so_far(found, runtime.deps.store)
        return {**told, "read": read, "of": of}

    def _view(self, service: str, view: str) -> tuple[View, Runtime]:
        runtime = self._house.runtimes.get(service)
        found = next((each for each in runtime.service.views if each.name == view), None) if runtime else None
        if runtime is None or found is None:
            raise NotFound
        return found, runtime


def _work(runtime: Runtime) -> list[dict[str, Any]]:
    """Per reader and source, as the database need not be asked for it: lags are counted from all services' looks."""
    return [
        {
            "service": runtime.service.name,
            "reader": standing.reader,
            "source": standing.service,
            "state": "joining" if reader.joining else str(standing.state),
            "applied": standing.applied,
            "pulled": standing.pulled,
        }
        for reader in runtime.readers
        for standing in reader.standings
    ]


def summary(looks: Sequence[Mapping[str, Any]], now: datetime) -> Status:
    """Lags by reader and lane: what stands in one service's positions against the heads of another's feed."""
    heads: dict[str, Mapping[str, int]] = {}
    for look in looks:
        heads.update(look["heads"])
    readers: dict[tuple[str, str, str], dict[str, int]] = {}
    for service, reader, source, lane, number in (row for look in looks for row in look["positions"]):
        lanes = readers.setdefault((service, reader, source), {})
        lanes[str(lane)] = max(0, heads.get(source, {}).get(str(lane), 0) - number)
    parked = {"waiting": 0, "poison": 0}
    for look in looks:
        for state, count in look["parked"].items():
            parked[state] += count
    timers = [each for look in looks for each in look.get("timers", ())]
    return {
        "time": now,
        "timers": {
            "due": sum(due for due, _ in timers),
            "next": min((next for _, next in timers if next), default=None),
        },
        "readers": [
            {"service": service, "reader": reader, "source": source, "lag": sum(lanes.values()), "lanes": lanes}
            for (service, reader, source), lanes in sorted(readers.items())
        ],
        "work": [row for look in looks for row in look["work"]],
        "parked": parked,
    }
