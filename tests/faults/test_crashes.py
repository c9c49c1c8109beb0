"""kill -9 at every named place, under load: nothing accepted is lost, nothing is done twice."""

import time
from pathlib import Path

import pytest

from deploy.lounge.postgres import DATABASE, OWNER
from shared.kernel.failpoints import FAILPOINTS, NEEDS_A_RELAY
from tests.faults.checking import export_verifies, rebuild_differs, table_violations
from tests.faults.citizens import Citizens, Diary, PatientClient, new_canary
from tests.faults.disclosure import disclosed_in_files
from tests.faults.invariants import History
from tests.faults.rig import Load
from tests.faults.test_cluster_faults import KILLED_IN_A_CLUSTER
from tests.faults.victim import Victim

pytestmark = [pytest.mark.fault, pytest.mark.timeout(900)]

PLACES = tuple(place for place in FAILPOINTS if place not in NEEDS_A_RELAY)
"""A desk of one process has no relay: `test_cluster_faults.py` kills one at the others."""
PASSED_WITHIN = 90.0


def test_no_place_is_forgotten() -> None:
    assert sorted([*PLACES, *KILLED_IN_A_CLUSTER]) == sorted(FAILPOINTS)


def test_killed_at_every_named_place(folder: Path) -> None:
    diary = Diary(new_canary())
    with Victim(folder) as victim:
        with Load(Citizens(PatientClient(victim.url, diary)), lifecycles=False) as load:
            for number, place in enumerate(PLACES):
                victim.start(f"{place}:{3 + number % 3}")
                _dies(victim, place)
            victim.start()
            load.finish()
        _nothing_is_violated(victim, diary)


def _dies(victim: Victim, place: str) -> None:
    until = time.monotonic() + PASSED_WITHIN
    while not victim.is_dead and time.monotonic() < until:
        time.sleep(0.05)
    assert victim.was_killed, f"{place} was never passed"


def _nothing_is_violated(victim: Victim, diary: Diary) -> None:
    dsn = _dsn(victim.home)
    _, found = table_violations(dsn, History(diary.accepted, diary.tried, (diary.canary,)))
    found += diary.violations() + rebuild_differs(dsn, victim.url) + export_verifies(victim.url, victim.home)
    assert victim.stop() == 0
    assert found + disclosed_in_files(victim.home, diary.canary) == []
    assert len(diary.accepted) > 10


def _dsn(home: Path) -> str:
    """Of the PostgreSQL that the desk itself started."""
    (running,) = home.glob("postgres/cluster/postmaster.pid")
    port = running.read_text().split("\n")[3]
    password = (home / "postgres" / "password").read_text(encoding="ascii")
    return f"postgres://{OWNER}:{password}@127.0.0.1:{port}/{DATABASE}?sslmode=disable"
