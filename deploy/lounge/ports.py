"""Ports of an installation's processes, and files that are replaced in whole."""

import os
import random
from pathlib import Path

import orjson

from deploy.lounge.serving import listening

INSIDE = "127.0.0.1"
FIRST_PORT, LAST_PORT = 20_000, 31_999
"""Below what the system hands out to outgoing connections: nobody takes the port of a process that is down."""


class Ports:
    """Ports of an installation's processes, the same after a restart as long as nobody else took them."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept: dict[str, int] = orjson.loads(file.read_bytes()) if file.exists() else {}
        self._checked: set[str] = set()

    def of(self, name: str) -> int:
        if name not in self._checked:
            number = self._kept.get(name)
            while number is None or not _is_free(number):
                number = random.randint(FIRST_PORT, LAST_PORT)  # noqa: S311
                number = None if number in self._kept.values() else number
            self._kept[name] = number
            self._checked.add(name)
            replace(self._file, orjson.dumps(self._kept, option=orjson.OPT_INDENT_2))
        return self._kept[name]


def _is_free(number: int) -> bool:
    try:
        listening(INSIDE, number).close()
    except OSError:
        return False
    return True


def replace(file: Path, content: bytes) -> None:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.rename(file)
