"""The court's time on the page of a suit: the limits of the law by name, and for every act the reason why not yet."""

import pytest

from services.mediation.litigation.facts import Procedure
from services.mediation.litigation.limits import MONTHS
from services.portal.pages.suit_trials import PROCEDURES, TRIAL_ACTS, TRIAL_LIMITS, Trial, filing_at, told

BASE = "/suits/x"


def trial(**changes: object) -> Trial:
    given = {
        "state": "LITIGATING",
        "procedure": "simple",
        "filed_at": "2026-11-20T00:00:00+08:00",
        "clock": "CL-050",
        "due": "2027-02-20T15:59:59Z",
    }
    return Trial.model_validate({**given, **changes})


def open_acts(known: Trial | None, *, over: bool = True) -> set[str]:
    acts = told(known, over=over, base=BASE).acts
    assert [each.url for each in acts] == [f"{BASE}/trial/{name}" for name in TRIAL_ACTS]
    return {each.url.rpartition("/")[2] for each in acts if not each.why_not}


def test_every_limit_of_the_court_and_every_procedure_has_its_words() -> None:
    assert set(TRIAL_LIMITS) == set(MONTHS)
    assert set(PROCEDURES) == set(Procedure)


@pytest.mark.parametrize(
    ("known", "over", "may"),
    [
        (None, False, set()),
        (None, True, {"filing"}),
        (trial(), True, {"extension", "suspension", "procedure", "judgment"}),
        (trial(clock="CL-051", extended=True), True, {"suspension", "procedure", "judgment"}),
        (trial(procedure="ordinary", clock="CL-052"), True, {"extension", "suspension", "judgment"}),
        (trial(suspended=True), True, {"resumption", "judgment"}),
        (Trial(state="JUDGED"), True, set()),
    ],
    ids=["talks", "ended", "simple", "extended", "ordinary", "suspended", "judged"],
)
def test_only_what_the_court_may_rule_now_is_offered(known: Trial | None, over: bool, may: set[str]) -> None:
    assert open_acts(known, over=over) == may


def test_a_suspended_or_overdue_limit_says_so_in_place_of_the_time_left() -> None:
    (running,) = told(trial(), over=True, base=BASE).clocks
    assert (running.name, running.note, running.rule) == ("简易程序审限（三个月）", "", "R-19")
    (still,) = told(trial(suspended=True), over=True, base=BASE).clocks
    (late,) = told(trial(overdue=True), over=True, base=BASE).clocks
    assert (still.note, late.note) == ("时间暂停，不计算", "已经过了")
    assert told(Trial(state="JUDGED"), over=True, base=BASE).clocks == ()


def test_the_procedure_that_the_court_named_is_chosen_and_the_day_of_filing_is_the_bureaus() -> None:
    spec = filing_at("ordinary")
    assert [each.value for each in spec.fields[1].choices if each.chosen] == ["ordinary"]
    sent = spec.body({"number": "8号", "procedure": "ordinary", "filed_at": "2026-11-20"})
    assert sent["filed_at"] == "2026-11-20T00:00:00+08:00"
    assert spec.body({"filed_at": "昨天"}) == {"filed_at": "昨天"}
