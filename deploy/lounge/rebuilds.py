"""Views that are being rebuilt in this process: an operator starts one and asks how far it is. It may take hours."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

from shared.messaging import Rebuilt

Name = tuple[str, str]
"""Service and view."""

log = structlog.get_logger("rebuilds")


class Rebuilds:
    """One at a time for each service: each holds a connection while it needs others, of which there are few."""

    def __init__(self) -> None:
        self._tasks: dict[Name, asyncio.Task[Rebuilt]] = {}
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def begin(self, name: Name, work: Callable[[], Awaitable[Rebuilt]]) -> None:
        """Whoever asks while one is under way joins it."""
        if self.is_running(name):
            return
        task = asyncio.ensure_future(self._in_turn(name[0], work))
        task.add_done_callback(_say_what_failed)
        self._tasks[name] = task

    async def _in_turn(self, service: str, work: Callable[[], Awaitable[Rebuilt]]) -> Rebuilt:
        async with self._turns[service]:
            return await work()

    def is_running(self, name: Name) -> bool:
        return name in self._tasks and not self._tasks[name].done()

    def told(self, name: Name) -> Mapping[str, Any]:
        """`state` is none, running, failed or done; and of one that is done what it found."""
        service, view = name
        known: dict[str, Any] = {"service": service, "view": view}
        task = self._tasks.get(name)
        if task is None:
            return known | {"state": "none"}
        if not task.done():
            return known | {"state": "running"}
        if task.cancelled() or task.exception() is not None:
            return known | {"state": "failed"}
        done = task.result()
        return known | {
            "state": "done",
            "version": done.version,
            "rows": done.rows,
            "equal": done.checksum_before == done.checksum_after,
            "checksum_before": done.checksum_before,
            "checksum_after": done.checksum_after,
        }


def _say_what_failed(task: "asyncio.Task[Rebuilt]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("rebuild_failed", error=repr(error))
