"""One origin in front of all services: by the first part of the path, and what belongs to none of them."""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import AwareDatetime, BaseModel
from starlette.responses import Response

from deploy.lounge.issuer import issuer_router
from deploy.lounge.ops import ops_router
from shared.web import Profile
from shared.web.health import readiness
from shared.web.problems import MAX_BODY, OWN_WORDS, Catalogue, Problems
from shared.web.tracing import TraceAtTheDoor

if TYPE_CHECKING:
    from deploy.lounge.house import House

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

FRONT = "portal"
TRACE_HEADERS = (b"traceparent", b"tracestate", b"baggage")
INNER_FLAG = "lounge.inner"
VISITOR = b"x-forwarded-for"
"""Whom the portal asks for; believed from inside only, so that limits count visitors and not the portal."""


class ClockBody(BaseModel):
    now: AwareDatetime


class Dispatcher:
    """Routes `/intake/…` to intake and so on; everything else is the portal's."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._apps: dict[str, App] = {}
        self._middle = self._own_app()

    def mount(self) -> None:
        self._apps = {name: runtime.app for name, runtime in self._house.runtimes.items() if name != FRONT}
        self.ops = self._ops_app()
        self._apps["ops"] = self.ops

    def _ops_app(self) -> FastAPI:
        """The console of operators: it looks behind all services, so it belongs to none of them."""
        app = FastAPI(
            title="Lounge ops",
            openapi_url=None,
            docs_url=None,
            redoc_url=None,
            max_body_size=MAX_BODY,
            telemetry={"logs": False, "metrics": False, "operation_spans": False},
        )
        app.add_middleware(TraceAtTheDoor, service="ops")
        guard = next(runtime.deps.guard for name, runtime in self._house.runtimes.items() if name != FRONT)
        app.include_router(ops_router(self._house, guard))
        Problems(Catalogue([OWN_WORDS])).install(app)
        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        first = scope["path"].split("/", 2)[1]
        if not scope.get(INNER_FLAG):
            scope = _from_outside(scope)
        app = None if _is_page(scope["path"]) else self._apps.get(first)
        if app is None and first in OWN:
            app = self._middle
        if app is None and FRONT in self._house.runtimes:
            app = self._house.runtimes[FRONT].app
        await (app or self._middle)(scope, receive, send)

    def _own_app(self) -> FastAPI:
        house = self._house
        app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, telemetry={"tracing": False, "metrics": False})
        if house.profile is not Profile.PRODUCTION:
            app.include_router(issuer_router(house.issuer, lambda: house.vault))

            @app.put("/internal/clock")
            async def set_clock(body: ClockBody) -> dict[str, datetime]:
                house.clock.set(body.now)
                house.wakeups.wake("clock")
                return {"now": house.clock.now()}

            @app.get("/internal/clock")
            async def get_clock() -> dict[str, datetime]:
                return {"now": house.clock.now()}

        @app.get("/livez")
        async def livez() -> dict[str, str]:
            return {"status": "alive"}

        @app.get("/readyz")
        async def readyz() -> Response:
            reports = await asyncio.gather(*(readiness(runtime) for runtime in house.runtimes.values()))
            ready = all(report["ready"] for report in reports)
            body = {"ready": ready, "time": house.clock.now().isoformat(), "services": reports}
            return Response(orjson.dumps(body), 200 if ready else 503, media_type="application/json")

        @app.get("/metrics")
        async def metrics() -> Response:
            return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

        @app.get("/openapi.json")
        async def openapi() -> dict[str, Any]:
            return merged_openapi(house)

        Problems(Catalogue([OWN_WORDS])).install(app)
        return app


OWN = frozenset({"issuer", "internal", "livez", "readyz", "metrics", "openapi.json"})
OPERATORS_API = "/ops/v1/"


def _is_page(path: str) -> bool:
    """The operators' console is the portal's, the API behind it is ours."""
    return path.startswith("/ops") and not path.startswith(OPERATORS_API)


def merged_openapi(house: "House") -> dict[str, Any]:
    """All services' operations in one document, for clients that know no service."""
    merged: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "Lounge", "version": "1"},
        "paths": {},
        "components": {"schemas": {}, "securitySchemes": {}},
    }
    apps = [runtime.app for name, runtime in house.runtimes.items() if name != FRONT]
    for app in (*apps, house.dispatcher.ops):
        document = _with_own_names(app.openapi())
        merged["paths"].update(document.get("paths", {}))
        for part, found in document.get("components", {}).items():
            merged["components"].setdefault(part, {}).update(found)
    return merged


def _with_own_names(document: dict[str, Any]) -> dict[str, Any]:
    """Two services may each have a `Done`: in one document they are `intake.Done` and `audit.Done`."""
    service = document["info"]["title"].rsplit(" ", 1)[-1]
    schemas = document.get("components", {}).get("schemas", {})
    text = orjson.dumps(document).decode()
    for name in schemas:
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/{service}.{name}"')
    renamed: dict[str, Any] = orjson.loads(text)
    if schemas:
        found = renamed["components"]["schemas"]
        renamed["components"]["schemas"] = {f"{service}.{name}": schema for name, schema in found.items()}
    return renamed


def _from_outside(scope: Scope) -> Scope:
    """A stranger's trace context is no parent of ours: it becomes a link (see the guard), the rest is dropped."""
    headers = [(name, value) for name, value in scope["headers"] if name not in (*TRACE_HEADERS, VISITOR)]
    given = next((value for name, value in scope["headers"] if name == b"traceparent"), None)
    if given is not None:
        headers.append((b"x-public-traceparent", given))
    return {**scope, "headers": headers}


def inner_only(dispatcher: Dispatcher) -> App:
    """The same origin as services see it: `/internal` included, trace context kept."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            visitor = next((value for name, value in scope["headers"] if name == VISITOR), None)
            client = (visitor.decode("latin-1"), 0) if visitor else scope.get("client")
            scope = {**scope, "client": client}
        await dispatcher({**scope, INNER_FLAG: True}, receive, send)

    return app
