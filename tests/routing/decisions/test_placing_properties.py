"""Random mornings on which places are in doubt: nobody guesses, and somebody is always accountable."""

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.routing.decisions.accountability import accountable
from services.routing.decisions.commands import DecisionCommand, Overrule
from services.routing.decisions.draft import Draft
from services.routing.decisions.facts import DecisionEvent, RequestRouted
from services.routing.decisions.placing_commands import NoteHolder, SettlePlace
from services.routing.decisions.placing_facts import TakenOver
from services.routing.decisions.state import Ended, Matter
from services.routing.directory.resolving import OF_THE_PLACE
from services.routing.directory.sightings import Means, Sighting, Where
from shared.contracts.codes import Category, Channel, Priority
from shared.kernel import GridCode, PersonId, UnitCode
from tests.routing.decisions.desk import (
    COMMUNITY_OFFICER,
    DEPUTY_OFFICER,
    DESK,
    REQUEST,
    ROSTER,
    STATION,
    judged,
)
from tests.routing.decisions.test_properties import MorningAtTheDesk

GRIDS = (GridCode("EAST"), GridCode("WEST"))
people = st.sampled_from([COMMUNITY_OFFICER, DEPUTY_OFFICER])


def on_duty(unit: UnitCode, at: datetime) -> PersonId | None:
    return DEPUTY_OFFICER


class PlacesInDoubt(MorningAtTheDesk):
    wish: DecisionCommand | None = None

    def do(self, command: DecisionCommand) -> None:
        self.wish = command
        super().do(command)

    def check(self, event: DecisionEvent) -> None:
        super().check(event)
        if isinstance(event, RequestRouted) and not (isinstance(self.wish, Overrule) and self.wish.chosen):
            assert isinstance(self.state, Matter)
            urgent = bool(self.state.danger) or event.ruling.priority is Priority.P0
            assert urgent or not self.state.candidates or event.ruling.channel not in OF_THE_PLACE

    @rule(grids=st.lists(st.sampled_from(GRIDS), min_size=1, unique=True), channel=st.sampled_from(Channel))
    def the_model_judges_a_place(self, grids: list[GridCode], channel: Channel) -> None:
        sighting = Sighting(tuple(sorted(grids)), Where.PLACE, 0, 4, Means.NAME)
        command = judged(Category.PSO, channel, at=self.now)
        self.do(replace(command, sighting=sighting, grid=sighting.grid))

    @rule(grid=st.sampled_from(GRIDS))
    def somebody_says_where(self, grid: GridCode) -> None:
        self.do(SettlePlace(request_id=REQUEST, grid=grid, roster=ROSTER, at=self.now))

    @rule(owner=people, attempt=st.none() | st.integers(1, 3))
    def a_colleague_takes_over(self, owner: PersonId, attempt: int | None) -> None:
        self.do(
            NoteHolder(
                request_id=REQUEST,
                attempt=attempt,
                unit=STATION,
                owner=owner,
                how=TakenOver.HANDED_OVER,
                at=self.now,
            )
        )

    @invariant()
    def somebody_is_accountable_until_it_ends(self) -> None:
        if not isinstance(self.state, Matter):
            return
        spans = accountable(self.history, DESK, on_duty)
        for one, two in pairwise(spans):
            assert one.until is not None
            assert one.until <= two.since
        if spans and not isinstance(self.state.phase, Ended) and self.state.holder is not None:
            assert (spans[-1].until, spans[-1].person) == (None, self.state.holder.owner)


TestPlacesInDoubt = PlacesInDoubt.TestCase
TestPlacesInDoubt.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)


def test_a_place_that_is_guessed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Draft, "_place_in_doubt", lambda draft, ruling: False)
    morning = PlacesInDoubt()
    morning.a_request_is_filed(())
    with pytest.raises(AssertionError):
        morning.the_model_judges_a_place(list(GRIDS), Channel.DSP)
