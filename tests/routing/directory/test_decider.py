from dataclasses import replace
from datetime import UTC, date, datetime
from typing import ClassVar
from uuid import UUID

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.routing.directory.commands import (
    CloseGrid,
    DirectoryCommand,
    ListAuxiliary,
    ListDuty,
    ListGrid,
    ListHead,
    ListMany,
    ListOfficer,
    ListUnit,
    NoteAbsence,
    WithdrawAbsence,
)
from services.routing.directory.decider import (
    AwayThatDay,
    GridUnknown,
    NoAuxiliary,
    NotOfTheUnit,
    OfficerUnknown,
    OwnDeputy,
    OwnParent,
    PeriodEndsBeforeItBegins,
    RoleMissing,
    UnitUnknown,
    directory_decider,
)
from services.routing.directory.facts import (
    AbsenceNoted,
    AbsenceReason,
    AbsenceWithdrawn,
    AuxiliaryListed,
    DirectoryEvent,
    DutyListed,
    GridClosed,
    GridListed,
    HeadListed,
    OfficerListed,
    Seat,
    Shift,
    UnitListed,
)
from services.routing.directory.state import Directory, absence_on, grid_on, holds, in_force
from shared.contracts.codes import Role, UnitKind
from shared.eventstore import Codec
from shared.kernel import Decider, GridCode, PersonId, Rejection, UnitCode, fact_name
from tests.support.machines import misses
from tests.support.spec import Spec

OFFICER = PersonId(UUID(int=1))
COLLEAGUE = PersonId(UUID(int=2))
WALKER = PersonId(UUID(int=3))
STATION = UnitCode("STATION-EAST")
GRID = GridCode("GL-01")
TODAY = datetime(2026, 3, 2, 1, tzinfo=UTC)

STATION_LISTED = UnitListed(
    code=STATION, kind=UnitKind.STATION, parent=None, first_day=date(2026, 1, 1), last_day=None, occurred_at=TODAY
)


def officer(person: PersonId, role: Role = Role.COMMUNITY_OFFICER) -> OfficerListed:
    return OfficerListed(
        person=person,
        unit=STATION,
        roles=(role,),
        deputy=None,
        first_day=date(2026, 1, 1),
        last_day=None,
        occurred_at=TODAY,
    )


PEOPLE: tuple[DirectoryEvent, ...] = (
    STATION_LISTED,
    officer(OFFICER),
    officer(COLLEAGUE),
    officer(WALKER, Role.AUXILIARY),
)
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


MARCH_3 = date(2026, 3, 3)


def beside(person: PersonId = WALKER, deputy: PersonId | None = None) -> ListAuxiliary:
    return ListAuxiliary(grid=GRID, auxiliary=person, deputy=deputy, first_day=date(2026, 1, 1), at=TODAY)


def away(first: date, last: date, person: PersonId = OFFICER) -> NoteAbsence:
    return NoteAbsence(person=person, reason=AbsenceReason.LEAVE, first_day=first, last_day=last, at=TODAY)


def roster(*people: PersonId, unit: UnitCode = STATION, day: date = MARCH_3) -> ListDuty:
    return ListDuty(unit=unit, day=day, shift=Shift.NIGHT, people=people, at=TODAY)


def test_beside_the_owner_of_a_grid_walks_an_auxiliary() -> None:
    grid = directory.given(entry())
    grid.when(beside()).then(
        AuxiliaryListed(
            grid=GRID, auxiliary=WALKER, deputy=None, first_day=date(2026, 1, 1), last_day=None, occurred_at=TODAY
        )
    )
    grid.after(beside()).when(beside()).then_nothing()


def test_who_is_no_auxiliary_walks_no_grid_and_an_unknown_grid_has_none() -> None:
    grid = directory.given(entry())
    grid.when(beside(COLLEAGUE)).then_rejected(NoAuxiliary)
    grid.when(beside(deputy=COLLEAGUE)).then_rejected(NoAuxiliary)
    grid.when(beside(deputy=WALKER)).then_rejected(OwnDeputy)
    directory.when(beside()).then_rejected(GridUnknown, grid=GRID)


def test_the_five_heads_of_a_place_are_people_of_the_directory() -> None:
    head = ListHead(grid=GRID, seat=Seat.VILLAGE_HEAD, person=COLLEAGUE, first_day=MARCH_3, at=TODAY)
    grid = directory.given(entry())
    grid.when(replace(head, person=PersonId(UUID(int=99)))).then_rejected(OfficerUnknown)
    grid.when(head).then(
        HeadListed(
            grid=GRID, seat=Seat.VILLAGE_HEAD, person=COLLEAGUE, first_day=MARCH_3, last_day=None, occurred_at=TODAY
        )
    )


def test_an_absence_has_its_days_and_may_be_withdrawn() -> None:
    gone = directory.after(away(MARCH_3, date(2026, 3, 9)))
    assert absence_on(gone.state, OFFICER, date(2026, 3, 9)) is not None
    assert absence_on(gone.state, OFFICER, date(2026, 3, 10)) is None
    gone.when(away(MARCH_3, date(2026, 3, 9))).then_nothing()
    back = WithdrawAbsence(person=OFFICER, first_day=MARCH_3, at=TODAY)
    gone.when(back).then(AbsenceWithdrawn(person=OFFICER, first_day=MARCH_3, occurred_at=TODAY))
    assert absence_on(gone.after(back).state, OFFICER, MARCH_3) is None
    gone.after(back).when(back).then_nothing()
    directory.when(away(MARCH_3, date(2026, 3, 1))).then_rejected(PeriodEndsBeforeItBegins)


def test_another_length_of_the_same_absence_corrects_it() -> None:
    longer = directory.after(away(MARCH_3, MARCH_3), away(MARCH_3, date(2026, 3, 20)))
    assert [each.last_day for each in longer.state.absences[OFFICER]] == [date(2026, 3, 20)]


def test_a_roster_names_people_of_the_unit_who_are_there() -> None:
    directory.when(roster(OFFICER, COLLEAGUE)).then(
        DutyListed(unit=STATION, day=MARCH_3, shift=Shift.NIGHT, people=(OFFICER, COLLEAGUE), occurred_at=TODAY)
    )
    directory.after(roster(OFFICER)).when(roster(OFFICER)).then_nothing()
    directory.when(roster(PersonId(UUID(int=99)))).then_rejected(NotOfTheUnit, unit=STATION)
    directory.when(roster(unit=UnitCode("NOWHERE"))).then_rejected(UnitUnknown)
    gone = directory.after(away(MARCH_3, date(2026, 3, 9)))
    gone.when(roster(OFFICER)).then_rejected(AwayThatDay, until=date(2026, 3, 9))


def test_a_closed_grid_is_no_more_until_it_is_listed_again() -> None:
    closed = directory.given(entry()).after(CloseGrid(code=GRID, first_day=MARCH_3, at=TODAY))
    assert grid_on(closed.state, GRID, date(2026, 3, 2)) is not None
    assert grid_on(closed.state, GRID, MARCH_3) is None
    closed.when(CloseGrid(code=GRID, first_day=MARCH_3, at=TODAY)).then_nothing()
    assert grid_on(closed.given(entry("2026-04-01")).state, GRID, date(2026, 4, 1)) is not None
    directory.when(CloseGrid(code=GRID, first_day=MARCH_3, at=TODAY)).then_rejected(GridUnknown)


def test_many_entries_are_listed_together_or_not_at_all() -> None:
    grid = listed()
    both = ListMany(listings=(grid, beside()))
    assert [type(event) for event in directory.when(both).events] == [GridListed, AuxiliaryListed]
    directory.when(ListMany(listings=(grid, beside(COLLEAGUE)))).then_rejected(NoAuxiliary)
    directory.after(both).when(both).then_nothing()


def test_facts_of_the_directory_survive_being_stored() -> None:
    codec: Codec[DirectoryEvent] = Codec(DirectoryEvent)
    facts: tuple[DirectoryEvent, ...] = (
        *PEOPLE,
        entry(),
        *directory.given(entry()).when(beside()).events,
        *directory.when(away(MARCH_3, MARCH_3)).events,
        *directory.when(roster(OFFICER)).events,
        GridClosed(code=GRID, first_day=MARCH_3, occurred_at=TODAY),
    )
    assert any(isinstance(each, AbsenceNoted) for each in facts)
    for each in facts:
        assert codec.decode(fact_name(each), codec.encode(each)) == each


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
    assert isinstance(command, ListGrid)
    listed = directory_decider.decide(replace(command, last_day=None), state)
    return tuple(replace(event, last_day=command.last_day) for event in listed if isinstance(event, GridListed))


def test_a_rule_that_was_taken_away_is_missed() -> None:
    class Broken(ListingAGrid):
        decider = Decider(directory_decider.initial, days_may_run_backwards, directory_decider.evolve)

    misses(Broken)
