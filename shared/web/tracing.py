"""The trace at the door: its id in every answer, the time taken, a stranger's trace as a link, never as a parent."""

from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any

from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.trace import SpanKind, StatusCode

from shared.eventstore.onecall import one_call
from shared.telemetry.meters import count_request
from shared.telemetry.names import STATUS
from shared.telemetry.spans import span, span_context

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PARENT = b"traceparent"
PUBLIC_TRACEPARENT = b"x-public-traceparent"
TRACE_ID = b"x-trace-id"
FAILED = 500


class TracedApp(FastAPI):
    """With a server span of our own around everything: the framework's costs as much as a small statement."""

    def __init__(self, service: str, **settings: Any) -> None:
        super().__init__(**settings, telemetry={"tracing": False, "logs": False, "metrics": False})
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        method, headers = scope["method"], dict(scope["headers"])
        begun = perf_counter()
        told = {"method": method, "path": scope["path"]}
        with span(method, parent=_text(headers.get(PARENT)), kind=SpanKind.SERVER, **told) as server, one_call():
            if (stranger := span_context(_text(headers.get(PUBLIC_TRACEPARENT)))) is not None:
                server.add_link(stranger)
            trace_id = f"{server.get_span_context().trace_id:032x}".encode()

            async def send_with_trace(message: Message) -> None:
                if message["type"] == "http.response.start":
                    message["headers"] = [*message.get("headers", ()), (TRACE_ID, trace_id)]
                    route = getattr(scope.get("route"), "path", "")
                    self._conclude(server, method, route, message["status"], perf_counter() - begun)
                await send(message)

            await super().__call__(scope, receive, send_with_trace)

    def _conclude(self, server: trace.Span, method: str, route: str, status: int, seconds: float) -> None:
        server.update_name(f"{method} {route}".rstrip())
        server.set_attribute(STATUS, status)
        if status >= FAILED:
            server.set_status(StatusCode.ERROR)
        count_request(self._service, method, route, status, seconds)


def _text(header: bytes | None) -> str | None:
    return header.decode("latin-1") if header is not None else None
