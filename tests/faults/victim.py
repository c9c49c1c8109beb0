"""A desk in a process of its own, to be killed and started again on the same data."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

import httpx2

from tests.support import nearby

READY_SECONDS = 180


def free_port() -> int:
    """Below what the system hands out to outgoing connections: while the desk is down nobody must take its port."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


class Victim:
    def __init__(self, home: Path) -> None:
        self.home = home
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Victim":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(30)

    def start(self, failpoint: str = "", **more: str) -> None:
        """Returns when it answers, or when a failpoint has killed it before; `more` goes into its environment."""
        environment = {
            **os.environ,
            "LOUNGE_HOME": str(self.home),
            "LOUNGE_PORT": str(self.port),
            "LOUNGE_PROFILE": "test",
            "LOUNGE_FAILPOINT": failpoint,
        }
        environment.pop("LOUNGE_DATABASE_URL", None)
        environment.update(more)
        with (self.home / "desk.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deploy.lounge.cli", "up"], env=environment, stdout=log, stderr=log
            )
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if nearby.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.1)
        if self._process.poll() is None:
            raise TimeoutError(f"not ready after {READY_SECONDS} s: {self.log_end()}")
        if not (failpoint and self.was_killed):
            raise RuntimeError(f"ended with {self._process.poll()} instead of starting: {self.log_end()}")

    def log_end(self) -> str:
        return (self.home / "desk.log").read_text(errors="replace")[-3000:]

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def is_dead(self) -> bool:
        return self._process is None or self._process.poll() is not None

    @property
    def was_killed(self) -> bool:
        return self._process is not None and self._process.poll() == -signal.SIGKILL

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> int:
        if self._process is None:
            raise RuntimeError("never started")
        self._process.terminate()
        return self._process.wait(60)
