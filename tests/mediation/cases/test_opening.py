from dataclasses import replace

from services.mediation.cases.commands import GiveNotice, Official, ReturnCase, StopCase
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import (
    CaseClosed,
    CaseNotOpened,
    CaseOpened,
    FirstResponded,
    HandlingOffered,
    HandlingReturned,
    HandlingSigned,
    HandlingStarted,
    NoticeGiven,
    OtherWay,
)
from services.mediation.cases.refusals import (
    AlreadySigned,
    AuxiliaryMayNotSign,
    CaseHasEnded,
    FormerHandler,
    MediatorIsParty,
    NobodySignedYet,
    NotOffered,
    OtherWaysNotTold,
    ReasonNotForReturn,
)
from services.mediation.cases.state import Ended, stage
from shared.contracts.codes import Category, Channel, Flag, ReasonCode, Role, State
from shared.kernel import RuleId
from tests.mediation.cases.samples import (
    ALL_WAYS,
    AUXILIARY,
    CASE,
    CONSENT_DUE,
    COWSHED_OWNER,
    FORMER_ID,
    MEDIATOR,
    MONDAY,
    MONTH_END,
    NOTICE,
    OFFICER,
    OFFICER_ID,
    REQUEST,
    STATION,
    WORKSHOP_CONSENTS,
    WORKSHOP_OWNER,
    names,
    offered,
    police_case,
    signs,
)
from tests.support.spec import Spec

case = Spec(case_decider)


def test_a_dispute_is_offered_to_its_owner() -> None:
    decided = case.when(offered())
    (event,) = decided.events
    assert isinstance(event, HandlingOffered)
    assert (event.owner, event.unit, event.parties) == (OFFICER_ID, STATION, (WORKSHOP_OWNER, COWSHED_OWNER))
    assert stage(decided.state) is State.OFFERED


def test_the_same_routing_record_opens_nothing_twice() -> None:
    case.after(offered()).when(offered()).then_nothing()


def test_a_plain_dispute_is_never_booked_as_police_mediation() -> None:
    case.when(offered(Channel.PSM, Category.DIS)).then(
        CaseNotOpened(
            case_id=CASE,
            request_id=REQUEST,
            attempt=1,
            reason=ReasonCode.WRONG_CATEGORY,
            rule=RuleId("R-01"),
            occurred_at=MONDAY,
        )
    )


def test_a_case_that_was_not_opened_takes_no_signature() -> None:
    case.after(offered(Channel.PSM, Category.DIS)).when(signs()).then_rejected(CaseHasEnded)


def test_signing_makes_one_owner_and_starts_the_month() -> None:
    case.after(offered()).when(signs()).then(
        HandlingSigned(case_id=CASE, request_id=REQUEST, attempt=1, unit=STATION, owner=OFFICER_ID, occurred_at=MONDAY),
        CaseOpened(
            case_id=CASE,
            request_id=REQUEST,
            channel=Channel.PM,
            parties=(WORKSHOP_OWNER, COWSHED_OWNER),
            consent_due=CONSENT_DUE,
            mediation_due=MONTH_END,
            occurred_at=MONDAY,
        ),
    )


def test_the_owner_signs_once() -> None:
    case.after(offered(), signs()).when(signs()).then_nothing()


def test_a_second_person_cannot_become_owner() -> None:
    case.after(offered(), signs()).when(signs(MEDIATOR)).then_rejected(AlreadySigned)


def test_somebody_to_whom_it_was_not_offered_does_not_sign() -> None:
    case.after(offered()).when(signs(MEDIATOR)).then_rejected(NotOffered)


def test_the_deputy_may_sign() -> None:
    to_deputy = replace(offered(), deputy=MEDIATOR.person)
    assert case.after(to_deputy).when(signs(MEDIATOR)).rejection is None


def test_without_a_named_owner_anybody_of_the_unit_signs() -> None:
    assert case.after(offered(owner=None)).when(signs(OFFICER)).rejection is None
    case.after(offered(owner=None)).when(signs(MEDIATOR)).then_rejected(NotOffered)


def test_an_auxiliary_never_signs() -> None:
    case.after(offered(owner=AUXILIARY.person)).when(signs(AUXILIARY)).then_rejected(AuxiliaryMayNotSign)


def test_the_former_handler_does_not_get_the_reopened_case() -> None:
    former = Official(FORMER_ID, frozenset({Role.COMMUNITY_OFFICER}), STATION)
    case.after(offered(owner=FORMER_ID)).when(signs(former)).then_rejected(FormerHandler)


def test_a_party_does_not_own_the_case() -> None:
    neighbour = Official(COWSHED_OWNER, frozenset({Role.COMMUNITY_OFFICER}), STATION)
    case.after(offered(owner=COWSHED_OWNER)).when(signs(neighbour)).then_rejected(MediatorIsParty)


def test_nobody_works_on_a_case_that_nobody_signed_for() -> None:
    for act in (NOTICE, WORKSHOP_CONSENTS, names(MEDIATOR)):
        case.after(offered()).when(act).then_rejected(NobodySignedYet)


def test_the_notice_is_the_first_response_and_the_start() -> None:
    case.after(offered(), signs()).when(NOTICE).then(
        FirstResponded(case_id=CASE, request_id=REQUEST, occurred_at=MONDAY),
        HandlingStarted(case_id=CASE, request_id=REQUEST, occurred_at=MONDAY),
        NoticeGiven(case_id=CASE, request_id=REQUEST, ways=ALL_WAYS, rule=RuleId("R-01"), occurred_at=MONDAY),
    )


def test_the_notice_is_given_once() -> None:
    case.after(offered(), signs(), NOTICE).when(NOTICE).then_nothing()


def test_a_notice_that_leaves_out_the_court_is_refused() -> None:
    partial = GiveNotice(ways=(OtherWay.PEOPLES_COMMITTEE, OtherWay.LEGAL_AID), at=MONDAY)
    case.after(offered(), signs()).when(partial).then_rejected(OtherWaysNotTold, missing=(OtherWay.SUIT,))


def test_a_worker_without_wages_is_told_of_arbitration() -> None:
    unpaid = case.after(offered(flags=(Flag.WAGE,)), signs())
    unpaid.when(NOTICE).then_rejected(OtherWaysNotTold, missing=(OtherWay.ARBITRATION,))


def test_the_owner_may_send_it_back_with_a_reason_of_the_list() -> None:
    back = ReturnCase(reason=ReasonCode.WRONG_GRID, note=None, at=MONDAY)
    case.after(offered(), signs()).when(back).then(
        HandlingReturned(
            case_id=CASE,
            request_id=REQUEST,
            attempt=1,
            reason=ReasonCode.WRONG_GRID,
            owner=OFFICER_ID,
            note=None,
            occurred_at=MONDAY,
        )
    )
    case.after(offered(), signs(), back).when(NOTICE).then_rejected(CaseHasEnded)


def test_a_case_does_not_go_back_for_any_other_reason() -> None:
    back = ReturnCase(reason=ReasonCode.BAD_RATING, note=None, at=MONDAY)
    case.after(offered()).when(back).then_rejected(ReasonNotForReturn)


def test_a_case_taken_away_closes_without_an_outcome() -> None:
    stop = StopCase(reason=ReasonCode.OVERRULED, at=MONDAY)
    stopped = case.after(police_case(), signs())
    stopped.when(stop).then(
        CaseClosed(case_id=CASE, request_id=REQUEST, reason=ReasonCode.OVERRULED, ground=None, occurred_at=MONDAY)
    )
    state = stopped.after(stop).state
    assert isinstance(state, Ended)
    assert state.outcome is None
    stopped.after(stop).when(stop).then_nothing()
