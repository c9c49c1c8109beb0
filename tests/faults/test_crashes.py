"""kill -9 under load, at random instants and at every named place: nothing accepted is lost, nothing is done twice."""

import asyncio
import io
import os
import random
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

from deploy.lounge.client import DeskClient
from deploy.lounge.load import Message, key_of
from deploy.lounge.postgres import postgres_server
from shared.kernel.failpoints import FAILPOINTS
from tests.faults.invariants import violations
from tests.faults.victim import Victim

pytestmark = [pytest.mark.fault, pytest.mark.timeout(900)]

LONG = os.environ.get("LOUNGE_FAULTS") == "long"
RANDOM_KILLS = 20 if LONG else 2
ONE_OF_EACH = (
    "append.after_commit",
    "sequencer.before_commit",
    "reaction.before_commit",
    "view.before_commit",
    "timer.before_commit",
    "sealer.before_checkpoint",
)
PLACES = FAILPOINTS if LONG else ONE_OF_EACH
AT_ONCE = 6
TEXTS = (
    "隔壁半夜还在唱歌，老人睡不着，说了也不听",
    "身份证丢了，下周要出差，补办要多久",
    "楼上漏水把我家天花板泡坏了，物业和楼上互相推",
    "我不想活了，谁来帮帮我",
    "小区门口的摊子把消防通道堵住了",
    "对方借了我两万块一直不还，电话也不接",
)


class Citizens:
    """Files until told to stop; remembers what was answered with success."""

    def __init__(self, url: str, run: str) -> None:
        self._url = url
        self._run = run
        self._next = 0
        self.accepted: dict[str, str] = {}

    async def file_for(self, seconds: float) -> None:
        async with DeskClient(self._url) as client:
            until = asyncio.get_running_loop().time() + seconds
            await asyncio.gather(*(self._file_until(client, until) for _ in range(AT_ONCE)))

    async def _file_until(self, client: DeskClient, until: float) -> None:
        while asyncio.get_running_loop().time() < until:
            number, self._next = self._next, self._next + 1
            await self._file(client, number)

    async def _file(self, client: DeskClient, number: int) -> None:
        """One try; a message that was cut off is sent again later with the same key."""
        text = TEXTS[number % len(TEXTS)]
        key = key_of(Message(str(number), "", text), self._run)
        try:
            answer = await client.call("intake.file_request", body={"narrative": f"{text}（{number}）"}, key=key)
        except (httpx2.TransportError, httpx2.HTTPStatusError):
            await asyncio.sleep(0.05)
            return
        if answer.status_code < 300:
            self.accepted[key] = answer.json()["request_id"]

    async def file_again(self) -> None:
        """Everything that was ever tried, once more: repeats must change nothing."""
        before = dict(self.accepted)
        left = iter(range(self._next))

        async def repeat(client: DeskClient) -> None:
            for number in left:
                await self._file(client, number)

        async with DeskClient(self._url) as client:
            await asyncio.gather(*(repeat(client) for _ in range(AT_ONCE)))
        assert {key: self.accepted[key] for key in before} == before
        assert len(self.accepted) == self._next


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crashes")
    folder.chmod(0o711)
    for parent in folder.parents[:2]:
        parent.chmod(0o711)
    return folder


async def _settle(url: str) -> None:
    """Waits until every reader stands at the head and the log covers everything."""
    status: dict[str, Any] = {}
    async with DeskClient(url) as client:
        for _ in range(600):
            status = (await client.call("ops.get_status", login="operator")).json()
            idle = all(reader["lag"] == 0 for reader in status["readers"]) and not any(status["parked"].values())
            if idle and not status["unsealed_seconds"]:
                return
            await asyncio.sleep(0.1)
    raise AssertionError(f"does not settle: {status}")


def _check(victim: Victim, citizens: Citizens) -> None:
    """Settles, repeats every filing, stops, and computes the invariants from the tables."""
    asyncio.run(_settle(victim.url))
    asyncio.run(citizens.file_again())
    asyncio.run(_settle(victim.url))
    _verify_offline(victim)
    assert victim.stop() == 0
    server = postgres_server(victim.home / "postgres")
    dsn = server.start()
    try:
        assert asyncio.run(_violations(dsn, citizens.accepted)) == []
    finally:
        server.stop()
    assert len(citizens.accepted) > 10


async def _violations(dsn: str, accepted: dict[str, str]) -> list[object]:
    connection = await asyncpg.connect(dsn)
    try:
        return list(await violations(connection, accepted))
    finally:
        await connection.close()


def _verify_offline(victim: Victim) -> None:
    """Exports the log as the auditor and verifies it with the command that an outsider would use."""
    log, key = victim.home / "exported", victim.home / "exported.key"
    asyncio.run(_export(victim.url, log, key))
    command = [sys.executable, "-m", "deploy.lounge.cli", "audit", "verify", str(log), "--key-file", str(key)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


async def _export(url: str, folder: Path, key: Path) -> None:
    folder.mkdir(exist_ok=True)
    async with DeskClient(url) as client:
        exported = await client.call("audit.export_log", login="auditor")
        assert exported.status_code == 200, exported.text
        with tarfile.open(fileobj=io.BytesIO(exported.content)) as archive:
            archive.extractall(folder, filter="data")
        key.write_text((await client.http.get("/audit/v1/key")).text)


def test_killed_at_random_instants_under_load(home: Path) -> None:
    chance = random.Random(20260302)
    with Victim(home) as victim:
        citizens = Citizens(victim.url, "random")
        for _ in range(RANDOM_KILLS):
            victim.start()
            asyncio.run(_file_and_kill(citizens, victim, chance.uniform(0.3, 2.5)))
        victim.start()
        _check(victim, citizens)


async def _file_and_kill(citizens: Citizens, victim: Victim, after: float) -> None:
    async def kill() -> None:
        await asyncio.sleep(after)
        victim.kill()

    await asyncio.gather(citizens.file_for(after + 0.3), kill())


def test_killed_at_every_named_place(home: Path) -> None:
    struck = []
    with Victim(home) as victim:
        citizens = Citizens(victim.url, "places")
        for number, place in enumerate(PLACES):
            victim.start(f"{place}:{3 + number % 3 if LONG else 1}")
            for _ in range(40):
                if victim.is_dead:
                    break
                asyncio.run(citizens.file_for(0.25))
            assert victim.was_killed, f"{place} was never passed"
            struck.append(place)
        victim.start()
        _check(victim, citizens)
    assert struck == list(PLACES)
