"""Each channel has its own hosts (R-58 to R-61), and nobody with a part in the dispute hosts anywhere (R-06, R-15)."""

from dataclasses import replace

import pytest

from services.mediation.cases.commands import Official, RecordViolation
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import MediatorNamed, SessionOpened
from services.mediation.cases.refusals import (
    HostMissing,
    HostNotEntitled,
    HostNotOfficerOfUnit,
    HostNotRegistered,
    MediatorIsParty,
    NotOneOfTheParties,
    OfficerMayOnlyCoordinate,
    SessionStillOpen,
)
from services.mediation.cases.state import Open
from services.mediation.cases.values import Conflict, Interest, SuitStage
from services.mediation.channels.commands import AppointAgent, DiscloseInterest, PanelSeen
from services.mediation.channels.facts import AgentAppointed, HostRecused, InterestDisclosed
from services.mediation.channels.refusals import (
    BodyNotKnown,
    HasAnInterest,
    MediatorIsNoAgent,
    MediatorNotInvited,
    OnlyTheCourtHosts,
    QuorumMissing,
    SuspectSendsNoAgent,
    TradeNotNamed,
)
from services.mediation.channels.rules.worth import worth_of
from shared.contracts.codes import Channel, Effect, Panel
from shared.kernel import PersonId
from tests.mediation.cases.samples import (
    AUXILIARY,
    BOTH_CONSENT,
    CASE,
    COWSHED_OWNER,
    INVESTIGATOR,
    MEDIATOR,
    MONDAY,
    NOTICE,
    OFFICER,
    WORKSHOP_OWNER,
    ends,
    names,
    opens,
    person,
    police_case,
    signs,
    text,
)
from tests.mediation.channels.samples import (
    COURT_CASE,
    ENTITLED,
    INDUSTRY,
    INDUSTRY_CASE,
    INDUSTRY_OF_OTHER_TRADE,
    INDUSTRY_UNKNOWN,
    INDUSTRY_UNLISTED,
    INVITED,
    JUDGE,
    PLAIN_CASE,
    STRANGER_TO_COURT,
    case_in,
    court_says,
    hands_over,
    ready,
)
from tests.support.spec import Spec

case = Spec(case_decider)
LAWYER = person(40)


def agent(party: PersonId, who: PersonId = LAWYER, panel: PanelSeen | None = None) -> AppointAgent:
    return AppointAgent(party=party, agent=who, mandate=text(80), panel=panel, at=MONDAY)


def discloses(who: PersonId, interest: Interest) -> DiscloseInterest:
    return DiscloseInterest(person=who, interest=interest, note=None, at=MONDAY)


def found(official: Official, interest: Interest) -> Official:
    return replace(official, conflicts=(Conflict(interest, CASE),))


@pytest.mark.parametrize("channel", [Channel.PM, Channel.IM, Channel.JM])
def test_r_07_an_auxiliary_hosts_in_no_channel(channel: Channel) -> None:
    assert case.after(*ready(channel)).when(opens(AUXILIARY)).then_rejected(HostNotEntitled).rule == "R-07"


@pytest.mark.parametrize("channel", [Channel.PM, Channel.IM, Channel.JM])
def test_r_59_an_officer_coordinates_and_does_not_host_outside_police_mediation(channel: Channel) -> None:
    assert case.after(*ready(channel)).when(opens(OFFICER)).then_rejected(OfficerMayOnlyCoordinate).rule == "R-59"


def test_r_28_an_investigator_hosts_no_police_mediation() -> None:
    assert case.after(*ready(Channel.PSM)).when(names(INVESTIGATOR)).then_rejected(HostNotOfficerOfUnit).rule == "R-58"


def test_r_60_industry_mediation_is_hosted_by_a_body_of_its_trade_on_the_day() -> None:
    industry = case.after(*INDUSTRY_CASE, *BOTH_CONSENT)
    for stranger in (INDUSTRY_UNKNOWN, INDUSTRY_OF_OTHER_TRADE, MEDIATOR, JUDGE):
        assert industry.when(names(stranger)).then_rejected(BodyNotKnown).rule == "R-60"
    named = industry.after(names(INDUSTRY))
    assert isinstance(named.when(opens(INDUSTRY)).events[-1], SessionOpened)
    struck_off_since = named.when(opens(INDUSTRY_UNKNOWN))
    assert struck_off_since.then_rejected(BodyNotKnown).rule == "R-60"


def test_r_60_before_the_trade_is_named_nobody_hosts() -> None:
    undecided = case.after(case_in(Channel.IM), signs())
    assert undecided.when(names(INDUSTRY)).then_rejected(TradeNotNamed).rule == "R-60"


@pytest.mark.parametrize(
    ("host", "worth"), [(INDUSTRY, Effect.BINDING_CONTRACT), (INDUSTRY_UNLISTED, Effect.ORDINARY_CONTRACT)]
)
def test_r_60_the_list_of_the_day_decides_what_an_agreement_is_worth(host: Official, worth: Effect) -> None:
    held = case.after(*INDUSTRY_CASE, *BOTH_CONSENT, names(host), opens(host), ends())
    assert isinstance(held.state, Open)
    assert worth_of(held.state) is worth


def test_r_61_before_filing_an_invited_mediator_hosts_after_filing_only_the_court() -> None:
    court = case.after(*COURT_CASE, *BOTH_CONSENT)
    assert isinstance(court.when(names(INVITED)).events[-1], MediatorNamed)
    filed = court.after(names(INVITED), court_says(SuitStage.ORDINARY))
    assert filed.when(opens(INVITED)).then_rejected(OnlyTheCourtHosts).rule == "R-61"
    assert isinstance(filed.after(names(JUDGE)).when(opens(JUDGE)).events[-1], SessionOpened)


@pytest.mark.parametrize("channel", [Channel.PSM, Channel.PM, Channel.IM])
def test_r_61_what_is_filed_is_hosted_in_no_other_channel(channel: Channel) -> None:
    filed = case.after(*ready(channel), court_says(SuitStage.ORDINARY))
    assert filed.when(names(ENTITLED[channel])).then_rejected(OnlyTheCourtHosts).rule == "R-61"
    assert filed.when(opens(ENTITLED[channel])).then_rejected(OnlyTheCourtHosts).rule == "R-61"


def test_r_61_what_the_court_lent_before_filing_comes_back_with_it() -> None:
    lent = case.after(*COURT_CASE, hands_over(Channel.PM), NOTICE, *BOTH_CONSENT, names(MEDIATOR))
    assert isinstance(lent.when(opens(MEDIATOR)).events[-1], SessionOpened)
    filed = lent.after(court_says(SuitStage.ORDINARY))
    assert filed.when(opens(MEDIATOR)).then_rejected(OnlyTheCourtHosts).rule == "R-61"
    back = filed.after(hands_over(Channel.JM), *BOTH_CONSENT, names(JUDGE))
    assert isinstance(back.when(opens(JUDGE)).events[-1], SessionOpened)


def test_r_14_nobody_is_invited_who_stands_on_no_courts_register() -> None:
    court = case.after(*COURT_CASE)
    of_a_committee = replace(STRANGER_TO_COURT, registered_with=MEDIATOR.registered_with)
    for stranger in (STRANGER_TO_COURT, of_a_committee, MEDIATOR, INDUSTRY):
        assert court.when(names(stranger)).then_rejected(MediatorNotInvited).rule == "R-61"


@pytest.mark.parametrize(
    ("channel", "suit", "worth"),
    [
        (Channel.PSM, None, Effect.ENDS_PENALTY),
        (Channel.PM, None, Effect.BINDING_CONTRACT),
        (Channel.JM, None, Effect.BINDING_CONTRACT),
        (Channel.JM, SuitStage.PRE_SUIT, Effect.BINDING_CONTRACT),
        (Channel.JM, SuitStage.SIMPLE, Effect.ENFORCEABLE),
    ],
)
def test_an_agreement_is_worth_what_its_channel_gives(channel: Channel, suit: SuitStage | None, worth: Effect) -> None:
    state = case.after(case_in(channel, suit=suit)).state
    assert isinstance(state, Open)
    assert worth_of(state) is worth


# ── R-15: neutral or not at all ──────────────────────────────────────────
@pytest.mark.parametrize("interest", [Interest.PARTY_BEFORE, Interest.AGENT_BEFORE])
def test_r_15_who_stood_on_one_side_before_does_not_host(interest: Interest) -> None:
    plain = case.after(*PLAIN_CASE)
    refused = plain.when(names(found(MEDIATOR, interest))).then_rejected(HasAnInterest, interest=interest)
    assert refused.rule == "R-15"


def test_r_15_who_discloses_an_earlier_mediation_still_hosts() -> None:
    told = case.after(*PLAIN_CASE, discloses(MEDIATOR.person, Interest.MEDIATED_BEFORE))
    assert isinstance(told.when(names(MEDIATOR)).events[-1], MediatorNamed)


def test_r_15_a_host_with_an_interest_is_recused_at_once() -> None:
    hosted = case.after(*ready(Channel.PM))
    decided = hosted.when(discloses(MEDIATOR.person, Interest.RELATIVE))
    assert [type(event) for event in decided.events] == [InterestDisclosed, HostRecused]
    recused = hosted.after(discloses(MEDIATOR.person, Interest.RELATIVE))
    assert recused.when(names(MEDIATOR)).then_rejected(HasAnInterest).rule == "R-15"
    assert recused.when(opens(MEDIATOR)).then_rejected(HasAnInterest).rule == "R-15"
    recused.when(discloses(MEDIATOR.person, Interest.RELATIVE)).then_nothing()
    other = replace(MEDIATOR, person=person(41))
    recused.when(opens(other)).then_rejected(HostMissing)
    hosted.after(opens()).when(discloses(MEDIATOR.person, Interest.RELATIVE)).then_rejected(SessionStillOpen)


def test_r_15_a_mediator_takes_no_mandate_later() -> None:
    over = case.after(*ready(Channel.PM), hands_over(Channel.JM))
    assert over.when(agent(WORKSHOP_OWNER, MEDIATOR.person)).then_rejected(MediatorIsNoAgent).rule == "R-15"
    seat = PanelSeen(Panel.THREE_OFFICES, 0, (LAWYER,))
    assert over.when(agent(WORKSHOP_OWNER, panel=seat)).then_rejected(MediatorIsNoAgent).rule == "R-15"


def test_r_15_an_agent_neither_hosts_nor_serves_both_sides() -> None:
    advocate = replace(MEDIATOR, person=LAWYER)
    taken = case.after(*PLAIN_CASE, agent(WORKSHOP_OWNER))
    assert taken.when(names(advocate)).then_rejected(HasAnInterest, interest=Interest.MANDATE).rule == "R-15"
    assert taken.when(agent(COWSHED_OWNER)).then_rejected(HasAnInterest).rule == "R-15"
    taken.when(agent(WORKSHOP_OWNER)).then_nothing()


def test_r_15_a_party_is_nobodys_agent_and_has_nothing_to_disclose() -> None:
    plain = case.after(*PLAIN_CASE)
    plain.when(agent(WORKSHOP_OWNER, COWSHED_OWNER)).then_rejected(MediatorIsParty)
    plain.when(agent(person(99))).then_rejected(NotOneOfTheParties)
    plain.when(discloses(WORKSHOP_OWNER, Interest.RELATIVE)).then_rejected(MediatorIsParty)


def test_r_06_the_suspect_comes_himself_and_the_injured_side_may_send_somebody() -> None:
    violation = RecordViolation(reference=text(2), by=OFFICER, suspects=(COWSHED_OWNER,), at=MONDAY)
    police = case.after(police_case(), signs(), violation)
    assert police.when(agent(COWSHED_OWNER)).then_rejected(SuspectSendsNoAgent).rule == "R-06"
    assert isinstance(police.when(agent(WORKSHOP_OWNER)).events[-1], AgentAppointed)
    stranger = RecordViolation(reference=text(2), by=OFFICER, suspects=(person(99),), at=MONDAY)
    case.after(police_case(), signs()).when(stranger).then_rejected(NotOneOfTheParties)


def test_a_session_without_the_panels_quorum_is_refused() -> None:
    hosted = case.after(*ready(Channel.PM))
    short = replace(opens(), panel=PanelSeen(Panel.THREE_OFFICES, 1, (LAWYER, person(42))))
    hosted.when(short).then_rejected(QuorumMissing, lacking=1)
    full = replace(opens(), panel=PanelSeen(Panel.THREE_OFFICES, 0, (LAWYER, person(42), person(43))))
    assert isinstance(hosted.when(full).events[-1], SessionOpened)


def test_r_59_a_mediator_struck_off_the_register_since_does_not_open_the_session() -> None:
    gone = replace(MEDIATOR, registered_with=None)
    assert case.after(*ready(Channel.PM)).when(opens(gone)).then_rejected(HostNotRegistered).rule == "R-59"
