"""A cluster under its supervisor, as `make cluster` starts it, for one run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx2
import orjson

from tests.faults.victim import free_port
from tests.support import nearby

READY_SECONDS = 150
STOP_SECONDS = 60


class RunningCluster:
    def __init__(self, home: Path, brokers: int = 1) -> None:
        self.home = home
        self.brokers = brokers
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._supervisor: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "RunningCluster":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._supervisor is not None and self._supervisor.poll() is None:
            self._supervisor.terminate()
            try:
                self._supervisor.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._supervisor.kill()

    def start(self) -> None:
        """Returns when every process is ready; raises with the one sentence of a cluster that cannot start."""
        environment = {
            **os.environ,
            "LOUNGE_HOME": str(self.home),
            "LOUNGE_PORT": str(self.port),
            "LOUNGE_PROFILE": "test",
            "BROKERS": str(self.brokers),
        }
        for name in ("LOUNGE_DATABASE_URL", "LOUNGE_KAFKA", "LOUNGE_PROCESSES"):
            environment.pop(name, None)
        with (self.home / "cluster.log").open("ab") as log:
            begun = log.tell()
            self._supervisor = subprocess.Popen(
                [sys.executable, "-m", "deploy.lounge.cli", "cluster"], env=environment, stdout=log, stderr=log
            )
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and self._supervisor.poll() is None:
            if "汇客厅已就绪".encode() in (self.home / "cluster.log").read_bytes()[begun:]:
                return
            time.sleep(0.1)
        raise RuntimeError(f"the cluster did not start: {self.log_end()}")

    def stop(self, how: int = signal.SIGINT) -> int:
        if self._supervisor is None:
            raise RuntimeError("never started")
        self._supervisor.send_signal(how)
        return self._supervisor.wait(STOP_SECONDS)

    def log_end(self) -> str:
        return (self.home / "cluster.log").read_text(errors="replace")[-3000:]

    def processes(self) -> dict[str, dict[str, Any]]:
        """Name → pid, port, role, since, restarts."""
        rows: list[dict[str, Any]] = orjson.loads((self.home / "processes.json").read_bytes())
        return {row["name"]: row for row in rows}

    def kill(self, name: str) -> int:
        """kill -9; the pid that it had."""
        pid = int(self.processes()[name]["pid"])
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_for_another(self, name: str, pid: int, seconds: float = 30.0) -> None:
        """Returns when the killed process was started again and everybody is ready."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self.processes().get(name, {}).get("pid")
            if found not in (None, pid) and self.is_ready():
                return
            time.sleep(0.05)
        raise TimeoutError(f"{name} did not come back: {self.log_end()}")

    def is_ready(self) -> bool:
        try:
            return nearby.get(f"{self.url}/readyz", timeout=10).status_code == 200
        except httpx2.TransportError:
            return False

    def admin_dsn(self) -> str:
        """Of PostgreSQL's owner, who may look at everything."""
        folder = (self.home / "postgres").resolve()
        password = (folder / "password").read_text(encoding="ascii")
        return f"postgres://lounge_owner:{password}@127.0.0.1:{self.processes()['postgres']['port']}/lounge"

    def dsn(self, service: str) -> str:
        return (self.home / "secrets" / f"dsn-{service}").read_text(encoding="utf-8")


def descendants(pid: int) -> set[int]:
    """Every process below `pid`, itself included."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found = {pid}
    while below := {each for each, parent in parents.items() if parent in found} - found:
        found |= below
    return found


def living(pids: set[int]) -> set[int]:
    """Those that still run; who is dead and not yet collected does not count."""
    found = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            continue
        if state != "Z":
            found.add(pid)
    return found
