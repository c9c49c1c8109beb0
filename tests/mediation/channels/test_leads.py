"""One channel leads. Each change has its legal ground, and each unlawful one is refused by name."""

from dataclasses import replace

import pytest

from services.mediation.cases.commands import Official, RecordConsent
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import CaseNotOpened, PartyConsented, RecordedWay, SessionOpened
from services.mediation.cases.refusals import (
    ConsentMissing,
    CrimeNotRuledOut,
    HostNotRegistered,
    OfficerMayOnlyCoordinate,
    SessionStillOpen,
)
from services.mediation.cases.state import Open, stage
from services.mediation.cases.values import LeadGround, SessionResult, SuitStage
from services.mediation.channels.commands import AskAssistance, RecordPenalty
from services.mediation.channels.facts import AssistanceAsked, ChannelHandedOver, PenaltyDecided, SuitNoted
from services.mediation.channels.refusals import (
    CourtHasTheCase,
    LeadNeedsNoHelpOfItself,
    NoChannelOfMediation,
    NoViolationForPolice,
    OnlyOfficersDecidePenalties,
    OnlyPeoplesMediationTakesOver,
    OnlyTheCourtFiles,
    OnlyTheCourtHosts,
    PenaltyAlreadyDecided,
    ReasonNotForHandOver,
    TradeNotNamed,
    WrittenApplicationMissing,
)
from shared.contracts.codes import Channel, Flag, ReasonCode, State
from shared.kernel import Rejection, RuleId, UnitCode
from tests.mediation.cases.samples import (
    AUXILIARY,
    BOTH_CONSENT,
    COWSHED_OWNER,
    MEDIATOR,
    MONDAY,
    NOTICE,
    OFFICER,
    OFFICER_ID,
    SECOND_SESSION,
    WORKSHOP_OWNER,
    ends,
    names,
    opens,
    signs,
    text,
)
from tests.mediation.channels.samples import (
    APPLICATION,
    COURT_CASE,
    INDUSTRY,
    INDUSTRY_CASE,
    INVITED,
    JUDGE,
    OF_CHANNEL,
    PENALTY,
    PLAIN_CASE,
    STRANGER_TO_COURT,
    VIOLATION_CASE,
    case_in,
    court_says,
    hands_over,
    names_trade,
    ready,
)
from tests.support.spec import Spec

case = Spec(case_decider)


def test_r_05_the_lead_leaves_the_police_before_the_penalty_decision_and_consent_is_asked_anew() -> None:
    decided = case.after(*ready(Channel.PSM)).when(hands_over(Channel.PM))
    (event,) = decided.events
    assert isinstance(event, ChannelHandedOver)
    assert (event.before, event.channel, event.ground) == (Channel.PSM, Channel.PM, LeadGround.BEFORE_PENALTY)
    assert (event.rule, event.kept) == (RuleId("R-05"), ())
    assert isinstance(decided.state, Open)
    assert (decided.state.host, stage(decided.state)) == (None, State.CONSENT_SOUGHT)


def test_r_05_after_the_penalty_decision_the_lead_stays() -> None:
    police = case.after(*VIOLATION_CASE, PENALTY)
    assert police.when(hands_over(Channel.PM)).then_rejected(PenaltyAlreadyDecided).rule == "R-05"
    police.when(PENALTY).then_nothing()


def test_r_05_a_violation_case_goes_to_no_other_channel_than_peoples_mediation() -> None:
    for channel in (Channel.IM, Channel.JM):
        decided = case.after(*VIOLATION_CASE, names_trade()).when(hands_over(channel))
        assert decided.then_rejected(OnlyPeoplesMediationTakesOver).rule == "R-05"


def test_r_05_back_to_the_police_only_with_a_written_application() -> None:
    away = case.after(*VIOLATION_CASE, hands_over(Channel.PM))
    assert away.when(hands_over(Channel.PSM)).then_rejected(WrittenApplicationMissing).rule == "R-05"
    (event,) = away.when(hands_over(Channel.PSM, paper=APPLICATION)).events
    assert isinstance(event, ChannelHandedOver)
    assert (event.ground, event.paper) == (LeadGround.WRITTEN_APPLICATION, APPLICATION)
    late = away.after(PENALTY).when(hands_over(Channel.PSM, paper=APPLICATION))
    assert late.then_rejected(PenaltyAlreadyDecided).rule == "R-05"


def test_r_05_from_industry_or_court_there_is_no_way_back_to_the_police() -> None:
    away = case.after(*VIOLATION_CASE, names_trade(), hands_over(Channel.PM), hands_over(Channel.IM))
    for place in (away, away.after(hands_over(Channel.JM))):
        decided = place.when(hands_over(Channel.PSM, paper=APPLICATION))
        assert decided.then_rejected(OnlyPeoplesMediationTakesOver).rule == "R-05"


def test_r_01_a_plain_dispute_never_becomes_a_police_mediation() -> None:
    decided = case.after(*PLAIN_CASE).when(hands_over(Channel.PSM, paper=APPLICATION))
    assert decided.then_rejected(NoViolationForPolice).rule == "R-01"
    assert case.after(*PLAIN_CASE).when(PENALTY).then_rejected(NoViolationForPolice).rule == "R-01"


def test_r_60_industry_mediation_needs_its_trade() -> None:
    assert case.after(*PLAIN_CASE).when(hands_over(Channel.IM)).then_rejected(TradeNotNamed).rule == "R-60"
    (event,) = case.after(*PLAIN_CASE, names_trade()).when(hands_over(Channel.IM)).events
    assert isinstance(event, ChannelHandedOver)
    assert event.ground is LeadGround.TRADE_OF_THE_BODY


def test_r_09_the_consent_to_peoples_mediation_also_holds_for_industry_mediation_and_for_nothing_else() -> None:
    peoples = case.after(*PLAIN_CASE, *BOTH_CONSENT, names_trade())
    industry = peoples.after(hands_over(Channel.IM), names(INDUSTRY))
    assert isinstance(industry.when(opens(INDUSTRY)).events[-1], SessionOpened)
    court = peoples.after(hands_over(Channel.JM), names(JUDGE))
    refused = court.when(opens(JUDGE)).then_rejected(ConsentMissing, missing=2)
    assert refused.rule == "R-09"


def test_old_consents_and_sessions_stay_in_the_file_while_new_ones_are_asked() -> None:
    held = (*ready(Channel.PM), opens(), ends())
    away = case.after(*held, hands_over(Channel.JM))
    assert sum(isinstance(event, PartyConsented) for event in away.past) == 2
    again = RecordConsent(party=WORKSHOP_OWNER, how=RecordedWay.PAPER, evidence=text(8), by=OFFICER_ID, at=MONDAY)
    (event,) = away.when(again).events
    assert isinstance(event, PartyConsented)
    assert event.missing == (COWSHED_OWNER,)
    assert isinstance(away.state, Open)
    assert len(away.state.held) == 1


def test_r_61_before_filing_the_court_gives_the_lead_back_after_filing_never() -> None:
    court = case.after(*COURT_CASE)
    *_, event = court.when(hands_over(Channel.PM)).events
    assert isinstance(event, ChannelHandedOver)
    assert (event.ground, event.rule) == (LeadGround.NOT_FILED, "R-61")
    filed = court.after(names_trade(), court_says(SuitStage.ORDINARY))
    for channel in (Channel.PM, Channel.IM):
        assert filed.when(hands_over(channel)).then_rejected(CourtHasTheCase).rule == "R-61"


def test_r_61_what_is_filed_leads_from_every_channel_only_to_the_court() -> None:
    filed = case.after(*PLAIN_CASE, names_trade(), court_says(SuitStage.SIMPLE))
    assert filed.when(hands_over(Channel.IM)).then_rejected(CourtHasTheCase).rule == "R-61"
    assert isinstance(filed.when(hands_over(Channel.JM)).events[0], ChannelHandedOver)
    violation = case.after(*VIOLATION_CASE, hands_over(Channel.PM), court_says(SuitStage.SIMPLE))
    assert violation.when(hands_over(Channel.PSM, paper=APPLICATION)).then_rejected(CourtHasTheCase).rule == "R-61"


def test_r_61_what_the_court_has_filed_is_offered_to_no_other_channel() -> None:
    (event,) = case.when(case_in(Channel.PM, suit=SuitStage.ORDINARY)).events
    assert isinstance(event, CaseNotOpened)
    assert event.rule == "R-61"


def test_r_61_only_a_court_says_that_a_suit_is_filed() -> None:
    court = case.after(*COURT_CASE, names(INVITED))
    for by in (INVITED, STRANGER_TO_COURT, INDUSTRY, MEDIATOR):
        assert court.when(court_says(SuitStage.ORDINARY, by=by)).then_rejected(OnlyTheCourtFiles).rule == "R-61"
    for docked in (JUDGE, None):
        assert isinstance(court.when(court_says(SuitStage.ORDINARY, by=docked)).events[-1], SuitNoted)


def test_r_61_filing_stops_whoever_else_hosted_and_what_was_agreed_before_him() -> None:
    heard = case.after(*COURT_CASE, *BOTH_CONSENT, names(INVITED), opens(INVITED), ends())
    assert stage(heard.after(court_says(SuitStage.PRE_SUIT)).state) is State.AGREED
    filed = heard.after(court_says(SuitStage.ORDINARY))
    assert isinstance(filed.state, Open)
    assert (filed.state.host, stage(filed.state)) == (None, State.CONSENTED)
    elsewhere = case.after(*ready(Channel.PM), opens(), ends(), court_says(SuitStage.ORDINARY))
    assert isinstance(elsewhere.state, Open)
    assert (elsewhere.state.host, stage(elsewhere.state)) == (None, State.CONSENTED)


def test_r_61_the_courts_own_host_goes_on_after_filing() -> None:
    heard = case.after(*COURT_CASE, *BOTH_CONSENT, names(JUDGE), opens(JUDGE), ends())
    filed = heard.after(court_says(SuitStage.ORDINARY))
    assert isinstance(filed.state, Open)
    assert (filed.state.host, stage(filed.state)) == (JUDGE.person, State.AGREED)
    named_later = case.after(*COURT_CASE, *BOTH_CONSENT, names(INVITED), opens(INVITED), ends(), names(JUDGE))
    assert stage(named_later.after(court_says(SuitStage.ORDINARY)).state) is State.CONSENTED


@pytest.mark.parametrize(("channel", "host"), [(Channel.JM, INVITED), (Channel.PM, MEDIATOR), (Channel.PSM, OFFICER)])
def test_r_61_who_sat_when_the_suit_was_filed_ends_without_an_agreement(channel: Channel, host: Official) -> None:
    sitting = case.after(*OF_CHANNEL[channel], *BOTH_CONSENT, names(host), opens(host), court_says(SuitStage.SIMPLE))
    assert sitting.when(ends()).then_rejected(OnlyTheCourtHosts).rule == "R-61"
    over = sitting.after(ends(result=SessionResult.CONTINUE))
    assert over.when(opens(host, SECOND_SESSION)).then_rejected(OnlyTheCourtHosts).rule == "R-61"


def test_the_courts_word_counts_once_and_never_backwards() -> None:
    court = case.after(*COURT_CASE)
    (event,) = court.when(court_says(SuitStage.ORDINARY)).events
    assert isinstance(event, SuitNoted)
    assert event.mediation_due is not None
    filed = court.after(court_says(SuitStage.ORDINARY))
    filed.when(court_says(SuitStage.ORDINARY)).then_nothing()
    filed.when(court_says(SuitStage.PRE_SUIT)).then_nothing()


def test_one_case_goes_through_all_four_channels() -> None:
    way = case.after(*VIOLATION_CASE, hands_over(Channel.PM), NOTICE, names_trade(), hands_over(Channel.IM))
    through = way.after(hands_over(Channel.JM))
    leads = [event.channel for event in through.past if isinstance(event, ChannelHandedOver)]
    assert leads == [Channel.PM, Channel.IM, Channel.JM]


@pytest.mark.parametrize("wrong", [Channel.WIN, Channel.DSP, Channel.EPS])
def test_only_the_four_channels_lead_or_help(wrong: Channel) -> None:
    plain = case.after(*PLAIN_CASE)
    plain.when(replace(hands_over(Channel.JM), channel=wrong)).then_rejected(NoChannelOfMediation)
    plain.when(AskAssistance(channel=wrong, unit=UnitCode("X"), at=MONDAY)).then_rejected(NoChannelOfMediation)


def test_exactly_one_leads_and_others_help() -> None:
    plain = case.after(*PLAIN_CASE)
    helps = AskAssistance(channel=Channel.PSM, unit=UnitCode("STATION-GL"), at=MONDAY)
    assert isinstance(plain.when(helps).events[-1], AssistanceAsked)
    plain.after(helps).when(helps).then_nothing()
    itself = AskAssistance(channel=Channel.PM, unit=UnitCode("STATION-GL"), at=MONDAY)
    plain.when(itself).then_rejected(LeadNeedsNoHelpOfItself)
    helped = plain.after(helps, *BOTH_CONSENT, names(MEDIATOR))
    assert helped.when(opens(OFFICER)).then_rejected(OfficerMayOnlyCoordinate).rule == "R-59"


def test_handing_over_to_the_present_lead_changes_nothing() -> None:
    case.after(*PLAIN_CASE).when(hands_over(Channel.PM)).then_nothing()


def test_a_hand_over_needs_one_of_its_reasons_and_no_session_under_way() -> None:
    case.after(*PLAIN_CASE).when(hands_over(Channel.JM, ReasonCode.OVERLOAD)).then_rejected(ReasonNotForHandOver)
    sitting = case.after(*ready(Channel.PM), opens())
    sitting.when(hands_over(Channel.JM)).then_rejected(SessionStillOpen)


def test_r_28_a_pending_gate_stops_the_hand_over_too() -> None:
    gated = case.after(case_in(Channel.PM, Flag.CRIME_POSSIBLE), signs())
    assert gated.when(hands_over(Channel.JM)).then_rejected(CrimeNotRuledOut).rule == "R-28"


def test_r_07_a_penalty_is_recorded_by_an_officer() -> None:
    wish = RecordPenalty(reference=text(72), by=AUXILIARY, at=MONDAY)
    assert case.after(*VIOLATION_CASE).when(wish).then_rejected(OnlyOfficersDecidePenalties).rule == "R-07"
    assert isinstance(case.after(*VIOLATION_CASE).when(PENALTY).events[-1], PenaltyDecided)


def test_the_host_of_the_old_channel_does_not_host_in_the_new_one() -> None:
    back = case.after(*ready(Channel.PM), opens(), ends(), hands_over(Channel.JM))
    refused: type[Rejection] = HostNotRegistered
    assert not isinstance(back.when(opens(MEDIATOR, SECOND_SESSION)).rejection, refused | type(None))
    industry = case.after(*INDUSTRY_CASE, *BOTH_CONSENT, names(INDUSTRY), hands_over(Channel.PM))
    assert industry.when(names(INDUSTRY)).then_rejected(HostNotRegistered).rule == "R-59"
