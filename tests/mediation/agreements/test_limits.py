"""Until when: days of the law, moved on from a holiday, and no guess where next year's calendar is missing."""

from datetime import UTC, date, datetime, timedelta

from services.mediation.agreements import limits
from services.mediation.cases.deadlines import lapses_at
from shared.contracts.calendar import work_calendar
from shared.kernel import BUREAU_ZONE

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def day_of(when: datetime) -> date:
    return when.astimezone(BUREAU_ZONE).date()


def test_the_days_of_the_confirmation_are_those_of_the_law() -> None:
    assert day_of(limits.application_due(MONDAY)) == date(2026, 4, 1)
    assert day_of(limits.application_warn_at(limits.application_due(MONDAY))) == date(2026, 3, 22)
    assert day_of(limits.acceptance_due(MONDAY)) == date(2026, 3, 5)
    assert day_of(limits.decision_due(MONDAY)) == date(2026, 3, 17)
    assert day_of(limits.extended_due(limits.decision_due(MONDAY))) == date(2026, 3, 27)
    assert day_of(limits.penalty_due(MONDAY)) == date(2026, 4, 1)


def test_r_26_a_last_day_on_a_holiday_moves_to_the_next_working_day() -> None:
    thirty_days_before_the_national_day = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
    last = day_of(limits.application_due(thirty_days_before_the_national_day))
    assert last > date(2026, 10, 1)
    assert work_calendar().is_working_day(last)


def test_where_the_next_calendar_is_missing_nobody_is_told_a_day_too_late() -> None:
    far = datetime(2090, 1, 1, 1, 0, tzinfo=UTC)
    assert day_of(limits.application_due(far)) == date(2090, 1, 31)


def test_a_duty_is_due_from_the_first_to_the_last_instant_of_its_day() -> None:
    end = lapses_at(date(2026, 6, 2))
    begin = limits.day_begins(end)
    assert (day_of(begin), day_of(begin - timedelta(microseconds=1))) == (date(2026, 6, 2), date(2026, 6, 1))
    assert day_of(end + timedelta(microseconds=1)) == date(2026, 6, 3)
