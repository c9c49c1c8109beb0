"""Will it be late? By how long the same clock took before, or no word at all."""

from datetime import datetime, timedelta

import pytest

from services.routing.watch.board import When, window
from services.routing.watch.forecast import ENOUGH, Outlook, Pace, outlook, paces
from shared.kernel import BUREAU_ZONE, ClockId

START = datetime(2026, 3, 2, 9, tzinfo=BUREAU_ZONE)
HOUR = timedelta(hours=1)
FEEDBACK = ClockId("CL-019")
USUAL = Pace(FEEDBACK, 100, 10 * HOUR, 20 * HOUR)


@pytest.mark.parametrize(
    ("after", "due", "expected"),
    [
        (1, 24, Outlook.IN_TIME),
        (1, 15, Outlook.AT_RISK),
        (1, 8, Outlook.LIKELY_LATE),
        (12, 18, Outlook.LIKELY_LATE),
        (12, 24, Outlook.IN_TIME),
        (21, 24, Outlook.AT_RISK),
        (24, 24, Outlook.LATE),
    ],
)
def test_half_and_nearly_all_of_those_before_say_whether_it_will_be_late(
    after: int, due: int, expected: Outlook
) -> None:
    assert outlook(START + after * HOUR, START, START + due * HOUR, USUAL, paused=False) is expected


def test_nothing_is_said_where_too_few_have_ended() -> None:
    assert paces([Pace(FEEDBACK, ENOUGH - 1, HOUR, HOUR), USUAL]) == {FEEDBACK: USUAL}
    assert paces([Pace(FEEDBACK, ENOUGH - 1, HOUR, HOUR)]) == {}
    assert outlook(START, START, START + HOUR, None, paused=False) is Outlook.UNKNOWN


def test_what_stands_still_is_never_late() -> None:
    assert outlook(START + 9 * HOUR, START, START + HOUR, USUAL, paused=True) is Outlook.STANDS_STILL


def test_tomorrow_is_the_bureaus() -> None:
    late_evening = datetime(2026, 3, 2, 23, 30, tzinfo=BUREAU_ZONE)
    begin, end = window(When.TOMORROW, late_evening)
    assert (begin.isoformat(), end - begin) == ("2026-03-03T00:00:00+08:00", timedelta(days=1))
    assert window(When.TODAY, late_evening) == (late_evening, begin)


def test_seven_days_from_today_count_today() -> None:
    morning = datetime(2026, 3, 2, 9, tzinfo=BUREAU_ZONE)
    begin, end = window(When.WEEK, morning)
    assert (begin, end.isoformat()) == (morning, "2026-03-09T00:00:00+08:00")
