"""Services at work on a real database, as a test sees them."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from deploy.lounge.house import Build, House
from shared.eventstore import EventStore
from shared.kernel import BureauClock, FixedClock, new_id
from shared.web import Profile, Runtime
from tests.support.postgres import Database

MONDAY_MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""2026-03-02 09:00 in the bureau's zone."""


class Desk:
    """The public origin of a running house, and a look behind it."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.clock = house.clock
        self.http = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=house.dispatcher), base_url="http://lounge.test", timeout=30
        )

    async def as_(self, login: str | None) -> dict[str, str]:
        """Headers of one command by a demo person, with a fresh Idempotency-Key; None is anonymous."""
        headers = {"Idempotency-Key": str(new_id())}
        if login is not None:
            answer = await self.http.post("/issuer/demo-token", data={"login": login})
            answer.raise_for_status()
            headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return headers

    def runtime(self, service: str) -> Runtime:
        return self.house.runtimes[service]

    def store(self, service: str) -> EventStore:
        return self.runtime(service).deps.store

    async def settled(self, seconds: float = 20.0) -> None:
        await self.house.settled(seconds)

    async def move_to(self, instant: datetime) -> None:
        self.clock.set(instant)
        self.house.wakeups.wake("clock")
        await self.settled()


@asynccontextmanager
async def house(
    database: Database,
    home: Path,
    builds: Mapping[str, Build],
    *,
    clock: BureauClock | FixedClock | None = None,
) -> AsyncIterator[Desk]:
    """Runs the given services until the block ends."""
    running = House(database.dsns, home, builds, profile=Profile.TEST, clock=clock or FixedClock(MONDAY_MORNING))
    await running.start()
    desk = Desk(running)
    try:
        yield desk
    finally:
        await desk.http.aclose()
        await running.stop()
