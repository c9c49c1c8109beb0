from dataclasses import replace
from datetime import UTC, date, datetime
from typing import ClassVar
from uuid import UUID

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.routing.directory.decider import (
    Directory,
    DirectoryCommand,
    DirectoryEvent,
    GridListed,
    ListGrid,
    ListOfficer,
    ListUnit,
    OfficerListed,
    OfficerUnknown,
    OwnDeputy,
    OwnParent,
    PeriodEndsBeforeItBegins,
    RoleMissing,
    UnitListed,
    UnitUnknown,
    directory_decider,
    holds,
    in_force,
)
from shared.contracts.codes import Role, UnitKind
from shared.eventstore import Codec
from shared.kernel import Decider, GridCode, PersonId, Rejection, UnitCode, fact_name
from tests.support.machines import misses
from tests.support.spec import Spec

OFFICER = PersonId(UUID(int=1))
COLLEAGUE = PersonId(UUID(int=2))
STATION = UnitCode("STATION-EAST")
GRID = GridCode("GL-01")
TODAY = datetime(2026, 3, 2, 1, tzinfo=UTC)

STATION_LISTED = UnitListed(
    code=STATION, kind=UnitKind.STATION, parent=None, first_day=date(2026, 1, 1), last_day=None, occurred_at=TODAY
)


def officer(person: PersonId) -> OfficerListed:
    return OfficerListed(
        person=person,
        unit=STATION,
        roles=(Role.COMMUNITY_OFFICER,),
        deputy=None,
        first_day=date(2026, 1, 1),
        last_day=None,
        occurred_at=TODAY,
    )


PEOPLE: tuple[DirectoryEvent, ...] = (STATION_LISTED, officer(OFFICER), officer(COLLEAGUE))
directory = Spec(directory_decider).given(*PEOPLE)


def listed(first_day: str = "2026-01-01", last_day: str | None = None, owner: PersonId = OFFICER) -> ListGrid:
    return ListGrid(
        code=GRID,
        unit=STATION,
        owner=owner,
        deputy=None,
        first_day=date.fromisoformat(first_day),
        last_day=date.fromisoformat(last_day) if last_day else None,
        at=TODAY,
    )


def entry(first_day: str = "2026-01-01", last_day: str | None = None, owner: PersonId = OFFICER) -> GridListed:
    [event] = directory_decider.decide(listed(first_day, last_day, owner), directory.state)
    assert isinstance(event, GridListed)
    return event


def test_a_grid_is_listed_with_its_days() -> None:
    directory.when(listed()).then(entry())


def test_listing_the_same_again_does_nothing() -> None:
    directory.given(entry()).when(listed()).then_nothing()


def test_an_entry_with_the_same_first_day_corrects_the_former_one() -> None:
    corrected = directory.given(entry(), entry(owner=COLLEAGUE)).state
    assert corrected.grids[GRID] == (entry(owner=COLLEAGUE),)


def test_a_later_entry_takes_over_from_its_first_day() -> None:
    entries = (entry(), entry("2026-04-01", owner=COLLEAGUE))
    assert in_force(entries, date(2026, 3, 31)) == entries[0]
    assert in_force(entries, date(2026, 4, 1)) == entries[1]


def test_nobody_holds_a_grid_before_the_first_or_after_the_last_day() -> None:
    entries = (entry("2026-01-01", "2026-01-31"),)
    assert in_force(entries, date(2025, 12, 31)) is None
    assert in_force(entries, date(2026, 1, 31)) == entries[0]
    assert in_force(entries, date(2026, 2, 1)) is None


def test_a_short_posting_does_not_bring_the_former_owner_back_by_itself() -> None:
    entries = (entry(), entry("2026-02-01", "2026-02-10", COLLEAGUE))
    assert in_force(entries, date(2026, 2, 11)) is None


def test_days_that_end_before_they_begin_are_refused() -> None:
    directory.when(listed("2026-02-01", "2026-01-31")).then_rejected(PeriodEndsBeforeItBegins)


def test_nobody_is_his_own_deputy() -> None:
    officer = ListOfficer(
        person=OFFICER,
        unit=STATION,
        roles=(Role.COMMUNITY_OFFICER,),
        deputy=OFFICER,
        first_day=date(2026, 1, 1),
        at=TODAY,
    )
    grid = ListGrid(code=GRID, unit=STATION, owner=OFFICER, deputy=OFFICER, first_day=date(2026, 1, 1), at=TODAY)
    directory.when(officer).then_rejected(OwnDeputy)
    directory.when(grid).then_rejected(OwnDeputy)


def test_nobody_is_posted_to_a_unit_that_does_not_exist() -> None:
    nowhere = UnitCode("NOWHERE")
    posted = ListOfficer(person=OFFICER, unit=nowhere, roles=(Role.AUXILIARY,), first_day=date(2026, 1, 1), at=TODAY)
    directory.when(posted).then_rejected(UnitUnknown, unit=nowhere)
    directory.when(replace(listed(), unit=nowhere)).then_rejected(UnitUnknown)


def test_a_grid_belongs_to_an_officer_of_the_directory() -> None:
    directory.when(listed(owner=PersonId(UUID(int=99)))).then_rejected(OfficerUnknown)


def test_an_officer_has_a_role() -> None:
    idle = ListOfficer(person=OFFICER, unit=STATION, roles=(), first_day=date(2026, 1, 1), at=TODAY)
    directory.when(idle).then_rejected(RoleMissing)


def test_a_unit_is_no_part_of_itself() -> None:
    loop = ListUnit(code=STATION, kind=UnitKind.STATION, parent=STATION, first_day=date(2026, 1, 1), at=TODAY)
    directory.when(loop).then_rejected(OwnParent)


def test_facts_of_the_directory_survive_being_stored() -> None:
    codec: Codec[UnitListed | OfficerListed | GridListed] = Codec(UnitListed | OfficerListed | GridListed)
    assert codec.decode(fact_name(entry()), codec.encode(entry())) == entry()


@given(st.lists(st.tuples(st.integers(0, 60), st.none() | st.integers(0, 60)), max_size=6), st.integers(0, 90))
def test_at_most_one_entry_counts_on_a_day_and_it_holds_that_day(
    periods: list[tuple[int, int | None]], day: int
) -> None:
    start = date(2026, 1, 1).toordinal()
    entries = tuple(
        entry(
            date.fromordinal(start + first).isoformat(),
            date.fromordinal(start + first + length).isoformat() if length is not None else None,
        )
        for first, length in dict(periods).items()
    )
    found = in_force(entries, date.fromordinal(start + day))
    assert found is None or holds(found, date.fromordinal(start + day))


days = st.dates(date(2026, 1, 1), date(2026, 3, 1))


class ListingAGrid(RuleBasedStateMachine):
    decider: ClassVar[Decider[DirectoryCommand, Directory, DirectoryEvent]] = directory_decider

    def __init__(self) -> None:
        super().__init__()
        self.state: Directory = directory.state

    @rule(first=days, last=st.none() | days, owner=st.sampled_from([OFFICER, COLLEAGUE]))
    def somebody_lists_it(self, first: date, last: date | None, owner: PersonId) -> None:
        wish = ListGrid(code=GRID, unit=STATION, owner=owner, first_day=first, last_day=last, at=TODAY)
        try:
            events = self.decider.decide(wish, self.state)
        except Rejection:
            assert last is not None
            assert last < first
            return
        assert last is None or first <= last
        self.state = self.decider.fold(events, self.state)
        assert self.decider.decide(wish, self.state) == ()

    @invariant()
    def first_days_are_in_order_and_stand_once(self) -> None:
        listed_days = [each.first_day for each in self.state.grids.get(GRID, ())]
        assert listed_days == sorted(set(listed_days))


TestListingAGrid = ListingAGrid.TestCase
TestListingAGrid.settings = hypothesis_settings(max_examples=30, stateful_step_count=15, deadline=None)


def days_may_run_backwards(command: DirectoryCommand, state: Directory) -> tuple[DirectoryEvent, ...]:
    listed = directory_decider.decide(replace(command, last_day=None), state)
    return tuple(replace(event, last_day=command.last_day) for event in listed)


def test_a_rule_that_was_taken_away_is_missed() -> None:
    class Broken(ListingAGrid):
        decider = Decider(directory_decider.initial, days_may_run_backwards, directory_decider.evolve)

    misses(Broken)
