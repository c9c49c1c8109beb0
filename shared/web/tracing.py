"""The trace at the door: its id in every answer, the time taken, a stranger's trace as a link, never as a parent."""

from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any

from opentelemetry import trace

from shared.eventstore.onecall import one_call
from shared.telemetry.meters import count_request
from shared.telemetry.spans import current_trace_id, span_context

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

PUBLIC_TRACEPARENT = b"x-public-traceparent"
TRACE_ID = b"x-trace-id"


class TraceAtTheDoor:
    """ASGI middleware inside FastAPI's own server span."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], service: str) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == PUBLIC_TRACEPARENT), None)
        if given is not None and (context := span_context(given.decode("latin-1"))) is not None:
            trace.get_current_span().add_link(context)

        begun = perf_counter()

        async def send_with_trace(message: Message) -> None:
            if message["type"] == "http.response.start":
                if (trace_id := current_trace_id()) is not None:
                    message["headers"] = [*message.get("headers", ()), (TRACE_ID, trace_id.encode())]
                route = getattr(scope.get("route"), "path", "")
                count_request(self._service, scope["method"], route, message["status"], perf_counter() - begun)
            await send(message)

        with one_call():
            await self._app(scope, receive, send_with_trace)
