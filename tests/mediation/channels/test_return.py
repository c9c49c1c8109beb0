"""A clock runs once in a case: whoever takes the lead again finds the time that he left, never a new one."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.mediation.cases import deadlines
from services.mediation.cases.commands import ExtendMediation, OpenSession, TimeOut
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import LongerAgreed, SessionResult
from services.mediation.cases.state import Open
from services.mediation.cases.values import SuitStage, Trade
from services.mediation.channels.commands import ExtendCasework, HandOver, Resume, Suspend, WatchLimit
from services.mediation.channels.facts import ChannelHandedOver, LimitBreached
from services.mediation.channels.refusals import ExtensionsUsedUp, TimeOfThatChannelIsUp
from shared.contracts.codes import Channel, ReasonCode
from shared.kernel import BUREAU_ZONE, ClockId
from tests.mediation.cases.samples import (
    BOTH_CONSENT,
    COWSHED_OWNER,
    NOTICE,
    OFFICER,
    VIOLATION,
    WORKSHOP_OWNER,
    ends,
    names,
    opens,
    signs,
    text,
)
from tests.mediation.channels.samples import APPLICATION, case_in, court_says, limit, names_trade
from tests.support.spec import Spec

case = Spec(case_decider)

START = datetime(2026, 3, 20, 9, tzinfo=BUREAU_ZONE)


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, 9, tzinfo=BUREAU_ZONE)


def signed(channel: Channel, suit: SuitStage | None = None) -> Spec:  # type: ignore[type-arg]
    term = deadlines.term(channel, None, suit, START)
    sign = replace(signs(), mediation_due=term.mediation_due, limits=term.limits, at=START)
    preparation = VIOLATION if channel is Channel.PSM else NOTICE
    return case.after(replace(case_in(channel, suit=suit), at=START), sign, preparation)


def over(channel: Channel, at: datetime, trade: Trade | None = None) -> HandOver:
    term = deadlines.term(channel, trade, None, at)
    return HandOver(
        channel=channel,
        reason=ReasonCode.NOT_SETTLED,
        paper=APPLICATION if channel is Channel.PSM else None,
        mediation_due=term.mediation_due,
        limits=term.limits,
        at=at,
    )


def end(spec: Spec) -> datetime:  # type: ignore[type-arg]
    assert isinstance(spec.state, Open)
    assert spec.state.mediation_due is not None
    return spec.state.mediation_due


def clocks(spec: Spec) -> set[str]:  # type: ignore[type-arg]
    assert isinstance(spec.state, Open)
    return set(spec.state.course.limits)


def longer(spec: Spec, paper: int, at: datetime) -> ExtendCasework:  # type: ignore[type-arg]
    assert isinstance(spec.state, Open)
    return ExtendCasework(approval=text(paper), by=OFFICER, limit=deadlines.longer_casework(spec.state, at), at=at)


def test_r_12_to_and_fro_between_channels_of_the_month_never_makes_it_longer() -> None:
    plain = signed(Channel.PM).after(names_trade(Trade.PROPERTY, at=START), *BOTH_CONSENT)
    month = end(plain)
    there = plain.after(over(Channel.IM, day(3, 21)), over(Channel.PM, day(4, 10)), over(Channel.IM, day(4, 15)))
    back = there.after(over(Channel.PM, day(4, 16)))
    assert (end(back), month.astimezone(BUREAU_ZONE).date()) == (month, day(4, 20).date())
    assert isinstance(back.past[-1], ChannelHandedOver)
    assert back.past[-1].asked == ()
    assert isinstance(back.when(TimeOut(at=month)).events[0], LimitBreached)


def test_r_12_what_all_agreed_to_stays_after_a_hand_over() -> None:
    plain = signed(Channel.PM).after(names_trade(Trade.PROPERTY, at=START))
    agreed = tuple(LongerAgreed(party, text(5)) for party in (WORKSHOP_OWNER, COWSHED_OWNER))
    longer_month = plain.after(ExtendMediation(until=day(5, 30), agreed=agreed, at=day(4, 1)))
    back = longer_month.after(over(Channel.JM, day(4, 2)), over(Channel.PM, day(4, 30)))
    assert end(back) == day(5, 30)
    assert end(longer_month.after(over(Channel.IM, day(4, 2), Trade.PROPERTY))) == day(5, 30)


def test_r_12_a_channel_whose_time_is_up_does_not_take_the_case_again() -> None:
    away = signed(Channel.PM).after(over(Channel.JM, day(4, 15)))
    refused = away.when(over(Channel.PM, day(4, 25))).then_rejected(TimeOfThatChannelIsUp)
    assert isinstance(refused, TimeOfThatChannelIsUp)
    assert refused.details["due"] == end(signed(Channel.PM))
    assert away.when(over(Channel.PM, day(4, 19))).rejection is None


def test_r_12_another_trade_of_the_same_month_begins_no_new_one() -> None:
    industry = signed(Channel.PM).after(names_trade(Trade.PROPERTY, at=START), over(Channel.IM, day(4, 1)))
    fresh = deadlines.term(Channel.IM, Trade.MEDICAL, None, day(4, 1))
    other = replace(names_trade(Trade.MEDICAL), mediation_due=fresh.mediation_due, limits=fresh.limits)
    assert end(industry.after(other)) == end(industry) == end(signed(Channel.PM))


def test_r_08_to_peoples_mediation_and_back_does_not_begin_the_thirty_days_again() -> None:
    violation = signed(Channel.PSM)
    thirty_days = end(violation)
    back = violation.after(over(Channel.PM, day(4, 1)), over(Channel.PSM, day(4, 15)))
    assert (end(back), clocks(back)) == (thirty_days, {"CL-022", "CL-025"})
    assert isinstance(back.when(TimeOut(at=thirty_days)).events[0], LimitBreached)


def test_r_08_an_approved_extension_comes_back_with_the_lead_and_counts() -> None:
    violation = signed(Channel.PSM)
    once = violation.after(longer(violation, 61, day(4, 1)))
    back = once.after(over(Channel.PM, day(4, 2)), over(Channel.PSM, day(4, 25)))
    assert (end(back), "CL-026" in clocks(back), "CL-025" in clocks(back)) == (end(once), True, False)
    twice = back.after(longer(back, 62, day(4, 26)))
    again = twice.after(over(Channel.PM, day(4, 27)), over(Channel.PSM, day(4, 28)))
    again.when(longer(again, 63, day(4, 29))).then_rejected(ExtensionsUsedUp)
    assert end(again) == end(twice)


def test_r_08_an_appraisal_while_another_channel_leads_does_not_count_for_the_violation_case_either() -> None:
    away = signed(Channel.PSM).after(over(Channel.PM, day(4, 1)))
    waiting = away.after(Suspend(reason=ReasonCode.APPRAISAL, evidence=text(60), at=day(4, 2)))
    assert isinstance(waiting.state, Open)
    due, moved = deadlines.after_the_pause(waiting.state, day(4, 12))
    assert due is not None
    resumed = waiting.after(Resume(mediation_due=due, limits=moved, at=day(4, 12)))
    assert clocks(resumed) == {"CL-029"}
    assert end(resumed) == due
    back = resumed.after(over(Channel.PSM, day(4, 22)))
    assert end(back) >= end(signed(Channel.PSM)) + timedelta(days=10)


def test_r_08_who_leaves_during_an_appraisal_finds_the_clock_standing_still() -> None:
    waiting = signed(Channel.PSM).after(Suspend(reason=ReasonCode.APPRAISAL, evidence=text(60), at=day(4, 2)))
    back = waiting.after(over(Channel.PM, day(4, 3)), over(Channel.PSM, day(6, 1)))
    assert isinstance(back.state, Open)
    assert back.state.course.limits[ClockId("CL-025")].still
    back.when(TimeOut(at=day(6, 1))).then_nothing()


def test_r_03_the_first_session_is_not_owed_again_and_the_second_keeps_its_days() -> None:
    second = limit("CL-023", day(4, 3))
    sits: tuple[OpenSession, ...] = (opens(OFFICER),)
    held = signed(Channel.PSM).after(
        *BOTH_CONSENT, names(OFFICER), *sits, replace(ends(result=SessionResult.CONTINUE), limits=(second,))
    )
    assert clocks(held) == {"CL-023", "CL-025"}
    back = held.after(over(Channel.PM, day(4, 1)), over(Channel.PSM, day(4, 2)))
    assert clocks(back) == {"CL-023", "CL-025"}
    assert isinstance(back.when(WatchLimit(clock=ClockId("CL-023"), at=day(4, 4))).events[0], LimitBreached)


def test_r_63_a_case_of_the_former_law_comes_back_to_its_own_thirty_days() -> None:
    old = deadlines.term(Channel.PSM, None, None, datetime(2025, 12, 30, 9, tzinfo=BUREAU_ZONE))
    sign = replace(signs(), mediation_due=old.mediation_due, limits=old.limits)
    back = case.after(case_in(Channel.PSM), sign).after(over(Channel.PM, day(1, 5)), over(Channel.PSM, day(1, 10)))
    assert (end(back), "CL-027" in clocks(back), "CL-025" in clocks(back)) == (old.mediation_due, True, False)


def test_r_14_before_filing_the_court_finds_its_thirty_days_as_it_left_them() -> None:
    court = signed(Channel.JM, SuitStage.PRE_SUIT)
    back = court.after(over(Channel.PM, day(4, 1)), over(Channel.JM, day(4, 10)))
    assert (end(back), clocks(back)) == (end(court), {"CL-035"})
    filed = back.after(court_says(SuitStage.ORDINARY, at=day(4, 11)))
    assert clocks(filed) == {"CL-036"}


def test_a_limit_that_was_broken_is_not_told_again_after_a_return() -> None:
    late = WatchLimit(clock=ClockId("CL-022"), at=day(3, 30))
    broken = signed(Channel.PSM).after(late)
    back = broken.after(over(Channel.PM, day(4, 1)), over(Channel.PSM, day(4, 2)))
    back.when(replace(late, at=day(4, 3))).then_nothing()
