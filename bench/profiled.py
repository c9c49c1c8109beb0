"""Where the time goes: the whole desk in this process under the deterministic profiler, without a network."""

import asyncio
import cProfile
import pstats
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2

from bench.load import ANSWER, CITIZEN, OFFICER
from bench.load import TEXT as INQUIRY
from deploy.lounge.client import DeskClient
from deploy.lounge.composition import BUILDS
from deploy.lounge.house import House
from shared.kernel import BureauClock
from shared.web import Profile

TEXT = "楼上漏水把我家天花板泡坏了，找了三次都说不是他家的事，我想请人评评理。"
SHOWN = 14
FIRST = 10
"""How many come before the profiler: caches are full by then, as in service."""

Work = Callable[[DeskClient, int], Awaitable[None]]


async def filings(client: DeskClient, count: int) -> None:
    for number in range(count):
        answer = await client.call("intake.file_request", body={"narrative": f"{TEXT}（{number}）"})
        answer.raise_for_status()


async def lifecycles(client: DeskClient, count: int) -> None:
    for _ in range(count):
        await _live(client)


async def _live(client: DeskClient) -> None:
    async def call(operation: str, login: str, params: dict[str, Any], body: Any = None) -> Any:
        answer = await client.call(operation, login=login, params=params, body=body)
        answer.raise_for_status()
        return answer.json()

    filed = await call("intake.file_request", CITIZEN, {}, {"narrative": INQUIRY})
    request = {"request_id": filed["request_id"]}
    while (await client.call("routing.confirm", login=OFFICER, params=request)).is_error:
        await asyncio.sleep(0.05)
    while not (found := (await call("workorders.list_orders", OFFICER, request))["orders"]):
        await asyncio.sleep(0.05)
    order = {"order_id": found[0]["order_id"]}
    await call("workorders.sign_for_order", OFFICER, order)
    await call("workorders.answer_order", OFFICER, order, ANSWER)
    await call("workorders.report_outcome", OFFICER, order, {"outcome": "done"})
    while (await client.call("notifications.rate", login=CITIZEN, params=request, body={"satisfied": True})).is_error:
        await asyncio.sleep(0.05)
    while (await call("intake.get_request", CITIZEN, request))["state"] != "ARCHIVED":
        await asyncio.sleep(0.05)


async def _run(dsns: dict[str, str], home: Path, work: Work, count: int, profiler: cProfile.Profile) -> None:
    house = House(dsns, home, BUILDS, profile=Profile.TEST, clock=BureauClock())
    await house.start()
    try:
        async with DeskClient("http://bench") as client:
            await client.http.aclose()
            client.http = httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app=house.dispatcher), base_url=client.url, timeout=60
            )
            await work(client, FIRST)
            await house.settled(120)
            profiler.enable()
            await work(client, count)
            await house.settled(120)
            profiler.disable()
    finally:
        await house.stop()


def measure(dsns: dict[str, str], home: Path, work: Work, count: int) -> list[dict[str, Any]]:
    """The most expensive functions by their own time, in milliseconds for each piece of work; waiting left out."""
    profiler = cProfile.Profile()
    asyncio.run(_run(dsns, home, work, count, profiler))
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = pstats.Stats(profiler).stats  # type: ignore[attr-defined]
    busy = {place: each for place, each in stats.items() if "'poll' of 'select.epoll'" not in place[2]}
    total = sum(own for _, _, own, _, _ in busy.values())
    rows: list[dict[str, Any]] = [
        {
            "where": f"{_short(file)}:{line} {name}",
            "calls": round(calls / count, 1),
            "own_ms": own / count * 1000,
            "own": own / total,
            "whole": whole / total,
        }
        for (file, line, name), (calls, _, own, whole, _) in busy.items()
    ]
    dearest = sorted(rows, key=lambda row: -row["own_ms"])[:SHOWN]
    return [{"where": "all", "calls": 1, "own_ms": total / count * 1000, "own": 1.0, "whole": 1.0}, *dearest]


def _short(file: str) -> str:
    for mark in ("/site-packages/", "/lib/python3"):
        if mark in file:
            return file.split(mark, 1)[1]
    return "/".join(Path(file).parts[-3:])
