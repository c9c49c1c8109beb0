"""A running `lounge cluster`, to be hurt process by process."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import httpx2

from deploy.lounge.kafka import KafkaBrokers
from deploy.lounge.migrate import SERVICES
from deploy.lounge.postgres import DATABASE, OWNER
from shared.messaging.kafka import ensure_topics
from tests.faults.victim import free_port
from tests.support import nearby
from tests.support.proxy import Proxy

READY_SECONDS = 180
STOP_SECONDS = 90
UNTOUCHABLE = frozenset({"supervisor"})
"""Whoever kills the supervisor has ended the installation: the machine's own init would have to bring it back."""


@dataclass(frozen=True, slots=True)
class Running:
    name: str
    role: str
    pid: int


class ClusterRig:
    def __init__(self, home: Path, *, brokers: int = 1, kafka: str | None = None, failpoint: str = "") -> None:
        """`kafka`: brokers that somebody else runs, instead of the cluster's own.

        `failpoint`: kills every process that passes it so and so often, and the one that follows it again.
        """
        self.home = home
        self._kafka = kafka
        self._failpoint = failpoint
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._brokers = brokers
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self.home.mkdir(parents=True, exist_ok=True)
        self._log = (self.home / "cluster.log").open("ab")
        environment = {
            **os.environ,
            "LOUNGE_HOME": str(self.home),
            "LOUNGE_PORT": str(self.port),
            "LOUNGE_PROFILE": "test",
            "BROKERS": str(self._brokers),
        }
        for given in ("LOUNGE_DATABASE_URL", "LOUNGE_KAFKA", "LOUNGE_FAILPOINT"):
            environment.pop(given, None)
        if self._kafka is not None:
            environment["LOUNGE_KAFKA"] = self._kafka
        if self._failpoint:
            environment["LOUNGE_FAILPOINT"] = self._failpoint
        self._process = subprocess.Popen(
            [sys.executable, "-m", "deploy.lounge.cli", "cluster"],
            env=environment, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log,
        )  # fmt: skip
        try:
            self.wait_until_ready(READY_SECONDS)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._log is not None:
            self._log.close()

    def wait_until_ready(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                raise RuntimeError(f"the cluster ended instead of becoming ready: {self.log_end()}")
            try:
                if nearby.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.2)
        raise TimeoutError(f"not ready after {seconds:.0f} s: {self.log_end()}")

    def log_end(self) -> str:
        return (self.home / "cluster.log").read_text(errors="replace")[-4000:]

    @property
    def admin_dsn(self) -> str:
        password = (self.home / "postgres" / "password").read_text(encoding="ascii")
        port = json.loads((self.home / "ports.json").read_text())["postgres"]
        return f"postgres://{OWNER}:{password}@127.0.0.1:{port}/{DATABASE}?sslmode=disable"

    @property
    def bootstrap(self) -> str:
        """Of the brokers."""
        return str(json.loads((self.home / "kafka" / "brokers.json").read_text())["bootstrap"])

    def processes(self, *roles: str) -> list[Running]:
        """Those that live, but the supervisor; of the given roles, or of all."""
        rows = json.loads((self.home / "processes.json").read_text())
        return [
            Running(row["name"], row["role"], row["pid"])
            for row in rows
            if row["pid"] and row["name"] not in UNTOUCHABLE and (not roles or row["role"] in roles)
        ]

    @property
    def restarts(self) -> dict[str, int]:
        rows = json.loads((self.home / "processes.json").read_text())
        return {row["name"]: row["restarts"] for row in rows}

    def kill(self, running: Running) -> bool:
        """False when somebody else was faster."""
        try:
            os.kill(running.pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def wipe_brokers(self) -> None:
        """All topics with all they hold are gone; the brokers come back empty on the same ports."""
        if self._process is None:
            raise RuntimeError("never started")
        self._process.send_signal(signal.SIGUSR1)


class ClusterBehindAProxy(ClusterRig):
    """One broker, which tells its clients the port of a proxy."""

    def __init__(self, folder: Path) -> None:
        self.way = Proxy(("127.0.0.1", 0))
        """Between all processes and the broker."""
        self._own_brokers = KafkaBrokers(folder / "kafka", advertised=[self.way.port])
        super().__init__(folder / "home", kafka=f"127.0.0.1:{self.way.port}")

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(self.way)
            host, _, port = self._own_brokers.start().rpartition(":")
            stack.callback(self._own_brokers.stop)
            self.way.target = (host, int(port))
            asyncio.run(ensure_topics(f"{host}:{port}", SERVICES))
            super().__enter__()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        super().__exit__()
        self._stack.close()
