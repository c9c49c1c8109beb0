"""Past requests decided anew: slice by slice, each once, and what would go elsewhere is told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.routing.decisions.rules.pack import Pack
from services.routing.rulepacks.facts import PackId
from services.routing.rulepacks.redeciding import redecide
from services.routing.rulepacks.redecision import (
    BeginRedecision,
    Finish,
    Place,
    Redecision,
    RedecisionAdvanced,
    RedecisionBegun,
    RedecisionCommand,
    RedecisionEvent,
    RedecisionFinished,
    RedecisionId,
    RedecisionNotBegun,
    Running,
    TakeSlice,
    redecision_decider,
)
from shared.contracts.codes import Category, Channel, Door, Flag, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import Decider, PackVersion, RequestId
from tests.routing.rulepacks.packs import DRAFTER, MONDAY, NOW_IN_FORCE, SHIPPED, TODAY, WAGES
from tests.support.machines import Acts, misses
from tests.support.spec import Spec

ONE = RedecisionId(UUID(int=5))
NOW = SHIPPED[-1]
DRAFT = Pack(PackVersion("draft"), TODAY, (*NOW.rows, WAGES))

begin = BeginRedecision(
    redecision_id=ONE,
    pack_id=PackId(UUID(int=1)),
    revision=1,
    version=DRAFT.version,
    rows=DRAFT.rows,
    against=NOW_IN_FORCE,
    total=3,
    by=DRAFTER,
    at=MONDAY,
)
redecision = Spec(redecision_decider)


def place(number: int) -> Place:
    return Place(MONDAY - timedelta(days=9 - number), RequestId(UUID(int=number)))


def slice_of(after: Place | None, reached: int, seen: int = 1) -> TakeSlice:
    return TakeSlice(
        redecision_id=ONE, after=after, seen=seen, disagreed=0, moved=(), reached=place(reached), at=MONDAY
    )


def past(
    number: int,
    *flags: Flag,
    category: Category = Category.DIS,
    danger: tuple[DangerKind, ...] = (),
    door: Door = Door.PORTAL,
) -> dict[str, Any]:
    return {
        "request_id": UUID(int=number),
        "category": category,
        "flags": list(flags),
        "priority": Priority.P2,
        "police": Police.LEAD,
        "channel": Channel.PM,
        "danger": list(danger),
        "door": door,
        "acts": [],
    }


def test_a_slice_that_was_taken_is_not_taken_again() -> None:
    taken = redecision.after(begin, slice_of(None, 1))
    taken.when(slice_of(None, 1)).then_nothing()
    assert isinstance(taken.when(slice_of(place(1), 2)).events[0], RedecisionAdvanced)


def test_nothing_follows_the_end() -> None:
    over = redecision.after(begin, slice_of(None, 3, seen=3), Finish(redecision_id=ONE, at=MONDAY))
    over.when(slice_of(place(3), 4)).then_nothing()
    over.when(Finish(redecision_id=ONE, at=MONDAY)).then_nothing()
    assert isinstance(over.state, Running)
    assert (over.state.seen, over.state.finished) == (3, True)
    redecision.when(slice_of(None, 1)).then_rejected(RedecisionNotBegun)
    over.when(begin).then_nothing()


def test_only_requests_that_go_elsewhere_are_told_with_the_row_that_sent_them() -> None:
    rows = [past(1), past(2, Flag.WAGE), past(3, Flag.WAGE, Flag.DV), past(4, Flag.WAGE, category=Category.SVC)]
    found = redecide(DRAFT, NOW, rows)
    [moved] = found.moved
    assert (moved.request_id, moved.before.channel, moved.after.channel) == (UUID(int=2), Channel.PM, Channel.IM)
    assert (moved.row, found.disagreed) == ("draft/19", 0)


def test_a_gate_that_no_longer_closes_is_a_change_too() -> None:
    without_guardian = replace(DRAFT, rows=tuple(row for row in NOW.rows if row.number != 14))
    [moved] = redecide(without_guardian, NOW, [past(1, Flag.MINOR)]).moved
    assert (moved.gates_before, moved.gates_after, moved.row) == (("MINOR_GATE",), (), None)


def test_what_a_court_sent_is_redecided_as_a_suit_of_that_court() -> None:
    assert redecide(DRAFT, NOW, [past(1, Flag.WAGE, door=Door.COURT)]).moved == ()


class PastRequests(Acts):
    """Slices come once, twice, late or out of turn."""

    decider = redecision_decider
    state: Redecision

    def __init__(self) -> None:
        super().__init__()
        self.attempt(begin)

    @rule(after=st.integers(0, 4), size=st.integers(1, 2))
    def a_slice_comes(self, after: int, size: int) -> None:
        if after + size <= 5:
            self.attempt(slice_of(place(after) if after else None, after + size, seen=size))

    @rule()
    def the_end_is_reached(self) -> None:
        if isinstance(self.state, Running) and self.state.reached == place(5):
            self.attempt(Finish(redecision_id=ONE, at=MONDAY))

    @invariant()
    def every_request_was_seen_once(self) -> None:
        assert isinstance(self.state, Running)
        reached = self.state.reached
        assert self.state.seen == (reached.request_id.int if reached else 0)
        assert len(self.of(RedecisionBegun)) == 1
        assert len(self.of(RedecisionFinished)) <= 1


TestPastRequests = PastRequests.TestCase
TestPastRequests.settings = hypothesis.settings(max_examples=20, stateful_step_count=15, deadline=None)


def any_slice_counts(wish: RedecisionCommand, before: Redecision) -> tuple[RedecisionEvent, ...]:
    if isinstance(wish, TakeSlice) and isinstance(before, Running):
        wish = replace(wish, after=before.reached)
    return redecision_decider.decide(wish, before)


def test_a_rule_that_was_taken_away_is_missed() -> None:
    class Broken(PastRequests):
        decider = Decider(redecision_decider.initial, any_slice_counts, redecision_decider.evolve)

    misses(Broken)
