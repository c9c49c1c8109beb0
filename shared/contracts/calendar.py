"""Days and hours of a time limit: working days by the State Council's yearly notice, and R-26.

R-26: the day of the event does not count; a last day that is no working day moves to the next working day.
A year without a notice is never guessed: `CalendarYearMissing`.
"""

import csv
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from shared.kernel import BUREAU_ZONE

DATA = "domain/workdays.csv"
WEEKEND = 5
LAST_INSTANT = time(23, 59, 59, 999999)


class Unit(StrEnum):
    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    CALENDAR_DAY = "calendar_day"
    WORKING_DAY = "working_day"
    MONTH = "month"
    YEAR = "year"


SECONDS = {Unit.SECOND: 1, Unit.MINUTE: 60, Unit.HOUR: 3600}


class CalendarYearMissing(Exception):
    """The State Council's notice for this year has not been loaded."""

    def __init__(self, year: int) -> None:
        super().__init__(f"no working-day calendar for {year}")
        self.year = year


class CalendarDataWrong(Exception):
    """A row of the data contradicts itself or another one."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    years: frozenset[int]
    off: frozenset[date]
    """Holidays, and weekdays swapped for them."""
    work: frozenset[date]
    """Weekend days on which the country works (make-up days)."""

    def is_working_day(self, day: date) -> bool:
        if day.year not in self.years:
            raise CalendarYearMissing(day.year)
        return day in self.work or (day.weekday() < WEEKEND and day not in self.off)

    def due(self, start: datetime, n: int, unit: str, zone: ZoneInfo = BUREAU_ZONE) -> datetime:
        """The last instant at which a limit of `n` units that begins with an event at `start` is kept, in UTC."""
        seconds = SECONDS.get(Unit(unit))
        if seconds is not None:
            # "At once" is measured by the unit it is written in, as "the same day" is.
            return start.astimezone(UTC) + timedelta(seconds=max(n, 1) * seconds)
        return _end_of(self._last_day(start.astimezone(zone).date(), n, Unit(unit)), zone)

    def earliest(self, start: datetime, n: int, unit: str, zone: ZoneInfo = BUREAU_ZONE) -> datetime:
        """No calendar can make the limit end before this: what is promised while a year's notice is missing."""
        if Unit(unit) in SECONDS:
            return self.due(start, n, unit, zone)
        day = start.astimezone(zone).date()
        if unit in (Unit.CALENDAR_DAY, Unit.WORKING_DAY):
            return _end_of(day + timedelta(days=n), zone)
        return _end_of(_months_later(day, n * (12 if unit == Unit.YEAR else 1)), zone)

    def before(self, due: datetime, n: int, unit: str, zone: ZoneInfo = BUREAU_ZONE) -> datetime:
        """The instant `n` units before `due`; days are whole days, and of working days only such count."""
        seconds = SECONDS.get(Unit(unit))
        if seconds is not None:
            return due.astimezone(UTC) - timedelta(seconds=n * seconds)
        day = due.astimezone(zone).date()
        if unit == Unit.CALENDAR_DAY:
            return _end_of(day - timedelta(days=n), zone)
        if unit == Unit.WORKING_DAY:
            return _end_of(self._nth_working_day(day, n, step=-1), zone)
        raise ValueError(f"no warning is counted in {unit}")

    def moved(self, due: datetime, by: timedelta, unit: str, zone: ZoneInfo = BUREAU_ZONE) -> datetime:
        """`due` after a pause of `by`: limits of days end with a working day again."""
        if Unit(unit) in SECONDS:
            return due.astimezone(UTC) + by
        return _end_of(self._next_working_day((due + by).astimezone(zone).date()), zone)

    def _last_day(self, day: date, n: int, unit: Unit) -> date:
        if unit is Unit.WORKING_DAY:
            return self._nth_working_day(day, n) if n else self._next_working_day(day)
        if n == 0:
            return day
        if unit is Unit.CALENDAR_DAY:
            return self._next_working_day(day + timedelta(days=n))
        return self._next_working_day(_months_later(day, n * (12 if unit is Unit.YEAR else 1)))

    def _next_working_day(self, day: date) -> date:
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def _nth_working_day(self, day: date, n: int, step: int = 1) -> date:
        while n:
            day += timedelta(days=step)
            n -= self.is_working_day(day)
        return day


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, LAST_INSTANT, zone).astimezone(UTC)


def read_calendar(lines: Iterator[str]) -> WorkCalendar:
    """Rows `year,date,off|work,notice`; lines that begin with # are remarks."""
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    off = {date.fromisoformat(row["date"]) for row in rows if row["day"] == "off"}
    work = {date.fromisoformat(row["date"]) for row in rows if row["day"] == "work"}
    years = {int(row["year"]) for row in rows}
    if len(rows) != len(off) + len(work) or any(day.weekday() < WEEKEND for day in work):
        raise CalendarDataWrong("a day stands twice, is neither off nor work, or is a make-up day on a weekday")
    if any(int(row["year"]) != date.fromisoformat(row["date"]).year or not row["notice"] for row in rows):
        raise CalendarDataWrong("a row names another year than its date, or no notice")
    return WorkCalendar(frozenset(years), frozenset(off), frozenset(work))


@cache
def work_calendar() -> WorkCalendar:
    """The committed calendar of the years that have one."""
    with files("shared.contracts").joinpath(DATA).open(encoding="utf-8") as lines:
        return read_calendar(lines)


def due(start: datetime, n: int, unit: str, zone: ZoneInfo = BUREAU_ZONE) -> datetime:
    return work_calendar().due(start, n, unit, zone)
