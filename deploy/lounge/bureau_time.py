"""One bureau clock for several processes: how far it is ahead of real time stands in a file of the installation."""

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import orjson

from shared.kernel import BureauClock

FILE = "clock.json"


def kept_clock(home: Path) -> BureauClock:
    """The clock as it was set last; whoever is started later, or again, goes by it from the first moment."""
    clock = BureauClock()
    with suppress(FileNotFoundError):
        clock.ahead = timedelta(microseconds=orjson.loads((home / FILE).read_bytes())["ahead_us"])
    return clock


def keep(home: Path, ahead: timedelta) -> None:
    draft = home / f".{FILE}.{os.getpid()}"
    draft.write_bytes(orjson.dumps({"ahead_us": microseconds(ahead)}))
    draft.rename(home / FILE)


def forget(home: Path) -> None:
    (home / FILE).unlink(missing_ok=True)


def microseconds(ahead: timedelta) -> int:
    return ahead // timedelta(microseconds=1)
