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
from tests.faults.cluster_rig import ClusterRig
from tests.faults.rig import stopped
from tests.faults.striking import Fault, ask_the_desk, ask_the_files, strike_under_load
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


KILLED_IN_A_CLUSTER = ("relay.after_ack",)
PASSED_WITHIN = 120.0


def wait_for_deaths_of(name: str, deaths: int) -> Callable[[ClusterRig, random.Random, bool], None]:
    """The failpoint strikes by itself; the supervisor brings the process back."""

    def strike(rig: ClusterRig, chance: random.Random, long: bool) -> None:
        until = time.monotonic() + PASSED_WITHIN
        wanted = rig.restarts[name] + deaths
        while rig.restarts[name] < wanted:
            assert time.monotonic() < until, f"{name} did not die {deaths} times"
            time.sleep(0.1)

    return strike


@pytest.fixture(scope="module")
def rig(folder: Path) -> Iterator[ClusterRig]:
    with ClusterRig(folder / "home", brokers=BROKERS) as rig:
        yield rig


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_under_load(fault: Fault[ClusterRig], rig: ClusterRig, table: list[Row], remembered: dict[str, str]) -> None:
    row = Row(fault.name, fault.covers)
    table.append(row)
    strike_under_load(fault, rig, row, remembered, long=True)
    ask_the_desk(row, rig.admin_dsn, rig.url, rig.home)
    ask_the_files(row, rig.home)
    assert row.violations == []
    assert row.met_with("calls"), "struck while nobody was at the desk"


def test_the_relay_dies_between_the_broker_s_answer_and_its_own_note(folder: Path, table: list[Row]) -> None:
    """What was sent and not noted is sent again; no reader may do it twice."""
    (place,) = KILLED_IN_A_CLUSTER
    fault = Fault(f"the relay killed at {place}", wait_for_deaths_of("relay", 1), 0, 5, covers="FM3")
    row = Row(fault.name, fault.covers)
    table.append(row)
    with ClusterRig(folder / "relay", failpoint=f"{place}:40") as rig:
        strike_under_load(fault, rig, row, {}, long=True)
        ask_the_desk(row, rig.admin_dsn, rig.url, rig.home)
    assert row.violations == []
