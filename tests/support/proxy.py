"""A TCP proxy that misbehaves on demand: delays, narrows, cuts, swallows replies, resets, half-closes, freezes.

It runs on a thread of its own, so that synchronous tests can turn its knobs while the desk talks through it.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

CHUNK = 65536
BACKLOG = 256

T = TypeVar("T")


class Mode(StrEnum):
    PASS = "pass"
    SWALLOW_REPLIES = "swallow_replies"
    """What the server answers is thrown away: nobody knows what came of the last command."""
    FREEZE = "freeze"
    """Connections stay open, connects succeed, nothing moves."""
    REFUSE = "refuse"
    """New connections are reset at once."""


@dataclass(slots=True)
class Weather:
    """Holds for every connection, from the next chunk on."""

    mode: Mode = Mode.PASS
    delay: float = 0.0
    bytes_per_second: float = 0.0
    """0: as fast as it goes."""
    cut_after: int | None = None
    """Once this many bytes reached the server, they are all it gets; the client's connection is reset."""


class Proxy:
    def __init__(self, target: tuple[str, int], port: int = 0) -> None:
        self.target = target
        """May be changed at any time: a server that was restarted elsewhere."""
        self.weather = Weather()
        self.swallowed = 0
        """Connections that lost a reply."""
        self._listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._listener.bind(("127.0.0.1", port))
        self._listener.listen(BACKLOG)
        self._listener.setblocking(False)
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy {self.port}", daemon=True)
        self._links: set[_Link] = set()
        self._accepting: asyncio.Task[None] | None = None

    def __enter__(self) -> "Proxy":
        self._thread.start()
        self._do(self._begin())
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()
        self._listener.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    @property
    def open_connections(self) -> int:
        return len(self._links)

    def reset(self) -> int:
        """Every connection gets a TCP reset, as when the machine between loses power; returns how many there were."""
        return self._do(self._each(_Link.reset))

    def half_close(self) -> int:
        """The server seems to have finished sending; what the client sends still arrives."""
        return self._do(self._each(_Link.half_close))

    async def _begin(self) -> None:
        self._accepting = asyncio.ensure_future(self._accept())

    async def _end(self) -> None:
        if self._accepting is not None:
            self._accepting.cancel()
        await self._each(_Link.reset)
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _each(self, act: Callable[["_Link"], None]) -> int:
        links = list(self._links)
        for link in links:
            act(link)
        return len(links)

    async def _accept(self) -> None:
        while True:
            client, _ = await self._loop.sock_accept(self._listener)
            client.setblocking(False)
            if self.weather.mode is Mode.REFUSE:
                _close(client, abruptly=True)
                continue
            link = _Link(self, client)
            self._links.add(link)
            link.task = asyncio.ensure_future(link.run())
            link.task.add_done_callback(partial(self._forget, link))

    def _forget(self, link: "_Link", _: "asyncio.Task[None]") -> None:
        self._links.discard(link)


class _Link:
    """One client and its connection to the server."""

    def __init__(self, proxy: Proxy, client: socket.socket) -> None:
        self.task: asyncio.Task[None] | None = None
        self._proxy = proxy
        self._client = client
        self._server: socket.socket | None = None
        self._sent = 0
        self._lost_a_reply = False
        self._is_cut = False

    def reset(self) -> None:
        if self.task is not None:
            self.task.cancel()

    def half_close(self) -> None:
        self._client.shutdown(socket.SHUT_WR)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        is_broken = True
        try:
            self._server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self._server.setblocking(False)
            await self._thaw()
            await loop.sock_connect(self._server, self._proxy.target)
            for each in (self._client, self._server):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._both_ways(self._server)
            is_broken = False
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            _close(self._client, abruptly=is_broken or self._is_cut)
            if self._server is not None:
                # A reset would take back what a cut connection has carried and the server has not read yet.
                _close(self._server, abruptly=is_broken)

    async def _both_ways(self, server: socket.socket) -> None:
        ways = [
            asyncio.ensure_future(self._carry(self._client, server, to_server=True)),
            asyncio.ensure_future(self._carry(server, self._client, to_server=False)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _carry(self, source: socket.socket, sink: socket.socket, *, to_server: bool) -> None:
        loop = asyncio.get_running_loop()
        while chunk := await loop.sock_recv(source, CHUNK):
            weather = self._proxy.weather
            await self._thaw()
            if weather.delay:
                await asyncio.sleep(weather.delay)
            if weather.bytes_per_second:
                await asyncio.sleep(len(chunk) / weather.bytes_per_second)
            if not to_server and (weather.mode is Mode.SWALLOW_REPLIES or self._lost_a_reply):
                self._note_loss()
                continue
            if to_server:
                chunk = self._allowed(chunk)
            await loop.sock_sendall(sink, chunk)
            if to_server and weather.cut_after is not None and self._sent >= weather.cut_after:
                self._is_cut = True
                return

    def _allowed(self, chunk: bytes) -> bytes:
        limit = self._proxy.weather.cut_after
        if limit is not None:
            chunk = chunk[: max(0, limit - self._sent)]
        self._sent += len(chunk)
        return chunk

    def _note_loss(self) -> None:
        if not self._lost_a_reply:
            self._lost_a_reply = True
            self._proxy.swallowed += 1
            # The rest of the stream would make no sense to the client: soon the connection breaks.
            asyncio.get_running_loop().call_later(0.2, self.reset)

    async def _thaw(self) -> None:
        while self._proxy.weather.mode is Mode.FREEZE:
            await asyncio.sleep(0.02)


def _close(connection: socket.socket, *, abruptly: bool) -> None:
    """Abruptly: with RST instead of FIN."""
    if abruptly:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
