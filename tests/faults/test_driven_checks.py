"""The checks that drive a desk or wait for it find what they are there to find, like those that read the tables."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx2
import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from deploy.lounge.composition import BUILDS
from shared.kernel import BureauClock
from tests.faults.checking import exported, rebuilt_views_differ, verifies_offline
from tests.faults.citizens import Citizens, Diary, PatientClient
from tests.faults.planted import CANARY, PLANTED, TOLD_OTHERWISE
from tests.faults.settling import settled
from tests.faults.violation import BELONGS_TO, INVARIANTS, Violation
from tests.support.house import Desk, house
from tests.support.postgres import Database

pytestmark = [pytest.mark.fault, pytest.mark.timeout(300)]

STORY = "withdrawn-by-the-requester"


class Door:
    """Before the real desk: what goes to `shut` is answered by somebody who does not know the desk's manners."""

    def __init__(self, desk: ASGIApp) -> None:
        self._desk = desk
        self.shut: str | None = None
        self.status = 500

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.shut is None or not scope["path"].endswith(self.shut):
            await self._desk(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"detail": "Oops"}'})


class Visited:
    """A running desk, its door, and a citizen with a diary before it."""

    def __init__(self, desk: Desk, database: Database, home: Path) -> None:
        self.desk, self.home = desk, home
        self.dsn = database.admin_dsn
        self.door = Door(desk.house.dispatcher)
        self.diary = Diary(CANARY)
        self.client = PatientClient("http://lounge.test", self.diary)
        self.citizens = Citizens(self.client)
        self.patience = 60.0
        """For settling: short once something was planted that never does."""

    async def change(self, statement: str) -> None:
        connection = await asyncpg.connect(self.dsn)
        try:
            assert not (await connection.execute(statement)).endswith(" 0"), "nothing was planted"
        finally:
            await connection.close()


@asynccontextmanager
async def _visited(database: Database, home: Path) -> AsyncIterator[Visited]:
    async with house(database, home, BUILDS, clock=BureauClock()) as desk:
        visited = Visited(desk, database, home)
        await visited.client.http.aclose()
        transport = httpx2.ASGITransport(app=visited.door)
        async with httpx2.AsyncClient(transport=transport, base_url="http://lounge.test", timeout=60) as http:
            visited.client.http = http
            yield visited


Look = Callable[[Visited], Awaitable[list[Violation]]]
Plant = Callable[[Visited], Awaitable[None]]


async def _files(at: Visited) -> list[Violation]:
    await at.citizens.file(0)
    return at.diary.violations()


async def _lives(at: Visited) -> list[Violation]:
    await at.citizens.live_through(STORY)
    return at.diary.violations()


async def _rebuilds(at: Visited) -> list[Violation]:
    return await rebuilt_views_differ(at.dsn, at.client)


async def _exports(at: Visited) -> list[Violation]:
    await exported(at.client, at.home)
    return verifies_offline(at.home)


async def _settles(at: Visited) -> list[Violation]:
    return (await settled(at.dsn, at.patience))[1]


def _somebody_else_answers(path: str, status: int) -> Plant:
    async def plant(at: Visited) -> None:
        at.door.shut, at.door.status = path, status

    return plant


def _in_the_tables(service: str, statement: str) -> Plant:
    async def plant(at: Visited) -> None:
        await at.change(statement.format(s=service))
        at.patience = 1.0

    return plant


def _like(invariant: str) -> Plant:
    service, (statement,) = PLANTED[invariant]
    return _in_the_tables(service, statement)


DRIVEN: dict[str, tuple[Look, Plant]] = {
    "a failure is told as 503 with a time to come again": (_files, _somebody_else_answers("/requests", 500)),
    "a lifecycle goes through": (_lives, _somebody_else_answers("/withdrawal", 409)),
    "views equal their rebuild": (_rebuilds, _in_the_tables("routing", "UPDATE {s}.worklist SET priority = 'P9'")),
    "the log verifies offline": (_exports, _like("leaves fit their hashes")),
    "it settles": (_settles, _like("nothing is parked")),
}
"""How each is asked, and what makes it fail."""


@pytest.mark.parametrize("invariant", DRIVEN)
async def test_each_holds_at_a_healthy_desk_and_fails_at_one_that_is_not(
    invariant: str, own_database: Database, tmp_path: Path
) -> None:
    look, plant = DRIVEN[invariant]
    async with _visited(own_database, tmp_path) as at:
        await at.citizens.file(1)
        assert (await settled(at.dsn))[1] == []
        assert await look(at) == []
        await plant(at)
        assert {found.invariant for found in await look(at)} == {invariant}


def test_every_check_has_been_seen_to_fail() -> None:
    """Each name below is the parameter of a test that plants something and sees this check fail."""
    assert sorted(BELONGS_TO) == sorted([*PLANTED, *TOLD_OTHERWISE, *DRIVEN])
    assert set(BELONGS_TO.values()) == set(INVARIANTS)
