"""A loss, claimed, corrected and recovered in any order: no figure exceeds its claim, each recovery counts once."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.enterprise.losses import decider
from services.enterprise.losses.decider import ClaimCorrected, Goods, Loss, LossRecorded, LossRecovered, loss_decider
from tests.enterprise.losses.test_decider import CABLE, SETS, claims, corrects, recovers
from tests.support.machines import Acts, misses, quick

AMOUNTS = st.integers(0, 300)
GOODS = st.lists(st.builds(Goods, st.sampled_from([SETS, CABLE]), st.integers(1, 20)), max_size=2).map(tuple)


class LossOfAFirm(Acts):
    decider = loss_decider

    @rule(fen=AMOUNTS, goods=GOODS)
    def it_is_claimed(self, fen: int, goods: tuple[Goods, ...]) -> None:
        self.attempt(claims(fen, *goods))

    @rule(fen=AMOUNTS, goods=GOODS)
    def the_claim_is_corrected(self, fen: int, goods: tuple[Goods, ...]) -> None:
        self.attempt(corrects(fen, *goods))

    @rule(number=st.integers(1, 6), fen=AMOUNTS, goods=GOODS)
    def something_comes_back(self, number: int, fen: int, goods: tuple[Goods, ...]) -> None:
        self.attempt(recovers(number, fen, *goods))

    @invariant()
    def it_is_claimed_once_and_names_something(self) -> None:
        assert len(self.of(LossRecorded)) <= 1
        assert all(event.claimed_fen or event.claimed_goods for event in self.of(LossRecorded, ClaimCorrected))

    @invariant()
    def no_figure_exceeds_its_claim(self) -> None:
        if not isinstance(self.state, Loss):
            return
        assert self.state.recovered_fen <= self.state.claimed_fen
        for kind in self.state.claimed_goods.keys() & self.state.recovered_goods.keys():
            assert self.state.recovered_goods[kind] <= self.state.claimed_goods[kind]

    @invariant()
    def each_recovery_counts_once_and_the_sums_are_told(self) -> None:
        recovered = self.of(LossRecovered)
        assert len({event.recovery_id for event in recovered}) == len(recovered)
        for place, event in enumerate(recovered, 1):
            assert event.recovered_fen == sum(each.fen for each in recovered[:place])
            assert event.recovered_pieces == sum(goods.pieces for each in recovered[:place] for goods in each.goods)


TestLossOfAFirm = quick(LossOfAFirm)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, decider.require_within_claim.__name__, lambda *_: None)
    misses(LossOfAFirm)
