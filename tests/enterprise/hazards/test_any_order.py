"""A hazard, whoever does what to it and when: its ladder is climbed rung by rung, leniency is a leader's (R-29)."""

from datetime import datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.enterprise.hazards import decider
from services.enterprise.hazards.commands import DecideLeniency, NoteHazardOverdue, RecheckHazard
from services.enterprise.hazards.decider import hazard_decider
from services.enterprise.hazards.facts import (
    HazardFound,
    HazardOverdue,
    HazardRechecked,
    LeniencyDecided,
    LeniencyProposed,
    Recheck,
)
from services.enterprise.matters.rules.hands import Doer
from shared.contracts.codes import Role
from shared.kernel import ItemCode, PersonId
from tests.enterprise.hazards.test_decider import EXIT, records
from tests.enterprise.samples import AUXILIARY, BUREAU_LEADER, COLLEAGUE, MONDAY, OFFICER, STATION_LEADER, text
from tests.support.machines import Acts, misses, quick

PROMOTED = Doer(OFFICER.person, Role.BUREAU_LEADER, OFFICER.unit)
DOERS = st.sampled_from([OFFICER, COLLEAGUE, AUXILIARY, STATION_LEADER, BUREAU_LEADER, PROMOTED])


class HazardAtAFirm(Acts):
    decider = hazard_decider

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = MONDAY
        self.forgivers: list[Doer] = []

    @rule(doer=DOERS, item=st.sampled_from([EXIT, EXIT, ItemCode("weather")]), kind=st.tuples(*[st.booleans()] * 3))
    def somebody_finds_it(self, doer: Doer, item: ItemCode, kind: tuple[bool, bool, bool]) -> None:
        slight, forgivable, first = kind
        self.attempt(records(doer, item, slight, forgivable, first))

    @rule()
    def a_slight_first_one_is_found(self) -> None:
        self.attempt(records())

    @rule(doer=DOERS, fixed=st.booleans(), days=st.none() | st.integers(-1, 9))
    def somebody_checks_it_again(self, doer: Doer, fixed: bool, days: int | None) -> None:
        fix_by = None if days is None else self.now + timedelta(days=days)
        result = Recheck.FIXED if fixed else Recheck.NOT_FIXED
        self.attempt(RecheckHazard(doer=doer, result=result, fix_by=fix_by, at=self.now), each_counts=True)

    @rule(doer=DOERS, granted=st.booleans())
    def somebody_decides_on_leniency(self, doer: Doer, granted: bool) -> None:
        wish = DecideLeniency(doer=doer, granted=granted, reason=text(2), at=self.now)
        if any(isinstance(event, LeniencyDecided) for event in self.attempt(wish)):
            self.forgivers.append(doer)

    @rule(days=st.integers(0, 5))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        wish = NoteHazardOverdue(climbs_at=self.now + timedelta(days=2), at=self.now)
        self.attempt(wish, each_counts=True)

    @invariant()
    def it_is_found_once(self) -> None:
        assert len(self.of(HazardFound)) <= 1

    @invariant()
    def leniency_is_decided_once_by_a_leader_who_did_not_handle_it(self) -> None:
        handlers: set[PersonId] = {event.finder for event in self.of(HazardFound)}
        handlers |= {event.checker for event in self.of(HazardRechecked)}
        assert len(self.forgivers) <= 1
        for forgiver in self.forgivers:
            assert forgiver.role in (Role.STATION_LEADER, Role.BUREAU_LEADER)
            assert forgiver.person not in handlers

    @invariant()
    def only_what_was_slight_first_listed_and_in_time_is_proposed(self) -> None:
        for event in self.past:
            match event:
                case LeniencyProposed():
                    [found] = self.of(HazardFound)
                    assert found.slight
                    assert found.forgivable
                    assert found.first
                    assert not self.of(HazardOverdue)
                case LeniencyDecided():
                    assert self.of(LeniencyProposed)
                case _:
                    pass

    @invariant()
    def a_ladder_is_climbed_rung_by_rung(self) -> None:
        rungs: list[Role] = []
        for event in self.of(HazardOverdue, HazardRechecked):
            rungs = [*rungs, event.rung] if isinstance(event, HazardOverdue) else []
            assert rungs in ([], [Role.ENTERPRISE_OFFICER], [Role.ENTERPRISE_OFFICER, Role.BUREAU_LEADER])

    @invariant()
    def nothing_is_late_that_is_fixed(self) -> None:
        fixed = False
        for event in self.of(HazardOverdue, HazardRechecked):
            assert not (fixed and isinstance(event, HazardOverdue))
            fixed = fixed or (isinstance(event, HazardRechecked) and event.result is Recheck.FIXED)


TestHazardAtAFirm = quick(HazardAtAFirm)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, decider.require_forgiver.__name__, lambda doer, hazard: None)
    misses(HazardAtAFirm)
