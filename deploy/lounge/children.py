"""Child processes forked from one that has imported everything: a killed one is back in a moment."""

import ctypes
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from shared.kernel import wall_time

PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15
WATCHED = (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM, signal.SIGUSR1)
QUICK_DEATH = 2.0
"""Who dies sooner than this after his start did not begin to work."""
PATIENCE = 3
"""So many quick deaths in a row until the next start is put off."""
MAX_PAUSE = 10.0

_LIBC = ctypes.CDLL(None)

log = structlog.get_logger("cluster")


@dataclass(slots=True)
class Child:
    """A process that is started again whenever it ends."""

    name: str
    role: str
    work: Callable[[], None]
    port: int | None = None
    pid: int | None = None
    since: datetime | None = None
    restarts: int = 0
    status: int = 0
    """How it ended last: an exit code, or the negative number of the signal."""
    begun: float = 0.0
    quick_deaths: int = 0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        """Forks. The caller has no threads and no event loop of its own."""
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        self.since, self.begun = wall_time(), time.monotonic()
        pid = os.fork()
        if pid == 0:
            _be_child(parent, self.name, self.work)
        self.pid = pid

    def ended(self) -> bool:
        """True once after each end, which decides when the next start may be."""
        if self.pid is None or (status := _reaped(self.pid)) is None:
            return False
        self.pid, self.status = None, status
        lived = time.monotonic() - self.begun
        self.quick_deaths = self.quick_deaths + 1 if lived < QUICK_DEATH else 0
        pause = min(MAX_PAUSE, 0.5 * 2 ** (self.quick_deaths - PATIENCE)) if self.quick_deaths >= PATIENCE else 0.0
        self.not_before = time.monotonic() + pause
        return True

    def start_again(self) -> bool:
        if self.pid is not None or time.monotonic() < self.not_before:
            return False
        self.restarts += 1
        self.start()
        return True

    def signal(self, number: int) -> None:
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)


def stop_all(children: list[Child], seconds: float) -> None:
    """SIGTERM to all at once; who is not done in time is killed."""
    for child in children:
        child.signal(signal.SIGTERM)
    give_up = time.monotonic() + seconds
    while (left := [child for child in children if child.pid is not None and not child.ended()]) and (
        time.monotonic() < give_up
    ):
        time.sleep(0.02)
    for child in left:
        log.warning("killed_at_the_end", process=child.name)
        child.signal(signal.SIGKILL)
        while not child.ended():
            time.sleep(0.01)


def _reaped(pid: int) -> int | None:
    found, status = os.waitpid(pid, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if found else None


def _be_child(parent: int, name: str, work: Callable[[], None]) -> None:
    code = 1
    try:
        # kill -9 of the supervisor leaves nobody behind; everything here is made to be killed.
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        _LIBC.prctl(PR_SET_NAME, name.encode())
        signal.set_wakeup_fd(-1)
        for number in WATCHED:
            signal.signal(number, signal.SIG_DFL)
        # Ctrl-C reaches the whole terminal: the supervisor alone decides about the order.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        work()
        code = 0
    except BaseException as error:
        log.error("process_failed", process=name, exc_info=error)
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


class Signals:
    """What came since the last look; waiting for the next one ends at once when a child dies."""

    def __init__(self) -> None:
        self.stop = False
        self.wipe = False
        self._read, self._write = os.pipe()

    def wait(self, seconds: float) -> None:
        if select.select([self._read], [], [], seconds)[0]:
            os.read(self._read, 4096)

    def _came(self, number: int, frame: object) -> None:
        self.stop = self.stop or number in (signal.SIGINT, signal.SIGTERM)
        self.wipe = self.wipe or number == signal.SIGUSR1


@contextmanager
def signals() -> Iterator[Signals]:
    watched = Signals()
    os.set_blocking(watched._write, False)
    before = {number: signal.signal(number, watched._came) for number in WATCHED}
    signal.set_wakeup_fd(watched._write, warn_on_full_buffer=False)
    try:
        yield watched
    finally:
        signal.set_wakeup_fd(-1)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(watched._read)
        os.close(watched._write)
