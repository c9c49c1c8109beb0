"""The whole desk behind a real port, for a browser: the services in a thread of their own."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import uvicorn

from deploy.lounge.composition import BUILDS
from deploy.lounge.house import Build, House
from shared.kernel import BureauClock, FixedClock
from shared.web import Profile
from tests.support.postgres import Database

T = TypeVar("T")


class _Server(uvicorn.Server):
    """Signals belong to the main thread."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Served:
    def __init__(self, house: House, loop: asyncio.AbstractEventLoop) -> None:
        self.house = house
        self.url = house.url
        self._loop = loop

    def run(self, work: Coroutine[Any, Any, T], seconds: float = 60.0) -> T:
        """Does something on the desk's own event loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(seconds)

    def settled(self) -> None:
        """Returns when every reader stands at its head."""
        self.run(self.house.settled(30.0))


@contextmanager
def served(
    database: Database,
    home: Path,
    builds: Mapping[str, Build] = BUILDS,
    clock: BureauClock | FixedClock | None = None,
) -> Iterator[Served]:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    house = House(database.dsns, home, builds, profile=Profile.TEST, clock=clock or BureauClock(), url=url)
    config = uvicorn.Config(
        house.dispatcher, loop="none", http="httptools", lifespan="off", access_log=False, log_level="warning",
        timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = _Server(config)
    loop = asyncio.new_event_loop()
    ready, failed = threading.Event(), list[BaseException]()

    async def serve() -> None:
        await house.start()
        try:
            serving = asyncio.ensure_future(server.serve(sockets=[listener]))
            while not server.started and not serving.done():
                await asyncio.sleep(0.01)
            ready.set()
            await serving
        finally:
            await house.stop()

    def work() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(serve())
            _check_nothing_left(loop)
        except BaseException as error:
            failed.append(error)
            ready.set()
            raise
        finally:
            loop.close()

    thread = threading.Thread(target=work, name="served", daemon=True)
    thread.start()
    ready.wait(60)
    if failed:
        raise RuntimeError("the desk did not start") from failed[0]
    try:
        yield Served(house, loop)
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()
    if failed:
        raise RuntimeError("the desk did not stop well") from failed[0]


def _check_nothing_left(loop: asyncio.AbstractEventLoop) -> None:
    """Whoever opens a connection closes it: one left open shows as a warning in some later test, or never."""
    transports: Mapping[int, asyncio.Transport] = loop._transports  # type: ignore[attr-defined]
    if left := [each for each in transports.values() if not each.is_closing()]:
        raise RuntimeError(f"connections left open: {[each.get_extra_info('peername') for each in left]}")
