"""What every process of a cluster answers beside its service: metrics, its clock, and what operators ask of it."""

import os
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, FastAPI, Request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel
from starlette.responses import Response

from deploy.lounge.bureau_time import microseconds
from deploy.lounge.dispatch import App, Receive, Scope, Send, for_the_visitor
from deploy.lounge.issuer import OPS_SCOPE
from deploy.lounge.operations import HouseOperations
from shared.eventstore import Wakeups
from shared.kernel import Actor, BureauClock, Context, PersonId, UnitCode, wall_time
from shared.messaging.discards import DiscardReason
from shared.telemetry.spans import current_traceparent
from shared.web.errors import NotAllowed, NotSignedIn
from shared.web.problems import MAX_BODY, OWN_WORDS, Catalogue, Problems
from shared.web.tokens import SERVICE_ROLE, TokenVerifier


class ClockBody(BaseModel):
    ahead_us: int


class DiscardedBy(BaseModel):
    reason: DiscardReason
    role: str
    person: UUID | None = None
    unit: str | None = None

    @property
    def actor(self) -> Actor:
        person = PersonId(self.person) if self.person else None
        return Actor(self.role, person, UnitCode(self.unit) if self.unit else None, frozenset({self.role}))


class Facts:
    """About this process."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._since = wall_time()

    def told(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "pid": os.getpid(),
            "since": self._since.isoformat(),
            "memory": memory_of(os.getpid()),
        }


def memory_of(pid: int) -> int | None:
    """Bytes that the process costs the machine: what it shares with others is counted in parts."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), None)


def only_operations(tokens: TokenVerifier) -> Any:
    """For calls of the client `operations`, the only one with the scope `ops`."""

    async def let_in(request: Request) -> None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn
        bearer = tokens.verify(token)
        if bearer.actor.role != SERVICE_ROLE or OPS_SCOPE not in bearer.scopes:
            raise NotAllowed

    return Depends(let_in)


def process_app(
    facts: Facts,
    tokens: TokenVerifier,
    clock: BureauClock | None,
    wakeups: Wakeups,
    status: Callable[[], Awaitable[dict[str, Any]]],
    readiness: Callable[[], Awaitable[dict[str, Any]]] | None = None,
    operations: HouseOperations | None = None,
) -> FastAPI:
    """`clock` is None where nobody may set it. Without `readiness` the service itself tells how it is."""
    app = FastAPI(
        openapi_url=None, docs_url=None, redoc_url=None, max_body_size=MAX_BODY,
        telemetry={"logs": False, "operation_spans": False, "tracing": False, "metrics": False},
    )  # fmt: skip
    inside = APIRouter(prefix="/internal", dependencies=[only_operations(tokens)])

    @inside.get("/status")
    async def own_status() -> dict[str, Any]:
        return {"process": facts.told(), **await status()}

    if clock is not None:
        _with_clock(inside, clock, wakeups)
    if operations is not None:
        _with_repairs(inside, operations)
    app.include_router(inside)

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    if readiness is not None:
        _with_health(app, readiness)
    Problems(Catalogue([OWN_WORDS])).install(app)
    return app


def _with_clock(inside: APIRouter, clock: BureauClock, wakeups: Wakeups) -> None:
    @inside.put("/clock")
    async def set_clock(body: ClockBody) -> dict[str, Any]:
        clock.ahead = timedelta(microseconds=body.ahead_us)
        wakeups.wake("clock")
        return {"now": clock.now(), "ahead_us": microseconds(clock.ahead)}


def _with_repairs(inside: APIRouter, operations: HouseOperations) -> None:
    @inside.get("/parked")
    async def parked() -> dict[str, Any]:
        return {"parked": await operations.parked()}

    @inside.post("/parked/{key}/retry")
    async def retry(key: UUID) -> dict[str, Any]:
        return {"readers": await operations.retry(key)}

    @inside.post("/parked/{key}/discard")
    async def discard(key: UUID, body: DiscardedBy) -> dict[str, Any]:
        context = Context(actor=body.actor, trace=current_traceparent())
        return {"discarded": await operations.discard(key, body.reason, context)}

    @inside.post("/views/{service}/{view}/rebuild")
    async def rebuild_view(service: str, view: str) -> dict[str, Any]:
        return dict(await operations.rebuild(service, view))

    @inside.get("/views/{service}/{view}/rebuild")
    async def rebuilding(service: str, view: str) -> dict[str, Any]:
        return dict(await operations.rebuilding(service, view))


def _with_health(app: FastAPI, readiness: Callable[[], Awaitable[dict[str, Any]]]) -> None:
    @app.get("/livez")
    async def livez() -> dict[str, str]:
        return {"status": "alive"}

    @app.get("/readyz")
    async def readyz() -> Response:
        report = await readiness()
        return Response(orjson.dumps(report), 200 if report["ready"] else 503, media_type="application/json")


def together(service: App, own: App, ops: App | None) -> App:
    """One port for the service, for the operators' API where it is hosted, and for what belongs to the process."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"]
        scope = for_the_visitor(scope)
        if path == "/metrics" or (path.startswith("/internal/") and not path.startswith("/internal/feed/")):
            await own(scope, receive, send)
        elif ops is not None and path.startswith("/ops/"):
            await ops(scope, receive, send)
        else:
            await service(scope, receive, send)

    return app
