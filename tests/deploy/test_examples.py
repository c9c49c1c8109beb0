"""The consumers that partner agencies begin with, as processes of their own against a desk behind a real port."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import httpx2
import pytest

from services.notifications.main import build
from shared.contracts.codes import Category, Channel
from shared.kernel import FixedClock, RequestId, new_id
from shared.web import Deps, Service
from shared.web.service import read_secret
from tests.notifications.subscriptions.calls import a_request_of, file, hand_to_fire
from tests.notifications.subscriptions.facts_of_requests import routed
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import RememberedVault, say, silent
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


@dataclass
class Agency:
    """The fire service with one webhook, which rests until it is resumed."""

    desk: Served
    http: httpx2.Client
    token: str
    port: int
    id: UUID
    secret: str
    request: Callable[[int], RequestId]

    @property
    def path(self) -> str:
        return f"/notifications/v1/subscriptions/{self.id}"

    def post(self, act: str, body: object = None) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": str(new_id())}
        answer = self.http.post(f"{self.path}/{act}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text

    def consumer(self, language: str) -> AbstractContextManager["subprocess.Popen[str]"]:
        settings = {
            "LOUNGE_FEED": f"{self.desk.url}{self.path}/deliveries",
            "LOUNGE_TOKEN": self.token,
            "LOUNGE_SECRET": self.secret,
            "PORT": str(self.port),
            "PATH": PATH,
            "NODE_PATH": str(modules()) if language == "node" else "",
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        return consumer([sys.executable, "consumer.py"] if language == "python" else ["node", "consumer.js"], settings)


@pytest.fixture
def fire(desk: Served) -> Iterator[Agency]:
    """Two requests have been told of, and none of it was sent."""
    port = _free_port()
    with httpx2.Client(base_url=desk.url, timeout=30, trust_env=False) as http:
        secret = read_secret(desk.house.home, "client-fire-1").hex()
        form = {"grant_type": "client_credentials", "client_id": "fire-1", "client_secret": secret}
        token = http.post("/issuer/token", data=form).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(new_id())}
        body = {"purpose": "joint_task", "url": f"http://127.0.0.1:{port}/hook"}
        opened = http.post("/notifications/v1/subscriptions", json=body, headers=headers).json()
        agency = Agency(desk, http, token, port, UUID(opened["subscription_id"]), opened["secret"], a_request_of())
        agency.post("pause")
        for number in (1, 2):
            desk.run(_told(Desk(desk.house), agency.request(number)))
        yield agency


@pytest.mark.parametrize("language", ["python", "node"])
def test_a_consumer_takes_each_number_once_and_asks_for_what_it_missed(fire: Agency, language: str) -> None:
    running = Desk(fire.desk.house)
    fire.desk.run(_lose(running, fire.id, 4))
    with fire.consumer(language) as process:
        assert _lines(process, 1) == ["listening"]
        fire.post("resume")
        assert _lines(process, 8) == _life(1) + _life(5)
        fire.post("replay", {"after": 0})
        forged = httpx2.post(f"http://127.0.0.1:{fire.port}/hook", content=b"{}", trust_env=False)
        assert forged.status_code == 401
        fire.desk.run(_told(running, fire.request(3)))
        assert _lines(process, 4) == _life(9)
        fire.desk.run(_turns_out_to_be_a_childs(running, fire.request(2)))
        assert _lines(process, 2) == ["13 cn.lounge.partner.delivery_withdrawn.v1", "dropped 5 6 7 8"]


@pytest.mark.parametrize("language", ["python", "node"])
def test_a_consumer_that_remembers_nothing_goes_on_with_what_is_still_kept(fire: Agency, language: str) -> None:
    fire.desk.run(_lose(Desk(fire.desk.house), fire.id, 5))
    fire.desk.run(_forget(Desk(fire.desk.house), fire.id, 4))
    with fire.consumer(language) as process:
        assert _lines(process, 1) == ["listening"]
        fire.post("resume")
        assert _lines(process, 4) == _life(5)


def _life(first: int) -> list[str]:
    return [f"{number} cn.lounge.partner.{fact}.v1" for number, fact in enumerate(LIFE, first)]


async def _told(desk: Desk, request: RequestId) -> None:
    await file(desk, request)
    await hand_to_fire(desk, request)


async def _turns_out_to_be_a_childs(desk: Desk, request: RequestId) -> None:
    child = routed(request, category=Category.MIN, channel=Channel.CHILD, unit="CHILD-1", attempt=2)
    await say(desk, "routing", "decision", request, child)
    await desk.settled()


async def _forget(desk: Desk, subscription_id: UUID, number: int) -> None:
    """As if these had been kept for longer than anything is."""
    await desk.store("notifications").pool.execute(
        "DELETE FROM partner_deliveries WHERE subscription_id = $1 AND number <= $2", subscription_id, number
    )


async def _lose(desk: Desk, subscription_id: UUID, number: int) -> None:
    """As if these had been sent and never arrived."""
    await desk.store("notifications").pool.execute(
        "INSERT INTO partner_positions (subscription_id, way, sent) VALUES ($1, 'webhook', $2)"
        " ON CONFLICT (subscription_id, way) DO UPDATE SET sent = EXCLUDED.sent",
        subscription_id,
        number,
    )
