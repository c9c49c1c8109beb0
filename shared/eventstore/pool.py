"""Connections to one database, handed out and taken back without a task or a round trip.

asyncpg's own pool costs as much processor time as a small statement. No session state is ever set here, so nothing has
to be undone between two uses; a connection whose last use ended in an unclear way is closed and not mended.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

UNCLEAR = (asyncio.CancelledError, TimeoutError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""The statement may still be under way."""


class LeanPool:
    """As much of `asyncpg.Pool` as we use. The connection used last is handed out first."""

    def __init__(self, dsn: str, *, max_size: int, **settings: Any) -> None:
        self._dsn = dsn
        self._max_size = max_size
        self._settings = settings
        self._idle: list[asyncpg.Connection[Any]] = []
        self._all: set[asyncpg.Connection[Any]] = set()
        self._taken = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_closing = False
        self._all_back: asyncio.Future[None] | None = None

    def get_max_size(self) -> int:
        return self._max_size

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator["asyncpg.Connection[Any]"]:
        connection = await self._take()
        try:
            yield connection
        except UNCLEAR:
            connection.terminate()
            raise
        finally:
            self._give_back(connection)

    async def execute(self, query: str, *arguments: Any) -> str:
        connection = await self._take()
        try:
            return await connection.execute(query, *arguments)
        except UNCLEAR:
            connection.terminate()
            raise
        finally:
            self._give_back(connection)

    async def executemany(self, query: str, arguments: Iterable[Any]) -> None:
        async with self.acquire() as connection:
            await connection.executemany(query, arguments)

    async def fetch(self, query: str, *arguments: Any) -> list[Any]:
        connection = await self._take()
        try:
            return await connection.fetch(query, *arguments)
        except UNCLEAR:
            connection.terminate()
            raise
        finally:
            self._give_back(connection)

    async def fetchrow(self, query: str, *arguments: Any) -> Any:
        connection = await self._take()
        try:
            return await connection.fetchrow(query, *arguments)
        except UNCLEAR:
            connection.terminate()
            raise
        finally:
            self._give_back(connection)

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        row = await self.fetchrow(query, *arguments)
        return row[0] if row is not None else None

    async def close(self) -> None:
        """Waits until every connection has been given back."""
        self._is_closing = True
        if self._taken:
            self._all_back = asyncio.get_running_loop().create_future()
            await self._all_back
        await asyncio.gather(*(connection.close() for connection in self._idle), return_exceptions=True)
        self._idle.clear()

    def terminate(self) -> None:
        self._is_closing = True
        for connection in tuple(self._all):
            connection.terminate()

    async def __aenter__(self) -> "LeanPool":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _take(self) -> "asyncpg.Connection[Any]":
        if self._is_closing:
            raise asyncpg.InterfaceError("pool is closing")
        if self._taken < self._max_size:
            self._taken += 1
        else:
            await self._granted()
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
            self._all.discard(connection)
        try:
            fresh: asyncpg.Connection[Any] = await asyncpg.connect(self._dsn, **self._settings)
        except BaseException:
            self._pass_on()
            raise
        self._all.add(fresh)
        return fresh

    def _give_back(self, connection: "asyncpg.Connection[Any]") -> None:
        if not connection.is_closed() and connection.is_in_transaction():
            connection.terminate()
        if connection.is_closed():
            self._all.discard(connection)
        else:
            self._idle.append(connection)
        self._pass_on()

    async def _granted(self) -> None:
        """Returns when somebody passes his place on, in the order of asking."""
        place = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(None)
                return
        self._taken -= 1
        if self._all_back is not None and not self._taken and not self._all_back.done():
            self._all_back.set_result(None)
