"""`lounge load`: files messages through the public API and follows what becomes of them."""

import asyncio
import hashlib
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import orjson
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deploy.lounge.client import DeskClient

AT_ONCE = 8
PATIENCE_SECONDS = 300.0
PAUSE = 0.5
MAX_PAUSE = 5.0
AWAY = frozenset({429, 502, 503, 504})
"""Answers that ask to come again."""
FOLLOW_SECONDS = 300.0
LEAVES_SECONDS = 60.0
DECIDED = frozenset({"routed", "waiting_for_person", "transferred", "gated", "answered"})
MAX_TITLE, MAX_TEXT = 200, 20_000


@dataclass(slots=True)
class LoadReport:
    """Counts of one run. accepted = triaged + waiting_for_person + parked when nothing was lost."""

    read: int = 0
    accepted: int = 0
    refused: int = 0
    triaged: int = 0
    waiting_for_person: int = 0
    parked: int = 0
    failed: int = 0
    leaves: int = 0
    seconds: float = 0.0
    refusals: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Message:
    id: str
    title: str
    text: str


def read_messages(file: Path, limit: int | None) -> Iterator[Message]:
    """Lines with `id`, `title`, `text`; blank lines are passed over."""
    with file.open("rb") as lines:
        for number, line in enumerate(lines):
            if limit is not None and number >= limit:
                return
            if line.strip():
                raw = orjson.loads(line)
                text = str(raw.get("text") or raw.get("narrative") or "")
                yield Message(str(raw.get("id", number)), str(raw.get("title") or ""), text)


def key_of(message: Message, run: str) -> str:
    """The same message of the same run has the same key: a run that was cut off can be repeated."""
    seed = hashlib.sha256(f"{run}\n{message.id}\n{message.title}\n{message.text}".encode()).digest()
    return str(UUID(bytes=seed[:16], version=4))


def body_of(message: Message) -> dict[str, Any]:
    def clean(text: str, limit: int) -> str:
        return unicodedata.normalize("NFC", text.replace("\x00", "")).strip()[:limit]

    body = {"narrative": clean(message.text, MAX_TEXT) or clean(message.title, MAX_TEXT)}
    if title := clean(message.title, MAX_TITLE):
        body["title"] = title
    return body


class Load:
    """A patient sender: what was not answered is sent again with the same key, until the desk is back."""

    def __init__(self, client: DeskClient, run: str, progress: Progress, per_second: float | None = None) -> None:
        self._client = client
        self._run = run
        self._progress = progress
        self._pause = 1 / per_second if per_second else 0.0
        self._next_at = 0.0
        self.report = LoadReport()
        self.accepted: dict[str, str] = {}
        """Idempotency key → request id."""

    async def run(self, messages: list[Message]) -> LoadReport:
        begun = asyncio.get_running_loop().time()
        self.report.read = len(messages)
        await self._each("提交", messages, self._file)
        await self._each("分流", list(self.accepted.values()), self._follow)
        await self._each("入账", list(self.accepted.values()), self._count_leaves)
        answer = await self._persist("ops.get_status", login="operator")
        parked = answer.json()["parked"] if answer is not None and answer.is_success else {"unknown": 1}
        self.report.parked = sum(parked.values())
        self.report.seconds = round(asyncio.get_running_loop().time() - begun, 2)
        return self.report

    async def _each(self, title: str, things: list[Any], work: Callable[[Any], Awaitable[None]]) -> None:
        bar = self._progress.add_task(title, total=len(things))
        queue = asyncio.Queue[Any]()
        for thing in things:
            queue.put_nowait(thing)

        async def worker() -> None:
            while not queue.empty():
                await work(queue.get_nowait())
                self._progress.advance(bar)

        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))

    async def _file(self, message: Message) -> None:
        await self._take_turn()
        key = key_of(message, self._run)
        response = await self._persist("intake.file_request", body=body_of(message), key=key)
        if response is None:
            self.report.failed += 1
        elif response.status_code < 300:
            self.report.accepted += 1
            self.accepted[key] = response.json()["request_id"]
        else:
            self.report.refused += 1
            kind = str(response.json().get("type"))
            self.report.refusals[kind] = self.report.refusals.get(kind, 0) + 1

    async def _take_turn(self) -> None:
        """Spreads the messages evenly where a rate was asked for."""
        now = asyncio.get_running_loop().time()
        self._next_at = max(now, self._next_at + self._pause)
        await asyncio.sleep(self._next_at - now)

    async def _persist(self, operation: str, **how: Any) -> httpx2.Response | None:
        """Tries again with the same key while the desk is away; None when it stays away."""
        until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < until:
            pause = PAUSE
            try:
                response = await self._client.call(operation, **how)
            except httpx2.TransportError:
                pass
            except httpx2.HTTPStatusError as error:
                # The sign-in or the list of operations, which come before the call itself.
                if error.response.status_code not in AWAY:
                    raise
            else:
                if response.status_code not in AWAY:
                    return response
                pause = min(MAX_PAUSE, float(response.headers.get("retry-after", PAUSE)))
            await asyncio.sleep(pause)
        return None

    async def _follow(self, request: str) -> None:
        until = asyncio.get_running_loop().time() + FOLLOW_SECONDS
        while asyncio.get_running_loop().time() < until:
            how = {"login": "duty_officer", "params": {"request_id": request}}
            response = await self._persist("routing.get_decision", **how)
            state = response.json().get("state") if response is not None and response.status_code == 200 else None
            if state == "waiting_for_person":
                self.report.waiting_for_person += 1
                return
            if state in DECIDED:
                self.report.triaged += 1
                return
            await asyncio.sleep(0.1)

    async def _count_leaves(self, request: str) -> None:
        until = asyncio.get_running_loop().time() + LEAVES_SECONDS
        while asyncio.get_running_loop().time() < until:
            response = await self._persist("audit.list_facts", login="auditor", params={"subject": request})
            if response is not None and response.status_code == 200 and response.json()["complete"]:
                self.report.leaves += len(response.json()["facts"])
                return
            await asyncio.sleep(0.2)


async def load(url: str, file: Path, limit: int | None, run: str) -> LoadReport:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    async with DeskClient(url) as client:
        with Progress(*columns) as progress:
            return await Load(client, run, progress).run(list(read_messages(file, limit)))


def as_json(report: LoadReport) -> bytes:
    return orjson.dumps(asdict(report), option=orjson.OPT_INDENT_2)
