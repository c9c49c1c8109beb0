"""A broken clock climbs by itself; a dispute climbs its place with a reason, one rung at a time."""

from datetime import timedelta
from importlib.resources import files

import pytest
import yaml

from services.routing.adapters.ladders import LADDERS, read_ladders
from services.routing.clocks.table import ARMED
from services.routing.watch.commands import ClimbOverdue, LeavePlace, TakeBreach, WarnLimit
from services.routing.watch.facts import (
    LimitBreached,
    LimitEnd,
    LimitWarned,
    OverdueClimbed,
    OverdueEnded,
    PlaceClimbed,
    PlaceLeft,
)
from services.routing.watch.ladders import ORDER, PlaceRung
from services.routing.watch.refusals import LadderOnlyUp, ReasonClimbsNothing, RungSkipped
from shared.contracts.codes import Ladder, ReasonCode, Role
from shared.kernel import ClockId, PersonId
from tests.routing.watch.post import (
    CHAIN,
    CHIEF,
    LEADER,
    MONDAY,
    REQUEST,
    RULES,
    RUNGS,
    armed,
    broke,
    noted,
    stopped,
    the,
    up,
    watch,
)

FEEDBACK = ClockId("CL-019")
FIRST_RESPONSE = ClockId("CL-012")
HOUR = timedelta(hours=1)


def taken(clock: ClockId = FEEDBACK, chain: dict[Role, PersonId] = CHAIN) -> TakeBreach:
    return TakeBreach(request_id=REQUEST, clock=clock, due=MONDAY, chain=chain, at=MONDAY)


def climbs(after: timedelta, *, met: bool = False, clock: ClockId = FEEDBACK) -> ClimbOverdue:
    return ClimbOverdue(request_id=REQUEST, clock=clock, met=met, chain=CHAIN, at=MONDAY + after)


def test_a_broken_promise_is_told_to_the_leader_that_its_row_names() -> None:
    told = the(OverdueClimbed, watch.when(taken()))
    assert (told.rung, told.owner, told.next_rung) == (Role.STATION_LEADER, LEADER, Role.BUREAU_LEADER)
    assert told.next_at == MONDAY + 4 * HOUR


def test_what_nobody_meets_goes_on_up_to_the_last_rung_and_no_further() -> None:
    second = watch.after(taken()).when(climbs(4 * HOUR))
    assert (the(OverdueClimbed, second).rung, the(OverdueClimbed, second).owner) == (Role.BUREAU_LEADER, CHIEF)
    last = watch.after(taken(), climbs(4 * HOUR)).when(climbs(100 * HOUR))
    assert (the(OverdueClimbed, last).rung, the(OverdueClimbed, last).next_at) == (Role.SUPERVISOR, None)
    watch.after(taken(), climbs(4 * HOUR), climbs(100 * HOUR)).when(climbs(1000 * HOUR)).then_nothing()


def test_an_emergency_climbs_within_minutes() -> None:
    told = the(OverdueClimbed, watch.when(taken(FIRST_RESPONSE)))
    assert told.next_at == MONDAY + timedelta(minutes=10)


def test_a_row_that_names_the_bureaus_leader_begins_with_him() -> None:
    assert the(OverdueClimbed, watch.when(taken(ClockId("CL-008")))).rung is Role.BUREAU_LEADER


def test_a_rung_without_anybody_is_passed() -> None:
    told = the(OverdueClimbed, watch.when(taken(chain={Role.BUREAU_LEADER: CHIEF})))
    assert (told.rung, told.owner) == (Role.BUREAU_LEADER, CHIEF)
    assert the(OverdueClimbed, watch.when(taken(chain={}))).owner is None


def test_whoever_meets_the_clock_ends_the_ladder() -> None:
    assert the(OverdueEnded, watch.after(taken()).when(climbs(4 * HOUR, met=True))).clock == FEEDBACK
    watch.after(taken(), climbs(4 * HOUR, met=True)).when(climbs(5 * HOUR)).then_nothing()


def test_a_clock_that_breaks_again_after_a_reopening_climbs_from_below() -> None:
    up_there = watch.after(taken(), climbs(4 * HOUR), climbs(100 * HOUR))
    month = MONDAY + timedelta(days=30)
    again = TakeBreach(request_id=REQUEST, clock=FEEDBACK, due=month, chain=CHAIN, at=month)
    assert the(OverdueClimbed, up_there.when(again)).rung is Role.STATION_LEADER
    assert the(OverdueClimbed, up_there.after(again).when(climbs(timedelta(days=31)))).rung is Role.BUREAU_LEADER


def test_nobody_is_told_twice_or_too_early() -> None:
    watch.after(taken()).when(taken()).then_nothing()
    watch.after(taken()).when(climbs(HOUR)).then_nothing()


def test_a_limit_of_a_course_is_warned_of_broken_and_climbs() -> None:
    begun = watch.after(noted("petition", "petition_received"))
    due = begun.state.terms[ClockId("CL-054")].due
    warn = WarnLimit(request_id=REQUEST, clock=ClockId("CL-054"), at=due - timedelta(days=2))
    assert the(LimitWarned, begun.when(warn)).due == due
    begun.after(warn).when(warn).then_nothing()
    broken = begun.when(broke("CL-054", due))
    assert (the(LimitBreached, broken).due, the(OverdueClimbed, broken).rung) == (due, Role.STATION_LEADER)
    told = begun.after(broke("CL-054", due)).when(noted("petition", "acceptance_told", due + HOUR))
    assert stopped(told) == {"CL-054": (LimitEnd.MET, False)}
    assert the(OverdueEnded, told).clock == "CL-054"


def test_a_person_who_lets_his_own_time_go_by_makes_nobody_late() -> None:
    begun = watch.after(noted("birth", "born"))
    gone = begun.when(broke("CL-085", begun.state.terms[ClockId("CL-085")].due))
    assert stopped(gone) == {"CL-085": (LimitEnd.LAPSED, False)}
    assert len(gone.events) == 1


def test_a_village_has_seven_days_and_the_township_fifteen() -> None:
    assert armed(watch.when(up(PlaceRung.VILLAGE))) == {"CL-087": "2026-03-09"}
    risen = watch.after(up(PlaceRung.VILLAGE), up(PlaceRung.STATION)).when(up(PlaceRung.TOWNSHIP))
    assert armed(risen) == {"CL-088": "2026-03-17"}
    climbed = the(PlaceClimbed, risen)
    assert (climbed.before, climbed.owner, climbed.next_rung) == (
        PlaceRung.STATION, Role.CENTRE_OFFICER, PlaceRung.LOUNGE,
    )  # fmt: skip


def test_what_the_village_does_not_settle_in_time_goes_to_the_township_by_itself() -> None:
    village = watch.after(up(PlaceRung.VILLAGE))
    over = village.when(broke("CL-087", village.state.terms[ClockId("CL-087")].due))
    climbed = the(PlaceClimbed, over)
    assert (climbed.rung, climbed.reason, climbed.by_clock) == (
        PlaceRung.TOWNSHIP, ReasonCode.CLOCK_BREACHED, "CL-087",
    )  # fmt: skip
    assert (stopped(over), list(armed(over))) == ({"CL-087": (LimitEnd.REPLACED, False)}, ["CL-088"])


def test_local_first_no_rung_is_left_out_without_a_violation() -> None:
    village = watch.after(up(PlaceRung.VILLAGE))
    assert village.when(up(PlaceRung.COURT)).then_rejected(RungSkipped).details["next"] is PlaceRung.STATION
    assert the(PlaceClimbed, village.when(up(PlaceRung.LOUNGE, ReasonCode.VIOLATION_FOUND))).rung is PlaceRung.LOUNGE


def test_nothing_goes_down_and_nothing_climbs_for_any_reason_at_all() -> None:
    station = watch.after(up(PlaceRung.STATION))
    station.when(up(PlaceRung.VILLAGE)).then_rejected(LadderOnlyUp)
    station.when(up(PlaceRung.TOWNSHIP, ReasonCode.OVERLOAD)).then_rejected(ReasonClimbsNothing)
    station.when(up(PlaceRung.TOWNSHIP, None)).then_rejected(ReasonClimbsNothing)
    station.when(up(PlaceRung.STATION)).then_nothing()


def test_where_a_dispute_begins_needs_no_reason() -> None:
    assert the(PlaceClimbed, watch.when(up(PlaceRung.VILLAGE, None))).reason is None


def test_a_dispute_that_ends_leaves_the_ladder_and_may_come_back_to_any_rung() -> None:
    leave = LeavePlace(request_id=REQUEST, at=MONDAY + HOUR)
    township = watch.after(up(PlaceRung.TOWNSHIP))
    assert stopped(township.when(leave)) == {"CL-088": (LimitEnd.MET, True)}
    assert the(PlaceLeft, township.when(leave)).rung is PlaceRung.TOWNSHIP
    township.after(leave).when(leave).then_nothing()
    watch.when(leave).then_nothing()
    assert the(PlaceClimbed, township.after(leave).when(up(PlaceRung.VILLAGE))).rung is PlaceRung.VILLAGE


def test_every_limit_that_names_no_role_next_has_words_for_what_comes_next() -> None:
    runs = {clock for course in RULES.courses.values() for clock in course.clocks} | set(ARMED)
    runs |= {step.clock for step in RUNGS.place.values() if step.clock}
    roles = {rung.role for rung in RUNGS.usual}
    nameless = {clock for clock in runs if RULES.limit(clock).next_rung.split()[0] not in roles}
    assert nameless <= RUNGS.remedies.keys()
    assert RUNGS.remedies.keys() <= RULES.rules.limits.keys()


def test_the_rungs_of_the_place_are_as_many_as_in_the_code_list() -> None:
    text = files("shared.contracts").joinpath("domain/codes.yaml").read_text(encoding="utf-8")
    [place] = [entry for entry in yaml.safe_load(text)["ladders"] if entry["code"] == Ladder.PLACE]
    assert len(place["rungs"]) == len(ORDER)


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"place": []}, "code list"),
        ({"overdue": {"usual": [{"rung": "supervisor", "within": [1, "hour"]}], "at_once": []}}, "time"),
    ],
)
def test_a_ladder_without_its_rungs_or_times_is_refused(change: dict[str, object], wrong: str) -> None:
    lines = yaml.safe_load(LADDERS.read_text(encoding="utf-8"))
    with pytest.raises(ValueError, match=wrong):
        read_ladders({**lines, **change})
