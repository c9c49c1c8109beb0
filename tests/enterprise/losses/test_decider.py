"""Claimed and recovered: money in fen, goods in pieces, never one figure of both (K10)."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.enterprise.losses.decider import (
    CorrectClaim,
    Goods,
    Loss,
    LossCommand,
    LossId,
    LossRecovered,
    LossUnknown,
    MoreGoodsThanClaimed,
    MoreMoneyThanClaimed,
    NothingClaimed,
    NothingRecovered,
    RecordLoss,
    RecordRecovery,
    RecoveryId,
    loss_decider,
)
from shared.kernel import ItemCode
from tests.enterprise.samples import FIRM, MONDAY, text
from tests.support.spec import Spec

SETS, CABLE = ItemCode("product_sets"), ItemCode("cable")
loss = Spec(loss_decider)


def claims(fen: int = 320_000_000, *goods: Goods) -> RecordLoss:
    return RecordLoss(
        loss_id=LossId(UUID(int=1)), firm_id=FIRM, request_id=None, claimed_fen=fen, claimed_goods=goods, at=MONDAY
    )


def recovers(number: int, fen: int = 0, *goods: Goods) -> RecordRecovery:
    return RecordRecovery(recovery_id=RecoveryId(UUID(int=number)), fen=fen, goods=goods, proof=text(1), at=MONDAY)


def corrects(fen: int, *goods: Goods) -> CorrectClaim:
    return CorrectClaim(claimed_fen=fen, claimed_goods=goods, at=MONDAY)


K10 = loss.after(claims())


def test_k10_half_the_money_and_two_thousand_sets_stay_two_figures() -> None:
    [event] = K10.when(recovers(1, 160_000_000, Goods(SETS, 2000))).events
    assert isinstance(event, LossRecovered)
    assert (event.recovered_fen, event.recovered_pieces) == (160_000_000, 2000)
    after = K10.after(recovers(1, 160_000_000, Goods(SETS, 2000))).state
    assert isinstance(after, Loss)
    assert (after.claimed_fen, after.recovered_fen, after.recovered_goods) == (320_000_000, 160_000_000, {SETS: 2000})


def test_no_more_money_comes_back_than_was_claimed() -> None:
    K10.after(recovers(1, 320_000_000)).when(recovers(2, 1)).then_rejected(
        MoreMoneyThanClaimed, claimed=320_000_000, recovered=320_000_001
    )


def test_goods_that_were_claimed_are_bounded_by_their_own_kind() -> None:
    goods = loss.after(claims(0, Goods(CABLE, 10)))
    goods.after(recovers(1, 0, Goods(CABLE, 10))).when(recovers(2, 0, Goods(CABLE, 1))).then_rejected(
        MoreGoodsThanClaimed, kind=CABLE
    )
    assert goods.when(recovers(1, 0, Goods(SETS, 5))).events
    goods.when(recovers(1, 1)).then_rejected(MoreMoneyThanClaimed)


def test_a_loss_and_a_recovery_name_something() -> None:
    loss.when(claims(0)).then_rejected(NothingClaimed)
    K10.when(recovers(1)).then_rejected(NothingRecovered)
    loss.when(recovers(1, 5)).then_rejected(LossUnknown)


def test_the_same_recovery_counts_once() -> None:
    once = K10.after(recovers(1, 100))
    once.when(recovers(1, 100)).then_nothing()
    K10.when(claims()).then_nothing()


def test_a_claim_is_not_corrected_below_what_came_back() -> None:
    back = K10.after(recovers(1, 160_000_000))
    back.when(corrects(150_000_000)).then_rejected(MoreMoneyThanClaimed)
    assert back.when(corrects(160_000_000)).events
    back.when(corrects(320_000_000)).then_nothing()
    back.when(corrects(0)).then_rejected(NothingClaimed)


kinds = st.sampled_from([SETS, CABLE])
goods = st.lists(st.builds(Goods, kinds, st.integers(1, 50)), max_size=2).map(tuple)
amounts = st.integers(0, 1000)


@given(
    amounts,
    goods,
    st.lists(st.tuples(st.booleans(), st.integers(1, 6), amounts, goods), max_size=12),
)
def test_whatever_is_recovered_and_corrected_no_figure_exceeds_its_claim(
    fen: int, claimed: tuple[Goods, ...], acts: list[tuple[bool, int, int, tuple[Goods, ...]]]
) -> None:
    spec = loss.given(*loss.when(claims(fen, *claimed)).events)
    for corrected, number, money, things in acts:
        wish: LossCommand = corrects(money, *things) if corrected else recovers(number, money, *things)
        spec = spec.given(*spec.when(wish).events)
        if isinstance(spec.state, Loss):
            state = spec.state
            assert state.recovered_fen <= state.claimed_fen
            told = [event.fen for event in spec.past if isinstance(event, LossRecovered)]
            assert state.recovered_fen == sum(told)
            bounded = state.claimed_goods.keys() & state.recovered_goods.keys()
            assert all(state.recovered_goods[kind] <= state.claimed_goods[kind] for kind in bounded)
