"""A small HTTP client: keep-alive connections, prepared bytes, latencies. It costs little beside what it measures."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httptools
import orjson


class Connection(asyncio.Protocol):
    """One keep-alive connection, one request at a time."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self.is_open = False

    @classmethod
    async def open(cls, port: int) -> "Connection":
        _, connection = await asyncio.get_running_loop().create_connection(cls, "127.0.0.1", port)
        return connection

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body."""
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self.is_open = True

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError())

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        body = b"".join(self._body)
        self._body.clear()
        status = self._parser.get_status_code()
        self._parser = httptools.HttpResponseParser(self)
        if self._answer is not None and not self._answer.done():
            self._answer.set_result((status, body))


class Pool:
    """As many connections as requests are under way at once."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: deque[Connection] = deque()
        self.calls = 0

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        while self._idle and not self._idle[-1].is_open:
            self._idle.pop()
        connection = self._idle.pop() if self._idle else await Connection.open(self._port)
        answer = await connection.ask(request)
        self._idle.append(connection)
        self.calls += 1
        return answer

    def close(self) -> None:
        for connection in self._idle:
            connection.close()


@dataclass(slots=True)
class Measured:
    requests: int = 0
    failures: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds."""
        return percentile(self.latencies, share) * 1000


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    told = {"Host": "bench", "Content-Type": "application/json", **headers}
    if method != "GET":
        told["Content-Length"] = str(len(body))
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def post(path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    return request("POST", path, headers, body)


def as_json(body: Mapping[str, Any]) -> bytes:
    return orjson.dumps(body)


async def hammer(port: int, connections: int, seconds: float, make: Callable[[], bytes], expect: int) -> Measured:
    """`make` gives the next request; an answer with another status than `expect` counts as a failure."""
    measured = Measured()
    until = time.perf_counter() + seconds

    async def one() -> None:
        connection = await Connection.open(port)
        while (begun := time.perf_counter()) < until:
            status, _ = await connection.ask(make())
            measured.latencies.append(time.perf_counter() - begun)
            measured.requests += 1
            measured.failures += status != expect
        connection.close()

    begun = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(connections)))
    measured.seconds = time.perf_counter() - begun
    return measured
