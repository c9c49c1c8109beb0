"""A desk that can be hurt everywhere: its disks are small, and proxies stand before its door and before PostgreSQL."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlsplit

import asyncpg

from deploy.lounge.client import DeskClient
from deploy.lounge.postgres import EmbeddedPostgres, PostgresNotStarted
from tests.faults.citizens import Citizens
from tests.faults.disk import SmallDisk
from tests.faults.victim import Victim
from tests.support.proxy import Proxy

DATABASE_MEGABYTES = 500
TILES_MEGABYTES = 16

T = TypeVar("T")


class Rig:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.disk = SmallDisk(folder / "disk", DATABASE_MEGABYTES)
        self.tiles = SmallDisk(self.home / "log", TILES_MEGABYTES)
        self._postgres = EmbeddedPostgres(self.disk.folder / "postgres")
        self.admin_dsn = ""
        """Past the proxy: for whoever looks, not for the desk."""
        self.way: Proxy
        """Between the desk and PostgreSQL."""
        self.front: Proxy
        """Between the citizens and the desk."""
        self.victim = Victim(self.home)
        self._stack = ExitStack()

    def __enter__(self) -> "Rig":
        with ExitStack() as stack:
            stack.enter_context(self.disk)
            stack.enter_context(self.tiles)
            self.admin_dsn = self._postgres.start()
            stack.callback(self._postgres.stop)
            self.way = stack.enter_context(Proxy(_address(self.admin_dsn)))
            self.front = stack.enter_context(Proxy(("127.0.0.1", self.victim.port)))
            stack.enter_context(self.victim)
            self.victim.start(LOUNGE_DATABASE_URL=self._desk_dsn)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stack.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.front.port}"

    @property
    def _desk_dsn(self) -> str:
        parts = urlsplit(self.admin_dsn)
        credentials = parts.netloc.rpartition("@")[0]
        return parts._replace(netloc=f"{credentials}@127.0.0.1:{self.way.port}").geturl()

    def start_desk(self, **environment: str) -> None:
        self.victim.start(LOUNGE_DATABASE_URL=self._desk_dsn, **environment)

    # PostgreSQL

    @property
    def postmaster(self) -> int:
        (file,) = self.disk.folder.glob("postgres/cluster/postmaster.pid")
        return int(file.read_text().split("\n", 1)[0])

    @property
    def postgres_processes(self) -> list[int]:
        """The postmaster first."""
        first = self.postmaster
        return [first, *(pid for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if _parent(pid) == first)]

    @property
    def postgres_is_dead(self) -> bool:
        try:
            os.kill(self.postmaster, 0)
        except (ProcessLookupError, ValueError):
            return True
        return state_of(self.postmaster) in ("Z", "X")

    def restart_postgres(self) -> None:
        """What an operator's supervisor does when it finds the server dead."""
        self._postgres.stop()
        until = time.monotonic() + 30
        while True:
            try:
                self.admin_dsn = self._postgres.start()
            except PostgresNotStarted:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
            else:
                break
        self.way.target = _address(self.admin_dsn)

    # Looking

    def bureau_time(self) -> str:
        return asyncio.run(_time(self.victim.url))

    def set_bureau_time(self, instant: str) -> None:
        asyncio.run(_set_time(self.victim.url, instant))


def _address(dsn: str) -> tuple[str, int]:
    parts = urlsplit(dsn)
    return str(parts.hostname), int(parts.port or 5432)


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])
    except (OSError, IndexError):
        return 0


def state_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[0]
    except OSError:
        return "X"


async def _time(url: str) -> str:
    async with DeskClient(url) as client:
        return await client.time()


async def _set_time(url: str, instant: str) -> None:
    async with DeskClient(url) as client:
        await client.set_clock(instant)


@contextmanager
def stopped(first: int, *more: int) -> Iterator[None]:
    """SIGSTOP, and SIGCONT when the block ends. Of `more` some may have ended since they were looked up."""
    with ExitStack() as stack:
        os.kill(first, signal.SIGSTOP)
        stack.callback(_continue, first)
        for pid in more:
            with _nobody_is_left():
                os.kill(pid, signal.SIGSTOP)
                stack.callback(_continue, pid)
        yield


def _continue(pid: int) -> None:
    with _nobody_is_left():
        os.kill(pid, signal.SIGCONT)


@contextmanager
def _nobody_is_left() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        return


class Load:
    """Citizens at work on a thread of their own, while the main thread hurts the desk."""

    def __init__(self, citizens: Citizens, *, lifecycles: bool) -> None:
        self._citizens = citizens
        self._lifecycles = lifecycles
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="citizens", daemon=True)

    def __enter__(self) -> "Load":
        self._thread.start()
        self._do(self._start(), 60)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._do(self._cancel_all(), 30)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def finish(self) -> None:
        """Nobody begins anything new; what was begun is answered; what was filed is filed once more."""
        self._do(self._citizens.stop(), 300)
        self._do(self._citizens.file_again(), 120)

    def _do(self, work: Coroutine[Any, Any, T], seconds: float) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    async def _start(self) -> None:
        self._citizens.start(lifecycles=self._lifecycles)

    async def _cancel_all(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._citizens.close()


async def connected(dsn: str) -> "asyncpg.Connection[Any]":
    return await asyncpg.connect(dsn, timeout=10)
