"""One origin in front of services in other processes. It decides by the first part of the path and keeps nothing."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import orjson
import structlog
from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from deploy.lounge.addresses import CONNECT_SECONDS, OPS_HOST, Addresses
from deploy.lounge.bureau_time import keep, microseconds
from deploy.lounge.dispatch import (
    FRONT,
    OWN,
    VISITOR,
    App,
    ClockBody,
    Receive,
    Scope,
    Send,
    from_outside,
    is_page,
    merged_openapi,
)
from deploy.lounge.issuer import Issuer, issuer_router
from shared.kernel import BureauClock, Unavailable
from shared.web import Profile, Vault
from shared.web.problems import MAX_BODY, OWN_WORDS, Catalogue, Problems
from shared.web.vault import Credentials

HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding"
    b" upgrade".split()
)
NOT_SENT_ON = HOP_BY_HOP | {b"content-length", b"expect"}
NOT_SENT_BACK = HOP_BY_HOP | {b"date", b"server"}
ANSWER_SECONDS = 40.0
"""Longer than any service waits for its database."""
BODY_SECONDS = 30.0
AGAIN_SECONDS = 3.0
"""How long a call that reached nobody, or may be repeated, is tried again: a killed service is back by then."""
PAUSE = 0.1
DOCUMENTS_SECONDS = 60.0
CLOCK_SECONDS = 15.0

log = structlog.get_logger("gateway")


class NotReached(Unavailable):
    """The service took the call and did not answer it, or does not take calls."""


class TooSlow(Exception):
    """The visitor did not send the body that he announced."""


class TooLarge(Exception):
    """The body is longer than any service takes."""


class Gateway:
    def __init__(
        self,
        addresses: Addresses,
        home: Path,
        profile: Profile,
        clock: BureauClock,
        network: httpx2.AsyncBaseTransport,
        client: httpx2.AsyncClient,
        operations: Credentials,
        issuer: Issuer | None = None,
        vault: Vault | None = None,
    ) -> None:
        self._addresses = addresses
        self._home = home
        self._clock = clock
        self._network = network
        self._client = client
        self._operations = operations
        self._problems = Problems(Catalogue([OWN_WORDS]))
        self._documents: dict[str, dict[str, Any]] = {}
        self._documents_until = 0.0
        self._setting = asyncio.Lock()
        self._own: App = self._own_app(profile, issuer, vault)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        scope = from_outside(scope)
        parts = scope["path"].split("/")
        target = None if {".", ".."} & set(parts) else self._target(scope["path"])
        if target is None:
            await self._own(scope, receive, send)
            return
        try:
            await self._forward(target, scope, receive, send)
        except (NotReached, TooSlow):
            await self._problems.answer(Request(scope), 503, "unavailable", retry_after=2)(scope, receive, send)
        except TooLarge:
            await self._problems.answer(Request(scope), 413, "too-large", limit=MAX_BODY)(scope, receive, send)

    def _target(self, path: str) -> str | None:
        """The base URL of who serves `path`; None where that is the gateway itself."""
        first = path.split("/", 2)[1] if "/" in path else ""
        if not is_page(path):
            if first in OWN:
                return None
            if first == "ops":
                return self._addresses.processes.get(OPS_HOST)
            if first != FRONT and (found := self._addresses.service(first)) is not None:
                return found
        return self._addresses.service(FRONT)

    async def _forward(self, target: str, scope: Scope, receive: Receive, send: Send) -> None:
        body = await _body(scope, receive)
        answer = await self._answer(_request(target, scope, body))
        try:
            headers = [(name, value) for name, value in answer.headers.raw if name.lower() not in NOT_SENT_BACK]
            await send({"type": "http.response.start", "status": answer.status_code, "headers": headers})
            stream = answer.stream
            assert isinstance(stream, httpx2.AsyncByteStream)
            async for chunk in stream:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await answer.aclose()

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        """Raises NotReached. Tried again only when nothing was sent, or when a repeat does no harm."""
        clock = asyncio.get_running_loop().time
        until = clock() + AGAIN_SECONDS
        repeatable = request.method in ("GET", "HEAD") or "idempotency-key" in request.headers
        while True:
            try:
                return await self._network.handle_async_request(request)
            except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
                reason: httpx2.TransportError = error
            except httpx2.TimeoutException as error:
                raise self._lost(request, error) from None
            except httpx2.TransportError as error:
                if not repeatable:
                    raise self._lost(request, error) from None
                reason = error
            if clock() > until:
                raise self._lost(request, reason) from None
            await asyncio.sleep(PAUSE)

    def _lost(self, request: httpx2.Request, error: httpx2.TransportError) -> NotReached:
        log.warning("not_reached", host=request.url.netloc.decode(), error=type(error).__name__)
        return NotReached(type(error).__name__)

    def _own_app(self, profile: Profile, issuer: Issuer | None, vault: Vault | None) -> FastAPI:
        app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, telemetry={"tracing": False, "metrics": False})
        if issuer is not None and vault is not None:
            app.include_router(issuer_router(issuer, lambda: vault))
        if profile is not Profile.PRODUCTION:

            @app.put("/internal/clock")
            async def set_clock(body: ClockBody) -> dict[str, datetime]:
                async with self._setting:
                    return await self._set_clock(body.now)

            @app.get("/internal/clock")
            async def get_clock() -> dict[str, datetime]:
                return {"now": self._clock.now()}

        @app.get("/livez")
        async def livez() -> dict[str, str]:
            return {"status": "alive"}

        @app.get("/readyz")
        async def readyz() -> Response:
            report = await self.readiness()
            return Response(orjson.dumps(report), 200 if report["ready"] else 503, media_type="application/json")

        @app.get("/metrics")
        async def metrics() -> Response:
            return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

        @app.get("/openapi.json")
        async def openapi() -> dict[str, Any]:
            return merged_openapi((await self._openapi()).values())

        self._problems.install(app)
        return app

    @property
    def _others(self) -> Mapping[str, str]:
        return {name: url for name, url in self._addresses.processes.items() if url != self._addresses.gateway}

    async def readiness(self) -> dict[str, Any]:
        """Of all processes; the time is that of the one that is last."""
        reports = await asyncio.gather(*(self._ready(name, url) for name, url in self._others.items()))
        times = [report["time"] for report in reports if "time" in report]
        return {
            "ready": all(report["ready"] for report in reports),
            "time": min(times, key=datetime.fromisoformat, default=self._clock.now().isoformat()),
            "services": reports,
        }

    async def _ready(self, name: str, url: str) -> dict[str, Any]:
        try:
            answer = await self._client.get(f"{url}/readyz", timeout=3)
            return {**answer.json(), "process": name}
        except (httpx2.HTTPError, ValueError) as error:
            return {"process": name, "ready": False, "error": type(error).__name__}

    async def _set_clock(self, instant: datetime) -> dict[str, datetime]:
        """Returns when every process goes by it. Kept first: whoever is being started just now finds it."""
        self._clock.set(instant)
        keep(self._home, self._clock.ahead)
        async with asyncio.timeout(CLOCK_SECONDS):
            await asyncio.gather(*(self._tell_time(url) for url in self._others.values()))
        return {"now": self._clock.now()}

    async def _tell_time(self, url: str) -> None:
        headers = {"Authorization": f"Bearer {await self._operations.token()}"}
        body = {"ahead_us": microseconds(self._clock.ahead)}
        while True:
            try:
                answer = await self._client.put(f"{url}/internal/clock", json=body, headers=headers, timeout=2)
                if answer.status_code == 200:
                    return
            except httpx2.HTTPError:
                pass
            await asyncio.sleep(PAUSE)

    async def _openapi(self) -> Mapping[str, dict[str, Any]]:
        now = asyncio.get_running_loop().time()
        if now > self._documents_until:
            names = [name for name in self._addresses.services if name != FRONT]
            asked = {name: f"{self._addresses.service(name)}/{name}/v1/openapi.json" for name in names}
            if OPS_HOST in self._addresses.processes:
                asked["ops"] = f"{self._addresses.processes[OPS_HOST]}/ops/v1/openapi.json"
            await asyncio.gather(*(self._document(name, url) for name, url in asked.items()))
            self._documents_until = now + DOCUMENTS_SECONDS
        return self._documents

    async def _document(self, name: str, url: str) -> None:
        """The last known one while its service is away."""
        try:
            answer = await self._client.get(url)
            answer.raise_for_status()
            self._documents[name] = answer.json()
        except (httpx2.HTTPError, ValueError) as error:
            if name not in self._documents:
                raise NotReached(f"{name}: {type(error).__name__}") from None


async def _body(scope: Scope, receive: Receive) -> bytes:
    """Whole, so that a service never waits for a slow visitor. Raises TooLarge, TooSlow."""
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if declared.isdigit() and int(declared[:20]) > MAX_BODY:
        raise TooLarge
    taken = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            while True:
                message = await receive()
                taken += message.get("body", b"")
                if len(taken) > MAX_BODY:
                    raise TooLarge
                if message["type"] == "http.disconnect":
                    raise TooSlow
                if not message.get("more_body"):
                    return bytes(taken)
    except TimeoutError:
        raise TooSlow from None


def _request(target: str, scope: Scope, body: bytes) -> httpx2.Request:
    named = next((value for name, value in scope["headers"] if name == b"connection"), b"")
    dropped = NOT_SENT_ON | {each.strip().lower() for each in named.split(b",")}
    headers = [(name, value) for name, value in scope["headers"] if name not in dropped]
    if scope.get("client"):
        headers.append((VISITOR, scope["client"][0].encode("latin-1")))
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    base = httpx2.URL(target)
    url = base.copy_with(raw_path=path + (b"?" + query if query else b""))
    timeout = {"connect": CONNECT_SECONDS, "read": ANSWER_SECONDS, "write": 10.0, "pool": 5.0}
    announced = body or any(name == b"content-length" for name, _ in scope["headers"])
    return httpx2.Request(
        scope["method"], url, headers=headers, content=body if announced else None, extensions={"timeout": timeout}
    )
