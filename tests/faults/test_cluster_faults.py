"""Fault × invariant on a cluster: processes, PostgreSQL and brokers killed, brokers wiped, topics deleted."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.lounge.migrate import SERVICES
from shared.messaging.kafka import ensure_topics
from tests.faults.checking import export_verifies, rebuild_differs
from tests.faults.cluster_rig import ClusterRig
from tests.faults.disclosure import disclosed_in_files
from tests.faults.rig import stopped
from tests.faults.striking import Fault, strike_under_load
from tests.faults.table import Row

pytestmark = [pytest.mark.fault, pytest.mark.timeout(1800)]

BROKERS = 3
LONGER_THAN_A_SESSION = 50.0
"""A member of a consumer group is given up after 45 s without a heartbeat."""


def kill(*roles: str, times: int = 1) -> Callable[[ClusterRig, random.Random, bool], None]:
    def strike(rig: ClusterRig, chance: random.Random, long: bool) -> None:
        for victim in chance.sample(rig.processes(*roles), times):
            rig.kill(victim)
        time.sleep(chance.uniform(0.5, 3.0))

    return strike


def kill_all_brokers(rig: ClusterRig, chance: random.Random, long: bool) -> None:
    for broker in rig.processes("kafka"):
        rig.kill(broker)
    time.sleep(15.0)


def wipe_all_brokers(rig: ClusterRig, chance: random.Random, long: bool) -> None:
    rig.wipe_brokers()
    time.sleep(15.0)


def stop_and_continue(*roles: str) -> Callable[[ClusterRig, random.Random, bool], None]:
    def strike(rig: ClusterRig, chance: random.Random, long: bool) -> None:
        with stopped(chance.choice(rig.processes(*roles)).pid):
            time.sleep(LONGER_THAN_A_SESSION)

    return strike


def delete_a_topic(rig: ClusterRig, chance: random.Random, long: bool) -> None:
    asyncio.run(_delete_and_make_again(rig.bootstrap, f"lounge.{chance.choice(('intake', 'routing'))}"))


async def _delete_and_make_again(bootstrap: str, topic: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.delete_topics([topic])
        while topic in await admin.list_topics():
            await asyncio.sleep(0.2)
    finally:
        await admin.close()
    await asyncio.sleep(1)
    await ensure_topics(bootstrap, SERVICES)


FAULTS: tuple[Fault[ClusterRig], ...] = (
    Fault("a service's API killed", kill("api"), 0, 8, covers="FM1 FM2"),
    Fault("a service's readers killed", kill("readers"), 0, 8, covers="FM1 FM4 FM17"),
    Fault("the relay killed", kill("relay"), 0, 5, covers="FM3"),
    Fault("the gateway killed", kill("gateway"), 0, 5, covers="FM1"),
    Fault("three processes killed at once", kill("api", "readers", "relay", "gateway", times=3), 0, 5, covers="FM1"),
    Fault("postmaster killed under the cluster", kill("postgres"), 0, 5, covers="FM6"),
    Fault("a readers' process stopped for longer than its session", stop_and_continue("readers"), 0, 1, covers="FM16"),
    Fault("one of three brokers killed", kill("kafka"), 0, 3, covers="FM10"),
    Fault("one of three brokers stopped (SIGSTOP)", stop_and_continue("kafka"), 0, 1, covers="FM12"),
    Fault("all brokers killed", kill_all_brokers, 0, 2, covers="FM11"),
    Fault("all brokers wiped", wipe_all_brokers, 0, 2, covers="FM13"),
    Fault("a topic deleted and made again", delete_a_topic, 0, 2, covers="FM13"),
)


@pytest.fixture(scope="module")
def rig(folder: Path) -> Iterator[ClusterRig]:
    with ClusterRig(folder / "home", brokers=BROKERS) as rig:
        yield rig


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_under_load(fault: Fault[ClusterRig], rig: ClusterRig, table: list[Row], remembered: dict[str, str]) -> None:
    row = Row(fault.name, fault.covers)
    table.append(row)
    diary = strike_under_load(fault, rig, row, remembered, long=True)
    row.violations += rebuild_differs(rig.admin_dsn, rig.url) + export_verifies(rig.url, rig.home)
    row.violations += disclosed_in_files(rig.home, diary.canary)
    assert row.violations == []
    assert row.met_with("calls"), "struck while nobody was at the desk"
