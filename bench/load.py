"""The load: whole lifecycles over HTTP, in a process of its own so that its work is not taken for the desk's.

file → triaged → confirmed → signed → answered → outcome → told → rated → archived, and a look at the worklist on
the way. Inquiries are so scarce among the labels that a person looks at each (T1): that is the second step.
`python -m bench.load PORT closed CLIENTS TOTAL` or `… open RATE TOTAL`; one JSON line tells what was reached.
"""

import asyncio
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvloop

from bench.client import Pool, as_json, percentile, request
from shared.kernel import new_id, wall_time

TEXT = "请问户口迁移需要带哪些材料，窗口几点上班？"
CITIZEN = "citizen_chen"
OFFICER = "duty_officer"
ANSWER = {"answer": "带户口本和身份证到户政窗口，工作日八点半到五点半，当场可办。"}
PATIENCE = 60.0
FIRST_LOOK = 0.02


class NotReached(Exception):
    """A state did not come in time, or a call was refused."""


@dataclass(slots=True)
class Pace:
    """How long a state lets one wait: whoever looks when it is likely to be there looks once."""

    seconds: float = FIRST_LOOK

    def learn(self, waited: float, looks: int) -> None:
        aim = waited if looks > 1 else waited * 0.9
        self.seconds = max(0.002, 0.9 * self.seconds + 0.1 * aim)


@dataclass(slots=True)
class Run:
    lives: list[float] = field(default_factory=list)
    triaged: list[float] = field(default_factory=list)
    requests: list[tuple[str, float]] = field(default_factory=list)
    """Request id and the wall time at which its filing was due."""
    looks: int = 0


class Desk:
    def __init__(self, port: int) -> None:
        self.pool = Pool(port)
        self.run = Run()
        self._tokens: dict[str, str] = {}
        self._paces = {"triaged": Pace(), "order": Pace(), "told": Pace(), "archived": Pace()}

    async def sign_in(self) -> None:
        for login in (CITIZEN, OFFICER):
            form = f"login={login}".encode()
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            status, body = await self.pool.ask(request("POST", "/issuer/demo-token", kind, form))
            if status != 200:
                raise NotReached(f"token: {status}")
            self._tokens[login] = orjson.loads(body)["access_token"]

    async def call(self, method: str, path: str, login: str, body: dict[str, Any] | None = None) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self._tokens[login]}"}
        if method != "GET":
            headers["Idempotency-Key"] = str(new_id())
        status, answer = await self.pool.ask(request(method, path, headers, as_json(body) if body is not None else b""))
        return status, orjson.loads(answer)

    async def do(self, method: str, path: str, login: str, body: dict[str, Any] | None = None) -> Any:
        status, answer = await self.call(method, path, login, body)
        if status >= 300:
            raise NotReached(f"{method} {path}: {status} {answer}")
        return answer

    async def until(self, state: str, look: Callable[[], Awaitable[Any]]) -> Any:
        begun = time.perf_counter()
        pace = self._paces[state]
        pause, looks = pace.seconds, 0
        while time.perf_counter() - begun < PATIENCE:
            await asyncio.sleep(pause)
            looks += 1
            self.run.looks += 1
            if (found := await look()) is not None:
                pace.learn(time.perf_counter() - begun, looks)
                return found
            pause = max(0.005, pace.seconds * 0.3)
        raise NotReached(state)

    async def live(self, due: float) -> None:
        """One request from the form to the archive; `due` is when it should have been filed, by the wall clock."""
        begun = time.perf_counter()
        filed = await self.do("POST", "/intake/v1/requests", CITIZEN, {"narrative": TEXT})
        request_id = filed["request_id"]
        self.run.requests.append((request_id, due))

        async def triaged() -> bool | None:
            status, _ = await self.call("POST", f"/routing/v1/decisions/{request_id}/confirmation", OFFICER)
            return True if status < 300 else None

        async def order() -> str | None:
            path = f"/workorders/v1/orders?request_id={request_id}&open=true"
            found = (await self.do("GET", path, OFFICER))["orders"]
            return found[0]["order_id"] if found else None

        async def told() -> bool | None:
            path = f"/notifications/v1/requests/{request_id}/ratings"
            status, _ = await self.call("POST", path, CITIZEN, {"satisfied": True})
            return True if status < 300 else None

        async def archived() -> bool | None:
            answer = await self.do("GET", f"/intake/v1/requests/{request_id}", CITIZEN)
            return True if answer["state"] == "ARCHIVED" else None

        await self.until("triaged", triaged)
        order_path = f"/workorders/v1/orders/{await self.until('order', order)}"
        await self.do("GET", "/routing/v1/worklist?limit=20", OFFICER)
        await self.do("POST", f"{order_path}/signature", OFFICER)
        await self.do("POST", f"{order_path}/answer", OFFICER, ANSWER)
        await self.do("POST", f"{order_path}/outcome", OFFICER, {"outcome": "done", "detail": "ANSWERED_ONLY"})
        await self.until("told", told)
        await self.until("archived", archived)
        self.run.lives.append(time.perf_counter() - begun)


def _now() -> float:
    """By the clock that the desk's records are stamped with."""
    return wall_time().timestamp()


async def closed(desk: Desk, clients: int, total: int) -> None:
    """So many clients, each with the next request as soon as its last one is archived."""
    left = total

    async def client() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await desk.live(_now())

    await asyncio.gather(*(client() for _ in range(clients)))


async def opened(desk: Desk, rate: float, total: int) -> None:
    """Filings that are due by the clock, whether or not the desk keeps up."""
    begun_at, begun = _now(), time.perf_counter()
    lives = []
    for number in range(total):
        due = number / rate
        await asyncio.sleep(max(0.0, begun + due - time.perf_counter()))
        lives.append(asyncio.create_task(desk.live(begun_at + due)))
    await asyncio.gather(*lives)


async def main(port: int, mode: str, load: float, total: int) -> dict[str, Any]:
    desk = Desk(port)
    await desk.sign_in()
    begun, calls = time.perf_counter(), desk.pool.calls
    spent = resource.getrusage(resource.RUSAGE_SELF)
    cpu = spent.ru_utime + spent.ru_stime
    await (closed(desk, int(load), total) if mode == "closed" else opened(desk, load, total))
    seconds = time.perf_counter() - begun
    spent = resource.getrusage(resource.RUSAGE_SELF)
    desk.pool.close()
    return {
        "seconds": seconds,
        "rate": total / seconds,
        "p50_ms": percentile(desk.run.lives, 0.5) * 1000,
        "p99_ms": percentile(desk.run.lives, 0.99) * 1000,
        "calls": (desk.pool.calls - calls) / total,
        "looks": desk.run.looks / total,
        "cpu_ms": (spent.ru_utime + spent.ru_stime - cpu) / total * 1000,
        "requests": desk.run.requests,
    }


if __name__ == "__main__":
    result = uvloop.run(main(int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), int(sys.argv[4])))
    sys.stdout.write(orjson.dumps(result).decode())
