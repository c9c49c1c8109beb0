"""What operators see and do in a cluster: every process is asked for its part, with the client `operations`."""

import asyncio
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import httpx2
import orjson
import structlog

from deploy.lounge.addresses import GATEWAY, Addresses
from deploy.lounge.operations import Status, summary
from deploy.lounge.process import memory_of
from deploy.lounge.traces import traces_of
from shared.kernel import Context, NotFound, Unavailable
from shared.messaging.discards import DiscardReason
from shared.telemetry.spanstore import StoredSpan
from shared.web.vault import Credentials

if TYPE_CHECKING:
    from deploy.lounge.house import Household

PROCESSES = "processes.json"
STATUS_SECONDS = 5.0
BROKER_SECONDS = 3.0

log = structlog.get_logger("operations")


class ProcessAway(Unavailable):
    """A process that has to do it does not answer."""


class ClusterOperations:
    """`host` is the household in whose process this runs; its installation's folder knows who was started."""

    def __init__(
        self,
        addresses: Addresses,
        client: httpx2.AsyncClient,
        credentials: Credentials,
        host: "Household",
        brokers: str | None,
    ) -> None:
        self._addresses = addresses
        self._client = client
        self._credentials = credentials
        self._host = host
        self._brokers = brokers

    async def status(self) -> Status:
        names = list(self._addresses.processes)
        looks, unsealed, brokers = await asyncio.gather(
            asyncio.gather(*(self._look(name) for name in names)),
            self._host.unsealed_seconds(),
            _answering(self._brokers),
        )
        told = dict(zip(names, looks, strict=True))
        # A service's positions and heads are told by both of its processes: the one that reads knows its work, too.
        readers = {self._addresses.readers(service) for service in self._addresses.services}
        of_services = [
            look
            for name, look in told.items()
            if look and "heads" in look and self._addresses.processes[name] in readers
        ]
        return {
            **summary(of_services, self._host.clock.now()),
            "unsealed_seconds": unsealed,
            "processes": _processes(self._host.home, told),
            "brokers": brokers,
        }

    async def _look(self, name: str) -> dict[str, Any]:
        """What a process tells of itself; nothing when it does not answer."""
        if name == GATEWAY:
            # Everybody reaches it: it says that it lives, and nothing more.
            return await self._gateway()
        try:
            return await self._ask("GET", f"{self._addresses.processes[name]}/internal/status", STATUS_SECONDS)
        except (Unavailable, NotFound):
            return {}

    async def _gateway(self) -> dict[str, Any]:
        try:
            answer = await self._client.get(f"{self._addresses.gateway}/livez", timeout=STATUS_SECONDS)
        except httpx2.HTTPError:
            return {}
        return {"process": {"name": GATEWAY}} if answer.status_code == 200 else {}

    async def traces(self, request_id: UUID) -> Sequence[Sequence[StoredSpan]]:
        return await asyncio.to_thread(traces_of, self._host.home, str(request_id))

    async def parked(self) -> Sequence[Mapping[str, Any]]:
        answers = await asyncio.gather(*(self._ask("GET", f"{url}/internal/parked") for url in self._reading()))
        return sorted((row for answer in answers for row in answer["parked"]), key=lambda row: str(row["since"]))

    async def retry(self, key: UUID) -> Mapping[str, bool]:
        path = f"/internal/parked/{key}/retry"
        answers = await asyncio.gather(*(self._ask("POST", url + path) for url in self._reading()))
        return {reader: free for answer in answers for reader, free in answer["readers"].items()}

    async def discard(self, key: UUID, reason: DiscardReason, context: Context) -> int:
        who = context.actor
        body = {
            "reason": reason,
            "role": who.role,
            "person": str(who.person) if who.person else None,
            "unit": who.unit,
        }
        path = f"/internal/parked/{key}/discard"
        answers = await asyncio.gather(*(self._ask("POST", url + path, body=body) for url in self._reading()))
        return sum(answer["discarded"] for answer in answers)

    async def rebuild(self, service: str, view: str) -> Mapping[str, Any]:
        return await self._ask("POST", self._rebuild_url(service, view))

    async def rebuilding(self, service: str, view: str) -> Mapping[str, Any]:
        return await self._ask("GET", self._rebuild_url(service, view))

    def _rebuild_url(self, service: str, view: str) -> str:
        url = self._addresses.readers(service)
        if url is None:
            raise NotFound
        return f"{url}/internal/views/{service}/{view}/rebuild"

    def _reading(self) -> list[str]:
        found = {self._addresses.readers(service) for service in self._addresses.services if service != "portal"}
        return sorted(url for url in found if url is not None)

    async def _ask(
        self, method: str, url: str, seconds: float = 60.0, body: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {await self._credentials.token()}"}
        try:
            answer = await self._client.request(method, url, headers=headers, json=body, timeout=seconds)
        except httpx2.HTTPError as error:
            raise ProcessAway(f"{url}: {type(error).__name__}") from None
        if answer.status_code == 404:
            raise NotFound
        if answer.status_code != 200:
            raise ProcessAway(f"{url}: {answer.status_code}")
        told: dict[str, Any] = answer.json()
        return told


def started(home: Path) -> list[dict[str, Any]]:
    """Whom the supervisor started; empty where there is none."""
    try:
        found: list[dict[str, Any]] = orjson.loads((home / PROCESSES).read_bytes())
    except FileNotFoundError:
        return []
    return found


def _processes(home: Path, told: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The supervisor's list, completed by what each process says of itself."""
    known = {row["name"]: row for row in started(home)}
    rows = []
    for name in dict.fromkeys([*known, *told]):
        given, own = known.get(name, {}), told.get(name, {}).get("process", {})
        pid = own.get("pid") or given.get("pid")
        rows.append(
            {
                "name": name,
                "role": given.get("role", name.rpartition(".")[2]),
                "pid": pid,
                "port": given.get("port"),
                "since": own.get("since") or given.get("since"),
                "restarts": given.get("restarts", 0),
                "memory": own.get("memory") or (memory_of(pid) if pid else None),
                "answers": bool(own) if name in told else _lives(pid),
            }
        )
    return rows


def _lives(pid: int | None) -> bool:
    return pid is not None and Path(f"/proc/{pid}").exists()


async def _answering(bootstrap: str | None) -> dict[str, int] | None:
    """How many of the brokers take connections; None where there is no Kafka."""
    if bootstrap is None:
        return None
    addresses = [address.rpartition(":") for address in bootstrap.split(",")]
    found = await asyncio.gather(*(_answers(host, int(port)) for host, _, port in addresses))
    return {"asked": len(found), "answering": sum(found)}


async def _answers(host: str, port: int) -> bool:
    try:
        async with asyncio.timeout(BROKER_SECONDS):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
    except (OSError, TimeoutError, socket.gaierror):
        return False
    return True
