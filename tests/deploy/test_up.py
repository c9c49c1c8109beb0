"""`lounge up` as somebody meets it who types it for the first time, and for the wrong port."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from deploy.lounge.postgres import postgres_server
from tests.faults.victim import Victim, free_port
from tests.support import nearby

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(180)]


@pytest.fixture
def desk(open_folder: Path) -> Iterator[Victim]:
    with Victim(open_folder) as victim:
        yield victim


def _try_up(**settings: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.lounge.cli", "up"]
    environment = {**os.environ, **settings}
    environment.pop("LOUNGE_DATABASE_URL", None)
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


def _refused(home: Path, *, port: int | str | None = None) -> str:
    """The one sentence with which `up` gives up at once."""
    told = _try_up(LOUNGE_HOME=str(home), LOUNGE_PORT=str(port if port is not None else free_port()))
    assert told.returncode == 2
    assert told.stdout == ""
    (sentence,) = told.stderr.strip().splitlines()
    return sentence


def _interrupted(desk: Victim, seconds: float) -> int:
    """Ctrl-C: the exit code, which has to come within `seconds`."""
    assert desk.pid is not None
    os.kill(desk.pid, signal.SIGINT)
    until = time.monotonic() + seconds
    while not desk.is_dead and time.monotonic() < until:
        time.sleep(0.05)
    assert desk.is_dead, desk.log_end()
    return desk.stop()


def test_it_keeps_its_data_over_a_stop_and_a_start(desk: Victim) -> None:
    desk.start()
    filed = nearby.post(
        f"{desk.url}/intake/v1/requests",
        json={"narrative": "路灯坏了一个星期，晚上看不见路"},
        headers={"Idempotency-Key": "6f9619ff-8b86-4011-b42d-00c04fc964ff"},
    )
    assert filed.status_code == 201, filed.text
    assert desk.stop() == 0, desk.log_end()
    desk.start()
    follow = {"code": filed.json()["code"], "pin": filed.json()["pin"]}
    found = nearby.post(f"{desk.url}/intake/v1/follow", json=follow)
    assert found.json()["request_id"] == filed.json()["request_id"]


def test_a_port_in_use_is_one_clear_sentence_and_breaks_nothing(open_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        sentence = _refused(open_folder, port=port)
    assert f"端口 {port} 已被占用" in sentence
    assert f"LOUNGE_PORT={port + 1}" in sentence
    assert not (open_folder / "postgres").exists()


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_is_none_is_one_clear_sentence(port: str, open_folder: Path) -> None:
    assert "LOUNGE_PORT" in _refused(open_folder, port=port)
    assert not (open_folder / "postgres").exists()


def test_a_second_desk_on_the_same_folder_is_refused_and_the_first_goes_on(desk: Victim) -> None:
    desk.start()
    assert "正被另一个汇客厅进程使用" in _refused(desk.home)
    assert nearby.get(f"{desk.url}/readyz").status_code == 200


def test_data_of_a_newer_version_are_left_alone(desk: Victim) -> None:
    desk.start()
    assert desk.stop() == 0
    newer = "INSERT INTO intake.shared_migrations (version) VALUES ('9999')"
    _execute(desk.home, newer)
    assert "更新版本" in _refused(desk.home)
    _execute(desk.home, "DELETE FROM intake.shared_migrations WHERE version = '9999'")
    written = desk.home.resolve() / "postgres" / "cluster" / "PG_VERSION"
    ours = written.read_text()
    written.write_text("99\n")
    assert "99" in _refused(desk.home)
    written.write_text(ours)
    desk.start()
    assert nearby.get(f"{desk.url}/readyz").status_code == 200


def _execute(home: Path, statement: str) -> None:
    async def execute(dsn: str) -> str:
        connection = await asyncpg.connect(dsn)
        try:
            return str(await connection.execute(statement))
        finally:
            await connection.close()

    server = postgres_server(home / "postgres")
    try:
        assert asyncio.run(execute(server.start())).endswith(" 1")
    finally:
        server.stop()


def test_ctrl_c_stops_it_with_postgresql_and_says_nothing_alarming(desk: Victim) -> None:
    desk.start()
    assert _interrupted(desk, 30) == 0
    assert _alarms(desk) == []
    server = postgres_server(desk.home / "postgres")
    server.start()
    server.stop()


def test_ctrl_c_does_not_wait_for_ever_for_whoever_never_ends_his_request(desk: Victim) -> None:
    desk.start()
    with (
        socket.create_connection(("127.0.0.1", desk.port)) as slow,
        socket.create_connection(("127.0.0.1", desk.port)) as idle,
    ):
        slow.sendall(
            b"POST /intake/v1/requests HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\n"
            b'Idempotency-Key: 6f9619ff-8b86-4011-b42d-00c04fc964ff\r\nContent-Length: 500\r\n\r\n{"narrative": "half'
        )
        idle.sendall(b"GET /livez HTTP/1.1\r\nHost: desk\r\n\r\n")
        assert idle.recv(15) == b"HTTP/1.1 200 OK"
        assert _interrupted(desk, 20) == 0
    assert _alarms(desk) == []


def _alarms(desk: Victim) -> list[str]:
    return [line for line in desk.log_end().splitlines() if not line.startswith("汇客厅已就绪")]
