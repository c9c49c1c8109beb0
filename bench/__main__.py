"""`make bench`: every table in one run, written to bench/results/ with the machine's description."""

import asyncio
import os
import platform
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import orjson
import typer
from rich.console import Console
from rich.table import Table

from bench import append, carry, cluster, intake, lifecycle, memory, prefill, profiled, rulepacks, triage, worklists
from bench.desk import admin_dsn
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


SECTIONS = (
    "append",
    "carry",
    "memory",
    "intake",
    "lifecycle",
    "prefilled",
    "profiled",
    "lists",
    "triage",
    "rulepacks",
    "cluster",
)

Tables = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Extent:
    """How long and how often is measured."""

    seconds: float
    rounds: int
    lifecycle_seconds: float
    lives: int
    filings: int
    carried: int
    prefilled: int
    listed: int
    triaged: int
    redecided: int


QUICK = Extent(0.3, 1, 2.0, 4, 20, 1_600, 20, 100, 60, 600)
WHOLE = Extent(2.0, 3, 20.0, 20, 200, 8_000, 10_000, 10_000, 5_000, 10_000)


def measure_kernel(home: Path, only: set[str], extent: Extent) -> Tables:
    """Against databases of one server, on the first of which no desk runs: it would not know what the appends mean."""
    tables: Tables = {}
    server = postgres_server(home / "own")
    admin = server.start()
    try:
        bare = asyncio.run(migrate(with_database(admin, "bare"), SERVICES, home))
        if "append" in only:
            tables["append: raw asyncpg insert and ours, appends/s"] = asyncio.run(
                append.measure(bare["mediation"], "mediation", extent.seconds, extent.rounds)
            )
        if "carry" in only:
            dsns = asyncio.run(migrate(with_database(admin, "carry"), SERVICES, home))
            tables["carry: one record at a time and as we do it, records/s"] = asyncio.run(
                carry.measure(dsns, home / "kafka", extent.carried)
            )
        if only & {"memory", "intake"}:
            with Victim(home) as desk:
                started = time.monotonic()
                desk.start()
                if "memory" in only:
                    tables["memory: PSS a minute after the start, MiB"] = memory.measure(desk, started)
                if "intake" in only:
                    tables["intake: bare FastAPI + one insert and the whole desk, requests/s"] = asyncio.run(
                        intake.measure(desk.port, bare["routing"], extent.seconds, extent.rounds)
                    )
        if "profiled" in only:
            dsns = asyncio.run(migrate(admin, SERVICES, home))
            for title, work, count in (
                ("one filing", profiled.filings, extent.filings),
                ("one lifecycle", profiled.lifecycles, extent.lives),
            ):
                dearest = profiled.measure(dsns, home / "profiled", work, count)
                tables[f"{title} under the profiler, with all that follows: own time"] = dearest
    finally:
        server.stop()
    return tables


def measure_lifecycles(home: Path, seconds: float) -> Tables:
    with Victim(home) as desk:
        desk.start()
        return asyncio.run(lifecycle.measure(desk, admin_dsn(home), seconds))


def measure_prefilled(home: Path, extent: Extent, requests: int) -> Tables:
    """The same figures where so many requests have been archived before."""
    with Victim(home) as desk:
        desk.start()
        lived = asyncio.run(lifecycle.load(desk.port, "closed", 1, 1))
        asyncio.run(lifecycle.settled(desk))
        desk.stop()
    _filled(home, UUID(lived["requests"][0][0]), requests)
    with Victim(home) as desk:
        desk.start()
        asyncio.run(prefill.sealed(admin_dsn(home)))
        desk.stop()
    tables = measure_lifecycles(home, extent.lifecycle_seconds)
    return {f"{title}, {requests:,} requests there before": rows for title, rows in tables.items()}


def measure_lists(home: Path, extent: Extent) -> Tables:
    """What is open is copied, so that every list has so many."""
    with Victim(home) as desk:
        desk.start()
        opened = asyncio.run(worklists.open_request(desk.url))
        asyncio.run(lifecycle.settled(desk))
        desk.stop()
    _filled(home, opened, extent.listed)
    with Victim(home) as desk:
        desk.start()
        rows = asyncio.run(worklists.measure(desk.url, desk.port, extent.lifecycle_seconds / 4))
        plans = asyncio.run(worklists.plans(admin_dsn(home)))
    title = f"lists with {extent.listed:,} open, {worklists.CLIENTS} clients"
    return {title: rows, "plans of their queries": [{"query": name, "plan": plan} for name, plan in plans.items()]}


def _filled(home: Path, request_id: UUID, copies: int) -> None:
    server = postgres_server(home / "postgres")
    admin = server.start()
    try:
        asyncio.run(prefill.fill(admin, home, request_id, copies))
    finally:
        server.stop()


def run(
    quick: Annotated[bool, typer.Option(help="a minute, to see that all of it runs")] = False,
    only: Annotated[list[str] | None, typer.Option(help=f"one or more of {', '.join(SECTIONS)}")] = None,
    requests: Annotated[int, typer.Option(help="how many are there before in the section prefilled")] = 0,
) -> None:
    """Measures on databases of its own, durable as in service."""
    sections = set(only or SECTIONS) - ({"memory"} if quick else set())
    if unknown := sections - set(SECTIONS):
        raise typer.BadParameter(f"no such section: {', '.join(sorted(unknown))}")
    extent = QUICK if quick else WHOLE
    before = machine()
    tables: Tables = {}
    with tempfile.TemporaryDirectory(prefix="lounge-bench-") as folder:
        homes = {
            name: Path(folder) / name
            for name in ("kernel", "lifecycle", "prefilled", "lists", "triage", "rulepacks", "cluster")
        }
        Path(folder).chmod(0o711)
        for home in homes.values():
            home.mkdir(mode=0o711)
        if sections & {"append", "carry", "memory", "intake", "profiled"}:
            tables |= measure_kernel(homes["kernel"], sections, extent)
        if "lifecycle" in sections:
            tables |= measure_lifecycles(homes["lifecycle"], extent.lifecycle_seconds)
        if "prefilled" in sections:
            tables |= measure_prefilled(homes["prefilled"], extent, requests or extent.prefilled)
        if "lists" in sections:
            tables |= measure_lists(homes["lists"], extent)
        if "triage" in sections:
            tables |= triage.measure(homes["triage"], extent.triaged)
        if "rulepacks" in sections:
            rows = rulepacks.measure(homes["rulepacks"], extent.redecided)
            tables["a rule pack re-decided over past requests"] = rows
        if "cluster" in sections:
            tables |= asyncio.run(cluster.measure(homes["cluster"], extent.lifecycle_seconds))
    for title, rows in tables.items():
        show(title, rows)
    if not quick:
        RESULTS.mkdir(exist_ok=True)
        told = "" if sections == set(SECTIONS) else "-" + "-".join(sorted(sections))
        name = RESULTS / f"{wall_time().date().isoformat()}{told}.json"
        name.write_bytes(orjson.dumps({"machine": before, "tables": tables}, option=orjson.OPT_INDENT_2))
        console.print(f"written: bench/results/{name.name}")


if __name__ == "__main__":
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(run)
    app()
