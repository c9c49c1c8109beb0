"""Limits as clocks: armed with their channel, warned of, broken, stopped where their row lists the ground."""

import csv
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from services.mediation.cases import deadlines
from services.mediation.cases.commands import ExtendMediation, TimeOut
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import (
    CaseClosed,
    LongerAgreed,
    MediationExtended,
    NoticeGiven,
    OtherWay,
    OwnWay,
    RecordedWay,
)
from services.mediation.cases.refusals import MediatorIsParty, NotAllAgreeLonger, NotOneOfTheParties
from services.mediation.cases.state import Open
from services.mediation.cases.values import Limit, SuitStage, Trade
from services.mediation.channels.commands import Apply, RecordApplication, Resume, Suspend, WatchLimit
from services.mediation.channels.facts import (
    CaseResumed,
    CaseSuspended,
    LimitBreached,
    LimitWarned,
    MediationApplied,
    TradeNamed,
)
from services.mediation.channels.refusals import (
    ApplicationTooLate,
    CaseIsSuspended,
    GroundPausesNothing,
    LetterMissing,
    NoRoadAccident,
    NotSuspended,
    OnlyOneSideApplied,
    TimeIsFixed,
)
from services.mediation.channels.rules.limits import LENGTHS
from shared.contracts.codes import Channel, ReasonCode
from shared.kernel import ClockId, PersonId
from tests.mediation.cases.samples import (
    BOTH_CONSENT,
    COWSHED_OWNER,
    MONDAY,
    MONTH_END,
    OFFICER_ID,
    WORKSHOP_OWNER,
    ends,
    names,
    opens,
    person,
    signs,
    text,
)
from tests.mediation.channels.samples import (
    INDUSTRY,
    PLAIN_CASE,
    VIOLATION_CASE,
    case_in,
    hands_over,
    limit,
    names_trade,
    ready,
)
from tests.support.spec import Spec

case = Spec(case_decider)
AFTER_A_MONTH = MONTH_END + timedelta(seconds=1)
LETTER = MONDAY - timedelta(days=2)


def signed(channel: Channel, *limits: Limit) -> Spec:  # type: ignore[type-arg]
    return case.after(case_in(channel), replace(signs(), limits=limits))


def watch(clock: str, at: datetime) -> WatchLimit:
    return WatchLimit(clock=ClockId(clock), at=at)


def suspends(reason: ReasonCode, at: datetime = MONDAY) -> Suspend:
    return Suspend(reason=reason, evidence=text(60), at=at)


def test_the_lengths_are_those_of_the_table() -> None:
    with files("shared.contracts").joinpath("domain/clocks.csv").open(encoding="utf-8") as lines:
        rows = {row["id"]: row for row in csv.DictReader(lines)}
    for clock, length in LENGTHS.items():
        row = rows[clock]
        assert (length.n, length.unit) == (int(row["length"]), row["unit"])
        warn, unit = row["warn_at"].split()
        assert length.warn == (-int(warn), unit)
        grounds = {ground.upper() for ground in row["pause_grounds"].split()} - {"PARTY_AGREE_LONGER"}
        assert {str(ground) for ground in length.pauses} == grounds


@pytest.mark.parametrize(
    ("channel", "trade", "suit", "days", "clocks"),
    [
        (Channel.PSM, None, None, 30, ["CL-022", "CL-025"]),
        (Channel.PM, None, None, 31, ["CL-029"]),
        (Channel.IM, Trade.PROPERTY, None, 31, ["CL-029"]),
        (Channel.IM, Trade.LABOUR, None, 15, ["CL-041"]),
        (Channel.IM, Trade.TRAFFIC, None, 10, ["CL-047"]),
        (Channel.JM, None, SuitStage.PRE_SUIT, 30, ["CL-035"]),
        (Channel.JM, None, SuitStage.ORDINARY, 15, ["CL-036"]),
        (Channel.JM, None, SuitStage.SIMPLE, 7, ["CL-037"]),
    ],
)
def test_each_channel_has_its_own_time(
    channel: Channel, trade: Trade | None, suit: SuitStage | None, days: int, clocks: list[str]
) -> None:
    """R-08, R-12, R-14, R-16, R-17; a last day on a holiday moves on (R-26)."""
    term = deadlines.term(channel, trade, suit, MONDAY)
    assert days <= (term.mediation_due - MONDAY).days + 1 <= days + 3
    assert [each.clock for each in term.limits] == clocks


def test_a_limit_is_warned_of_once_and_then_broken_once() -> None:
    case_open = signed(Channel.PSM, limit("CL-022", MONDAY + timedelta(days=3)))
    before = case_open.when(watch("CL-022", MONDAY - timedelta(days=1)))
    before.then_nothing()
    (warned,) = case_open.when(watch("CL-022", MONDAY)).events
    assert isinstance(warned, LimitWarned)
    again = case_open.after(watch("CL-022", MONDAY))
    again.when(watch("CL-022", MONDAY)).then_nothing()
    late = watch("CL-022", MONDAY + timedelta(days=4))
    (broken,) = again.when(late).events
    assert isinstance(broken, LimitBreached)
    again.after(late).when(late).then_nothing()
    again.when(watch("CL-041", MONDAY)).then_nothing()


def test_r_03_the_first_session_ends_its_limit_and_begins_the_second_ones() -> None:
    limits = replace(signs(), limits=(limit("CL-022", MONDAY + timedelta(days=3)), limit("CL-025", MONTH_END)))
    ready_case = case.after(VIOLATION_CASE[0], limits, *VIOLATION_CASE[2:], *BOTH_CONSENT, *ready(Channel.PSM)[-1:])
    second = limit("CL-023", MONDAY + timedelta(days=9))
    held = ready_case.after(opens(ready(Channel.PSM)[-1].host), replace(ends(), limits=(second,)))  # type: ignore[union-attr]
    assert isinstance(held.state, Open)
    assert set(held.state.course.limits) == {"CL-023", "CL-025"}
    held.when(watch("CL-022", MONTH_END)).then_nothing()
    assert isinstance(held.when(watch("CL-023", MONDAY + timedelta(days=10))).events[0], LimitBreached)


def test_r_12_after_the_month_the_limit_is_broken_and_the_other_ways_are_told() -> None:
    plain = signed(Channel.PM, limit("CL-029", MONTH_END))
    kinds = [type(event) for event in plain.when(TimeOut(at=AFTER_A_MONTH)).events]
    assert kinds[:2] == [LimitBreached, NoticeGiven]
    assert kinds[-1] is CaseClosed


def test_r_12_longer_only_if_all_agree_and_the_limit_moves_with_it() -> None:
    plain = signed(Channel.PM, limit("CL-029", MONTH_END))
    later = MONTH_END + timedelta(days=10)
    one = ExtendMediation(until=later, agreed=(LongerAgreed(WORKSHOP_OWNER, text(5)),), at=MONDAY)
    assert plain.when(one).then_rejected(NotAllAgreeLonger).rule == "R-12"
    both = replace(one, agreed=(*one.agreed, LongerAgreed(COWSHED_OWNER, text(6))))
    assert isinstance(plain.when(both).events[-1], MediationExtended)
    longer = plain.after(both)
    longer.when(TimeOut(at=AFTER_A_MONTH)).then_nothing()
    assert isinstance(longer.when(watch("CL-029", AFTER_A_MONTH)).events[0], LimitWarned)
    assert isinstance(longer.when(watch("CL-029", later)).events[0], LimitBreached)


def test_r_14_pre_suit_mediation_ends_after_thirty_days_or_later_if_all_agree() -> None:
    court = signed(Channel.JM, limit("CL-035", MONTH_END))
    assert isinstance(court.when(TimeOut(at=AFTER_A_MONTH)).events[-1], CaseClosed)
    agreed = tuple(LongerAgreed(party, text(5)) for party in (WORKSHOP_OWNER, COWSHED_OWNER))
    wish = ExtendMediation(until=AFTER_A_MONTH, agreed=agreed, at=MONDAY)
    assert isinstance(court.when(wish).events[-1], MediationExtended)


def test_r_16_labour_has_fifteen_days_that_nobody_extends_and_ends_with_advice_of_arbitration() -> None:
    labour = case.after(case_in(Channel.IM), signs(), names_trade(Trade.LABOUR))
    end = MONDAY + timedelta(days=15)
    agreed = tuple(LongerAgreed(party, text(5)) for party in (WORKSHOP_OWNER, COWSHED_OWNER))
    wish = ExtendMediation(until=MONTH_END, agreed=agreed, at=MONDAY)
    assert labour.when(wish).then_rejected(TimeIsFixed).rule == "R-16"
    events = labour.when(TimeOut(at=end)).events
    (told,) = [event for event in events if isinstance(event, NoticeGiven)]
    assert OtherWay.ARBITRATION in told.ways
    assert any(isinstance(event, LimitBreached) and event.clock == "CL-041" for event in events)


# ── R-17: the joint application ──────────────────────────────────────────
ROAD = (case_in(Channel.IM), signs(), names_trade(Trade.TRAFFIC, LETTER), *BOTH_CONSENT, names(INDUSTRY))


def applies(party: PersonId, at: datetime = MONDAY) -> Apply:
    end = at + timedelta(days=10)
    return Apply(party=party, how=OwnWay.SIGNED_IN, mediation_due=end, limits=(limit("CL-047", end),), at=at)


def test_r_17_one_sides_application_opens_nothing() -> None:
    one = case.after(*ROAD, applies(WORKSHOP_OWNER))
    assert one.when(opens(INDUSTRY)).then_rejected(OnlyOneSideApplied, missing=1).rule == "R-17"
    one.when(applies(WORKSHOP_OWNER)).then_nothing()
    both = one.after(applies(COWSHED_OWNER))
    assert isinstance(both.past[-1], MediationApplied)
    assert isinstance(both.state, Open)
    assert set(both.state.course.limits) == {"CL-047"}
    assert both.state.mediation_due == MONDAY + timedelta(days=10)
    assert both.when(opens(INDUSTRY)).rejection is None


def test_r_17_ten_days_after_the_letter_it_is_too_late_to_apply() -> None:
    late = applies(WORKSHOP_OWNER, LETTER + timedelta(days=11))
    assert case.after(*ROAD).when(late).then_rejected(ApplicationTooLate).rule == "R-17"


def test_r_17_a_road_accident_counts_from_its_letter() -> None:
    bare = case.after(case_in(Channel.IM), signs())
    assert bare.when(names_trade(Trade.TRAFFIC)).then_rejected(LetterMissing).rule == "R-17"
    *_, event = bare.when(names_trade(Trade.TRAFFIC, LETTER)).events
    assert isinstance(event, TradeNamed)
    assert (event.apply_by, [each.clock for each in event.limits]) == (LETTER + timedelta(days=10), ["CL-046"])
    bare.after(names_trade(Trade.TRAFFIC, LETTER)).when(names_trade(Trade.TRAFFIC, LETTER)).then_nothing()


def test_an_application_is_a_partys_own_and_belongs_to_road_accidents() -> None:
    road = case.after(*ROAD)
    road.when(applies(person(99))).then_rejected(NotOneOfTheParties)
    other = case.after(case_in(Channel.IM), signs(), names_trade())
    assert other.when(applies(WORKSHOP_OWNER)).then_rejected(NoRoadAccident).rule == "R-17"
    wish = RecordApplication(
        party=COWSHED_OWNER,
        how=RecordedWay.PAPER,
        evidence=text(61),
        by=WORKSHOP_OWNER,
        mediation_due=MONTH_END,
        limits=(),
        at=MONDAY,
    )
    assert road.when(wish).then_rejected(MediatorIsParty).rule == "R-15"
    *_, event = road.when(replace(wish, by=OFFICER_ID)).events
    assert isinstance(event, MediationApplied)


# ── pauses ───────────────────────────────────────────────────────────────
def test_a_limit_stands_still_only_on_the_grounds_of_its_row() -> None:
    plain = signed(Channel.PM, limit("CL-029", MONTH_END))
    *_, event = plain.when(suspends(ReasonCode.PARTY_ABSENT)).events
    assert isinstance(event, CaseSuspended)
    assert event.clocks == ("CL-029",)
    police = signed(Channel.PSM, limit("CL-025", MONTH_END))
    police.when(suspends(ReasonCode.PARTY_ABSENT)).then_rejected(GroundPausesNothing)
    court = signed(Channel.JM, limit("CL-035", MONTH_END))
    court.when(suspends(ReasonCode.APPRAISAL)).then_rejected(GroundPausesNothing)


def test_while_suspended_nothing_ends_and_nothing_sits_and_afterwards_the_end_has_moved() -> None:
    """R-08, R-12: the time of the appraisal does not count."""
    limits = replace(signs(), limits=(limit("CL-029", MONTH_END),))
    waiting = case.after(PLAIN_CASE[0], limits, *PLAIN_CASE[2:], *BOTH_CONSENT, *ready(Channel.PM)[-1:])
    still = waiting.after(suspends(ReasonCode.APPRAISAL))
    still.when(suspends(ReasonCode.APPRAISAL)).then_nothing()
    still.when(TimeOut(at=AFTER_A_MONTH)).then_nothing()
    still.when(watch("CL-029", AFTER_A_MONTH)).then_nothing()
    still.when(opens()).then_rejected(CaseIsSuspended)
    assert isinstance(still.state, Open)
    due, moved = deadlines.after_the_pause(still.state, MONDAY + timedelta(days=20))
    assert due is not None
    assert due >= MONTH_END + timedelta(days=20)
    again = still.after(Resume(mediation_due=due, limits=moved, at=MONDAY + timedelta(days=20)))
    assert isinstance(again.past[-1], CaseResumed)
    again.when(TimeOut(at=AFTER_A_MONTH)).then_nothing()
    assert isinstance(again.when(TimeOut(at=due)).events[-1], CaseClosed)
    again.when(Resume(mediation_due=None, limits=(), at=MONDAY)).then_rejected(NotSuspended)


def test_a_new_lead_brings_its_own_time() -> None:
    plain = signed(Channel.PM, limit("CL-029", MONTH_END))
    over = plain.after(hands_over(Channel.JM))
    assert isinstance(over.state, Open)
    assert set(over.state.course.limits) == {"CL-035"}
    over.when(watch("CL-029", AFTER_A_MONTH)).then_nothing()


def test_a_warning_is_counted_in_the_tables_own_units() -> None:
    monday = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    found = deadlines.limit(ClockId("CL-023"), monday)
    assert found.due.date().isoformat() == "2026-03-11"
    assert found.warn_at is not None
    assert found.warn_at.date().isoformat() == "2026-03-09"
