from datetime import date, datetime, timedelta

import pytest

from services.portal.pages.words import day, iso, moment, money, near, spaced, span, time_left, urgency, zh
from shared.kernel import BUREAU_ZONE

NOW = datetime(2026, 11, 22, 15, 4, tzinfo=BUREAU_ZONE)


def test_a_date_is_written_with_its_weekday() -> None:
    assert day(date(2026, 11, 30)) == "11月30日（周一）"
    assert moment(NOW) == "11月22日（周日）15:04"


def test_a_moment_of_another_year_names_the_year() -> None:
    assert moment(NOW - timedelta(days=365), NOW) == "2025年11月22日（周六）15:04"


def test_a_moment_is_told_in_the_time_of_the_bureau_wherever_it_was_noted() -> None:
    assert moment(datetime.fromisoformat("2026-11-22T20:30:00+00:00")) == "11月23日（周一）04:30"
    assert iso(datetime.fromisoformat("2026-11-22T20:30:00+00:00")) == "2026-11-23T04:30:00+08:00"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW + timedelta(hours=3), "今天 18:04"),
        (NOW + timedelta(hours=9), "明天 00:04"),
        (NOW - timedelta(hours=16), "昨天 23:04"),
        (NOW + timedelta(days=2), "11月24日（周二）15:04"),
    ],
)
def test_a_moment_close_by_is_told_by_the_day(at: datetime, words: str) -> None:
    assert near(at, NOW) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=59), "不到 1 分"),
        (timedelta(minutes=5), "5 分"),
        (timedelta(hours=3, minutes=12), "3 小时 12 分"),
        (timedelta(hours=2), "2 小时"),
        (timedelta(days=2, hours=3, minutes=40), "2 天 3 小时"),
    ],
)
def test_a_span_is_told_in_its_two_largest_units(length: timedelta, words: str) -> None:
    assert span(length) == words


def test_time_left_turns_into_time_over_at_the_very_moment() -> None:
    assert time_left(NOW + timedelta(hours=3, minutes=12), NOW) == "还剩 3 小时 12 分"
    assert time_left(NOW, NOW) == "刚到时限"
    assert time_left(NOW - timedelta(minutes=125), NOW) == "已超 2 小时 5 分"


def test_what_is_due_within_half_an_hour_is_soon() -> None:
    assert urgency(NOW + timedelta(minutes=31), NOW) == "calm"
    assert urgency(NOW + timedelta(minutes=30), NOW) == "soon"
    assert urgency(NOW, NOW) == "late"


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (200_000, "2,000.00 元"),
        (999_999, "9,999.99 元"),
        (1_000_000, "10,000.00 元（1 万元）"),
        (2_550_000, "25,500.00 元（2.55 万元）"),
        (123_456_789, "1,234,567.89 元（123.456789 万元）"),
        (-5, "-0.05 元"),
    ],
)
def test_money_is_exact_and_large_sums_are_told_in_wan_too(fen: int, words: str) -> None:
    assert money(fen) == words


def test_a_code_is_shown_by_its_name_and_an_unknown_one_fails() -> None:
    assert zh("PM", "channels") == "人民调解"
    assert zh("duty_officer", "roles") == "值班民警"
    with pytest.raises(KeyError):
        zh("PM", "roles")


def test_a_pin_is_shown_in_groups_of_four() -> None:
    assert spaced("K7M2XQ4P") == "K7M2 XQ4P"
