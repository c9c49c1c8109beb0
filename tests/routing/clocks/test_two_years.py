"""Every row of clocks.csv over two years of calendar, against days walked by hand."""

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.routing.clocks.table import ClockRules, Limit, clock_rules
from shared.contracts.calendar import WorkCalendar, work_calendar
from shared.kernel import BUREAU_ZONE, ClockId
from tests.routing.clocks import by_hand

RULES = clock_rules()
COUNTED = {clock: limit for clock, limit in RULES.limits.items() if limit.length is not None}
FIRST, DAYS = datetime(2024, 12, 31, 16, tzinfo=UTC), 730
"""Midnight of the first of January 2025 at the bureau."""

KINDS = {(limit.length, limit.unit, limit.warn): limit for limit in COUNTED.values()}
"""Rows of the same length, unit and warning count alike."""


def starts() -> Iterator[datetime]:
    """One moment of every day, walking through the hours, with both edges of midnight among them."""
    for day in range(DAYS):
        yield FIRST + timedelta(days=day, minutes=(day * 487) % 1440, microseconds=day % 2)


def by_hand_due(limit: Limit, start: datetime) -> tuple[datetime, bool]:
    """The end, and whether it is only provisional because a year is missing."""
    assert limit.length is not None
    try:
        due = by_hand.due(start, limit.length, limit.unit)
        _by_hand_warning(limit, start, due)
        return due, False
    except by_hand.Beyond:
        return due_without_holidays(limit, start), True


def due_without_holidays(limit: Limit, start: datetime) -> datetime:
    """The first end that any year's notice could give."""
    assert limit.length is not None
    day = by_hand.bureau_day(start)
    if limit.unit in ("calendar_day", "working_day"):
        return by_hand.end_of(day + limit.length * by_hand.DAY)
    return by_hand.end_of(by_hand.months_on(day, limit.length * (12 if limit.unit == "year" else 1)))


def _by_hand_warning(limit: Limit, start: datetime, due: datetime) -> datetime | None:
    if not limit.warn:
        return None
    if limit.warn.endswith("%"):
        return start + (due - start) * int(limit.warn[:-1]) / 100
    length, unit = limit.warn.removeprefix("-").split()
    return max(start, by_hand.days_before(due, int(length), unit))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: " ".join(str(part) for part in kind))
def test_every_kind_of_limit_ends_on_the_same_day_when_it_is_counted_by_hand(kind: tuple[int, str, str]) -> None:
    limit = KINDS[kind]
    for start in starts():
        times = RULES.times(limit.clock, start)
        due, provisional = by_hand_due(limit, start)
        assert (times.due, times.provisional) == (due, provisional), f"{limit.clock} from {start}"
        if not provisional:
            assert times.warn == _by_hand_warning(limit, start, due), f"{limit.clock} from {start}"


@settings(max_examples=150, deadline=None)
@given(
    clock=st.sampled_from(sorted(COUNTED)),
    start=st.integers(0, DAYS * 24 * 60 * 60).map(lambda seconds: FIRST + timedelta(seconds=seconds)),
)
def test_any_row_from_any_second_ends_after_it_begins_and_warns_in_between(clock: ClockId, start: datetime) -> None:
    times = RULES.times(clock, start)
    assert start < times.due
    assert times.warn is None or start <= times.warn <= times.due
    if not times.provisional and COUNTED[clock].unit in ("calendar_day", "working_day", "month", "year"):
        last = by_hand.bureau_day(times.due)
        assert by_hand.end_of(last) == times.due
        assert COUNTED[clock].length == 0 or by_hand.works(last)


def test_a_later_beginning_never_ends_earlier() -> None:
    for limit in KINDS.values():
        ends = [RULES.times(limit.clock, start) for start in starts()]
        known = [times.due for times in ends if not times.provisional]
        assert known == sorted(known), limit.clock


def test_every_day_of_two_years_works_or_rests_as_the_notices_say() -> None:
    calendar = work_calendar()
    day = date(2025, 1, 1)
    seen = {True: 0, False: 0}
    while day.year < 2027:
        assert calendar.is_working_day(day) == by_hand.works(day), day
        seen[by_hand.works(day)] += 1
        day += by_hand.DAY
    assert seen == {True: 248 + 248, False: 365 + 365 - 248 - 248}


def test_the_days_typed_by_hand_are_those_of_the_notices() -> None:
    """Lengths as the State Council's office announced them: 8 and 8 days in 2025, 9 and 7 in 2026."""
    lengths = dict(by_hand.HOLIDAYS)
    assert (lengths["2025-01-28"], lengths["2025-10-01"]) == (8, 8)
    assert (lengths["2026-02-15"], lengths["2026-10-01"]) == (9, 7)
    assert all(date.fromisoformat(day).isoweekday() > 5 for day in by_hand.WORKED_WEEKENDS)
    assert not by_hand.WORKED_WEEKENDS & by_hand.FREE


def test_the_bureau_keeps_one_time_all_the_year() -> None:
    offsets = {start.astimezone(BUREAU_ZONE).utcoffset() for start in starts()}
    assert offsets == {by_hand.EAST_EIGHT}


@pytest.mark.parametrize(
    ("start", "clock", "last"),
    [
        ("2026-01-31T10:00+08:00", "CL-029", "2026-02-28"),
        ("2025-01-31T10:00+08:00", "CL-029", "2025-02-28"),
        ("2025-12-31T23:59+08:00", "CL-029", "2026-02-02"),
        ("2025-10-31T10:00+08:00", "CL-050", "2026-02-02"),
        ("2025-11-30T10:00+08:00", "CL-050", "2026-02-28"),
        ("2025-08-29T10:00+08:00", "CL-052", "2026-02-28"),
        ("2025-02-28T10:00+08:00", "CL-045", "2026-02-28"),
        ("2026-09-18T10:00+08:00", "CL-077", "2026-10-09"),
        ("2026-02-13T18:00+08:00", "CL-015", "2026-02-14"),
        ("2026-09-29T10:00+08:00", "CL-042", "2026-10-08"),
    ],
)
def test_ends_of_months_and_edges_of_holidays(start: str, clock: str, last: str) -> None:
    due = RULES.times(ClockId(clock), datetime.fromisoformat(start)).due
    assert due.astimezone(BUREAU_ZONE).date().isoformat() == last


def test_a_desk_that_forgets_the_make_up_days_is_found_out() -> None:
    """The comparison bites: without the weekends that are worked, or the holidays, it fails."""
    calendar = work_calendar()
    for careless in (
        WorkCalendar(calendar.years, calendar.off, frozenset()),
        WorkCalendar(calendar.years, frozenset(), calendar.work),
    ):
        rules = ClockRules(RULES.limits, careless)
        limit = RULES.limits[ClockId("CL-017")]
        assert any(rules.times(limit.clock, start).due != by_hand_due(limit, start)[0] for start in starts())


def test_no_row_is_left_out_but_those_whose_day_is_set_elsewhere() -> None:
    with files("shared.contracts").joinpath("domain/clocks.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["id"] for row in rows} - COUNTED.keys() == {row["id"] for row in rows if row["length"] == "set"}
    assert len(rows) == 102
