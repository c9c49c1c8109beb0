"""The same lifecycles on `make cluster`: every service, relay and reader a process of its own, over Apache Kafka."""

from pathlib import Path
from typing import Any

import asyncpg

from bench.cpu import cpu_ms
from bench.lifecycle import CLIENTS, figures, load, open_figures
from tests.support.cluster import RunningCluster


async def measure(home: Path, seconds: float) -> dict[str, list[dict[str, Any]]]:
    """Rates with 1, 8 and 32 clients and CPU by process, then an open load at half the best of them."""
    with RunningCluster(home) as cluster:
        cluster.start()
        connection = await asyncpg.connect(cluster.admin_dsn())
        try:
            return await _measured(cluster, connection, seconds)
        finally:
            await connection.close()


async def _measured(
    cluster: RunningCluster, connection: "asyncpg.Connection[Any]", seconds: float
) -> dict[str, list[dict[str, Any]]]:
    rates: list[dict[str, Any]] = []
    spent: dict[str, float] = {}
    await load(cluster.port, "closed", 4, 20)
    expected = 1.0
    for clients in CLIENTS:
        total = max(2 * clients, int(expected * seconds))
        before = _cpu(cluster)
        reached = await load(cluster.port, "closed", clients, total)
        spent = {name: (value - before.get(name, 0.0)) / total for name, value in _cpu(cluster).items()}
        expected = reached["rate"]
        rates.append({"clients": clients, **figures(reached), "cluster_cpu_ms": sum(spent.values())})
    half = max(row["rate"] for row in rates) / 2
    opened = await load(cluster.port, "open", half, max(10, int(half * seconds)))
    open_row = await open_figures(connection, half, opened)
    dearest = sorted(spent.items(), key=lambda item: -item[1])
    return {
        "cluster: whole lifecycles, requests/s": rates,
        f"cluster: CPU of one lifecycle by process at {CLIENTS[-1]} clients, ms": [
            {"process": name, "ms": value} for name, value in dearest
        ],
        "cluster: open load at half of it: filed (due) → triaged": [open_row],
    }


def _cpu(cluster: RunningCluster) -> dict[str, float]:
    """Milliseconds so far by process: PostgreSQL's with its backends, everybody else's without his children."""
    spent = {name: cpu_ms(int(row["pid"])) for name, row in cluster.processes().items()}
    return {
        name: sum(each.values()) if name == "postgres" else each["python loop"] + each["python threads"]
        for name, each in spent.items()
    }
