"""The consumers that partner agencies begin with, as processes of their own against a desk behind a real port."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import httpx2
import pytest

from services.notifications.main import build
from shared.kernel import FixedClock
from shared.web import Deps, Service
from shared.web.service import read_secret
from tests.notifications.subscriptions.calls import a_request_of, file, hand_to_fire
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import RememberedVault, silent
from tests.support.node import modules
from tests.support.postgres import Database
from tests.support.served import Served, served

EXAMPLES = Path(__file__).parents[2] / "deploy" / "examples"
STRANGERS = ("intake", "routing", "mediation", "enterprise", "workorders")
LIFE = ["handling_offered", "handling_started", "outcome_reported", "request_archived"]
PATH = "/usr/local/bin:/usr/bin:/bin"


def _silent(name: str) -> Callable[[Deps], Service]:
    return lambda deps: silent(name)


@pytest.fixture
def desk(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setenv("LOUNGE_NOTIFICATIONS_PARTNERS_INSIDE", "true")
    vault = RememberedVault()
    builds = {"vault": vault.build, "notifications": build, **{name: _silent(name) for name in STRANGERS}}
    with served(database, tmp_path, builds, FixedClock(MONDAY_MORNING)) as running:
        yield running


@contextmanager
def consumer(command: list[str], settings: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True, cwd=EXAMPLES)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)
        assert process.stdout
        process.stdout.close()


def _lines(process: "subprocess.Popen[str]", count: int) -> list[str]:
    assert process.stdout
    return [process.stdout.readline().strip() for _ in range(count)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _two_requests(desk: Desk) -> None:
    request = a_request_of()
    for number in (1, 2):
        await file(desk, request(number))
        await hand_to_fire(desk, request(number))


@pytest.mark.parametrize("language", ["python", "node"])
def test_a_consumer_takes_each_number_once_and_asks_for_what_it_missed(desk: Served, language: str) -> None:
    port = _free_port()
    with httpx2.Client(base_url=desk.url, timeout=30, trust_env=False) as http:
        secret = read_secret(desk.house.home, "client-fire-1").hex()
        form = {"grant_type": "client_credentials", "client_id": "fire-1", "client_secret": secret}
        token = http.post("/issuer/token", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"opening {language}"}
        body = {"purpose": "joint_task", "url": f"http://127.0.0.1:{port}/hook"}
        opened = http.post("/notifications/v1/subscriptions", json=body, headers=headers).json()
        path = f"/notifications/v1/subscriptions/{opened['subscription_id']}"
        http.post(f"{path}/pause", headers={**headers, "Idempotency-Key": f"pause {language}"})
        running = Desk(desk.house)
        desk.run(_two_requests(running))
        desk.run(_lose(running, UUID(opened["subscription_id"]), 4))
        settings = {
            "LOUNGE_FEED": f"{desk.url}{path}/deliveries",
            "LOUNGE_TOKEN": token,
            "LOUNGE_SECRET": opened["secret"],
            "PORT": str(port),
            "PATH": PATH,
            "NODE_PATH": str(modules()) if language == "node" else "",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        command = [sys.executable, "consumer.py"] if language == "python" else ["node", "consumer.js"]
        with consumer(command, settings) as process:
            assert _lines(process, 1) == ["listening"]
            http.post(f"{path}/resume", headers={**headers, "Idempotency-Key": f"resume {language}"})
            expected = [f"{number} cn.lounge.partner.{fact}.v1" for number, fact in enumerate(LIFE * 2, 1)]
            assert _lines(process, 8) == expected
            replayed = http.post(
                f"{path}/replay", json={"after": 0}, headers={**headers, "Idempotency-Key": f"again {language}"}
            )
            assert replayed.status_code == 200
            forged = httpx2.post(f"http://127.0.0.1:{port}/hook", content=b"{}", trust_env=False)
            assert forged.status_code == 401
            desk.run(_another(running))
            assert _lines(process, 4) == [f"{9 + n} cn.lounge.partner.{fact}.v1" for n, fact in enumerate(LIFE)]


async def _lose(desk: Desk, subscription_id: UUID, number: int) -> None:
    """As if these had been sent and never arrived."""
    await desk.store("notifications").pool.execute(
        "INSERT INTO partner_positions (subscription_id, way, sent) VALUES ($1, 'webhook', $2)"
        " ON CONFLICT (subscription_id, way) DO UPDATE SET sent = EXCLUDED.sent",
        subscription_id,
        number,
    )


async def _another(desk: Desk) -> None:
    third = a_request_of()(3)
    await file(desk, third)
    await hand_to_fire(desk, third)
