"""Whole lifecycles through the public API: rates, latencies from the due time, CPU by component, statements."""

import asyncio
import sys
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from bench.client import percentile
from bench.cpu import between, cpu_ms
from tests.faults.victim import Victim

CLIENTS = (1, 8, 32)

TRIAGED = """
SELECT stream, min(occurred_at) AS at FROM routing.events
WHERE fact IN ('request_routed', 'request_classified') AND key = ANY($1::uuid[]) GROUP BY stream
"""
TRANSACTIONS = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"


async def load(port: int, mode: str, rate: float, total: int) -> dict[str, Any]:
    """What `bench.load` reached."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.load", str(port), mode, str(rate), str(total), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the load ended with {process.returncode}")
    found: dict[str, Any] = orjson.loads(told)
    return found


async def measure(desk: Victim, admin: str, seconds: float) -> dict[str, list[dict[str, Any]]]:
    """Rates with 1, 8 and 32 clients, then an open load at half the best of them."""
    assert desk.pid is not None
    connection = await asyncpg.connect(admin)
    rates: list[dict[str, Any]] = []
    costs: list[dict[str, Any]] = []
    await load(desk.port, "closed", 2, 4 if seconds < 5 else 20)
    await settled(desk)
    expected = 2.0
    for clients in CLIENTS:
        total = max(clients if seconds < 5 else 2 * clients, int(expected * seconds))
        before, commits = cpu_ms(desk.pid), await connection.fetchval(TRANSACTIONS)
        reached = await load(desk.port, "closed", clients, total)
        await settled(desk)
        spent = between(before, cpu_ms(desk.pid), total)
        commits = await connection.fetchval(TRANSACTIONS) - commits
        expected = reached["rate"]
        rates.append({"clients": clients, **figures(reached), "desk_cpu_ms": spent["all"]})
        costs.append({"clients": clients, "load": reached["cpu_ms"], **spent, "transactions": commits / total})
    half = max(row["rate"] for row in rates) / 2
    opened = await load(desk.port, "open", half, max(10, int(half * seconds)))
    await settled(desk)
    open_row = await open_figures(connection, half, opened)
    await connection.close()
    return {
        "whole lifecycles, requests/s": rates,
        "CPU of one lifecycle by component, ms": _turned(costs),
        "open load at half of it: filed (due) → triaged": [open_row],
    }


def figures(reached: dict[str, Any]) -> dict[str, Any]:
    return {name: reached[name] for name in ("rate", "p50_ms", "p99_ms", "calls", "looks")}


async def open_figures(connection: "asyncpg.Connection[Any]", rate: float, opened: dict[str, Any]) -> dict[str, Any]:
    """How long an open load of that rate waited to be triaged, and to be archived."""
    waited = await _waits(connection, opened["requests"])
    return {
        "rate": rate,
        "requests": len(waited),
        "triaged_p50_ms": percentile(waited, 0.5) * 1000,
        "triaged_p99_ms": percentile(waited, 0.99) * 1000,
        "archived_p99_ms": opened["p99_ms"],
    }


def _turned(costs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each component, one column for each number of clients."""
    names = [name for name in costs[-1] if name != "clients"]
    return [
        {"component": name, **{f"{cost['clients']} clients": cost.get(name, 0.0) for cost in costs}} for name in names
    ]


async def _waits(connection: "asyncpg.Connection[Any]", requests: list[tuple[str, float]]) -> list[float]:
    """Seconds from the due time of each filing to its triage as recorded."""
    due = {UUID(request_id): at for request_id, at in requests}
    rows = await connection.fetch(TRIAGED, list(due))
    triaged: dict[UUID, datetime] = {UUID(row["stream"].partition("-")[2]): row["at"] for row in rows}
    return [triaged[request_id].timestamp() - at for request_id, at in due.items()]


async def settled(desk: Victim) -> None:
    """What the lifecycles left to be done belongs to their cost: waits until the desk is quiet."""
    assert desk.pid is not None
    quiet = 0
    while quiet < 2:
        before = cpu_ms(desk.pid)
        await asyncio.sleep(0.5)
        spent = sum(cpu_ms(desk.pid).values()) - sum(before.values())
        quiet = quiet + 1 if spent < 100 else 0
