"""Offered, signed, worked on, ended: the handling protocol as the workstation speaks it."""

from dataclasses import replace

import pytest

from services.enterprise.matters.commands import (
    AnswerFirm,
    NameFirm,
    OfferMatter,
    ReportOutcome,
    RespondFirst,
    ReturnMatter,
    RevokeMatter,
    WithdrawMatter,
)
from services.enterprise.matters.decider import AlreadySigned
from services.enterprise.matters.facts import (
    FirstResponseGiven,
    HandlingStarted,
    Kind,
    MatterOffered,
    MatterReturned,
    MatterRevoked,
    MatterSigned,
    MatterWithdrawn,
    OutcomeReported,
)
from services.enterprise.matters.rules.endings import FirmNotAnswered, OutcomeNotForMatter, ReasonNotForReturn
from services.enterprise.matters.rules.hands import (
    Doer,
    FormerHandlerExcluded,
    HandlerIsParty,
    NotTheOwner,
    NotYourUnit,
    RoleNeverSigns,
)
from services.enterprise.matters.rules.work import AnotherFirmNamed
from services.enterprise.matters.state import MatterEnded, MatterUnknown, NotSignedYet, Signed
from shared.contracts.codes import Outcome, OutcomeDetail, ReasonCode, Role
from shared.kernel import Rejection, UnitCode
from tests.enterprise.matters.samples import MATTER, REQUEST, firm_named, matter, of_kind, offer, offered, signs, talks
from tests.enterprise.samples import (
    BEAT_OFFICER,
    COLLEAGUE,
    FIRM,
    FORMER,
    MONDAY,
    OFFICER,
    OTHER_FIRM,
    PARTY_IN_OFFICE,
    later,
    person,
    text,
)

OFFERED = matter.given(offered())
OPINION = of_kind(Kind.OPINION)
TELL = AnswerFirm(doer=OFFICER, answer=text(7), at=later(days=2))


def reports(outcome: Outcome, detail: OutcomeDetail | None = None, doer: Doer = OFFICER) -> ReportOutcome:
    return ReportOutcome(doer=doer, outcome=outcome, detail=detail, at=later(days=2))


def goes_back(reason: ReasonCode, doer: Doer = OFFICER) -> ReturnMatter:
    return ReturnMatter(doer=doer, reason=reason, note=None, at=later(days=1))


def test_a_matter_is_offered_once() -> None:
    wish = OfferMatter(offer=offer(), at=MONDAY)
    matter.when(wish).then(offered())
    OFFERED.when(wish).then_nothing()


@pytest.mark.parametrize(
    ("doer", "refusal"),
    [
        (PARTY_IN_OFFICE, HandlerIsParty),
        (FORMER, FormerHandlerExcluded),
        (BEAT_OFFICER, RoleNeverSigns),
        (Doer(person(77), Role.ENTERPRISE_OFFICER, UnitCode("ENTERPRISE-2")), NotYourUnit),
    ],
)
def test_r_15_only_an_officer_of_the_workstation_without_an_interest_signs(
    doer: Doer, refusal: type[Rejection]
) -> None:
    OFFERED.when(signs(Kind.OPINION, doer)).then_rejected(refusal)


def test_one_person_signs_and_names_the_kind() -> None:
    [signed] = OFFERED.when(signs(Kind.OPINION)).events
    assert isinstance(signed, MatterSigned)
    assert (signed.owner, signed.kind) == (OFFICER.person, Kind.OPINION)
    OPINION.when(signs(Kind.OPINION)).then_nothing()
    OPINION.when(signs(Kind.OPINION, COLLEAGUE)).then_rejected(AlreadySigned)
    OPINION.when(signs(Kind.STAFF_LODGING)).then_rejected(AlreadySigned)


def test_the_first_act_is_the_first_response_and_work_starts_the_handling() -> None:
    facts = [type(event) for event in OPINION.when(talks()).events]
    assert facts[:2] == [FirstResponseGiven, HandlingStarted]
    responds = RespondFirst(doer=OFFICER, note=None, at=MONDAY)
    assert [type(event) for event in OPINION.when(responds).events] == [FirstResponseGiven]
    OPINION.after(responds).when(responds).then_nothing()
    assert next(type(event) for event in OPINION.after(responds).when(talks()).events) is HandlingStarted


def test_colleagues_help_and_the_owner_ends() -> None:
    responds = RespondFirst(doer=COLLEAGUE, note=None, at=MONDAY)
    assert OPINION.when(responds).events
    OPINION.when(RespondFirst(doer=BEAT_OFFICER, note=None, at=MONDAY)).then_rejected(NotTheOwner)
    OPINION.when(AnswerFirm(doer=COLLEAGUE, answer=text(7), at=MONDAY)).then_rejected(NotTheOwner)
    OPINION.after(TELL).when(reports(Outcome.DONE, doer=COLLEAGUE)).then_rejected(NotTheOwner)


def test_a_matter_belongs_to_one_firm() -> None:
    named = OPINION.after(firm_named())
    named.when(firm_named()).then_nothing()
    named.when(NameFirm(doer=OFFICER, firm_id=OTHER_FIRM, at=MONDAY)).then_rejected(AnotherFirmNamed)


def test_the_firm_of_who_asked_is_a_presumption_that_an_officer_corrects_once() -> None:
    presumed = MatterOffered(offer=replace(offer(), firm_id=OTHER_FIRM), occurred_at=MONDAY)
    corrected = matter.given(presumed).after(signs(Kind.OPINION), firm_named())
    assert isinstance(corrected.state, Signed)
    assert corrected.state.firm_id == FIRM
    corrected.when(NameFirm(doer=OFFICER, firm_id=OTHER_FIRM, at=MONDAY)).then_rejected(AnotherFirmNamed)


@pytest.mark.parametrize("outcome", [Outcome.DONE, Outcome.FAILED, Outcome.REFUSED])
def test_s83_whatever_came_of_it_the_firm_is_answered_before_the_end(outcome: Outcome) -> None:
    OPINION.when(reports(outcome)).then_rejected(FirmNotAnswered)
    [ended] = OPINION.after(TELL).when(reports(outcome)).events
    assert isinstance(ended, OutcomeReported)
    assert (ended.answer, ended.handler) == (text(7), OFFICER.person)


def test_an_agreement_is_not_the_workstations_to_report() -> None:
    told = OPINION.after(TELL)
    told.when(reports(Outcome.SETTLED)).then_rejected(OutcomeNotForMatter)
    told.when(reports(Outcome.HANDED_OVER)).then_rejected(OutcomeNotForMatter)
    told.when(reports(Outcome.DONE, OutcomeDetail.LAPSED)).then_rejected(OutcomeNotForMatter)


def test_a_repeated_outcome_changes_nothing_and_another_one_is_refused() -> None:
    done = OPINION.after(TELL, reports(Outcome.DONE))
    done.when(reports(Outcome.DONE)).then_nothing()
    done.when(reports(Outcome.FAILED)).then_rejected(MatterEnded)


def test_r_28_a_crime_that_comes_to_light_goes_back_at_once() -> None:
    [returned] = OPINION.when(goes_back(ReasonCode.CRIME_FOUND)).events
    assert isinstance(returned, MatterReturned)
    OPINION.after(goes_back(ReasonCode.CRIME_FOUND)).when(goes_back(ReasonCode.CRIME_FOUND)).then_nothing()


def test_matters_go_back_for_reasons_that_let_routing_decide_better() -> None:
    OFFERED.when(goes_back(ReasonCode.BAD_RATING)).then_rejected(ReasonNotForReturn)
    assert OFFERED.when(goes_back(ReasonCode.WRONG_CATEGORY, COLLEAGUE)).events
    OPINION.when(goes_back(ReasonCode.OVERLOAD, COLLEAGUE)).then_rejected(NotTheOwner)


def test_routing_and_the_requester_take_a_matter_away_at_any_time_before_its_end() -> None:
    revoke, withdraw = RevokeMatter(reason=ReasonCode.OVERRULED, at=MONDAY), WithdrawMatter(at=MONDAY)
    for before in (OFFERED, OPINION):
        assert [type(event) for event in before.when(revoke).events] == [MatterRevoked]
        assert [type(event) for event in before.when(withdraw).events] == [MatterWithdrawn]
        before.after(revoke).when(withdraw).then_nothing()
    matter.when(withdraw).then_nothing()


def test_nothing_is_worked_on_before_the_signature_or_after_the_end() -> None:
    matter.when(talks()).then_rejected(MatterUnknown)
    OFFERED.when(talks()).then_rejected(NotSignedYet)
    OPINION.after(WithdrawMatter(at=MONDAY)).when(talks()).then_rejected(MatterEnded)
    OPINION.after(WithdrawMatter(at=MONDAY)).when(signs(Kind.OPINION)).then_rejected(MatterEnded)


def test_records_name_the_matter_and_its_request() -> None:
    for event in OPINION.when(talks()).events:
        assert (getattr(event, "matter_id", None), getattr(event, "request_id", None)) == (MATTER, REQUEST)
