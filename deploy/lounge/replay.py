"""`lounge replay`: stories against any running desk, through its public API. Knows no service."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import yaml

from deploy.lounge.client import DeskClient, NoSuchOperation

VARIABLE = re.compile(r"\$\{([a-z_][a-z0-9_.]*)\}")
DURATION = re.compile(r"^(\d+)\s*(ms|s|m|h|d)$")
UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
DEFAULT_WITHIN = 10.0
POLL = 0.05
LEAF_WITHIN = 15.0
LEAF_INDEX = re.compile(r"^index (\d+)$", re.MULTILINE)


class StoryLoader(yaml.CSafeLoader):
    """A date in a story is text on its way into JSON."""

    yaml_implicit_resolvers = {  # noqa: RUF012
        first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }


class StoryFailed(Exception):
    """A step did not go as told; says which and how."""


@dataclass(slots=True)
class StepResult:
    step: int
    what: str
    passed: bool
    detail: str = ""
    trace_id: str | None = None
    milliseconds: int = 0
    record_id: str | None = None
    """Of the fact that the step made."""
    leaf: int | None = None
    """Where that fact stands in the log."""


@dataclass(slots=True)
class StoryResult:
    id: str
    title: str
    file: str
    steps: list[StepResult] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return bool(self.steps) and all(step.passed for step in self.steps)


def seconds_of(duration: str) -> float:
    match = DURATION.match(str(duration))
    if match is None:
        raise StoryFailed(f"不是时长：{duration}")
    return int(match[1]) * UNITS[match[2]]


def lookup(data: Any, path: str) -> Any:
    """`sessions.0.session_id` in nested answers. Raises StoryFailed where there is nothing."""
    found = data
    for part in path.split("."):
        try:
            found = found[int(part)] if isinstance(found, list) else found[part]
        except (KeyError, IndexError, ValueError, TypeError):
            raise StoryFailed(f"回答里没有 {path}") from None
    return found


def fill(value: Any, known: Mapping[str, Any]) -> Any:
    """Replaces ${name}; a value that is nothing but one variable keeps the variable's type."""
    if isinstance(value, str):
        whole = VARIABLE.fullmatch(value)
        if whole:
            return lookup(known, whole[1])
        return VARIABLE.sub(lambda match: str(lookup(known, match[1])), value)
    if isinstance(value, Mapping):
        return {name: fill(each, known) for name, each in value.items()}
    if isinstance(value, list):
        return [fill(each, known) for each in value]
    return value


def differs(expected: Any, actual: Any, path: str = "") -> str | None:
    """The first difference; None when `actual` holds everything expected. A list against a single value: one of."""
    if isinstance(expected, Mapping):
        if not isinstance(actual, Mapping):
            return f"{path or '回答'} 不是对象：{actual!r}"
        for name, each in expected.items():
            if name not in actual and each is not None:
                return f"{path}.{name} 不存在"
            if (found := differs(each, actual.get(name), f"{path}.{name}")) is not None:
                return found
        return None
    if isinstance(expected, list):
        if not isinstance(actual, list):
            return None if actual in expected else f"{path} 是 {actual!r}，应为 {expected} 之一"
        for each in expected:
            if all(differs(each, one, path) is not None for one in actual):
                return f"{path} 中没有 {each!r}（有 {actual!r}）"
        return None
    return None if expected == actual else f"{path} 是 {actual!r}，应为 {expected!r}"


class Player:
    """Plays steps at one desk, and remembers what they saved."""

    def __init__(self, client: DeskClient, patience: float = 1.0) -> None:
        self._client = client
        self._patience = patience
        self._known: dict[str, Any] = {}

    async def step(self, number: int, step: Mapping[str, Any]) -> StepResult:
        kind = next(iter(step))
        what = f"{kind} {step[kind] if isinstance(step[kind], str) else ''}".strip()
        result = StepResult(number, what, True)
        begun = asyncio.get_running_loop().time()
        try:
            await getattr(self, f"_do_{kind}")(step, result)
        except (StoryFailed, NoSuchOperation) as error:
            result.passed, result.detail = False, f"{type(error).__name__}: {error}"
        except httpx2.HTTPError as error:
            result.passed, result.detail = False, f"连接失败：{type(error).__name__} {error}"
        result.milliseconds = round((asyncio.get_running_loop().time() - begun) * 1000)
        return result

    async def _send(self, name: str, step: Mapping[str, Any], result: StepResult) -> httpx2.Response:
        response = await self._client.call(
            name,
            login=step.get("as"),
            bearer=fill(step.get("bearer"), self._known),
            params=fill(step.get("params", {}), self._known),
            body=fill(step.get("body", {}), self._known),
            key=fill(step.get("key"), self._known),
        )
        result.trace_id = response.headers.get("x-trace-id")
        return response

    async def _do_call(self, step: Mapping[str, Any], result: StepResult) -> None:
        if "refused" in step:
            await self._refused(step, result)
            return
        response = await self._send(step["call"], step, result)
        if response.status_code >= 300:
            raise StoryFailed(f"{response.status_code} {response.text[:500]}")
        answer = response.json() if response.content else {}
        if (found := differs(fill(step.get("match", {}), self._known), answer)) is not None:
            raise StoryFailed(found)
        result.record_id = answer.get("record_id")
        self._keep(step, answer)

    def _keep(self, step: Mapping[str, Any], answer: Any) -> None:
        for name, path in step.get("save", {}).items():
            self._known[name] = lookup(answer, path)

    async def _refused(self, step: Mapping[str, Any], result: StepResult) -> None:
        """With `within`, a refusal for another reason is asked again: what the desk refuses by may be on its way."""
        loop = asyncio.get_running_loop()
        until = loop.time() + (self._within(step) if "within" in step else 0.0)
        while True:
            response = await self._send(step["call"], step, result)
            told = response.json() if response.content else {}
            found = differs(step["refused"], {**told, "status": response.status_code})
            if found is None:
                result.detail = f"拒绝 {response.status_code} {told.get('type')}：{told.get('title')}"
                return
            if response.status_code < 400 or loop.time() > until:
                raise StoryFailed(f"应被拒绝：{found}")
            await asyncio.sleep(POLL)

    def _within(self, step: Mapping[str, Any]) -> float:
        return self._patience * (seconds_of(step["within"]) if "within" in step else DEFAULT_WITHIN)

    async def _do_expect(self, step: Mapping[str, Any], result: StepResult) -> None:
        """Polls until the answer matches or time runs out."""
        within = self._within(step)
        loop = asyncio.get_running_loop()
        until = loop.time() + within
        while True:
            response = await self._send(step["expect"], step, result)
            found: str | None = f"{response.status_code}"
            if response.status_code < 300:
                answer = response.json()
                found = differs(fill(step.get("match", {}), self._known), answer)
                if found is None:
                    self._keep(step, answer)
                    return
            if loop.time() > until:
                raise StoryFailed(f"{within:g} 秒内没有等到：{found}")
            await asyncio.sleep(POLL)

    async def _do_wait(self, step: Mapping[str, Any], result: StepResult) -> None:
        now = datetime.fromisoformat(await self._client.time())
        await self._move_clock(now + timedelta(seconds=seconds_of(step["wait"])))

    async def _do_audit(self, step: Mapping[str, Any], result: StepResult) -> None:
        """Sugar for audit.list_facts as the auditor."""
        asked = fill(step["audit"], self._known)
        match: dict[str, Any] = {"facts": [{"fact": fact} for fact in asked.get("facts", ())]}
        if asked.get("complete"):
            match["complete"] = True
        expect = {
            "expect": "audit.list_facts",
            "as": "auditor",
            "params": {"subject": asked["subject"]},
            "match": match,
        }
        await self._do_expect({**expect, "within": step.get("within", "15s")}, result)

    async def _move_clock(self, instant: datetime) -> None:
        await self._client.set_clock(instant.isoformat())
        while datetime.fromisoformat(await self._client.time()) < instant:
            await asyncio.sleep(POLL)


class Replay(Player):
    """One story at one desk."""

    def __init__(self, client: DeskClient, file: Path, patience: float = 1.0, *, leaves: bool = False) -> None:
        super().__init__(client, patience)
        self._leaves = leaves
        self._story = yaml.load(file.read_text(encoding="utf-8"), Loader=StoryLoader)  # noqa: S506
        self.result = StoryResult(self._story["id"], self._story["title"], str(file))

    async def run(self) -> StoryResult:
        """Steps in order until one fails."""
        parked = await self._parked()
        self._known["people"] = await self._client.people()
        if "clock" in self._story:
            await self._move_clock(datetime.fromisoformat(self._story["clock"]))
        for number, step in enumerate(self._story["steps"], 1):
            result = await self.step(number, step)
            self.result.steps.append(result)
            if not result.passed:
                break
        after = await self._parked()
        if after > parked and not self._story.get("parks"):
            self.result.steps.append(StepResult(0, "parked", False, f"{after - parked} 条记录被搁置"))
        if self._leaves:
            await self._find_leaves()
        return self.result

    async def _find_leaves(self) -> None:
        """Where the log keeps what each step did. A fact that no checkpoint covers in time is a fault of the desk."""
        until = asyncio.get_running_loop().time() + self._patience * LEAF_WITHIN
        for step in [each for each in self.result.steps if each.record_id]:
            step.leaf = await self._leaf_of(step)
            while step.leaf is None and asyncio.get_running_loop().time() < until:
                await asyncio.sleep(POLL)
                step.leaf = await self._leaf_of(step)
            if step.leaf is None:
                step.passed, step.detail = False, "日志里没有这一步的叶"

    async def _leaf_of(self, step: StepResult) -> int | None:
        proof = await self._client.call("audit.get_proof", params={"record_id": step.record_id})
        found = LEAF_INDEX.search(proof.text) if proof.status_code == 200 else None
        return int(found[1]) if found else None

    async def _parked(self) -> int:
        response = await self._client.call("ops.get_status", login="operator")
        return int(response.json()["parked"]["poison"])


async def replay(url: str, files: Sequence[Path], patience: float = 1.0, *, leaves: bool = False) -> list[StoryResult]:
    """`patience`: how many times longer than a story says its desk may take, on a machine that has other work."""
    async with DeskClient(url) as client:
        return [await Replay(client, file, patience, leaves=leaves).run() for file in files]
