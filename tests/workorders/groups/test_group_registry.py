"""The registry of groups: who keeps which, and on which days a group exists."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from services.workorders.groups.decider import (
    CloseGroup,
    GroupClosed,
    GroupEndsBeforeItBegins,
    GroupKind,
    GroupListed,
    GroupOfAnotherUnit,
    GroupUnknown,
    HouseholdsExceedMembers,
    ListGroup,
    Listing,
    group_decider,
)
from shared.kernel import ItemCode, UnitCode
from tests.support.machines import Acts, quick
from tests.support.spec import Spec

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
OWNERS = ItemCode("GROUP-OWNERS")
STATION, OTHER_STATION = UnitCode("STATION-1"), UnitCode("STATION-2")
FIRST, LAST, AFTER = date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)

group = Spec(group_decider)


def listing(
    *, unit: UnitCode = STATION, members: int = 120, households: int | None = 80, until: date | None = LAST
) -> Listing:
    return Listing(GroupKind.OWNERS, ItemCode("GL-01"), unit, members, households, FIRST, until)


def listed(given: Listing) -> GroupListed:
    return GroupListed(group=OWNERS, listing=given, occurred_at=AT)


def list_as(given: Listing) -> ListGroup:
    return ListGroup(group=OWNERS, listing=given, at=AT)


close = CloseGroup(group=OWNERS, on=date(2026, 6, 1), at=AT)
closed = GroupClosed(group=OWNERS, on=date(2026, 6, 1), occurred_at=AT)


def test_a_group_is_listed_once_and_corrected_by_its_keeper() -> None:
    group.when(list_as(listing())).then(listed(listing()))
    group.given(listed(listing())).when(list_as(listing())).then_nothing()
    group.given(listed(listing())).when(list_as(listing(members=130))).then(listed(listing(members=130)))


def test_another_unit_does_not_take_a_group_over() -> None:
    group.given(listed(listing())).when(list_as(listing(unit=OTHER_STATION))).then_rejected(GroupOfAnotherUnit)


def test_households_are_not_persons() -> None:
    group.when(list_as(listing(members=50, households=51))).then_rejected(HouseholdsExceedMembers)


def test_a_group_ends_after_it_begins() -> None:
    group.when(list_as(listing(until=date(2025, 1, 1)))).then_rejected(GroupEndsBeforeItBegins)


def test_a_group_is_closed_from_a_day_on_and_opened_by_a_new_entry() -> None:
    group.when(close).then_rejected(GroupUnknown)
    shut = group.given(listed(listing())).when(close)
    shut.then(closed)
    assert shut.state.open_on(date(2026, 5, 31))
    assert not shut.state.open_on(close.on)
    group.given(listed(listing()), closed).when(close).then_nothing()
    assert group.given(listed(listing()), closed, listed(listing())).state.open_on(close.on)


def test_a_group_exists_from_its_first_to_its_last_day() -> None:
    state = group.given(listed(listing())).state
    assert [state.open_on(day) for day in (date(2025, 12, 31), FIRST, LAST, AFTER)] == [False, True, True, False]


class Register(Acts):
    decider = group_decider

    @rule(unit=st.sampled_from([STATION, OTHER_STATION]), members=st.integers(0, 3), households=st.integers(0, 3))
    def entry(self, unit: UnitCode, members: int, households: int) -> None:
        self.attempt(list_as(listing(unit=unit, members=members, households=households)))

    @rule(day=st.dates(FIRST, LAST))
    def shut(self, day: date) -> None:
        self.attempt(CloseGroup(group=OWNERS, on=day, at=AT))

    @invariant()
    def one_unit_keeps_it(self) -> None:
        entries: list[Any] = self.of(GroupListed)
        assert len({each.listing.unit for each in entries}) <= 1
        assert all((each.listing.households or 0) <= each.listing.members for each in entries)


TestRegister = quick(Register)
