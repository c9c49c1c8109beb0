"""`lounge up` as somebody meets it who types it for the first time, and for the wrong port."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from tests.faults.victim import Victim

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(180)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o711)
    return tmp_path


def _try_up(**settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.lounge.cli", "up"]
    environment = {**os.environ, **settings}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_it_keeps_its_data_over_a_stop_and_a_start(home: Path) -> None:
    with Victim(home) as desk:
        desk.start()
        filed = httpx2.post(
            f"{desk.url}/intake/v1/requests",
            json={"narrative": "路灯坏了一个星期，晚上看不见路"},
            headers={"Idempotency-Key": "6f9619ff-8b86-4011-b42d-00c04fc964ff"},
        )
        assert filed.status_code == 201, filed.text
        assert desk.stop() == 0, desk.log_end()
        desk.start()
        follow = {"code": filed.json()["code"], "pin": filed.json()["pin"]}
        found = httpx2.post(f"{desk.url}/intake/v1/follow", json=follow)
        assert found.json()["request_id"] == filed.json()["request_id"]


def test_a_port_in_use_is_one_clear_sentence_and_breaks_nothing(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        told = _try_up(LOUNGE_HOME=str(home), LOUNGE_PORT=port)
    assert told.returncode == 2
    assert port in told.stderr
    assert "已被占用" in told.stderr
    assert len(told.stderr.strip().splitlines()) == 1
    assert not (home / "postgres").exists()


def test_a_second_desk_on_the_same_folder_is_refused(home: Path) -> None:
    with Victim(home) as desk:
        desk.start()
        told = _try_up(LOUNGE_HOME=str(home), LOUNGE_PORT="18999")
        assert told.returncode == 2
        assert "正被另一个" in told.stderr
        assert httpx2.get(f"{desk.url}/readyz").status_code == 200


def test_data_of_a_newer_version_are_left_alone(home: Path) -> None:
    with Victim(home) as desk:
        desk.start()
        assert desk.stop() == 0
    version = home / "postgres" / "data" / "PG_VERSION"
    found = next(home.rglob("PG_VERSION"), version)
    found.write_text("99\n")
    told = _try_up(LOUNGE_HOME=str(home), LOUNGE_PORT="18998")
    assert told.returncode == 2
    assert len(told.stderr.strip().splitlines()) == 1


def test_ctrl_c_stops_it_with_postgresql_and_says_nothing_alarming(home: Path) -> None:
    with Victim(home) as desk:
        desk.start()
        assert desk.pid is not None
        os.kill(desk.pid, signal.SIGINT)
        until = time.monotonic() + 30
        while not desk.is_dead and time.monotonic() < until:
            time.sleep(0.05)
        assert desk.is_dead
        assert "Traceback" not in desk.log_end()
        told = _try_up(LOUNGE_HOME=str(home), LOUNGE_PORT="0")
        assert told.returncode == 2
        assert "LOUNGE_PORT" in told.stderr
