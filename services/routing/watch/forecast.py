"""Will it be late? Simple and honest: how long the same clock took before, or nothing where too little is known."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.kernel import ClockId, value

ENOUGH: Final = 20
"""Fewer ended clocks say nothing of the next one."""


class Outlook(StrEnum):
    LATE = "late"
    LIKELY_LATE = "likely_late"
    """As long as half of them, or nearly all, took, is longer than what is left."""
    AT_RISK = "at_risk"
    """Half of them would be in time, the slowest not; or it is slower than nearly all already."""
    IN_TIME = "in_time"
    UNKNOWN = "unknown"
    STANDS_STILL = "stands_still"


@value
class Pace:
    """How long a clock ran until somebody met it: half of them, and ninety-five of a hundred."""

    clock: ClockId
    ended: int
    half: timedelta
    nearly_all: timedelta


Paces = dict[ClockId, Pace]


def paces(found: Iterable[Pace]) -> Paces:
    return {pace.clock: pace for pace in found if pace.ended >= ENOUGH}


def outlook(now: datetime, started_at: datetime | None, due: datetime, pace: Pace | None, *, paused: bool) -> Outlook:
    if paused:
        return Outlook.STANDS_STILL
    if due <= now:
        return Outlook.LATE
    if pace is None or started_at is None:
        return Outlook.UNKNOWN
    slow_end = started_at + pace.nearly_all
    if now > slow_end:
        return Outlook.AT_RISK
    likely_end = started_at + pace.half
    if (likely_end if now <= likely_end else slow_end) > due:
        return Outlook.LIKELY_LATE
    return Outlook.AT_RISK if slow_end > due else Outlook.IN_TIME
