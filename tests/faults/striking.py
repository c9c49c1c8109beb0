"""A fault under load: people at work, strikes at random instants, then every question to the tables."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from deploy.lounge.client import DeskClient
from tests.faults.checking import export_verifies, rebuild_differs, table_violations
from tests.faults.citizens import CANARY, Citizens, Diary, PatientClient, new_canary
from tests.faults.disclosure import disclosed_in_files
from tests.faults.invariants import History
from tests.faults.rig import Load
from tests.faults.settling import looked
from tests.faults.table import Row
from tests.faults.violation import INVARIANTS, Violation

FIRST_ANSWERS = 3
BY_TABLES = frozenset(INVARIANTS) - {"INV8"}
SEED = 20260302
AT_WORK_SECONDS = 90.0
TIMERS_MAY_LAG = timedelta(seconds=15)


class Hurtable(Protocol):
    """A running desk, whatever runs it."""

    @property
    def url(self) -> str: ...

    @property
    def admin_dsn(self) -> str: ...


R = TypeVar("R", bound=Hurtable)


@dataclass(frozen=True, slots=True)
class Fault(Generic[R]):
    name: str
    strike: Callable[[R, random.Random, bool], None]
    """Breaks and heals; the flag says whether there is time."""
    short_rounds: int
    """0: only in the long form."""
    long_rounds: int
    lifecycles: bool = True
    """Whether people go on with whole lifecycles meanwhile; not where the bureau's clock runs away under them."""
    covers: str = ""
    """Rows of the fault matrix (reliability notes, b5)."""


def strike_under_load(fault: Fault[R], rig: R, row: Row, remembered: dict[str, str], *, long: bool) -> Diary:
    """Fills `row`; `remembered` is what all citizens of this desk were answered so far, which must still be there."""
    diary = Diary(new_canary())
    try:
        _strike(fault, rig, row, diary, long)
    except BaseException as error:
        row.violations.append(Violation("it settles", "all", repr(error)))
        raise
    remembered |= diary.accepted
    now = asyncio.run(_bureau_time(rig.url)) - TIMERS_MAY_LAG
    row.settled_after, found = table_violations(rig.admin_dsn, History(remembered, canaries=(diary.canary,), now=now))
    row.violations += diary.violations() + found
    row.asked |= BY_TABLES
    return diary


def ask_the_desk(row: Row, dsn: str, url: str, home: Path) -> None:
    """What takes too long for every row of the short form: views rebuilt, log verified by an outsider's command."""
    row.violations += rebuild_differs(dsn, url) + export_verifies(url, home)
    row.asked |= {"INV5", "INV8"}


def ask_the_files(row: Row, folder: Path) -> None:
    """Whether a word of any citizen stands in any file."""
    row.violations += disclosed_in_files(folder, CANARY)
    row.asked.add("INV9")


def _strike(fault: Fault[R], rig: R, row: Row, diary: Diary, long: bool) -> None:
    chance = random.Random(SEED)
    with Load(Citizens(PatientClient(rig.url, diary)), lifecycles=fault.lifecycles) as load:
        _until_at_work(diary)
        before = len(diary.accepted)
        for _ in range(fault.long_rounds if long else fault.short_rounds):
            time.sleep(chance.uniform(0.1, 0.6))
            row.met.append(asyncio.run(looked(rig.admin_dsn, diary.open_calls)))
            fault.strike(rig, chance, long)
        row.accepted_during = len(diary.accepted) - before
        healed = time.monotonic()
        _until_at_work(diary, more_than=len(diary.accepted))
        row.back_after = time.monotonic() - healed
        load.finish()
    row.accepted, row.lifecycles, row.answers = len(diary.accepted), diary.lifecycles, diary.answers


def _until_at_work(diary: Diary, more_than: int = 0) -> None:
    until = time.monotonic() + AT_WORK_SECONDS
    while len(diary.accepted) < more_than + FIRST_ANSWERS:
        if time.monotonic() > until:
            raise TimeoutError(f"nobody is answered any more: {dict(diary.answers)}")
        time.sleep(0.05)


async def _bureau_time(url: str) -> datetime:
    async with DeskClient(url) as client:
        return datetime.fromisoformat(await client.time())
