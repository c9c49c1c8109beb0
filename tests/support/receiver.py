"""A partner agency's endpoint: a real socket that remembers what was posted to it, and answers as it is told to."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson


@dataclass(frozen=True, slots=True)
class Posted:
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def number(self) -> int:
        return int(orjson.loads(self.body)["sequence"])

    @property
    def type(self) -> str:
        return str(orjson.loads(self.body)["type"])


@dataclass
class Receiver:
    port: int = 0
    status: int = 204
    headers: Mapping[str, str] = field(default_factory=dict)
    answer: bytes = b""
    silent: bool = False
    """Takes everything in and never answers."""
    posted: list[Posted] = field(default_factory=list)
    taken: list[Posted] = field(default_factory=list)
    """What was answered with success."""
    _came: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    async def until(self, count: int, seconds: float = 20.0) -> None:
        """Returns when so many were taken; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while len(self.taken) < count:
                self._came.clear()
                await self._came.wait()

    async def until_posted(self, count: int, seconds: float = 20.0) -> None:
        async with asyncio.timeout(seconds):
            while len(self.posted) < count:
                self._came.clear()
                await self._came.wait()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        pairs = (line.split(": ", 1) for line in head[1:] if ": " in line)
        headers = {name.lower(): value for name, value in pairs}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        posted = Posted(head[0].split(" ")[1], headers, body)
        self.posted.append(posted)
        if 200 <= self.status < 300 and not self.silent:
            self.taken.append(posted)
        self._came.set()
        if self.silent:
            await asyncio.sleep(30)
        told = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        length = f"content-length: {len(self.answer)}\r\nconnection: close\r\n"
        writer.write(f"HTTP/1.1 {self.status} X\r\n{told}{length}\r\n".encode() + self.answer)
        await writer.drain()


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    running = Receiver()
    server = await asyncio.start_server(running.serve, "127.0.0.1", 0)
    running.port = server.sockets[0].getsockname()[1]
    try:
        yield running
    finally:
        server.close()
