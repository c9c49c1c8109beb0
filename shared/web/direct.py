"""One service asks another in the same process: the application is called, with no socket and no client between."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

import orjson

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
App = Callable[[Scope, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Awaitable[None]]

HOST = b"lounge.internal"


@dataclass(frozen=True, slots=True)
class DirectAnswer:
    status_code: int
    content: bytes

    def json(self) -> Any:
        return orjson.loads(self.content)


class DirectClient:
    """Behaves like an HTTP client towards `app`, as far as services need one for JSON."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def request(
        self, method: str, url: str, *, json: Any, headers: Mapping[str, str], timeout: float
    ) -> DirectAnswer:
        """Raises TimeoutError after `timeout` seconds, as what the application waits for may hang."""
        body = orjson.dumps(json)
        given = [(b"host", HOST), (b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        given += [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": url,
            "raw_path": url.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": given,
            "client": ("127.0.0.1", 0),
            "server": (HOST.decode(), 80),
        }
        status = 0
        parts: list[bytes] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            elif message["type"] == "http.response.body":
                parts.append(message.get("body", b""))

        async with asyncio.timeout(timeout):
            await self._app(scope, receive, send)
        return DirectAnswer(status, b"".join(parts))
