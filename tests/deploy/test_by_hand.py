"""`lounge migrate`, `serve`, `relay`, `gateway` typed by hand over one PostgreSQL, without a broker."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import orjson
import pytest

from deploy.lounge.composition import BUILDS
from deploy.lounge.postgres import EmbeddedPostgres
from shared.kernel import new_id
from tests.faults.victim import free_port
from tests.support import nearby

SECONDS = 150.0

pytestmark = pytest.mark.timeout(300)


def lounge(home: Path, *words: str, **more: str) -> "subprocess.Popen[str]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOUNGE_")}
    environment |= {"LOUNGE_HOME": str(home), "LOUNGE_PROFILE": "test", **more}
    with (home / "processes.log").open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "deploy.lounge.cli", *words],
            env=environment,
            stdout=log,
            stderr=log if words[0] != "serve" or more.get("LOUNGE_PORT") else subprocess.PIPE,
            text=True,
        )


def refused(home: Path, *words: str, **more: str) -> tuple[int, str]:
    process = lounge(home, *words, **more)
    _, told = process.communicate(timeout=60)
    return process.returncode, told


def everybody() -> dict[str, str]:
    return {
        name: f"http://127.0.0.1:{free_port()}" for name in ("gateway", "relay", *(f"{each}.api" for each in BUILDS))
    }


def test_a_map_of_processes_that_lacks_some_is_refused_by_name(tmp_path: Path) -> None:
    some = everybody()
    del some["vault.api"], some["gateway"]
    status, told = refused(tmp_path, "serve", "intake", LOUNGE_PROCESSES=orjson.dumps(some).decode())
    assert (status, told) == (2, "LOUNGE_PROCESSES 里缺少这些进程的地址：gateway、vault.api。\n")


def test_a_service_without_its_log_in_is_refused_with_what_to_do(tmp_path: Path) -> None:
    processes = orjson.dumps(everybody()).decode()
    status, told = refused(tmp_path, "serve", "intake", LOUNGE_PROCESSES=processes)
    assert (status, told.count("\n")) == (2, 1)
    assert "secrets/dsn-intake" in told
    assert "lounge migrate" in told


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("byhand")
    # As root the server runs as nobody, who has to pass through.
    for folder in (home, *home.parents[:2]):
        folder.chmod(0o711)
    server = EmbeddedPostgres(home / "database", durable=False)
    started: list[subprocess.Popen[str]] = []
    try:
        assert lounge(home, "migrate", LOUNGE_DATABASE_URL=server.start()).wait(120) == 0
        processes = everybody()
        for name, url in processes.items():
            words = ("serve", name.removesuffix(".api")) if name.endswith(".api") else (name,)
            where = {"LOUNGE_PORT": url.rpartition(":")[2], "LOUNGE_PROCESSES": orjson.dumps(processes).decode()}
            started.append(lounge(home, *words, **where))
        yield processes["gateway"]
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(30)
        server.stop()


def eventually(url: str, **how: object) -> httpx2.Response:
    """The first answer that is not one of a desk still starting."""
    until = time.monotonic() + SECONDS
    while True:
        try:
            answer = nearby.post(url, timeout=30, **how)
        except httpx2.TransportError:
            answer = None
        if answer is not None and answer.status_code < 500:
            return answer
        assert time.monotonic() < until, answer.text if answer is not None else "nobody answers"
        time.sleep(0.3)


def test_a_request_filed_at_processes_started_by_hand_is_triaged(desk: str) -> None:
    filed = eventually(
        f"{desk}/intake/v1/requests",
        json={"kind": "dispute", "narrative": "楼上漏水把我家天花板泡坏了，说了几次都不管"},
        headers={"Idempotency-Key": str(new_id())},
    )
    assert filed.status_code == 201, filed.text
    told = {"code": filed.json()["code"], "pin": filed.json()["pin"]}
    until = time.monotonic() + SECONDS
    state = "filed"
    while state == "filed" and time.monotonic() < until:
        time.sleep(0.3)
        state = eventually(f"{desk}/intake/v1/follow", json=told).json()["state"]
    assert state != "filed"
