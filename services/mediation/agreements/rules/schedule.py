"""A duty that repeats: its instalments, each watched by itself (R-04, CL-102). A year has twelve months."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from services.mediation.agreements.facts import Duty, DutyId, Every, Schedule
from shared.kernel import derive_id

MAX_INSTALMENTS: Final = 240
"""Twenty years of months: longer than a childhood."""

MONTHS: Final = {Every.MONTH: 1, Every.YEAR: 12}


def day_of(first: date, every: Every, place: int) -> date:
    """The day of instalment `place`, counted from the first: the 31st falls on the last day of a short month."""
    if every is Every.WEEK:
        return first + timedelta(weeks=place - 1)
    year, month = divmod(first.year * 12 + first.month - 1 + MONTHS[every] * (place - 1), 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))


def times_until(first: date, every: Every, until: date) -> int:
    """How many instalments fall on or before `until`; more than anybody may agree on are not counted further."""
    times = 0
    while times <= MAX_INSTALMENTS and day_of(first, every, times + 1) <= until:
        times += 1
    return times


def instalments(duty: Duty) -> tuple[Duty, ...]:
    """What is watched: the duty itself, or each of its instalments."""
    if duty.schedule is None or duty.due is None or duty.series is not None:
        return (duty,)
    return tuple(_instalment(duty, duty.due, duty.schedule, place) for place in range(1, duty.schedule.times + 1))


def watched(duties: Iterable[Duty]) -> tuple[Duty, ...]:
    return tuple(each for duty in duties for each in instalments(duty))


def _instalment(duty: Duty, first: date, schedule: Schedule, place: int) -> Duty:
    day = day_of(first, schedule.every, place)
    later = day - first
    return replace(
        duty,
        duty_id=DutyId(derive_id(duty.duty_id, place)),
        due=day,
        warn_at=duty.warn_at + later if duty.warn_at else None,
        lapses_at=duty.lapses_at + later if duty.lapses_at else None,
        series=duty.duty_id,
        place=place,
    )
