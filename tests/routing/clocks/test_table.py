from datetime import datetime, timedelta

import pytest

from services.routing.clocks.table import (
    ARMED,
    BY_PRIORITY,
    CRIME_REVIEW,
    FEEDBACK,
    INFO_WAIT,
    ClockTableWrong,
    Count,
    Moment,
    clock_rules,
    read_limits,
)
from shared.contracts.codes import Category, Door, Priority
from shared.kernel import BUREAU_ZONE, ClockId
from tests.routing.clocks.new_year import with_the_notice

RULES = clock_rules()
MONDAY = datetime(2026, 3, 2, 9, tzinfo=BUREAU_ZONE)
HEAD = "id,source,name_zh,length,unit,start_fact,stop_fact,pause_grounds,warn_at,told,next_rung,kind,from,to,note"


def test_every_clock_that_the_desk_arms_stands_in_the_table() -> None:
    assert len(RULES.limits) >= len(ARMED)
    assert RULES.limits.keys() >= ARMED


@pytest.mark.parametrize("priority", list(Priority))
def test_every_priority_promises_a_response_and_an_answer(priority: Priority) -> None:
    stops = {RULES.limits[clock].stop for clock in BY_PRIORITY[priority]}
    assert {Moment.FIRST_RESPONSE, Moment.REQUESTER_TOLD} <= stops
    assert RULES.limits[FEEDBACK[priority]].stop == Moment.REQUESTER_TOLD


def test_more_urgent_is_answered_sooner() -> None:
    dues = [RULES.times(FEEDBACK[priority], MONDAY).due for priority in Priority]
    assert dues == sorted(dues)


def test_before_anybody_judged_only_the_decision_itself_is_promised() -> None:
    assert RULES.clocks_for(None, None, Moment.REQUEST_FILED) == ("CL-007",)
    assert RULES.clocks_for(None, None, Moment.REQUEST_ROUTED) == ()


def test_each_moment_starts_its_own_clocks() -> None:
    assert RULES.clocks_for(Category.DIS, Priority.P1, Moment.REQUEST_FILED) == ("CL-007", "CL-013", "CL-018")
    assert RULES.clocks_for(Category.DIS, Priority.P1, Moment.REQUEST_ROUTED) == ("CL-016",)


def test_a_message_in_a_group_is_answered_there_within_half_an_hour() -> None:
    chosen = RULES.clocks_for(Category.DIS, Priority.P2, Moment.REQUEST_FILED, Door.GROUP_CHAT)
    assert chosen == ("CL-007", "CL-014", "CL-019", "CL-096")
    assert RULES.clocks_for(Category.DIS, Priority.P2, Moment.REQUEST_ROUTED, Door.GROUP_CHAT) == ("CL-017",)
    assert RULES.times(ClockId("CL-096"), MONDAY).due == MONDAY + timedelta(minutes=30)


def test_nothing_runs_on_feedback() -> None:
    assert RULES.clocks_for(Category.FBK, Priority.P3, Moment.REQUEST_FILED) == ()


def test_r_22_what_must_happen_at_once_is_promised_whatever_it_is_called() -> None:
    assert RULES.clocks_for(Category.FBK, Priority.P0, Moment.REQUEST_FILED) == ("CL-007", "CL-012", "CL-008")


def test_a_warning_is_a_share_of_the_time() -> None:
    assert RULES.times(ClockId("CL-013"), MONDAY).warn == MONDAY + timedelta(minutes=15)


def test_a_warning_is_counted_back_in_days() -> None:
    times = RULES.times(ClockId("CL-019"), MONDAY)
    assert times.warn == times.due - timedelta(days=2)


def test_a_clock_without_a_warning_has_none() -> None:
    assert RULES.limits[ClockId("CL-073")].warn == ""
    assert RULES.warning(ClockId("CL-073"), MONDAY, MONDAY + timedelta(days=1)) is None


def test_a_warning_never_comes_before_the_start() -> None:
    assert RULES.warning(ClockId("CL-017"), MONDAY, MONDAY + timedelta(hours=3)) == MONDAY


@pytest.mark.parametrize("clock", [INFO_WAIT, CRIME_REVIEW])
def test_seven_days_end_on_the_monday_after(clock: ClockId) -> None:
    assert RULES.times(clock, MONDAY).due.astimezone(BUREAU_ZONE).date().isoformat() == "2026-03-09"


def test_only_clocks_that_say_so_wait_for_the_person() -> None:
    assert RULES.limits[ClockId("CL-019")].pauses_for_info
    assert not RULES.limits[ClockId("CL-014")].pauses_for_info


def test_r_26_a_guess_does_not_become_certain_by_a_pause() -> None:
    """Five working days from the 25th of December end in January, and nobody knows on which day."""
    clock, christmas = ClockId("CL-055"), datetime(2026, 12, 25, 9, tzinfo=BUREAU_ZONE)
    guess = RULES.times(clock, christmas)
    assert (guess.due.astimezone(BUREAU_ZONE).year, guess.provisional) == (2026, True)
    assert guess.warn is not None
    count = Count(christmas).then(clock)
    assert RULES.resumed(clock, guess, count, timedelta()).provisional
    counted = with_the_notice(RULES).resumed(clock, guess, count, timedelta(days=1))
    assert (counted.due.astimezone(BUREAU_ZONE).date().isoformat(), counted.provisional) == ("2027-01-06", False)


def test_a_notice_that_is_missing_puts_a_guess_off_to_a_day_that_is_still_to_come() -> None:
    guess = RULES.times(ClockId("CL-019"), datetime(2026, 12, 28, 9, tzinfo=BUREAU_ZONE))
    for late in (timedelta(), timedelta(hours=5), timedelta(days=1), timedelta(days=40, seconds=1)):
        put_off = RULES.at_the_end(guess, Count(MONDAY).then(ClockId("CL-045")), guess.due + late)
        assert timedelta() < put_off.due - (guess.due + late) <= timedelta(days=1)


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("CL-900,R-20,x,2,fortnight,request_filed,request_routed,,75%,duty_officer,,norm,,,", "unit"),
        ("CL-007,R-20,x,2,hour,call_received,request_routed,,75%,duty_officer,,norm,,,", "cannot see"),
        ("CL-900,R-20,x,2,hour,request_filed,request_routed,,75%,janitor,,norm,,,", "janitor"),
        ("CL-900,R-20,x,2,hour,request_filed,request_routed,,75%,duty_officer,,norm,,,", "missing"),
    ],
)
def test_a_table_that_no_desk_could_follow_is_refused(row: str, wrong: str) -> None:
    with pytest.raises(ClockTableWrong, match=wrong):
        read_limits([HEAD, row])


def test_a_clock_that_stands_twice_is_refused() -> None:
    row = "CL-900,R-20,x,2,hour,request_filed,request_routed,,75%,duty_officer,,norm,,,"
    with pytest.raises(ClockTableWrong, match="twice"):
        read_limits([HEAD, row, row])
