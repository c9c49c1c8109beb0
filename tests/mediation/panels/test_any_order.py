"""A panel, whoever is offered, takes and leaves its seats: right office, no interest, no decision below the quorum."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.mediation.cases.commands import Official
from services.mediation.cases.values import Conflict, Interest
from services.mediation.panels import decider
from services.mediation.panels.commands import CaseSeen, Decide, Dissolve, LeaveSeat, PanelCommand
from services.mediation.panels.decider import PanelState, Standing, Unformed, panel_decider
from services.mediation.panels.facts import (
    PanelDecided,
    PanelDecision,
    PanelDissolved,
    PanelFormed,
    Seat,
    SeatLeft,
    SeatOffered,
    SeatTaken,
    SessionDecisionId,
)
from services.mediation.panels.rules.templates import MAY_SIT, TEMPLATES
from shared.contracts.codes import Panel, Role
from shared.kernel import Decider, PersonId, UnitCode
from tests.mediation.cases.samples import COWSHED_OWNER, MONDAY, WORKSHOP_OWNER, person, text
from tests.mediation.panels.test_decider import JUSTICE, LAWYER, OFFICER, forms, offers, takes
from tests.support.machines import Acts, misses, quick

PARTY_IN_OFFICE = Official(WORKSHOP_OWNER, frozenset({Role.COMMUNITY_OFFICER}), UnitCode("STATION-GL"))
AGENT = Official(person(63), frozenset({Role.PANEL_LAWYER}), UnitCode("LAW-FIRM-2"))
COUSIN = Official(person(64), frozenset({Role.JUSTICE_OFFICER}), UnitCode("JUSTICE-GL"))
SIDED = Official(
    person(65),
    frozenset({Role.PANEL_LAWYER}),
    UnitCode("LAW-FIRM-3"),
    conflicts=(Conflict(Interest.AGENT_BEFORE, UUID(int=9)),),
)
APART = {PARTY_IN_OFFICE.person, AGENT.person, COUSIN.person, SIDED.person}
THREE = {Seat.STATION: OFFICER, Seat.JUSTICE_OFFICE: JUSTICE, Seat.LAW_FIRM: LAWYER}
PEOPLE = st.sampled_from([OFFICER, JUSTICE, LAWYER, PARTY_IN_OFFICE, AGENT, COUSIN, SIDED])
SEATS = st.sampled_from([Seat.STATION, Seat.JUSTICE_OFFICE, Seat.LAW_FIRM, Seat.VILLAGE])
SEEN = CaseSeen(frozenset({WORKSHOP_OWNER, COWSHED_OWNER}), frozenset({AGENT.person}), frozenset({COUSIN.person}))


class PanelOfACase(Acts):
    decider = panel_decider

    def __init__(self) -> None:
        super().__init__()
        self.roles: dict[PersonId, frozenset[Role]] = {}
        self.case = SEEN
        self.apart: dict[SessionDecisionId, frozenset[PersonId]] = {}

    @initialize(template=st.sampled_from([Panel.THREE_OFFICES, Panel.THREE_OFFICES, Panel.FIVE_HEADS]))
    def it_is_called_together(self, template: Panel) -> None:
        self.attempt(forms(template))

    @rule(seat=SEATS, who=PEOPLE)
    def a_seat_is_offered(self, seat: Seat, who: Official) -> None:
        self.attempt(offers(seat, who.person, self.case))

    @rule(seat=SEATS, who=PEOPLE, neutral=st.sampled_from([True, True, False]))
    def a_seat_is_taken(self, seat: Seat, who: Official, neutral: bool) -> None:
        self.attempt(offers(seat, who.person, CaseSeen(frozenset(), frozenset(), frozenset())))
        if self.attempt(takes(seat, who, self.case, neutral)):
            self.roles[who.person] = who.roles
            assert neutral

    @rule()
    def the_right_three_sit_down(self) -> None:
        for seat, who in THREE.items():
            self.attempt(offers(seat, who.person, self.case))
            if self.attempt(takes(seat, who, self.case)):
                self.roles[who.person] = who.roles

    @rule(seat=SEATS, who=PEOPLE, interest=st.none() | st.sampled_from(list(Interest)))
    def a_seat_is_left(self, seat: Seat, who: Official, interest: Interest | None) -> None:
        self.attempt(LeaveSeat(seat=seat, person=who.person, interest=interest, case=self.case, at=MONDAY))

    @rule(
        who=st.sampled_from([LAWYER.person, JUSTICE.person]), part=st.sampled_from(["parties", "agents", "interested"])
    )
    def a_part_in_it_comes_out(self, who: PersonId, part: str) -> None:
        known: frozenset[PersonId] = getattr(self.case, part)
        self.case = replace(self.case, **{part: known | {who}})

    @rule(number=st.integers(600, 603), present=st.just(set(THREE)) | st.sets(SEATS), who=PEOPLE)
    def it_decides(self, number: int, present: set[Seat], who: Official) -> None:
        wish = Decide(
            decision_id=SessionDecisionId(person(number)),
            decision=PanelDecision.PROPOSAL,
            present=tuple(sorted(present)),
            note=text(90),
            by=who.person,
            case=self.case,
            at=MONDAY,
        )
        if self.attempt(wish):
            self.apart[wish.decision_id] = self.case.apart

    @rule(seldom=st.integers(0, 9))
    def it_is_dissolved(self, seldom: int) -> None:
        if not seldom:
            self.attempt(Dissolve(at=MONDAY))

    @invariant()
    def who_sits_comes_from_the_right_office_and_has_no_part_in_it(self) -> None:
        for event in self.of(SeatTaken):
            assert not self.roles[event.person].isdisjoint(MAY_SIT[event.seat])
            assert event.person not in APART

    @invariant()
    def one_person_sits_on_one_seat_that_was_offered_to_him(self) -> None:
        if isinstance(self.state, Standing):
            sitting = list(self.state.taken.values())
            assert len(sitting) == len(set(sitting))
            assert self.state.taken.items() <= self.state.offered.items()
            assert self.state.taken.keys() <= set(TEMPLATES[self.state.template].seats)

    @invariant()
    def nothing_is_decided_below_the_quorum_nor_by_who_does_not_sit_or_has_a_part_in_it(self) -> None:
        seated: dict[Seat, PersonId] = {}
        quorum = 0
        for event in self.past:
            match event:
                case PanelFormed():
                    quorum = event.quorum
                case SeatTaken():
                    seated[event.seat] = event.person
                case SeatLeft():
                    seated.pop(event.seat, None)
                case PanelDissolved():
                    seated.clear()
                case PanelDecided():
                    assert len(event.present) >= quorum
                    counted = {seated[seat] for seat in event.present}
                    assert event.by in seated.values()
                    assert self.apart[event.decision_id].isdisjoint({event.by, *counted})
                case _:
                    pass

    @invariant()
    def a_contact_tree_is_no_panel(self) -> None:
        assert all(event.template is not Panel.FIVE_HEADS for event in self.of(PanelFormed))
        assert not self.of(SeatOffered) or self.of(PanelFormed)


TestPanelOfACase = quick(PanelOfACase)


def test_a_rule_that_was_taken_away_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, "require_seat_holder", lambda wish: None)
    misses(PanelOfACase)


def test_a_decision_by_whoever_asks_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, "require_member", lambda wish, sitting: None)
    misses(PanelOfACase)


def test_a_seat_that_counts_whatever_comes_out_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, "counting", lambda taken, case: dict(taken))
    misses(PanelOfACase)


def below_the_quorum(command: PanelCommand, state: PanelState) -> tuple[Any, ...]:
    if isinstance(command, Decide) and isinstance(state, Standing):
        state = replace(state, quorum=0)
    return panel_decider.decide(command, state)


def test_a_quorum_that_was_taken_away_is_missed() -> None:
    class Broken(PanelOfACase):
        decider = Decider(Unformed(), below_the_quorum, decider.evolve)

    misses(Broken)
