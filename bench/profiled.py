"""Where the time goes: the whole desk in this process under the deterministic profiler, filings without a network."""

import asyncio
import cProfile
import pstats
from pathlib import Path
from typing import Any

import httpx2

from deploy.lounge.composition import BUILDS
from deploy.lounge.house import House
from shared.kernel import BureauClock, new_id
from shared.web import Profile

TEXT = "楼上漏水把我家天花板泡坏了，找了三次都说不是他家的事，我想请人评评理。"


async def _file(house: House, count: int) -> None:
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=house.dispatcher), base_url="http://bench")
    for number in range(count):
        body = {"narrative": f"{TEXT}（{number}）"}
        answer = await http.post("/intake/v1/requests", json=body, headers={"Idempotency-Key": str(new_id())})
        answer.raise_for_status()
    await house.settled(120)
    await http.aclose()


async def _run(dsns: dict[str, str], home: Path, count: int, profiler: cProfile.Profile) -> None:
    house = House(dsns, home, BUILDS, profile=Profile.TEST, clock=BureauClock())
    await house.start()
    await _file(house, 20)
    profiler.enable()
    await _file(house, count)
    profiler.disable()
    await house.stop()


def measure(dsns: dict[str, str], home: Path, count: int) -> list[dict[str, Any]]:
    """The ten most expensive functions by their own time, as shares of all."""
    profiler = cProfile.Profile()
    asyncio.run(_run(dsns, home, count, profiler))
    stats = pstats.Stats(profiler)
    total: float = stats.total_tt  # type: ignore[attr-defined]
    rows = []
    for (file, line, name), (calls, _, own, whole, _) in stats.stats.items():  # type: ignore[attr-defined]
        rows.append(
            {"where": f"{_short(file)}:{line} {name}", "calls": calls, "own": own / total, "whole": whole / total}
        )
    return sorted(rows, key=lambda row: -row["own"])[:14]


def _short(file: str) -> str:
    for mark in ("/site-packages/", "/lounge/", "/lib/python3"):
        if mark in file:
            return file.split(mark, 1)[1]
    parts = Path(file).parts
    return "/".join(parts[-3:])
