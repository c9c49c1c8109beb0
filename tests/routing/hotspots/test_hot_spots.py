"""When a place is hot, and how a hot spot opens, grows, is seen and closes."""

from datetime import datetime, timedelta
from math import exp
from uuid import UUID

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from services.routing.hotspots.decider import (
    Hot,
    HotSpotClosed,
    HotSpotGrew,
    HotSpotOpened,
    HotSpotSeen,
    LookAt,
    NotHot,
    TakeNote,
    hot_spot_decider,
    spot_id,
)
from services.routing.hotspots.lists import _told
from services.routing.hotspots.rules.heat import Seen, at_least, is_hot
from services.routing.hotspots.store import shipped_rules
from shared.contracts.codes import Category
from shared.kernel import GridCode, NotFound, PersonId, RequestId
from tests.routing.decisions.desk import MONDAY
from tests.support.machines import Acts, quick
from tests.support.spec import Spec

RULES = shipped_rules()
GRID = GridCode("G-EAST")
SPOT = spot_id(GRID, Category.PSO)
OFFICER = PersonId(UUID(int=71))
desk = Spec(hot_spot_decider(RULES))


def look(count: int, people: int | None = None, before: int = 0, at: datetime = MONDAY) -> LookAt:
    requests = tuple(RequestId(UUID(int=number)) for number in range(1, count + 1))
    seen = Seen(count, count if people is None else people, before)
    return LookAt(spot_id=SPOT, grid=GRID, category=Category.PSO, requests=requests, seen=seen, at=at)


def test_the_chance_of_so_many_is_poissons() -> None:
    assert at_least(0, 3.0) == 1.0
    assert at_least(1, 3.0) == pytest.approx(1 - exp(-3.0))
    assert at_least(2, 3.0) == pytest.approx(1 - exp(-3.0) * (1 + 3.0))


def test_a_quiet_place_is_hot_with_four_of_three_people() -> None:
    assert is_hot(Seen(4, 3, 0), RULES)
    assert not is_hot(Seen(3, 3, 0), RULES)
    assert not is_hot(Seen(4, 2, 0), RULES), "one person who comes four times is no hot spot"


def test_a_place_is_measured_by_what_is_usual_there() -> None:
    busy = 90
    assert not is_hot(Seen(9, 9, busy), RULES), "seven a week is usual here"
    assert is_hot(Seen(16, 16, busy), RULES)


def test_it_opens_grows_and_is_seen() -> None:
    told = desk.when(look(4))
    [opened] = told.events
    assert isinstance(opened, HotSpotOpened)
    assert opened.people == 4
    assert opened.usual == 500
    hot = desk.after(look(4))
    hot.when(look(4)).then_nothing()
    [grew] = hot.when(look(6)).events
    assert isinstance(grew, HotSpotGrew)
    assert len(grew.requests) == 2
    [seen] = hot.when(TakeNote(spot_id=SPOT, by=OFFICER, at=MONDAY)).events
    assert isinstance(seen, HotSpotSeen)
    hot.after(TakeNote(spot_id=SPOT, by=OFFICER, at=MONDAY)).when(
        TakeNote(spot_id=SPOT, by=OFFICER, at=MONDAY)
    ).then_nothing()


def test_it_closes_after_a_window_without_another_one_and_may_open_again() -> None:
    cool = desk.after(look(4), look(0, at=MONDAY + timedelta(days=8)))
    cool.when(TakeNote(spot_id=SPOT, by=OFFICER, at=MONDAY)).then_rejected(NotHot)
    assert [type(event) for event in cool.when(look(5)).events] == [HotSpotOpened]


def test_what_never_was_hot_cannot_be_noted() -> None:
    with pytest.raises(NotFound):
        desk.when(TakeNote(spot_id=SPOT, by=OFFICER, at=MONDAY))


def test_small_cells_are_hidden_outside() -> None:
    assert _told({"grid": "G", "category": "PSO", "requests": 9, "people": 4})["requests"] is None
    assert _told({"grid": "G", "category": "PSO", "requests": 9, "people": 5})["requests"] == 9


class Place(Acts):
    decider = hot_spot_decider(RULES)

    @rule(count=st.integers(0, 9), people=st.integers(0, 9))
    def look(self, count: int, people: int) -> None:
        was_hot = isinstance(self.state, Hot)
        for event in self.attempt(look(count, min(people, count)), each_counts=True):
            if isinstance(event, HotSpotOpened):
                assert not was_hot
                assert event.people >= RULES.least_people
                assert len(event.requests) >= RULES.least_requests
            assert isinstance(event, HotSpotClosed) == (was_hot and count == 0)


TestPlace = quick(Place)
