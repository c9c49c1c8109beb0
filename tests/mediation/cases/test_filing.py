"""The time of a violation case runs from its acceptance, whoever signs when, by the law of that day."""

from dataclasses import replace
from datetime import datetime

from services.mediation.cases import deadlines
from services.mediation.cases.commands import OpenCase, SignFor
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import CaseOpened, HandlingOffered
from services.mediation.cases.state import Open
from services.mediation.cases.store import DUE, case_timers
from services.mediation.channels.commands import WatchLimit
from services.mediation.channels.facts import LimitBreached
from services.mediation.channels.rules.limits import is_of_the_old_law
from shared.contracts.codes import Channel
from shared.eventstore import Timer
from shared.kernel import BUREAU_ZONE, ClockId
from tests.mediation.cases.samples import offered, police_case, signs
from tests.support.spec import Spec

case = Spec(case_decider)

FILED = datetime(2025, 12, 30, 9, tzinfo=BUREAU_ZONE)
ROUTED = datetime(2025, 12, 31, 16, tzinfo=BUREAU_ZONE)
SIGNED = datetime(2026, 1, 2, 9, tzinfo=BUREAU_ZONE)
ACCEPTED_IN_MARCH = datetime(2026, 3, 2, 9, tzinfo=BUREAU_ZONE)
SIGNED_IN_MARCH = datetime(2026, 3, 12, 9, tzinfo=BUREAU_ZONE)


def comes(accepted_at: datetime, at: datetime, attempt: int = 1, channel: Channel = Channel.PSM) -> OpenCase:
    wish = police_case() if channel is Channel.PSM else offered(channel)
    limits = deadlines.from_acceptance(channel, attempt, accepted_at, at)
    return replace(wish, attempt=attempt, accepted_at=accepted_at, limits=limits, at=at)


def signs_at(at: datetime, accepted_at: datetime | None, channel: Channel = Channel.PSM) -> SignFor:
    term = deadlines.term(channel, None, None, at, accepted_at)
    return replace(signs(), mediation_due=term.mediation_due, limits=term.limits, at=at)


def due(wish: OpenCase, clock: str) -> datetime:
    return next(limit.due for limit in wish.limits if limit.clock == clock)


def test_r_63_a_case_filed_before_2026_and_signed_for_after_keeps_the_former_law() -> None:
    filed = comes(FILED, ROUTED)
    signed = case.after(filed, signs_at(SIGNED, FILED))
    assert isinstance(signed.state, Open)
    assert set(signed.state.course.limits) == {"CL-022", "CL-027"}
    assert is_of_the_old_law(signed.state)
    assert signed.state.mediation_due == due(filed, "CL-027") == deadlines.limit(ClockId("CL-027"), FILED).due


def test_r_63_what_was_filed_before_2026_and_comes_again_keeps_the_former_law_too() -> None:
    again = comes(FILED, SIGNED_IN_MARCH, attempt=2)
    assert {limit.clock for limit in again.limits} == {"CL-022", "CL-027"}
    assert due(again, "CL-027") == deadlines.limit(ClockId("CL-027"), SIGNED_IN_MARCH).due


def test_r_08_the_thirty_days_count_from_the_acceptance_not_from_the_signature() -> None:
    late = case.after(comes(ACCEPTED_IN_MARCH, ACCEPTED_IN_MARCH)).when(signs_at(SIGNED_IN_MARCH, ACCEPTED_IN_MARCH))
    *_, event = late.events
    assert isinstance(event, CaseOpened)
    thirty_days = deadlines.limit(ClockId("CL-025"), ACCEPTED_IN_MARCH).due
    assert event.mediation_due == event.limits[-1].due == thirty_days


def test_r_03_the_first_session_is_owed_from_the_acceptance_signed_for_or_not() -> None:
    unsigned = case.after(comes(ACCEPTED_IN_MARCH, ACCEPTED_IN_MARCH))
    (event,) = unsigned.past
    assert isinstance(event, HandlingOffered)
    clock = ClockId("CL-022")
    armed = case_timers(event, unsigned.state)
    assert Timer(f"{DUE}{clock}", next(limit.due for limit in event.limits if limit.clock == clock)) in armed
    late = WatchLimit(clock=clock, at=SIGNED_IN_MARCH)
    assert isinstance(unsigned.when(late).events[0], LimitBreached)
    unsigned.after(late, signs_at(SIGNED_IN_MARCH, ACCEPTED_IN_MARCH)).when(late).then_nothing()


def test_r_12_the_month_of_peoples_mediation_still_begins_with_the_case() -> None:
    plain = comes(ACCEPTED_IN_MARCH, ACCEPTED_IN_MARCH, channel=Channel.PM)
    assert plain.limits == ()
    signed = case.after(plain, signs_at(SIGNED_IN_MARCH, ACCEPTED_IN_MARCH, Channel.PM))
    assert isinstance(signed.state, Open)
    assert signed.state.mediation_due == deadlines.limit(ClockId("CL-029"), SIGNED_IN_MARCH).due


def test_what_was_offered_before_the_day_was_kept_counts_from_the_signature() -> None:
    former = case.after(police_case(), signs_at(SIGNED_IN_MARCH, None))
    assert isinstance(former.state, Open)
    assert former.state.mediation_due == deadlines.limit(ClockId("CL-025"), SIGNED_IN_MARCH).due
