"""`make bench`: every table in one run, written to bench/results/ with the machine's description."""

import asyncio
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import typer
from rich.console import Console
from rich.table import Table

from bench import append, intake, lifecycle, memory, profiled
from deploy.lounge.migrate import SERVICES, migrate, with_database
from deploy.lounge.postgres import postgres_server
from shared.kernel import wall_time
from tests.faults.victim import Victim

RESULTS = Path(__file__).with_name("results")
console = Console()


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()}",
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "asyncpg": asyncpg.__version__,
        "load_before": os.getloadavg()[0],
    }


def show(title: str, rows: list[dict[str, Any]]) -> None:
    table = Table(*rows[0], title=title)
    for row in rows:
        table.add_row(*(f"{cell:,.3f}" if isinstance(cell, float) else str(cell) for cell in row.values()))
    console.print(table)


def run(quick: bool = False) -> None:
    """Measures on a database of its own, durable as in service."""
    seconds, rounds, lives, filings = (0.5, 1, 8, 30) if quick else (2.0, 3, 40, 200)
    before = machine()
    tables: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory(prefix="lounge-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        server = postgres_server(home / "own")
        admin = server.start()
        try:
            # No desk runs on the first: it would not know what the appends mean.
            bare = asyncio.run(migrate(with_database(admin, "bare"), SERVICES, home))
            dsns = asyncio.run(migrate(admin, SERVICES, home))
            tables["append: raw asyncpg insert and ours, appends/s"] = asyncio.run(
                append.measure(bare["mediation"], "mediation", seconds, rounds)
            )
            with Victim(home) as desk:
                started = time.monotonic()
                desk.start()
                if not quick:
                    tables["memory: PSS a minute after the start, MiB"] = memory.measure(desk, started)
                tables["intake: bare FastAPI + one insert and the whole desk, requests/s"] = asyncio.run(
                    intake.measure(desk.port, bare["routing"], seconds, rounds)
                )
            with Victim(home) as desk:
                desk.start()
                tables["whole lifecycles, requests/s"] = asyncio.run(lifecycle.measure(desk.url, lives))
            for title, work, count in (
                ("one filing", profiled.filings, filings),
                ("one lifecycle", profiled.lifecycles, lives // 2),
            ):
                dearest = profiled.measure(dsns, home / "profiled", work, count)
                tables[f"{title} under the profiler, with all that follows: own time"] = dearest
        finally:
            server.stop()
    for title, rows in tables.items():
        show(title, rows)
    if not quick:
        RESULTS.mkdir(exist_ok=True)
        name = RESULTS / f"{wall_time().date().isoformat()}.json"
        name.write_bytes(orjson.dumps({"machine": before, "tables": tables}, option=orjson.OPT_INDENT_2))
        console.print(f"written: bench/results/{name.name}")


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(run)
    app()
