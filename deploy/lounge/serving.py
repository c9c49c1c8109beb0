"""An ASGI app behind a listening socket until SIGTERM: how every process of Lounge answers."""

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import Iterator, MutableMapping
from typing import Any

import structlog
import uvicorn
from starlette.requests import Request

from deploy.lounge.dispatch import App, Receive, Scope, Send
from shared.web.problems import OWN_WORDS, Catalogue, Problems

GRACE_SECONDS = 5
"""How long a request under way may take to end once the desk stops."""
IDLE_SECONDS = 75
"""Longer than any client of ours keeps an idle connection: who reuses one must not find it closed."""

COLLECT_AFTER = (50_000, 20, 20)
"""New objects before the collector looks at them: by then a call has ended, and hardly one of its objects is left."""

log = structlog.get_logger("serving")


class Server(uvicorn.Server):
    """uvicorn without its own signal handling: it would raise SIGTERM again and leave PostgreSQL behind."""

    @classmethod
    def of(cls, app: App) -> "Server":
        config = uvicorn.Config(
            door(app), loop="none", http="httptools", lifespan="off", access_log=False, log_level="warning",
            timeout_graceful_shutdown=2 * GRACE_SECONDS, timeout_keep_alive=IDLE_SECONDS, server_header=False,
            # Whom a call is for is told by our own processes alone; uvicorn would believe everybody on this machine.
            proxy_headers=False,
        )  # fmt: skip
        return cls(config)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def begin(self, listener: socket.socket) -> "asyncio.Task[None]":
        """Returns once it answers; what it returns ends after SIGINT or SIGTERM."""
        # What lives as long as the process is not looked at by the collector again: its pauses were the slowest calls.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*COLLECT_AFTER)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, lambda: setattr(self, "should_exit", True))
        serving = asyncio.create_task(self.serve(sockets=[listener]))
        while not self.started and not serving.done():
            await asyncio.sleep(0.01)
        return serving

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Cuts off by itself, quietly, who does not end his request: uvicorn would print a traceback for each."""
        cutting = asyncio.get_running_loop().call_later(GRACE_SECONDS, self._cut_off)
        try:
            await super().shutdown(sockets)
        finally:
            cutting.cancel()

    def _cut_off(self) -> None:
        for task in self.server_state.tasks:
            task.cancel()


def door(app: App) -> App:
    """The last catch before uvicorn, which would print whatever message an error has: it may be what somebody typed."""
    problems = Problems(Catalogue([OWN_WORDS]))

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def sent(message: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await app(scope, receive, sent)
        except asyncio.CancelledError:
            if not begun:
                await problems.answer(Request(scope), 503, "unavailable", retry_after=5)(scope, receive, send)
        except Exception as error:
            # What has been answered was logged with its answer.
            if not begun:
                log.error("request_failed", exc_info=error)
                await problems.answer(Request(scope), 500, "internal")(scope, receive, send)

    return answer


def listening(host: str, port: int) -> socket.socket:
    """A socket of that port, bound and not yet listening. Raises OSError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
