"""A second opinion on every limit: days walked one by one over a list of holidays typed by hand.

Nothing of the calendar under test is used here: no data file, no time zone table, no month arithmetic.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Final

EAST_EIGHT: Final = timedelta(hours=8)
DAY: Final = timedelta(days=1)

HOLIDAYS: Final = (
    # 2025: New Year, Spring Festival, Qingming, Labour Day, Dragon Boat, National Day with Mid-Autumn
    ("2025-01-01", 1), ("2025-01-28", 8), ("2025-04-04", 3), ("2025-05-01", 5), ("2025-05-31", 3), ("2025-10-01", 8),
    # 2026: New Year, Spring Festival, Qingming, Labour Day, Dragon Boat, Mid-Autumn, National Day
    ("2026-01-01", 3), ("2026-02-15", 9), ("2026-04-04", 3), ("2026-05-01", 5), ("2026-06-19", 3),
    ("2026-09-25", 3), ("2026-10-01", 7),
)  # fmt: skip
"""First day and number of days, as the yearly notices say them."""

WORKED_WEEKENDS: Final = frozenset({
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
    "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
})  # fmt: skip
FREE: Final = frozenset(
    (date.fromisoformat(first) + n * DAY).isoformat() for first, length in HOLIDAYS for n in range(length)
)


class Beyond(Exception):
    """The day lies in a year whose notice nobody has typed."""


def works(day: date) -> bool:
    if day.year not in (2025, 2026):
        raise Beyond
    if day.isoformat() in WORKED_WEEKENDS:
        return True
    return day.isoweekday() <= 5 and day.isoformat() not in FREE


def bureau_day(instant: datetime) -> date:
    return (instant.astimezone(UTC) + EAST_EIGHT).date()


def end_of(day: date) -> datetime:
    """The last microsecond before the next midnight of the bureau, in UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + DAY - EAST_EIGHT
    return midnight - timedelta(microseconds=1)


def due(start: datetime, length: int, unit: str) -> datetime:
    if unit in ("second", "minute", "hour"):
        return start + max(length, 1) * timedelta(**{f"{unit}s": 1})
    day = bureau_day(start)
    if unit == "working_day":
        return end_of(_working_days_on(day, length))
    if length == 0:
        return end_of(day)
    last = day
    if unit == "calendar_day":
        for _ in range(length):
            last += DAY
    else:
        last = months_on(day, length * (12 if unit == "year" else 1))
    while not works(last):
        last += DAY
    return end_of(last)


def _working_days_on(day: date, length: int) -> date:
    left = length
    while left:
        day += DAY
        if works(day):
            left -= 1
    return day


def months_on(day: date, months: int) -> date:
    """Forward over one first-of-the-month after the other, then as far as the number of the day goes."""
    wanted, passed, at = day.day, 0, day
    while passed < months:
        at += DAY
        if at.day == 1:
            passed += 1
    while at.day < wanted and (at + DAY).day != 1:
        at += DAY
    return at


def days_before(due: datetime, length: int, unit: str) -> datetime:
    day = bureau_day(due)
    while length:
        day -= DAY
        if unit == "calendar_day" or works(day):
            length -= 1
    return end_of(day)
