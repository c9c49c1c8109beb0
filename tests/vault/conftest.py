"""A running vault, clients of it, and a log beside it that covers as much as the test wants."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio
from fastapi import APIRouter

from deploy.lounge.house import ServiceCredentials
from services.vault.main import build
from shared.kernel import Actor, Context, PersonId
from shared.web import Deps, Service, Vault
from tests.audit.log.desk import until
from tests.support.house import Desk, house
from tests.support.postgres import Database


@dataclass
class Log:
    """What the audit log says that it covers."""

    everything: bool = True
    numbers: dict[str, int] = field(default_factory=dict)

    def build(self, deps: Deps) -> Service:
        router = APIRouter(prefix="/audit/v1")

        @router.get("/covered", operation_id="audit.covered")
        async def covered() -> dict[str, dict[str, dict[str, int]]]:
            reach = 10**9 if self.everything else 0
            return {"covered": {"vault": {str(lane): reach for lane in range(16)}}}

        return Service(name="audit", routers=(router,))


class Desks:
    """The vault as the other services know it."""

    def __init__(self, desk: Desk, log: Log) -> None:
        self.desk = desk
        self.log = log

    def client(self, service: str) -> Vault:
        return Vault(self.desk.house.http, ServiceCredentials(self.desk.house.issuer, service))

    async def rows(self, sql: str, *arguments: object) -> list[dict[str, object]]:
        pool = self.desk.store("vault").pool
        return [dict(row) for row in await pool.fetch(sql, *arguments)]

    async def facts(self, *names: str) -> list[str]:
        """The stored facts of these names, oldest first."""
        found = await self.rows(
            "SELECT fact FROM events WHERE fact = ANY($1) ORDER BY recorded_at, version", list(names)
        )
        return [str(row["fact"]) for row in found]

    async def log_falls_behind(self) -> None:
        """Everything recorded so far is old, and the log covers none of it."""
        self.log.everything = False
        await self.desk.settled()
        pool = self.desk.store("vault").pool
        await pool.execute("UPDATE events SET recorded_at = recorded_at - interval '2 minutes'")
        await self._noticed(stale=True)

    async def log_keeps_up(self) -> None:
        self.log.everything = True
        await self._noticed(stale=False)

    async def _noticed(self, *, stale: bool) -> None:
        coverage = self.desk.house.coverage
        assert coverage is not None

        async def noticed() -> bool:
            return await coverage.stale() is stale

        await until(noticed)


def acting(role: str, person: PersonId | None = None) -> Context:
    return Context(actor=Actor(role=role, person=person))


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def running_vault(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desks]:
    log = Log()
    home = tmp_path_factory.mktemp("vault")
    async with house(database, home, {"vault": build, "audit": log.build}) as desk:
        yield Desks(desk, log)


@pytest_asyncio.fixture(loop_scope="module")
async def vault(running_vault: Desks) -> Desks:
    """One vault serves the tests of a module; each begins with a log that keeps up."""
    await running_vault.log_keeps_up()
    return running_vault
