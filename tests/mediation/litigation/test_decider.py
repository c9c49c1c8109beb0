"""A court's time: three months and one more, six months and six more; reminded, never owned (R-19)."""

from datetime import timedelta
from importlib.resources import files

import pytest

from services.mediation.litigation import limits
from services.mediation.litigation.decider import (
    AtCourt,
    FilingNotYet,
    JudgmentStands,
    MediationGoesOn,
    NotLongerAtCourt,
    OrdinaryAlready,
    TrialExtendedAlready,
    TrialRuns,
    TrialStandsStill,
    litigation_decider,
)
from services.mediation.litigation.facts import (
    CaseJudged,
    LitigationBegun,
    Procedure,
    ProcedureChanged,
    TrialExtended,
    TrialOverdue,
    TrialReminded,
)
from shared.kernel import CorruptHistory
from tests.mediation.cases.samples import MONDAY
from tests.mediation.litigation.samples import (
    FOUR_MONTHS,
    ORDINARY,
    SIX_MONTHS,
    THREE_MONTHS,
    begins,
    extends,
    judged,
    resumes,
    suspends,
    watches,
)
from tests.support.spec import Spec

court = Spec(litigation_decider)
filed = court.after(begins())


def test_r_19_the_limits_are_those_of_the_one_list() -> None:
    raw = files("shared.contracts").joinpath("domain/clocks.csv").read_text(encoding="utf-8")
    rows = {line.split(",")[0]: line.split(",") for line in raw.splitlines()}
    for clock, months in limits.MONTHS.items():
        assert rows[clock][1] == "R-19"
        assert (int(rows[clock][3]), rows[clock][4]) == (months, "month")
        assert f"-{limits.WARNED_DAYS_BEFORE[clock]} calendar_day" in rows[clock]


def test_r_19_the_time_counts_from_the_filing_and_nobody_files_tomorrow() -> None:
    (event,) = court.when(begins()).events
    assert isinstance(event, LitigationBegun)
    assert event.limit == THREE_MONTHS
    tomorrow = begins(filed_at=MONDAY + timedelta(days=1))
    assert court.when(tomorrow).then_rejected(FilingNotYet).rule == "R-19"
    court.when(begins(mediation_over=False)).then_rejected(MediationGoesOn)
    filed.when(begins()).then_nothing()


def test_r_19_each_procedure_is_made_longer_once() -> None:
    (event,) = filed.when(extends()).events
    assert isinstance(event, TrialExtended)
    longer = filed.after(extends())
    longer.when(extends()).then_nothing()
    again = extends(limits.longer(Procedure.SIMPLE, FOUR_MONTHS.due), ruling=92)
    assert longer.when(again).then_rejected(TrialExtendedAlready).rule == "R-19"
    ordinary = longer.after(ORDINARY)
    year = limits.longer(Procedure.ORDINARY, SIX_MONTHS.due)
    assert isinstance(ordinary.when(extends(year, ruling=92)).events[0], TrialExtended)
    third = extends(limits.longer(Procedure.ORDINARY, year.due), ruling=94)
    ordinary.after(extends(year, ruling=92)).when(third).then_rejected(TrialExtendedAlready)


def test_r_19_an_extension_ends_later() -> None:
    assert filed.when(extends(THREE_MONTHS)).then_rejected(NotLongerAtCourt).rule == "R-19"


def test_r_19_the_ordinary_procedure_counts_from_the_filing_and_does_not_go_back() -> None:
    (event,) = filed.when(ORDINARY).events
    assert isinstance(event, ProcedureChanged)
    ordinary = filed.after(ORDINARY)
    assert isinstance(ordinary.state, AtCourt)
    assert ordinary.state.limit == SIX_MONTHS
    ordinary.when(ORDINARY).then_nothing()
    moved = ordinary.after(extends(limits.longer(Procedure.ORDINARY, SIX_MONTHS.due)))
    assert moved.when(ORDINARY).then_rejected(OrdinaryAlready).rule == "R-19"


def test_r_19_a_suspended_trial_has_no_time_that_runs() -> None:
    still = filed.after(suspends())
    still.when(suspends()).then_nothing()
    for wish in (suspends(96), extends(), ORDINARY):
        assert still.when(wish).then_rejected(TrialStandsStill).rule == "R-19"
    still.when(watches(THREE_MONTHS.due)).then_nothing()
    resumed = still.after(resumes())
    assert isinstance(resumed.state, AtCourt)
    assert resumed.state.limit.due >= THREE_MONTHS.due + timedelta(days=10)
    resumed.when(resumes()).then_nothing()
    filed.when(resumes()).then_rejected(TrialRuns)


def test_the_person_is_reminded_before_the_end_and_told_once_that_it_passed() -> None:
    assert THREE_MONTHS.warn_at is not None
    filed.when(watches(MONDAY)).then_nothing()
    assert isinstance(filed.when(watches(THREE_MONTHS.warn_at)).events[0], TrialReminded)
    reminded = filed.after(watches(THREE_MONTHS.warn_at))
    reminded.when(watches(THREE_MONTHS.warn_at)).then_nothing()
    assert isinstance(reminded.when(watches(THREE_MONTHS.due)).events[0], TrialOverdue)
    reminded.after(watches(THREE_MONTHS.due)).when(watches(THREE_MONTHS.due)).then_nothing()


def test_after_the_judgment_nothing_runs() -> None:
    over = filed.after(judged())
    assert isinstance(over.past[-1], CaseJudged)
    over.when(judged()).then_nothing()
    over.when(watches(THREE_MONTHS.due)).then_nothing()
    over.when(begins()).then_nothing()
    for wish in (extends(), ORDINARY, suspends(), judged(96)):
        over.when(wish).then_rejected(JudgmentStands)


def test_nothing_is_said_of_a_suit_that_nobody_told_of() -> None:
    with pytest.raises(CorruptHistory):
        court.when(judged())
