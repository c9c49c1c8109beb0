"""The long one: a running cluster, a load of messages, a random process killed every few seconds, brokers wiped.

`python -m tests.faults.chaos --messages FILE --limit 2000`. Ends with every check there is, and with what it counted.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import httpx2
import typer
from rich.progress import Progress

from deploy.lounge.client import DeskClient
from deploy.lounge.load import Load, LoadReport, Message, body_of, key_of, read_messages
from tests.faults.checking import export_verifies, rebuild_differs, table_violations
from tests.faults.citizens import TEXTS, new_canary
from tests.faults.cluster_rig import ClusterRig
from tests.faults.disclosure import disclosed_in_files
from tests.faults.invariants import Counts, History, counts
from tests.faults.settling import InFlight, looked, settled
from tests.faults.table import Row, as_markdown, write
from tests.faults.violation import INVARIANTS, Violation

RUN = "chaos"
SETTLE_SECONDS = 180.0


@dataclass(frozen=True, slots=True)
class Plan:
    seed: int
    kills: int
    every: float
    """Seconds between two kills."""
    wipes: int

    @property
    def seconds(self) -> float:
        return self.kills * self.every


@dataclass(slots=True)
class Chaos:
    """What was done to the cluster."""

    kills: Counter[str] = field(default_factory=Counter)
    wipes: int = 0
    met: list[InFlight] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(slots=True)
class Result:
    load: LoadReport
    chaos: Chaos
    counted: Counts
    repeated: int
    settled_after: float
    from_kafka: float | None
    violations: list[Violation]
    restarts: dict[str, int]

    @property
    def is_clean(self) -> bool:
        filed = self.load.accepted
        told = self.counted.filed == self.counted.triaged == self.counted.told == filed
        return told and not self.violations and not self.load.failed and not self.load.parked

    def as_json(self) -> dict[str, Any]:
        return {
            "clean": self.is_clean,
            "load": asdict(self.load),
            "counted": asdict(self.counted),
            "repeated_with_the_same_answer": self.repeated,
            "kills": dict(self.chaos.kills.most_common()),
            "kills_in_all": self.chaos.kills.total(),
            "wipes": self.chaos.wipes,
            "in_mid_flight": {
                what: sum(1 for flight in self.chaos.met if getattr(flight, what))
                for what in ("calls", "transactions", "records")
            },
            "chaos_seconds": round(self.chaos.seconds, 1),
            "settled_after_seconds": round(self.settled_after, 1),
            "applied_from_kafka": self.from_kafka,
            "restarts": self.restarts,
            "violations": [f"{v.invariant}: {v.service}: {v.what}" for v in self.violations],
        }


class CountingClient(DeskClient):
    """Knows how many of its calls have no answer yet."""

    open_calls = 0

    async def call(self, name: str, **how: Any) -> httpx2.Response:
        self.open_calls += 1
        try:
            return await super().call(name, **how)
        finally:
            self.open_calls -= 1


async def _break_things(rig: ClusterRig, client: CountingClient, plan: Plan) -> Chaos:
    chaos, chance = Chaos(), random.Random(plan.seed)
    begun = time.monotonic()
    wipe_at = {round(plan.kills * (number + 1) / (plan.wipes + 1)) for number in range(plan.wipes)}
    while chaos.kills.total() < plan.kills:
        await asyncio.sleep(plan.every)
        victim = chance.choice(rig.processes())
        chaos.met.append(await looked(rig.admin_dsn, client.open_calls))
        if rig.kill(victim):
            chaos.kills[victim.name] += 1
            _say(f"{time.monotonic() - begun:6.1f} s  {chaos.kills.total():3}  {victim.name}")
        if chaos.kills.total() in wipe_at:
            wipe_at.discard(chaos.kills.total())
            rig.wipe_brokers()
            chaos.wipes += 1
            _say(f"{time.monotonic() - begun:6.1f} s       all brokers wiped")
    chaos.seconds = time.monotonic() - begun
    return chaos


async def _under_fire(rig: ClusterRig, messages: list[Message], plan: Plan) -> tuple[LoadReport, Chaos, dict[str, str]]:
    """Files at a pace that lasts about as long as the killing, and follows each request to its end."""
    async with CountingClient(rig.url) as client:
        with Progress(disable=True) as progress:
            load = Load(client, RUN, progress, per_second=len(messages) / plan.seconds)
            breaking = asyncio.create_task(_break_things(rig, client, plan))
            report, chaos = await asyncio.gather(load.run(messages), breaking)
            return report, chaos, load.accepted


async def _file_again(url: str, messages: list[Message], accepted: dict[str, str]) -> tuple[int, list[Violation]]:
    """Every message once more with its key: the same answer, and nothing new."""
    left, found, repeated = iter(messages), list[Violation](), 0

    async def repeat(client: DeskClient) -> None:
        nonlocal repeated
        for message in left:
            key = key_of(message, RUN)
            answer = await client.call("intake.file_request", body=body_of(message), key=key)
            request = answer.json().get("request_id")
            if key in accepted and request != accepted[key]:
                found.append(Violation("the answer given is the one kept", "intake", f"{accepted[key]} {answer.text}"))
            repeated += key in accepted

    async with DeskClient(url) as client:
        await asyncio.gather(*(repeat(client) for _ in range(6)))
    return repeated, found


async def _from_kafka(url: str) -> float | None:
    """The share of records that came from Kafka and were not pulled, since each process was started last."""
    async with DeskClient(url) as client:
        work = (await client.call("ops.get_status", login="operator")).json().get("work", [])
    applied, pulled = sum(each["applied"] for each in work), sum(each["pulled"] for each in work)
    return round(1 - pulled / applied, 4) if applied else None


async def _counted(dsn: str) -> Counts:
    connection = await asyncpg.connect(dsn)
    try:
        return await counts(connection)
    finally:
        await connection.close()


def chaos(rig: ClusterRig, messages: list[Message], canary: str, plan: Plan) -> Result:
    report, done, accepted = asyncio.run(_under_fire(rig, messages, plan))
    rig.wait_until_ready(SETTLE_SECONDS)
    _say("nobody is killed any more")
    seconds, found = asyncio.run(settled(rig.admin_dsn, SETTLE_SECONDS))
    repeated, other_answers = asyncio.run(_file_again(rig.url, messages, accepted))
    from_kafka = asyncio.run(_from_kafka(rig.url))
    tried = frozenset(key_of(message, RUN) for message in messages)
    found += other_answers + table_violations(rig.admin_dsn, History(accepted, tried, (canary,)))[1]
    found += rebuild_differs(rig.admin_dsn, rig.url) + export_verifies(rig.url, rig.home)
    found += disclosed_in_files(rig.home, canary)
    counted = asyncio.run(_counted(rig.admin_dsn))
    return Result(report, done, counted, repeated, seconds, from_kafka, found, rig.restarts)


def _messages(file: Path | None, limit: int, canary: str) -> list[Message]:
    """With a word in each that must never be seen again outside the vault."""
    if file is None:
        given = [Message(str(number), "", TEXTS[number % len(TEXTS)]) for number in range(limit)]
    else:
        given = list(read_messages(file, limit))
    return [replace(each, text=f"{each.text[:15_000]}（{canary} {number}）") for number, each in enumerate(given)]


def _say(what: str) -> None:
    sys.stdout.write(what + "\n")
    sys.stdout.flush()


def main(
    home: Annotated[Path, typer.Option(help="an empty folder that the database's user can enter")],
    messages: Annotated[Path | None, typer.Option(help="JSONL with id, title, text; invented ones without")] = None,
    limit: int = 2000,
    kills: int = 50,
    every: float = 3.0,
    wipes: int = 2,
    brokers: int = 1,
    seed: int = 20260302,
    report: Path = Path("var/chaos.json"),
) -> None:
    canary = new_canary()
    with ClusterRig(home, brokers=brokers) as rig:
        _say(f"{len(rig.processes())} processes at {rig.url}")
        result = chaos(rig, _messages(messages, limit, canary), canary, Plan(seed, kills, every, wipes))
    told = json.dumps(result.as_json(), ensure_ascii=False, indent=1)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(told + "\n", encoding="utf-8")
    fault = f"a random process killed every {every:g} s, brokers wiped {result.chaos.wipes} times"
    row = Row(fault, covers="FM1 FM2 FM3 FM4 FM6 FM10 FM11 FM13 FM17")
    row.met, row.accepted = result.chaos.met, result.load.accepted
    row.accepted_during, row.settled_after = result.load.accepted, result.settled_after
    row.violations, row.asked = result.violations, set(INVARIANTS)
    write([row], report.with_name(f"{report.stem}-table.md"))
    _say(told)
    _say(as_markdown([row]))
    raise typer.Exit(0 if result.is_clean else 1)


if __name__ == "__main__":
    typer.run(main)
