from datetime import timedelta

import pytest

from services.mediation.cases.commands import EndCase, ExtendMediation, ReportDanger, Settle, TimeOut
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import (
    CaseClosed,
    EscalationReported,
    Ground,
    LongerAgreed,
    MediationExtended,
    NoticeGiven,
    OtherWay,
    OutcomeReported,
)
from services.mediation.cases.refusals import (
    CaseHasEnded,
    ExtensionNeedsApproval,
    GroundNotOfChannel,
    NotAllAgreeLonger,
    NotLonger,
    OtherWaysNotTold,
)
from services.mediation.cases.rules.channels import EXCLUDING
from services.mediation.cases.state import Ended
from shared.contracts.codes import Outcome, OutcomeDetail, ReasonCode
from tests.mediation.cases.samples import (
    CASE,
    COWSHED_OWNER,
    LAND_READY,
    LANE_READY,
    MEDIATOR_ID,
    MONDAY,
    MONTH_END,
    OFFICER,
    REQUEST,
    WORKSHOP_OWNER,
    ends,
    offered,
    opens,
    signs,
    text,
)
from tests.support.spec import Spec

case = Spec(case_decider)
land = case.after(*LAND_READY)
lane = case.after(*LANE_READY)
POLICE_WAYS = (OtherWay.PENALTY_PROCEDURE, OtherWay.SUIT, OtherWay.LEGAL_AID)
CIVIL_WAYS = (OtherWay.SUIT, OtherWay.LEGAL_AID)


def end(ground: Ground, ways: tuple[OtherWay, ...] = ()) -> EndCase:
    return EndCase(ground=ground, ways=ways, note=text(8), at=MONDAY)


def longer(*parties: int) -> ExtendMediation:
    both = (LongerAgreed(WORKSHOP_OWNER, text(5)), LongerAgreed(COWSHED_OWNER, text(6)))
    return ExtendMediation(
        until=MONTH_END + timedelta(days=15), agreed=tuple(both[index] for index in parties), at=MONDAY
    )


def outcome_of(events: tuple[object, ...]) -> OutcomeReported:
    (outcome,) = [event for event in events if isinstance(event, OutcomeReported)]
    return outcome


def test_a_failed_case_tells_the_other_ways_before_it_closes() -> None:
    assert land.when(end(Ground.NOT_SETTLED)).then_rejected(OtherWaysNotTold, missing=CIVIL_WAYS).rule == "R-10"
    told, outcome, closed = land.when(end(Ground.NOT_SETTLED, CIVIL_WAYS)).events
    assert isinstance(told, NoticeGiven)
    assert isinstance(outcome, OutcomeReported)
    assert (outcome.outcome, outcome.answer) == (Outcome.FAILED, text(8))
    assert isinstance(closed, CaseClosed)
    assert (closed.reason, closed.ground) == (ReasonCode.NOT_SETTLED, Ground.NOT_SETTLED)


@pytest.mark.parametrize("ground", sorted(EXCLUDING))
def test_each_ground_of_the_law_ends_police_mediation_and_forbids_another_session(ground: Ground) -> None:
    assert outcome_of(lane.when(end(ground, POLICE_WAYS)).events).outcome is Outcome.FAILED
    lane.after(end(ground, POLICE_WAYS)).when(opens(OFFICER)).then_rejected(CaseHasEnded)


@pytest.mark.parametrize("ground", sorted(EXCLUDING))
def test_the_grounds_of_police_mediation_end_nothing_else(ground: Ground) -> None:
    assert land.when(end(ground, CIVIL_WAYS)).then_rejected(GroundNotOfChannel).rule == "R-02"


def test_a_crime_stops_mediation_and_hands_over() -> None:
    for ready in (land, lane):
        outcome = outcome_of(ready.when(end(Ground.CRIME_FOUND)).events)
        assert outcome.outcome is Outcome.HANDED_OVER


def test_a_violation_moves_a_plain_dispute_on_and_cannot_be_new_to_police_mediation() -> None:
    assert outcome_of(land.when(end(Ground.VIOLATION_FOUND)).events).outcome is Outcome.HANDED_OVER
    lane.when(end(Ground.VIOLATION_FOUND, POLICE_WAYS)).then_rejected(GroundNotOfChannel)


def test_after_a_month_the_case_fails_by_itself() -> None:
    outcome = outcome_of(land.when(TimeOut(at=MONTH_END)).events)
    assert (outcome.outcome, outcome.detail) == (Outcome.FAILED, None)
    land.when(TimeOut(at=MONTH_END - timedelta(seconds=1))).then_nothing()
    land.after(TimeOut(at=MONTH_END)).when(TimeOut(at=MONTH_END)).then_nothing()


def test_r_12_one_side_alone_does_not_make_it_longer() -> None:
    assert land.when(longer(0)).then_rejected(NotAllAgreeLonger, missing=1).rule == "R-12"


def test_both_sides_together_make_it_longer() -> None:
    wish = longer(0, 1)
    land.when(wish).then(
        MediationExtended(case_id=CASE, request_id=REQUEST, until=wish.until, agreed=wish.agreed, occurred_at=MONDAY)
    )
    extended = land.after(wish)
    extended.when(wish).then_nothing()
    extended.when(TimeOut(at=MONTH_END)).then_nothing()
    assert outcome_of(extended.when(TimeOut(at=wish.until)).events).outcome is Outcome.FAILED


def test_longer_does_not_mean_shorter() -> None:
    both = longer(0, 1).agreed
    land.when(ExtendMediation(until=MONDAY, agreed=both, at=MONDAY)).then_rejected(NotLonger)


def test_r_08_the_term_of_a_violation_is_not_the_parties_to_extend() -> None:
    assert lane.when(longer(0, 1)).then_rejected(ExtensionNeedsApproval).rule == "R-08"


def test_a_case_is_settled_with_its_duties_watched() -> None:
    agreed = land.after(opens(), ends())
    settle = Settle(duties_watched=2, detail=None, at=MONDAY)
    outcome = outcome_of(agreed.when(settle).events)
    assert (outcome.outcome, outcome.duties_watched) == (Outcome.SETTLED, 2)
    state = agreed.after(settle).state
    assert isinstance(state, Ended)
    assert state.outcome is Outcome.SETTLED
    agreed.after(settle).when(settle).then_nothing()


def test_people_who_made_up_settle_without_duties() -> None:
    settle = Settle(duties_watched=0, detail=OutcomeDetail.RECONCILED, at=MONDAY)
    assert outcome_of(land.after(opens(), ends()).when(settle).events).detail is OutcomeDetail.RECONCILED


def test_a_danger_is_reported_at_any_time() -> None:
    report = ReportDanger(note=text(7), by=MEDIATOR_ID, at=MONDAY)
    reported = EscalationReported(
        case_id=CASE, request_id=REQUEST, note=text(7), reported_by=MEDIATOR_ID, occurred_at=MONDAY
    )
    over = land.after(end(Ground.NOT_SETTLED, CIVIL_WAYS))
    for moment in (case.after(offered()), case.after(offered(), signs()), land.after(opens()), over):
        moment.when(report).then(reported)
        moment.after(report).when(report).then_nothing()
