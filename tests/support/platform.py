"""Another body's computer, played on loopback: a hotline, a department, a mediation platform; and its bad days."""

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2
import uvicorn
from fastapi import FastAPI, Request, Response

from services.workorders.adapters.signatures import Signer, read_signature
from shared.kernel import Clock, new_id

BUREAU_PATH = "/workorders/v1/connector/messages"
PHOTO = {
    "sha256": hashlib.sha256(b"a straight pole").hexdigest(),
    "taken_at": "2026-03-03T15:00:00+08:00",
    "place": "鼓楼东街盲道",
}


@dataclass
class Platform:
    """What it was sent, in the order in which it took it; `down` and `refuses` are its bad days."""

    code: str
    clock: Clock
    receiver: str
    signer: Signer
    bureau_keys: dict[str, bytes] = field(default_factory=dict)
    down: bool = False
    refuses: int = 0
    """How many messages it will still answer with 500."""
    taken: list[dict[str, Any]] = field(default_factory=list)
    tried: int = 0
    url: str = ""

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/lounge")
        async def take(request: Request) -> Response:
            raw = await request.body()
            self.tried += 1
            if self.down:
                return Response(status_code=503)
            signed = read_signature("POST", "/lounge", dict(request.headers), raw)
            if not signed.holds(self.bureau_keys[signed.key_id]):
                return Response(status_code=401)
            if self.refuses:
                self.refuses -= 1
                return Response(status_code=500)
            self.taken.append(await request.json())
            return Response(status_code=202)

        return app

    def learn(self, keys: list[dict[str, str]]) -> None:
        """The bureau's keys, as it publishes them."""
        self.bureau_keys = {key["kid"]: base64.urlsafe_b64decode(key["x"] + "=") for key in keys}

    @property
    def about(self) -> list[dict[str, Any]]:
        return [message["about"] for message in self.taken]

    def message(self, **about: Any) -> dict[str, Any]:
        return {
            "version": 1,
            "message": str(new_id()),
            "sender": self.code,
            "receiver": self.receiver,
            "sent_at": self.clock.now().isoformat(),
            "about": about,
        }

    def signed(self, body: bytes, *, signer: Signer | None = None, late: int = 0, nonce: str = "") -> dict[str, str]:
        created = int(self.clock.now().timestamp()) - late
        return (signer or self.signer).headers(BUREAU_PATH, body, created, nonce or new_id().hex)

    async def send(self, http: httpx2.AsyncClient, message: dict[str, Any], **how: Any) -> httpx2.Response:
        """Signed afresh each time: the same message sent twice is the same message."""
        body = httpx2.Request("POST", "http://x", json=message).content
        return await http.post(BUREAU_PATH, content=body, headers=self.signed(body, **how))

    async def says(self, http: httpx2.AsyncClient, **about: Any) -> httpx2.Response:
        return await self.send(http, self.message(**about))

    @property
    def key_text(self) -> str:
        return base64.urlsafe_b64encode(self.signer.public).rstrip(b"=").decode()


class _Server(uvicorn.Server):
    """Signals belong to the tests."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def listening(platform: Platform) -> AsyncIterator[Platform]:
    """On a free port of loopback, until the block ends."""
    config = uvicorn.Config(
        platform.app(), host="127.0.0.1", port=0, log_level="error", lifespan="off", http="httptools"
    )
    server = _Server(config)
    serving = asyncio.ensure_future(server.serve())
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    (port,) = {socket.getsockname()[1] for each in server.servers for socket in each.sockets}
    platform.url = f"http://127.0.0.1:{port}/lounge"
    try:
        yield platform
    finally:
        server.should_exit = True
        await serving
