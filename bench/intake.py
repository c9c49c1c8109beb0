"""POST /intake/v1/requests of the whole desk against bare FastAPI with one insert, interleaved in one run."""

import asyncio
import sys
from typing import Any

from bench.client import Measured, hammer, post
from shared.kernel import new_id
from tests.faults.victim import free_port

BODY = '{"kind": "dispute", "narrative": "楼上漏水把我家天花板泡坏了，找了三次都不管，想请人评评理。"}'.encode()


def _ours() -> bytes:
    return post("/intake/v1/requests", {"Idempotency-Key": str(new_id())}, BODY)


def _bare() -> bytes:
    return post("/filings", {}, BODY)


async def measure(desk_port: int, dsn: str, seconds: float, rounds: int) -> list[dict[str, Any]]:
    """Rows of connections, bare and ours: requests a second, p50 and p99 in milliseconds, ratio."""
    port = free_port()
    bare = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.bare", dsn, str(port))
    try:
        await _answers(port)
        rows = []
        for connections in (1, 8, 32):
            bares: list[Measured] = []
            ours: list[Measured] = []
            for _ in range(rounds):
                bares.append(await hammer(port, connections, seconds, _bare, 201))
                ours.append(await hammer(desk_port, connections, seconds, _ours, 201))
            rows.append(_row(connections, _median(bares), _median(ours)))
        return rows
    finally:
        bare.terminate()
        await bare.wait()


async def _answers(port: int) -> None:
    for _ in range(100):
        try:
            await hammer(port, 1, 0.2, _bare, 201)
            return
        except OSError:
            await asyncio.sleep(0.1)
    raise TimeoutError("the bare app does not answer")


def _median(measured: list[Measured]) -> Measured:
    return sorted(measured, key=lambda each: each.rate)[len(measured) // 2]


def _row(connections: int, bare: Measured, ours: Measured) -> dict[str, Any]:
    return {
        "connections": connections,
        "bare": bare.rate,
        "ours": ours.rate,
        "ratio": ours.rate / bare.rate,
        "bare_p50": bare.percentile(0.5),
        "ours_p50": ours.percentile(0.5),
        "ours_p99": ours.percentile(0.99),
        "failures": bare.failures + ours.failures,
    }
