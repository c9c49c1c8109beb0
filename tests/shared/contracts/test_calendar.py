from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.lounge.workdays import DATA, YearNotKnown, workdays_csv
from shared.contracts.calendar import CalendarDataWrong, CalendarYearMissing, Unit, due, read_calendar, work_calendar
from shared.kernel import BUREAU_ZONE

CALENDAR = work_calendar()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BUREAU_ZONE)


def last_day(instant: datetime) -> str:
    """The limit ends with the last instant of a day; this is the day."""
    assert (instant + timedelta(microseconds=1)).astimezone(BUREAU_ZONE).time() == datetime.min.time()
    return instant.astimezone(BUREAU_ZONE).date().isoformat()


@pytest.mark.parametrize("day", ["2026-02-14", "2026-09-20", "2026-10-10", "2026-01-04", "2025-09-28", "2025-10-11"])
def test_a_make_up_day_on_a_weekend_is_a_working_day(day: str) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-01-01", "2026-01-02", "2026-02-16", "2026-02-23", "2026-04-06", "2026-05-05",
                                 "2026-06-19", "2026-09-25", "2026-10-07", "2025-01-28", "2025-10-08"])  # fmt: skip
def test_a_holiday_is_no_working_day(day: str) -> None:
    assert not CALENDAR.is_working_day(date.fromisoformat(day))


def test_ordinary_weeks_work_from_monday_to_friday() -> None:
    assert [CALENDAR.is_working_day(date(2026, 3, 2) + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2


def test_the_day_of_the_event_does_not_count() -> None:
    assert last_day(due(local("2026-03-02T09:00"), 3, Unit.CALENDAR_DAY)) == "2026-03-05"


def test_a_last_day_in_the_spring_festival_moves_to_the_first_working_day_after_it() -> None:
    assert last_day(due(local("2026-02-10T09:00"), 7, Unit.CALENDAR_DAY)) == "2026-02-24"


def test_a_last_day_on_a_make_up_saturday_stays() -> None:
    assert last_day(due(local("2026-02-07T09:00"), 7, Unit.CALENDAR_DAY)) == "2026-02-14"


def test_working_days_skip_holidays_and_count_make_up_days() -> None:
    assert last_day(due(local("2026-02-13T16:00"), 1, Unit.WORKING_DAY)) == "2026-02-14"
    assert last_day(due(local("2026-02-13T16:00"), 2, Unit.WORKING_DAY)) == "2026-02-24"
    assert last_day(due(local("2026-09-30T16:00"), 3, Unit.WORKING_DAY)) == "2026-10-10"


def test_no_calendar_days_means_before_midnight_of_the_same_day_even_on_a_holiday() -> None:
    assert last_day(due(local("2026-10-01T23:50"), 0, Unit.CALENDAR_DAY)) == "2026-10-01"


def test_at_once_is_measured_by_the_minute() -> None:
    assert due(local("2026-03-02T09:00"), 0, Unit.MINUTE) == local("2026-03-02T09:01")


def test_hours_run_through_nights_and_holidays() -> None:
    assert due(local("2026-09-30T20:00"), 24, Unit.HOUR) == local("2026-10-01T20:00")


def test_the_day_is_the_bureaus_not_the_servers() -> None:
    just_after_midnight = datetime(2026, 3, 2, 16, 5, tzinfo=UTC)
    assert last_day(due(just_after_midnight, 1, Unit.CALENDAR_DAY)) == "2026-03-04"


def test_a_month_ends_on_the_same_day_or_the_last_one_there_is() -> None:
    assert last_day(due(local("2026-01-31T09:00"), 1, Unit.MONTH)) == "2026-02-28"
    assert last_day(due(local("2025-11-30T09:00"), 3, Unit.MONTH)) == "2026-02-28"
    assert last_day(due(local("2025-06-10T09:00"), 1, Unit.YEAR)) == "2026-06-10"


def test_a_month_that_ends_on_a_sunday_moves_to_monday() -> None:
    assert last_day(due(local("2026-02-15T09:00"), 1, Unit.MONTH)) == "2026-03-16"


def test_a_year_without_a_notice_is_never_guessed() -> None:
    with pytest.raises(CalendarYearMissing) as missing:
        due(local("2026-12-30T09:00"), 7, Unit.CALENDAR_DAY)
    assert missing.value.year == 2027


def test_a_limit_that_stays_in_a_known_year_does_not_ask_for_the_next_one() -> None:
    assert last_day(due(local("2026-12-30T09:00"), 1, Unit.CALENDAR_DAY)) == "2026-12-31"


def test_a_warning_two_working_days_before_is_counted_back_over_the_weekend() -> None:
    assert last_day(CALENDAR.before(due(local("2026-03-02T09:00"), 7, Unit.CALENDAR_DAY), 2, Unit.WORKING_DAY)) == (
        "2026-03-05"
    )


def test_a_warning_cannot_be_counted_in_months() -> None:
    with pytest.raises(ValueError, match="month"):
        CALENDAR.before(local("2026-03-02T09:00"), 1, Unit.MONTH)


def test_a_pause_moves_a_limit_of_days_to_the_end_of_a_working_day() -> None:
    original = due(local("2026-03-02T09:00"), 3, Unit.CALENDAR_DAY)
    assert last_day(CALENDAR.moved(original, timedelta(days=1, hours=3), Unit.CALENDAR_DAY)) == "2026-03-09"


def test_a_pause_moves_a_limit_of_hours_by_exactly_its_length() -> None:
    assert CALENDAR.moved(local("2026-03-02T09:00"), timedelta(hours=3), Unit.HOUR) == local("2026-03-02T12:00")


@given(
    start=st.integers(0, 600 * 24 * 60).map(lambda minutes: local("2025-01-01T00:00") + timedelta(minutes=minutes)),
    n=st.integers(1, 40),
    unit=st.sampled_from([Unit.CALENDAR_DAY, Unit.WORKING_DAY]),
)
def test_a_limit_of_days_ends_on_a_working_day_and_never_before_what_any_calendar_allows(
    start: datetime, n: int, unit: Unit
) -> None:
    end = due(start, n, unit)
    assert CALENDAR.is_working_day(end.astimezone(BUREAU_ZONE).date())
    assert end >= CALENDAR.earliest(start, n, unit) > start


def test_the_committed_days_are_those_of_the_library() -> None:
    assert DATA.read_text(encoding="utf-8") == workdays_csv([2025, 2026])


def test_a_year_whose_notice_nobody_compared_is_not_written() -> None:
    with pytest.raises(YearNotKnown):
        workdays_csv([2030])


@pytest.mark.parametrize(
    "row",
    [
        "2026,2026-03-02,work,notice",
        "2026,2026-03-02,maybe,notice",
        "2025,2026-03-02,off,notice",
        "2026,2026-03-02,off,",
    ],
)
def test_a_row_that_contradicts_itself_is_refused(row: str) -> None:
    with pytest.raises(CalendarDataWrong):
        read_calendar(iter(["year,date,day,notice", row]))
