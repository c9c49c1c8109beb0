"""Clients that behave well: they try again with the same Idempotency-Key, and remember what they were answered."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2

from deploy.lounge.client import DeskClient
from deploy.lounge.load import Message, key_of
from deploy.lounge.replay import Replay
from shared.kernel import BUREAU_ZONE, new_id, wall_time
from tests.faults.violation import Violation

CANARY = "CANARY-"
"""Every word that must never be seen again begins so."""
AWAY = (429, 502, 503, 504)
"""Answers that ask to come again."""
PATIENCE_SECONDS = 280.0
PAUSE = 0.3
TEXTS = (
    "隔壁半夜还在唱歌，老人睡不着，说了也不听",
    "身份证丢了，下周要出差，补办要多久",
    "楼上漏水把我家天花板泡坏了，物业和楼上互相推",
    "我不想活了，谁来帮帮我",
    "小区门口的摊子把消防通道堵住了",
    "对方借了我两万块一直不还，电话也不接",
)
STORIES = Path(__file__).parents[1] / "stories"
LIFECYCLES = ("K30-narrow-lane", "reopened-by-a-bad-rating", "withdrawn-by-the-requester")


class Diary:
    """One line for each command that went out, and one for what came back; `info` means nobody knows."""

    def __init__(self, canary: str) -> None:
        self.canary = canary
        self.accepted: dict[str, str] = {}
        self.tried: set[str] = set()
        self.answers: Counter[str] = Counter()
        self.open_calls = 0
        self.rude: list[str] = []
        """Failures that were not told as the desk promises: 503, a problem document, a time to come again."""
        self.other_answers: list[str] = []
        """Repeats that were answered with another request."""
        self.lifecycles = 0
        self.broken_lifecycles: list[str] = []
        self.lines: list[dict[str, Any]] = []

    def note(self, kind: str, operation: str, key: str, **more: Any) -> None:
        self.lines.append({"at": time.monotonic(), "kind": kind, "operation": operation, "key": key, **more})

    def answered(self, operation: str, key: str, answer: httpx2.Response) -> None:
        self.answers[str(answer.status_code)] += 1
        kind = "ok" if answer.is_success else "fail"
        self.note(kind, operation, key, status=answer.status_code)
        if answer.status_code >= 500 and not _is_polite(answer):
            self.rude.append(f"{operation} {answer.status_code} {answer.text[:200]}")
        if operation == "intake.file_request" and answer.is_success:
            request = answer.json()["request_id"]
            if self.accepted.setdefault(key, request) != request:
                self.other_answers.append(f"{self.accepted[key]}, then {request}")

    def lost(self, operation: str, key: str, error: httpx2.TransportError) -> None:
        self.answers[type(error).__name__] += 1
        self.note("info", operation, key, error=type(error).__name__)

    def violations(self) -> list[Violation]:
        found = [Violation("a failure is told as 503 with a time to come again", "all", what) for what in self.rude]
        found += [Violation("the answer given is the one kept", "intake", what) for what in self.other_answers]
        return found + [Violation("a lifecycle goes through", "all", what) for what in self.broken_lifecycles]

    def write(self, path: Path) -> None:
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self.lines), encoding="utf-8")


def _is_polite(answer: httpx2.Response) -> bool:
    return (
        answer.status_code in (503, 504)
        and answer.headers.get("content-type", "").startswith("application/problem+json")
        and "retry-after" in answer.headers
    )


class PatientClient(DeskClient):
    """Every command keeps its key until it is answered with something else than "come again"."""

    def __init__(self, url: str, diary: Diary, timeout: float = 60.0) -> None:
        super().__init__(url)
        self.http.timeout = httpx2.Timeout(timeout)
        self.diary = diary

    async def call(self, name: str, *, key: str | None = None, **how: Any) -> httpx2.Response:
        key = key or str(new_id())
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = await self.once(name, key=key, **how)
            if answer is not None and answer.status_code not in AWAY:
                return answer
            if time.monotonic() > until:
                raise httpx2.ConnectTimeout(f"{name} was never answered")
            await asyncio.sleep(PAUSE)

    async def once(self, name: str, *, key: str, **how: Any) -> httpx2.Response | None:
        """One try; None when nothing came back."""
        diary = self.diary
        if name == "intake.file_request":
            diary.tried.add(key)
        diary.note("invoke", name, key)
        diary.open_calls += 1
        try:
            answer = await super().call(name, key=key, **how)
        except httpx2.TransportError as error:
            diary.lost(name, key, error)
            return None
        except httpx2.HTTPStatusError as error:
            # Not the command itself, but the sign-in or the list of operations before it.
            diary.answers[f"before {error.response.status_code}"] += 1
            return None
        finally:
            diary.open_calls -= 1
        diary.answered(name, key, answer)
        return answer

    async def people(self) -> dict[str, str | None]:
        while True:
            try:
                return await super().people()
            except (httpx2.TransportError, httpx2.HTTPStatusError):
                await asyncio.sleep(PAUSE)


class Lifecycle(Replay):
    """A story from filing to archive, in the bureau's own time, with as much patience as a fault needs."""

    def __init__(self, client: DeskClient, file: Path) -> None:
        super().__init__(client, file)
        told = date.fromisoformat(str(self._story.pop("clock"))[:10])
        # Tomorrow by the bureau's calendar: what is due today may be past before the story is at its end.
        soon = wall_time().astimezone(BUREAU_ZONE).date() + timedelta(days=1)
        self._story = _moved(self._story, told.isoformat(), soon.isoformat())

    async def _do_expect(self, step: Mapping[str, Any], result: Any) -> None:
        await super()._do_expect({**step, "within": f"{PATIENCE_SECONDS:.0f}s"}, result)


def _moved(value: Any, told: str, soon: str) -> Any:
    """The same story on another day."""
    if isinstance(value, dict):
        return {name: _moved(each, told, soon) for name, each in value.items()}
    if isinstance(value, list):
        return [_moved(each, told, soon) for each in value]
    return soon if value == told else value


class Citizens:
    """Files and goes through whole lifecycles until told to stop."""

    def __init__(self, client: PatientClient, *, at_once: int = 3) -> None:
        self._client = client
        self._diary = client.diary
        self._at_once = at_once
        self._next = 0
        self._stopped = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, *, lifecycles: bool) -> None:
        self._tasks = [asyncio.ensure_future(self._file_all()) for _ in range(self._at_once)]
        if lifecycles:
            self._tasks.append(asyncio.ensure_future(self._live()))

    async def stop(self) -> None:
        """Returns when everything that was begun has been answered: whoever filed does not give up."""
        self._stopped.set()
        await asyncio.gather(*self._tasks)

    async def close(self) -> None:
        await self._client.http.aclose()

    async def _file_all(self) -> None:
        while not self._stopped.is_set():
            number, self._next = self._next, self._next + 1
            await self.file(number)

    async def file(self, number: int) -> None:
        text = f"{TEXTS[number % len(TEXTS)]}（{self._diary.canary} {number}）"
        key = key_of(Message(str(number), "", text), self._diary.canary)
        await self._client.call("intake.file_request", body={"narrative": text}, key=key)

    async def _live(self) -> None:
        number = 0
        while not self._stopped.is_set():
            await self.live_through(LIFECYCLES[number % len(LIFECYCLES)])
            number += 1

    async def live_through(self, story: str) -> None:
        result = await Lifecycle(self._client, STORIES / f"{story}.yaml").run()
        self._diary.lifecycles += 1
        if not result.passed:
            failed = next(step for step in result.steps if not step.passed)
            self._diary.broken_lifecycles.append(f"{result.id}: {failed.what}: {failed.detail[:200]}")

    async def file_again(self, newest: int = 60) -> None:
        """What was tried is sent once more: repeats must change nothing, and be answered as before."""
        left = iter(range(max(0, self._next - newest), self._next))

        async def repeat() -> None:
            for number in left:
                await self.file(number)

        await asyncio.gather(*(repeat() for _ in range(self._at_once)))


def new_canary() -> str:
    return f"{CANARY}{UUID(str(new_id())).hex[-12:]}"
