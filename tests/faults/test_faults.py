"""Fault × invariant on one desk: whatever breaks under load, nothing accepted is lost and nothing is done twice."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.nemeses import FAULTS
from tests.faults.rig import Rig
from tests.faults.striking import Fault, ask_the_desk, ask_the_files, strike_under_load
from tests.faults.table import Row

pytestmark = [pytest.mark.fault, pytest.mark.timeout(1800)]

LONG = os.environ.get("LOUNGE_FAULTS") == "long"
STRUCK = [fault for fault in FAULTS if LONG or fault.short_rounds]


@pytest.fixture(scope="module")
def rig(folder: Path) -> Iterator[Rig]:
    (folder / "home").mkdir(mode=0o711)
    with Rig(folder) as rig:
        yield rig


@pytest.mark.parametrize("fault", STRUCK, ids=lambda fault: fault.name)
def test_under_load(fault: Fault[Rig], rig: Rig, table: list[Row], remembered: dict[str, str]) -> None:
    row = Row(fault.name, fault.covers)
    table.append(row)
    diary = strike_under_load(fault, rig, row, remembered, long=LONG)
    if LONG:
        ask_the_desk(row, rig.admin_dsn, rig.victim.url, rig.home)
    diary.write(rig.home / f"history-{len(table)}.jsonl")
    assert row.violations == []
    assert row.met_with("calls"), "struck while nobody was at the desk"


def test_views_log_and_secrets_at_the_end(rig: Rig, table: list[Row]) -> None:
    """What is too slow to ask after each fault of the short form."""
    row = Row("all of the above, at the end")
    table.append(row)
    ask_the_desk(row, rig.admin_dsn, rig.victim.url, rig.home)
    ask_the_files(row, rig.folder)
    assert row.violations == []
