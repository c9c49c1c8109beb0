"""PSS of the whole desk, PostgreSQL included, a minute after it began: what a small machine has to hold."""

import time
from pathlib import Path
from typing import Any

from tests.faults.victim import Victim

SECONDS_AFTER_START = 60.0
GOAL_MIB = 400.0


def measure(desk: Victim, started: float) -> list[dict[str, Any]]:
    """One row for each process of the tree and one for all; `started` is `time.monotonic()` of the start."""
    time.sleep(max(0.0, started + SECONDS_AFTER_START - time.monotonic()))
    assert desk.pid is not None
    sizes: dict[str, list[float]] = {}
    for pid in _tree(desk.pid):
        sizes.setdefault(_name(pid), []).append(_pss_mib(pid))
    rows = [{"process": name, "count": len(each), "pss_mib": sum(each)} for name, each in sorted(sizes.items())]
    whole = {"process": "all", "count": sum(map(len, sizes.values())), "pss_mib": sum(map(sum, sizes.values()))}
    return [*rows, whole, {"process": "goal", "count": "", "pss_mib": GOAL_MIB}]


def _tree(root: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(folder.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _name(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def _pss_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
