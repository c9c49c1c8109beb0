"""The time of a violation case: thirty days, twice made longer from above, never a third time (R-08)."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.mediation.cases import deadlines
from services.mediation.cases.commands import TimeOut
from services.mediation.cases.facts import CaseClosed
from services.mediation.cases.refusals import OnlyForViolations, RecorderNotOfficer
from services.mediation.cases.state import Open
from services.mediation.channels.commands import ExtendCasework, Official
from services.mediation.channels.facts import CaseworkExtended, LimitBreached
from services.mediation.channels.refusals import ExtensionsUsedUp
from shared.contracts.codes import Channel
from shared.kernel import BUREAU_ZONE
from tests.mediation.cases.samples import AUXILIARY, MONDAY, MONTH_END, OFFICER, signs, text
from tests.mediation.channels.samples import PLAIN_CASE, case_in, limit
from tests.mediation.channels.test_hosts import case

violation = case.after(case_in(Channel.PSM), replace(signs(), limits=(limit("CL-025", MONTH_END),)))


def longer(paper: int, days: int = 30, by: Official = OFFICER) -> ExtendCasework:
    due = MONTH_END + timedelta(days=days)
    return ExtendCasework(approval=text(paper), by=by, limit=limit("CL-026", due), at=MONDAY)


def test_r_08_the_time_of_a_violation_case_is_made_longer_twice() -> None:
    event = violation.when(longer(61)).events[-1]
    assert isinstance(event, CaseworkExtended)
    once = violation.after(longer(61))
    once.when(longer(61)).then_nothing()
    twice = once.after(longer(62, 60))
    assert twice.when(longer(63, 90)).then_rejected(ExtensionsUsedUp).rule == "R-08"


def test_r_08_the_longer_time_takes_the_place_of_the_first_and_ends_the_case() -> None:
    once = violation.after(longer(61))
    assert isinstance(once.state, Open)
    assert (set(once.state.course.limits), once.state.mediation_due) == ({"CL-026"}, MONTH_END + timedelta(days=30))
    once.when(TimeOut(at=MONTH_END)).then_nothing()
    ended = once.when(TimeOut(at=MONTH_END + timedelta(days=30))).events
    assert isinstance(ended[0], LimitBreached)
    assert ended[0].clock == "CL-026"
    assert isinstance(ended[-1], CaseClosed)


def test_r_08_thirty_days_count_from_the_present_end() -> None:
    assert isinstance(violation.state, Open)
    assert deadlines.longer_casework(violation.state, MONDAY).due >= MONTH_END + timedelta(days=30)


def test_an_officer_writes_it_down_and_only_in_a_violation_case() -> None:
    violation.when(longer(61, by=AUXILIARY)).then_rejected(RecorderNotOfficer)
    case.after(*PLAIN_CASE).when(longer(61)).then_rejected(OnlyForViolations)


LAST_DAY = datetime(2025, 12, 31, 23, 59, tzinfo=BUREAU_ZONE)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=BUREAU_ZONE)


def test_r_63_until_the_last_day_of_2025_the_former_law_counts_and_then_the_present_one() -> None:
    before, after = (deadlines.term(Channel.PSM, None, None, at) for at in (LAST_DAY, NEW_YEAR))
    assert ([each.clock for each in before.limits], [each.clock for each in after.limits]) == (
        ["CL-022", "CL-027"],
        ["CL-022", "CL-025"],
    )
    assert before.mediation_due == before.limits[-1].due


def test_r_63_the_time_of_a_case_of_the_former_law_is_made_longer_once() -> None:
    old = case.after(case_in(Channel.PSM), replace(signs(), limits=(limit("CL-027", MONTH_END),)))
    assert isinstance(old.state, Open)
    extension = deadlines.longer_casework(old.state, MONDAY)
    assert extension.clock == "CL-028"
    once = old.after(replace(longer(61), limit=extension))
    assert isinstance(once.state, Open)
    assert set(once.state.course.limits) == {"CL-028"}
    once.when(longer(62, 60)).then_rejected(ExtensionsUsedUp)
