"""A broadcast in groups: in danger only, with the least that is needed, and recalled before the order ends."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.workorders.groups.rules.publishable import Leak
from services.workorders.orders.decider import order_decider
from services.workorders.orders.rules.broadcast_facts import (
    AgeBand,
    BroadcastRecalled,
    BroadcastSent,
    RecallCause,
    Sex,
    Sought,
)
from services.workorders.orders.rules.broadcasts import (
    BroadcastIsOver,
    BroadcastRunsAlready,
    BroadcastStillOpen,
    BroadcastTimeWrong,
    BroadcastUnknown,
    GroupNotOpen,
    MoreThanTheMinimum,
    NoDangerNoBroadcast,
    NoGroupChosen,
    RecallBroadcast,
    SendBroadcast,
    require_open_outside,
)
from services.workorders.orders.rules.facts import OrderReturned, OrderRevoked, OrderWithdrawn, OutcomeReported
from services.workorders.orders.rules.states import OrderEnded, OrderUnknown
from services.workorders.orders.store import RECALL_DUE, broadcast_of_timer, order_timers
from shared.contracts.codes import Category, Channel, Outcome
from shared.eventstore import Cancel, Timer
from shared.kernel import Digest, ItemCode, TextRef
from tests.support.machines import Acts, quick
from tests.support.spec import Spec
from tests.workorders.orders.acts import answer, report, revoke, send_back, withdraw
from tests.workorders.samples import LATER, ORDER, REQUEST, offer, offered, signed

BROADCAST, SECOND = UUID(int=0x800), UUID(int=0x801)
COURIERS, GRID, SHUT = ItemCode("GROUP-COURIERS"), ItemCode("GROUP-GRID"), ItemCode("GROUP-SHUT")
LOOKS = TextRef(UUID(int=0xC9), Digest("e" * 64))
SOUGHT = Sought(AgeBand.OLD, Sex.FEMALE, LOOKS, ItemCode("GL-01"), LATER - timedelta(minutes=20))
EXPIRES = LATER + timedelta(hours=2)

order = Spec(order_decider)
waiting = order.given(offered(offer(category=Category.EMG, channel=Channel.DSP)))
in_hand = waiting.given(signed())


def send(
    *,
    id: UUID = BROADCAST,
    groups: tuple[ItemCode, ...] = (COURIERS, GRID),
    leaks: tuple[Leak, ...] = (),
    expires_at: datetime = EXPIRES,
    sought: Sought = SOUGHT,
) -> SendBroadcast:
    return SendBroadcast(
        broadcast_id=id,
        groups=groups,
        open_groups=frozenset({COURIERS, GRID}),
        sought=sought,
        leaks=leaks,
        expires_at=expires_at,
        at=LATER,
    )


sent = BroadcastSent(
    order_id=ORDER,
    request_id=REQUEST,
    broadcast_id=BROADCAST,
    groups=(COURIERS, GRID),
    sought=SOUGHT,
    expires_at=EXPIRES,
    occurred_at=LATER,
)


def recall(cause: RecallCause = RecallCause.FOUND, id: UUID = BROADCAST) -> RecallBroadcast:
    return RecallBroadcast(broadcast_id=id, cause=cause, at=LATER)


def recalled(cause: RecallCause = RecallCause.FOUND) -> BroadcastRecalled:
    return BroadcastRecalled(
        order_id=ORDER,
        request_id=REQUEST,
        broadcast_id=BROADCAST,
        groups=(COURIERS, GRID),
        cause=cause,
        occurred_at=LATER,
    )


@pytest.mark.parametrize("desk", [waiting, in_hand], ids=["before the signature", "after it"])
def test_somebody_in_danger_is_looked_for_at_once(desk: Spec) -> None:  # type: ignore[type-arg]
    desk.when(send()).then(sent)
    desk.given(sent).when(send()).then_nothing()


@pytest.mark.parametrize("category", [each for each in Category if each is not Category.EMG])
def test_r_37_without_danger_nothing_is_told_to_groups(category: Category) -> None:
    other = order.given(offered(offer(category=category, channel=Channel.DSP)), signed())
    assert other.when(send()).then_rejected(NoDangerNoBroadcast).rule == "R-37"


def test_r_37_more_than_the_minimum_is_refused() -> None:
    refused = in_hand.when(send(leaks=(Leak.NAME, Leak.HEALTH))).then_rejected(MoreThanTheMinimum)
    assert (refused.rule, refused.details["leaks"]) == ("R-37", (Leak.NAME, Leak.HEALTH))


def test_a_broadcast_goes_to_groups_that_exist() -> None:
    in_hand.when(send(groups=(COURIERS, SHUT))).then_rejected(GroupNotOpen, groups=(SHUT,))
    in_hand.when(send(groups=())).then_rejected(NoGroupChosen)


@pytest.mark.parametrize("expires_at", [LATER, LATER + timedelta(hours=24, seconds=1)])
def test_r_37_a_broadcast_ends_by_itself_within_a_day(expires_at: datetime) -> None:
    in_hand.when(send(expires_at=expires_at)).then_rejected(BroadcastTimeWrong)


def test_nobody_was_last_seen_in_the_future() -> None:
    in_hand.when(send(sought=replace(SOUGHT, seen_at=EXPIRES))).then_rejected(BroadcastTimeWrong)


def test_groups_never_read_two_descriptions_at_once() -> None:
    in_hand.given(sent).when(send(id=SECOND)).then_rejected(BroadcastRunsAlready)
    assert in_hand.given(sent, recalled()).when(send(id=SECOND)).events


def test_a_recall_takes_it_back_in_every_group_and_once() -> None:
    in_hand.when(recall()).then_rejected(BroadcastUnknown)
    in_hand.given(sent).when(recall()).then(recalled())
    in_hand.given(sent, recalled()).when(recall()).then_nothing()
    order.when(recall()).then_rejected(OrderUnknown)


def test_r_37_an_order_does_not_end_before_the_recall() -> None:
    open_one = in_hand.given(sent)
    for wish in (report(Outcome.FAILED), send_back()):
        assert open_one.when(wish).then_rejected(BroadcastStillOpen).rule == "R-37"
    answered = open_one.after(answer())
    answered.when(report(Outcome.DONE)).then_rejected(BroadcastStillOpen)
    assert isinstance(answered.given(recalled()).when(report(Outcome.DONE)).events[-1], OutcomeReported)
    assert isinstance(open_one.given(recalled()).when(send_back()).events[-1], OrderReturned)


def test_an_order_that_is_taken_away_takes_its_broadcast_with_it() -> None:
    for wish, end in ((withdraw, OrderWithdrawn), (revoke, OrderRevoked)):
        first, second = in_hand.given(sent).when(wish).events
        assert first == recalled(RecallCause.ORDER_ENDED)
        assert isinstance(second, end)


def test_a_timer_that_rings_after_the_end_does_nothing() -> None:
    gone = in_hand.given(sent).after(withdraw)
    gone.when(recall(RecallCause.EXPIRED)).then_nothing()
    gone.when(recall()).then_rejected(OrderEnded)


def test_a_broadcast_expires_by_itself() -> None:
    state = in_hand.given(sent).state
    (timer,) = order_timers(sent, state)
    assert timer == Timer(f"{RECALL_DUE}{BROADCAST}", EXPIRES)
    assert broadcast_of_timer(timer.name) == BROADCAST
    assert order_timers(recalled(), state) == (Cancel(timer.name),)
    assert broadcast_of_timer("sign_due") is None


def test_r_37_after_the_recall_nobody_outside_reads_who_was_sought() -> None:
    require_open_outside(running=True)
    with pytest.raises(BroadcastIsOver) as refused:
        require_open_outside(running=False)
    assert refused.value.rule == "R-37"


class Broadcasting(Acts):
    decider = order_decider

    def __init__(self) -> None:
        super().__init__()
        self.past = [offered(offer(category=Category.EMG, channel=Channel.DSP)), signed()]
        self.state = order_decider.fold(self.past)

    @rule(id=st.sampled_from([BROADCAST, SECOND]), shut=st.booleans(), leaks=st.sampled_from([(), (Leak.PHONE,)]))
    def post(self, id: UUID, shut: bool, leaks: tuple[Leak, ...]) -> None:
        if self.attempt(send(id=id, groups=(COURIERS, SHUT) if shut else (COURIERS,), leaks=leaks)):
            assert not shut
            assert not leaks

    @rule(id=st.sampled_from([BROADCAST, SECOND]), cause=st.sampled_from(RecallCause))
    def take_back(self, id: UUID, cause: RecallCause) -> None:
        self.attempt(recall(cause, id))

    @rule(outcome=st.sampled_from([Outcome.FAILED, Outcome.REFUSED]))
    def end(self, outcome: Outcome) -> None:
        self.attempt(report(outcome))

    @rule()
    def lose_it(self) -> None:
        self.attempt(withdraw)

    @invariant()
    def one_runs_at_most_and_none_after_the_end(self) -> None:
        open_ones = len(self.of(BroadcastSent)) - len(self.of(BroadcastRecalled))
        assert open_ones in (0, 1)
        assert not (open_ones and self.of(OutcomeReported, OrderWithdrawn))


TestBroadcasting = quick(Broadcasting)
