"""Sweeps: every place is accounted for, every finding is settled there or is a request, and the numbers add up."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.workorders.orders.rules.hands import Doer
from services.workorders.sweeps import decider
from services.workorders.sweeps.commands import CloseSweep, MakeFinding, MissPoint, PlanSweep, VisitPoint
from services.workorders.sweeps.decider import (
    DangerNotSettledThere,
    NobodyWasThere,
    NotYourGround,
    OutsideTheWindow,
    SweepDoesNotReconcile,
    SweepOver,
    SweepWindowEmpty,
    SweepWithoutPlaces,
    sweep_decider,
)
from services.workorders.sweeps.facts import (
    FindingId,
    FindingMade,
    NotReachedWhy,
    Point,
    PointId,
    PointVisited,
    SweepClosed,
    SweepId,
)
from shared.contracts.codes import Role
from shared.contracts.danger import DangerKind
from shared.kernel import Digest, GridCode, ItemCode, NotFound, PersonId, RequestId, TextRef, UnitCode
from tests.support.machines import Acts, misses, quick
from tests.support.spec import Spec

MONDAY = datetime(2026, 4, 13, 1, 0, tzinfo=UTC)
STATION, VILLAGE = UnitCode("STATION-GL"), UnitCode("VILLAGE-MH")
OFFICER = Doer(PersonId(UUID(int=11)), Role.COMMUNITY_OFFICER, STATION)
GRID_WORKER = Doer(PersonId(UUID(int=12)), Role.GRID_WORKER, VILLAGE)
STRANGER = Doer(PersonId(UUID(int=13)), Role.GRID_WORKER, UnitCode("VILLAGE-XZ"))
WORDS = TextRef(UUID(int=5), Digest("a" * 64))
GATE, STALL, NOWHERE = PointId(UUID(int=21)), PointId(UUID(int=22)), PointId(UUID(int=23))
REQUEST = RequestId(UUID(int=31))


def later(days: float) -> datetime:
    return MONDAY + timedelta(days=days)


def plans(points: tuple[PointId, ...] = (GATE, STALL), days: float = 5) -> PlanSweep:
    return PlanSweep(
        doer=OFFICER,
        sweep_id=SweepId(UUID(int=1)),
        kind=ItemCode("fire"),
        units=(VILLAGE,),
        points=tuple(Point(point, GridCode("GL-02"), WORDS) for point in points),
        title=WORDS,
        opens_at=later(1),
        ends_at=later(days),
        at=MONDAY,
    )


def visits(point: PointId = GATE, doer: Doer = GRID_WORKER, on: float = 2) -> VisitPoint:
    return VisitPoint(doer=doer, point_id=point, at=later(on))


def misses_it(point: PointId = STALL, doer: Doer = GRID_WORKER, on: float = 2) -> MissPoint:
    return MissPoint(doer=doer, point_id=point, why=NotReachedWhy.NOBODY_THERE, at=later(on))


def finds(
    number: int = 1,
    point: PointId = GATE,
    *,
    settled: bool = False,
    danger: bool = False,
    doer: Doer = GRID_WORKER,
    on: float = 2,
) -> MakeFinding:
    return MakeFinding(
        doer=doer,
        finding_id=FindingId(UUID(int=100 + number)),
        point_id=point,
        what=WORDS,
        place=WORDS,
        request_id=None if settled else REQUEST,
        danger=(DangerKind.FIRE,) if danger else (),
        at=later(on),
    )


def closes(doer: Doer = OFFICER) -> CloseSweep:
    return CloseSweep(doer=doer, at=later(6))


nothing = Spec(sweep_decider)
planned = nothing.after(plans())
walked = planned.after(visits(), misses_it())


def test_a_sweep_names_places_and_days() -> None:
    nothing.when(plans(points=())).then_rejected(SweepWithoutPlaces)
    nothing.when(plans(days=1)).then_rejected(SweepWindowEmpty)
    planned.when(plans()).then_nothing()


def test_it_is_walked_by_those_whose_ground_it_is_in_its_days() -> None:
    planned.when(visits(doer=STRANGER)).then_rejected(NotYourGround)
    for wish in (visits(on=0), misses_it(on=6)):
        planned.when(wish).then_rejected(OutsideTheWindow, opens=later(1), ends=later(5))
    with pytest.raises(NotFound):
        planned.when(visits(NOWHERE))


def test_a_place_that_was_missed_may_still_be_reached() -> None:
    assert isinstance(walked.when(visits(STALL)).events[0], PointVisited)
    walked.when(visits()).then_nothing()
    walked.when(misses_it(GATE)).then_nothing()
    walked.when(misses_it()).then_nothing()


def test_a_finding_is_made_where_somebody_was() -> None:
    planned.when(finds()).then_rejected(NobodyWasThere)
    [event] = walked.when(finds()).events
    assert isinstance(event, FindingMade)
    assert (event.request_id, event.grid) == (REQUEST, GridCode("GL-02"))
    walked.after(finds()).when(finds()).then_nothing()


def test_r_22_danger_is_a_request_whenever_and_wherever_it_is_seen() -> None:
    walked.when(finds(settled=True, danger=True)).then_rejected(DangerNotSettledThere)
    for spec in (planned, walked, walked.after(closes())):
        assert spec.when(finds(danger=True, on=9)).events


def test_a_sweep_ends_when_every_place_is_accounted_for() -> None:
    planned.after(visits()).when(closes()).then_rejected(SweepDoesNotReconcile, planned=2, visited=1, not_reached=0)
    walked.when(closes(GRID_WORKER)).then_rejected(NotYourGround)
    found = walked.after(finds(1), finds(2, settled=True), finds(3))
    [event] = found.when(closes()).events
    assert isinstance(event, SweepClosed)
    assert (event.planned, event.visited, event.not_reached) == (2, 1, 1)
    assert (event.findings, event.requests, event.settled) == (3, 2, 1)
    over = found.after(closes())
    over.when(closes()).then_nothing()
    over.when(visits(STALL)).then_rejected(SweepOver)


class SweepOnFoot(Acts):
    decider = sweep_decider

    @rule()
    def it_is_planned(self) -> None:
        self.attempt(plans())

    @rule(
        doer=st.sampled_from([OFFICER, GRID_WORKER, STRANGER]),
        point=st.sampled_from([GATE, STALL]),
        there=st.booleans(),
        on=st.integers(0, 6),
    )
    def somebody_walks(self, doer: Doer, point: PointId, there: bool, on: int) -> None:
        if self.past:
            self.attempt(visits(point, doer, on) if there else misses_it(point, doer, on))

    @rule(
        number=st.integers(1, 4),
        point=st.sampled_from([GATE, STALL]),
        settled=st.booleans(),
        danger=st.booleans(),
        on=st.integers(0, 6),
    )
    def somebody_finds_something(self, number: int, point: PointId, settled: bool, danger: bool, on: int) -> None:
        if self.past:
            self.attempt(finds(number, point, settled=settled, danger=danger, on=on))

    @rule(doer=st.sampled_from([OFFICER, GRID_WORKER]))
    def somebody_closes_it(self, doer: Doer) -> None:
        if self.past:
            self.attempt(closes(doer))

    @invariant()
    def the_numbers_add_up(self) -> None:
        for event in self.of(SweepClosed):
            before = self.past[: self.past.index(event)]
            found = [each for each in before if isinstance(each, FindingMade)]
            assert event.planned == event.visited + event.not_reached == 2
            assert event.findings == event.requests + event.settled == len(found)

    @invariant()
    def danger_is_never_left_on_the_spot(self) -> None:
        assert all(event.request_id is not None for event in self.of(FindingMade) if event.danger)


TestSweepOnFoot = quick(SweepOnFoot)
TestSweepOnFoot.settings = settings(TestSweepOnFoot.settings, max_examples=20)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, decider.require_no_danger_left.__name__, lambda command: None)
    misses(SweepOnFoot)
