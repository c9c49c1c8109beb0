"""CPU time of the desk by component, from /proc: wall time on a shared machine tells little."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

TICK = 1000 / os.sysconf("SC_CLK_TCK")
BACKEND = re.compile(r"postgres: lounge_(\w+) ")


def tree(root: int) -> list[int]:
    """The process and all below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parent = int(_fields(folder)[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(folder.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def cpu_ms(root: int) -> dict[str, float]:
    """Milliseconds so far: Python by thread (the event loop, all others), PostgreSQL by role.

    Backends that ended are in their parent's account of dead children, as `postgres others`.
    """
    spent: dict[str, float] = {}
    for name, ticks in _accounts(root):
        spent[name] = spent.get(name, 0.0) + ticks * TICK
    return spent


def between(before: Mapping[str, float], after: Mapping[str, float], count: int) -> dict[str, float]:
    """Milliseconds for each of `count` pieces of work."""
    spent = {name: (value - before.get(name, 0.0)) / count for name, value in sorted(after.items())}
    postgres = sum(value for name, value in spent.items() if name.startswith("postgres"))
    return {**spent, "all postgres": postgres, "all": sum(spent.values())}


def _accounts(root: int) -> Iterator[tuple[str, int]]:
    for pid in tree(root):
        folder = Path(f"/proc/{pid}")
        try:
            title = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            own = _fields(folder)
            if pid == root:
                loop = _fields(folder / "task" / str(pid))
                yield "python loop", _own(loop)
                yield "python threads", _own(own) - _own(loop)
            elif backend := BACKEND.match(title):
                yield f"postgres {backend[1]}", _own(own)
            else:
                yield "postgres others", _own(own) + int(own[13]) + int(own[14])
        except OSError:
            continue


def _fields(folder: Path) -> list[str]:
    """The fields of `stat` after the command's name: state, parent, …"""
    return (folder / "stat").read_text().rpartition(")")[2].split()


def _own(fields: list[str]) -> int:
    return int(fields[11]) + int(fields[12])
