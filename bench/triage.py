"""Triage of many messages: the model alone, the slower model alone, and a whole desk that works off what was filed.

The messages are those of LOUNGE_BENCH_MESSAGES (JSONL with `title` and `text`), or the shipped seeds over and over.
"""

import asyncio
import itertools
import json
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from bench.client import Measured, Pool, percentile, request
from bench.cpu import between, cpu_ms
from bench.desk import admin_dsn
from bench.worklists import signed_in
from deploy.lounge.composition import BUILDS
from deploy.lounge.house import House
from deploy.lounge.migrate import SERVICES, migrate
from deploy.lounge.postgres import postgres_server
from services.routing.adapters.classifier import Classifier, load_classifier
from services.routing.adapters.embedder import embedder_at_hand
from services.routing.examples import SEEDS
from shared.kernel import BureauClock, new_id
from shared.web import Deps, Profile, Service
from tests.faults.victim import Victim

FILERS = 8
LOOKS_EVERY = 0.25
"""Seconds between two looks at the list: some officers at work, not a load of its own."""
OFFICER = "triage_officer"
FEWER = 5
"""How many times fewer are triaged by triage alone."""
READ_AGAIN = 60
"""Doubtful messages by which the slower model is measured alone."""
PATIENCE = 900.0
PROGRESS = """
SELECT count(*) FILTER (WHERE fact = 'request_judged') AS judged,
       count(*) FILTER (WHERE fact = 'judgement_corrected') AS again,
       extract(epoch FROM max(recorded_at) FILTER (WHERE fact = 'request_judged')
                        - min(recorded_at) FILTER (WHERE fact = 'triage_begun'))::float8 AS seconds
FROM routing.events WHERE fact IN ('triage_begun', 'request_judged', 'judgement_corrected')
"""
"""The seconds from the first request that triage took up to the last one that it judged."""

Message = tuple[str, str]


def messages(count: int) -> list[Message]:
    path = Path(os.environ.get("LOUNGE_BENCH_MESSAGES") or SEEDS)
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    typed = [(str(row.get("title") or ""), str(row["text"])) for row in rows]
    return list(itertools.islice(itertools.cycle(typed), count))


def measure(home: Path, count: int) -> dict[str, list[dict[str, Any]]]:
    typed = messages(count)
    classifier = load_classifier()
    alone, doubtful = judged_alone(classifier, typed)
    again = asyncio.run(read_again(doubtful[:READ_AGAIN]))
    own, everybody = home / "own", home / "everybody"
    for folder in (own, everybody):
        folder.mkdir(mode=0o711)
    few = typed[: max(1, count // FEWER)]
    asyncio.run(file_all(own, few))
    triaged = asyncio.run(triaged_alone(own, len(few)))
    asyncio.run(file_all(everybody, typed))
    whole = asyncio.run(worked_off(everybody, count, reads_again=bool(again)))
    return {
        "the model alone": [alone],
        "the slower model alone, for what the first leaves open": [again]
        if again
        else [{"second reading": "not asked: not installed, or nothing for it to answer"}],
        f"triage and vault alone work off {len(few):,} filed messages": [triaged],
        f"a whole desk works off {count:,} filed messages": [whole],
    }


def judged_alone(classifier: Classifier, typed: Sequence[Message]) -> tuple[dict[str, Any], list[Message]]:
    """On one core, without a database."""
    spent: list[float] = []
    doubtful: list[Message] = []
    persons = 0
    for title, text in typed:
        begun = time.thread_time()
        judgement = classifier.judge(title, text)
        spent.append(time.thread_time() - begun)
        persons += judgement.needs_person
        if classifier.asks_again(judgement):
            doubtful.append((title, text))
    row = {
        "messages": len(typed),
        "per_second": len(typed) / sum(spent),
        "p50_ms": percentile(spent, 0.5) * 1000,
        "p95_ms": percentile(spent, 0.95) * 1000,
        "unsure": persons / len(typed),
        "asked_again": len(doubtful) / len(typed),
    }
    return row, doubtful


async def read_again(doubtful: Sequence[Message]) -> dict[str, Any]:
    """Nothing where the library is not installed, or nothing is left open."""
    embedder = embedder_at_hand()
    if embedder is None or not doubtful:
        return {}
    await embedder.vector(*doubtful[0])  # starts the worker
    spent: list[float] = []
    silent = 0
    for title, text in doubtful:
        begun = time.perf_counter()
        silent += await embedder.vector(title, text) is None
        spent.append(time.perf_counter() - begun)
    await embedder.stop()
    return {
        "messages": len(doubtful),
        "per_second": len(doubtful) / sum(spent),
        "p50_ms": percentile(spent, 0.5) * 1000,
        "p95_ms": percentile(spent, 0.95) * 1000,
        "without_answer": silent,
    }


async def file_all(home: Path, typed: Sequence[Message]) -> None:
    """At a desk where nobody triages yet."""
    server = postgres_server(home / "postgres")
    admin = server.start()
    try:
        dsns = await migrate(admin, SERVICES, home)
        house = _house(dsns, home, ("vault", "intake"))
        await house.start()
        try:
            transport = httpx2.ASGITransport(app=house.dispatcher)
            async with httpx2.AsyncClient(transport=transport, base_url="http://bench", timeout=60) as http:
                left = iter(typed)
                await asyncio.gather(*(_file(http, left) for _ in range(FILERS)))
        finally:
            await house.stop()
    finally:
        server.stop()


def _house(dsns: Mapping[str, str], home: Path, awake: Sequence[str]) -> House:
    """The others have a feed and do nothing."""
    builds = {name: BUILDS[name] if name in awake else partial(_asleep, name) for name in SERVICES}
    return House(dict(dsns), home, builds, profile=Profile.TEST, clock=BureauClock())


async def triaged_alone(home: Path, count: int) -> dict[str, Any]:
    """Words fetched, judged, decided, recorded, and every list of triage filled; nobody else works and nobody looks."""
    server = postgres_server(home / "postgres")
    admin = server.start()
    try:
        house = _house(await migrate(admin, SERVICES, home), home, ("vault", "routing"))
        await house.start()
        own = os.getpid()
        try:
            connection = await asyncpg.connect(admin)
            begun, spent = await _reached(connection), cpu_ms(own)
            async with asyncio.timeout(PATIENCE):
                while (reached := await _reached(connection))["judged"] < count:
                    await asyncio.sleep(0.2)
            await house.settled(PATIENCE)
            each = between(spent, cpu_ms(own), max(1, count - begun["judged"]))
            await connection.close()
        finally:
            await house.stop()
    finally:
        server.stop()
    return {
        "judged": reached["judged"],
        "per_second": reached["judged"] / reached["seconds"] if reached["seconds"] else 0.0,
        "cpu_ms_each": each["all"],
        "of_it_postgres": each["all postgres"],
    }


def _asleep(name: str, deps: Deps) -> Service:
    return Service(name=name)


async def _file(http: httpx2.AsyncClient, left: Iterator[Message]) -> None:
    for title, text in left:
        body = {"narrative": text, **({"title": title} if title else {})}
        answer = await http.post("/intake/v1/requests", json=body, headers={"Idempotency-Key": str(new_id())})
        answer.raise_for_status()


async def _reached(connection: "asyncpg.Connection[Any]") -> dict[str, Any]:
    return dict(await connection.fetchrow(PROGRESS) or {})


async def _look(pool: Pool, page: bytes, looked: Measured) -> None:
    """One look at the list, and the rest of the pause between two looks."""
    begun = time.perf_counter()
    status, _ = await pool.ask(page)
    spent = time.perf_counter() - begun
    looked.latencies.append(spent)
    looked.requests += 1
    looked.failures += status != 200
    await asyncio.sleep(max(0.0, LOOKS_EVERY - spent))


async def worked_off(home: Path, count: int, *, reads_again: bool) -> dict[str, Any]:
    """Everything runs: the log, the views, the notices, and an officer who looks at the list meanwhile."""
    with Victim(home) as desk:
        desk.start(LOUNGE_ROUTING_SECOND_READING=str(reads_again).lower())
        connection = await asyncpg.connect(admin_dsn(home))
        try:
            page = request("GET", "/desk", {"Cookie": await signed_in(desk.url, OFFICER)})
            looked, pool = Measured(), Pool(desk.port)
            assert desk.pid is not None
            begun, spent = await _reached(connection), cpu_ms(desk.pid)
            async with asyncio.timeout(PATIENCE):
                while (reached := await _reached(connection))["judged"] < count:
                    await _look(pool, page, looked)
            each = between(spent, cpu_ms(desk.pid), max(1, reached["judged"] - begun["judged"]))
            pool.close()
        finally:
            await connection.close()
    return {
        "judged": reached["judged"],
        "per_second": reached["judged"] / reached["seconds"] if reached["seconds"] else 0.0,
        "cpu_ms_each": each["all"],
        "of_it_postgres": each["all postgres"],
        "read_again_meanwhile": reached["again"],
        "pages": looked.requests,
        "page_p50_ms": looked.percentile(0.5),
        "page_p95_ms": looked.percentile(0.95),
        "failures": looked.failures,
    }
