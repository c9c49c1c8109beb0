"""Fault × invariant on the way between the processes of a cluster and their broker."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.cluster_rig import ClusterBehindAProxy
from tests.faults.striking import Fault, ask_the_desk, ask_the_files, strike_under_load
from tests.faults.table import Row
from tests.support.proxy import Mode, Weather

pytestmark = [pytest.mark.fault, pytest.mark.timeout(1800)]


def _brokers_in(weather: Weather, seconds: float) -> Callable[[ClusterBehindAProxy, random.Random, bool], None]:
    def strike(rig: ClusterBehindAProxy, chance: random.Random, long: bool) -> None:
        rig.way.weather = weather
        time.sleep(seconds)
        rig.way.weather = Weather()
        time.sleep(chance.uniform(0.5, 2.0))

    return strike


def reset_broker_connections(rig: ClusterBehindAProxy, chance: random.Random, long: bool) -> None:
    rig.way.reset()
    time.sleep(0.5)


LOST = Weather(mode=Mode.SWALLOW_REPLIES)
NARROW = Weather(delay=0.1, bytes_per_second=1e6)
FAULTS: tuple[Fault[ClusterBehindAProxy], ...] = (
    Fault("broker's replies lost", _brokers_in(LOST, 0.3), 0, 20, covers="FM3 FM12"),
    Fault("broker connections reset", reset_broker_connections, 0, 20, covers="FM12"),
    Fault("broker connections cut after n bytes", _brokers_in(Weather(cut_after=20_000), 5.0), 0, 4, covers="FM12"),
    Fault("slow, narrow network to the broker", _brokers_in(NARROW, 20.0), 0, 2, covers="FM12"),
    Fault("network to the broker gone (silent)", _brokers_in(Weather(mode=Mode.FREEZE), 60.0), 0, 2, covers="FM12"),
)


@pytest.fixture(scope="module")
def rig(folder: Path) -> Iterator[ClusterBehindAProxy]:
    with ClusterBehindAProxy(folder) as rig:
        yield rig


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_under_load(
    fault: Fault[ClusterBehindAProxy], rig: ClusterBehindAProxy, table: list[Row], remembered: dict[str, str]
) -> None:
    row = Row(fault.name, fault.covers)
    table.append(row)
    strike_under_load(fault, rig, row, remembered, long=True)
    ask_the_desk(row, rig.admin_dsn, rig.url, rig.home)
    ask_the_files(row, rig.home)
    assert row.violations == []
    assert row.met_with("calls"), "struck while nobody was at the desk"
