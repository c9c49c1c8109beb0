"""What repeats: a yearly duty is not a monthly one, and each instalment is watched by itself."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mediation.agreements.commands import ConfirmDuty, NoteDutyDue
from services.mediation.agreements.decider import agreement_decider
from services.mediation.agreements.facts import (
    AgreementTookEffect,
    Duty,
    DutyDefaulted,
    DutyKind,
    DutyPerformed,
    Every,
    Goods,
    GoodsUnit,
    Schedule,
)
from services.mediation.agreements.refusals import (
    DutyIncomplete,
    GoodsIncomplete,
    PerformanceDateMissing,
    ScheduleWithoutDate,
    TooManyInstalments,
)
from services.mediation.agreements.rules.schedule import MAX_INSTALMENTS, day_of, instalments, times_until
from services.mediation.agreements.state import InEffect
from services.mediation.agreements.store import agreement_codec, agreement_timers, published
from services.mediation.cases.deadlines import lapses_at, warn_at
from shared.contracts.codes import Channel, Product
from shared.contracts.mediation import AgreementInEffectV1
from shared.kernel import BUREAU_ZONE, ItemCode
from tests.mediation.agreements.samples import BOTH_SIGN, PAYMENT, WALL, draft
from tests.mediation.cases.samples import COWSHED_OWNER, MONDAY, WORKSHOP_OWNER, text
from tests.support.spec import Spec

agreement = Spec(agreement_decider)

FIRST = date(2026, 6, 2)
EIGHTEENTH_BIRTHDAY = date(2038, 6, 1)
YUAN = 100


def support(every: Every, until: date = EIGHTEENTH_BIRTHDAY) -> Duty:
    """2,000 yuan again and again."""
    return Duty(
        WALL.duty_id,
        DutyKind.MONEY,
        WORKSHOP_OWNER,
        COWSHED_OWNER,
        2000 * YUAN,
        None,
        FIRST,
        warn_at(FIRST),
        lapses_at(FIRST),
        schedule=Schedule(every, times_until(FIRST, every, until)),
    )


def owed(duty: Duty) -> int:
    return sum(each.amount_fen or 0 for each in instalments(duty))


def test_two_thousand_a_year_is_not_two_thousand_a_month() -> None:
    yearly, monthly = support(Every.YEAR), support(Every.MONTH)
    assert (owed(yearly), owed(monthly)) == (24_000 * YUAN, 288_000 * YUAN)
    assert owed(monthly) == 12 * owed(yearly)


def test_a_yearly_duty_is_watched_until_the_child_is_grown_up() -> None:
    days = [each.due for each in instalments(support(Every.YEAR))]
    assert (days[0], days[-1], len(days)) == (FIRST, date(2037, 6, 2), 12)


def test_a_month_without_the_day_ends_with_its_last_day_and_the_next_one_has_it_again() -> None:
    assert [day_of(date(2027, 12, 31), Every.MONTH, place) for place in (1, 2, 3, 4)] == [
        date(2027, 12, 31),
        date(2028, 1, 31),
        date(2028, 2, 29),
        date(2028, 3, 31),
    ]
    assert day_of(date(2026, 3, 6), Every.WEEK, 3) == date(2026, 3, 20)


@given(
    first=st.dates(date(2020, 1, 1), date(2100, 1, 1)),
    every=st.sampled_from(list(Every)),
    times=st.integers(1, MAX_INSTALMENTS),
)
def test_every_instalment_ends_with_its_own_day_and_has_its_own_id(first: date, every: Every, times: int) -> None:
    duty = replace(support(Every.YEAR), due=first, warn_at=warn_at(first), lapses_at=lapses_at(first))
    found = instalments(replace(duty, schedule=Schedule(every, times)))
    assert len({each.duty_id for each in found}) == len(found) == times
    for place, each in enumerate(found, start=1):
        assert each.due is not None
        assert each.lapses_at is not None
        assert each.warn_at is not None
        assert each.place == place
        assert each.lapses_at.astimezone(BUREAU_ZONE).date() == each.due
        assert each.lapses_at - each.warn_at == timedelta(days=3)
    days = [each.due for each in found]
    assert days == sorted(set(days))  # type: ignore[type-var]
    assert times_until(first, every, days[-1] or first) == times


def test_instalments_of_instalments_do_not_exist() -> None:
    (one, *_) = instalments(support(Every.YEAR))
    assert instalments(one) == (one,)


def test_each_instalment_is_performed_or_missed_by_itself() -> None:
    running = agreement.after(draft(duties=(support(Every.YEAR), PAYMENT)), *BOTH_SIGN)
    assert isinstance(running.state, InEffect)
    assert len(running.state.watched) == 13
    first, second = instalments(support(Every.YEAR))[:2]
    (paid,) = running.when(ConfirmDuty(duty_id=first.duty_id, party=COWSHED_OWNER, at=MONDAY)).events
    assert isinstance(paid, DutyPerformed)
    assert paid.still_watched == 12
    (missed, *_) = running.when(NoteDutyDue(duty_id=second.duty_id, at=second.lapses_at or MONDAY)).events
    assert isinstance(missed, DutyDefaulted)
    assert missed.due.astimezone(BUREAU_ZONE).date() == date(2027, 6, 2)


def test_others_learn_of_every_instalment() -> None:
    *_, took_effect = agreement.after(draft(duties=(support(Every.YEAR), PAYMENT)), *BOTH_SIGN).past
    told = published(took_effect)
    assert isinstance(told, AgreementInEffectV1)
    assert (told.duties, told.first_due) == (13, PAYMENT.due)


def test_a_series_is_one_line_of_the_history_and_many_timers() -> None:
    running = agreement.after(draft(duties=(support(Every.MONTH),)), *BOTH_SIGN)
    *_, took_effect = running.past
    assert isinstance(took_effect, AgreementTookEffect)
    assert len(took_effect.duties) == 1
    assert len(agreement_codec.encode(took_effect)) < 4096
    assert agreement_codec.decode("agreement_in_effect", agreement_codec.encode(took_effect)) == took_effect
    timers = [change.name for change in agreement_timers(took_effect, running.state)]
    assert sum(name.startswith("duty_due:") for name in timers) == 144
    assert len(timers) == len(set(timers))


def test_nobody_agrees_on_more_than_can_be_overseen() -> None:
    for_ever = replace(support(Every.YEAR), schedule=Schedule(Every.MONTH, MAX_INSTALMENTS + 1))
    agreement.when(draft(duties=(for_ever,))).then_rejected(TooManyInstalments, most=MAX_INSTALMENTS)
    most = replace(for_ever, schedule=Schedule(Every.MONTH, MAX_INSTALMENTS))
    agreement.when(draft(duties=(most, PAYMENT))).then_rejected(TooManyInstalments)
    assert agreement.when(draft(duties=(most,))).rejection is None
    agreement.when(draft(duties=(replace(most, schedule=Schedule(Every.MONTH, 0)),))).then_rejected(DutyIncomplete)


def test_r_04_what_repeats_begins_on_a_day() -> None:
    endless = replace(support(Every.MONTH), due=None, warn_at=None, lapses_at=None)
    assert agreement.when(draft(duties=(endless,))).then_rejected(ScheduleWithoutDate).rule == "R-04"
    undated = replace(WALL, due=None, warn_at=None, lapses_at=None)
    wish = draft(Product.POLICE_AGREEMENT, Channel.PSM, (undated,))
    assert agreement.when(wish).then_rejected(PerformanceDateMissing).rule == "R-04"


TWO_THOUSAND_SETS = Duty(
    PAYMENT.duty_id,
    DutyKind.GOODS,
    WORKSHOP_OWNER,
    COWSHED_OWNER,
    None,
    text(26),
    PAYMENT.due,
    PAYMENT.warn_at,
    PAYMENT.lapses_at,
    goods=Goods(None, 2000, GoodsUnit.SET),
)


def test_goods_have_a_name_a_number_and_a_unit() -> None:
    assert agreement.when(draft(duties=(TWO_THOUSAND_SETS,))).rejection is None
    by_code = replace(TWO_THOUSAND_SETS, what=None, goods=Goods(ItemCode("SEAT-COVER"), 2000, GoodsUnit.SET))
    assert agreement.when(draft(duties=(by_code,))).rejection is None
    for goods in (None, Goods(None, 0, GoodsUnit.SET), Goods(None, 10**9 + 1, GoodsUnit.SET)):
        agreement.when(draft(duties=(replace(TWO_THOUSAND_SETS, goods=goods),))).then_rejected(GoodsIncomplete)
    agreement.when(draft(duties=(replace(TWO_THOUSAND_SETS, what=None),))).then_rejected(GoodsIncomplete)


@pytest.mark.parametrize(
    "mixed",
    [
        replace(TWO_THOUSAND_SETS, amount_fen=1),
        replace(PAYMENT, goods=Goods(None, 1, GoodsUnit.LOT)),
        replace(PAYMENT, amount_fen=10**13 + 1),
    ],
)
def test_goods_and_money_are_never_one_figure(mixed: Duty) -> None:
    assert agreement.when(draft(duties=(mixed,))).rejection is not None


def test_an_agreement_from_before_the_instalments_reads_as_it_was() -> None:
    stored = (
        b'{"agreement_id":"00000000-0000-0000-0000-000000000030","case_id":"00000000-0000-0000-0000-000000000001",'
        b'"duties":[{"amount_fen":200000,"by":"00000000-0000-0000-0000-00000000000b","due":"2026-03-06",'
        b'"duty_id":"00000000-0000-0000-0000-000000000031","kind":"money","lapses_at":"2026-03-06T15:59:59.999999Z",'
        b'"to":"00000000-0000-0000-0000-00000000000c","warn_at":"2026-03-03T15:59:59.999999Z","what":null}],'
        b'"effect":"BINDING_CONTRACT","occurred_at":"2026-03-02T01:00:00Z","product":"PM_AGREEMENT",'
        b'"request_id":"00000000-0000-0000-0000-000000000002","version":1}'
    )
    event = agreement_codec.decode("agreement_in_effect", stored)
    assert isinstance(event, AgreementTookEffect)
    assert (event.duties[0].schedule, event.duties[0].goods, event.terms, event.confirm_due) == (None, None, None, None)
    assert event.occurred_at == datetime.fromisoformat("2026-03-02T01:00:00+00:00")
    assert UUID(int=0x31) == event.duties[0].duty_id
