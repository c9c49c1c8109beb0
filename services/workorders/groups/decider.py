"""The registry of groups: where owners, shops, couriers and grid workers talk with the police, and who keeps each.

A group is listed with its first and last day, so that a broadcast goes to those that exist on that day. Head counts are
kept apart: households cannot be counted in persons.
"""

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum
from typing import assert_never

from shared.kernel import Decider, ItemCode, Rejection, UnitCode, command, fact, state, value


class GroupKind(StrEnum):
    RESIDENTS = "residents"
    OWNERS = "owners"
    SHOPS = "shops"
    COURIERS = "couriers"
    GRID_WORKERS = "grid_workers"
    FIRMS = "firms"


@value
class Listing:
    kind: GroupKind
    area: ItemCode
    """A grid, a community or a place of the directory."""
    unit: UnitCode
    """Whose officers are in it, and who keeps it."""
    members: int
    households: int | None
    """None where nobody counted them."""
    since: date
    until: date | None

    def holds(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@fact("group_listed")
class GroupListed:
    group: ItemCode
    listing: Listing
    occurred_at: datetime


@fact("group_closed")
class GroupClosed:
    """From `on` nothing is posted there any more."""

    group: ItemCode
    on: date
    occurred_at: datetime


GroupEvent = GroupListed | GroupClosed


@command
class ListGroup:
    group: ItemCode
    listing: Listing
    at: datetime


@command
class CloseGroup:
    group: ItemCode
    on: date
    at: datetime


GroupCommand = ListGroup | CloseGroup


@state
class Group:
    listing: Listing | None = None
    closed: date | None = None

    def open_on(self, day: date) -> bool:
        return self.listing is not None and self.listing.holds(day) and (self.closed is None or day < self.closed)


class GroupUnknown(Rejection):
    """No such group is in the registry."""


class GroupOfAnotherUnit(Rejection):
    """A group is kept by the unit whose officers are in it."""


class GroupEndsBeforeItBegins(Rejection):
    """The last day lies before the first."""


class HouseholdsExceedMembers(Rejection):
    """A household that is counted has at least one member in the group."""


def evolve(state: Group, event: GroupEvent) -> Group:
    match event:
        case GroupListed():
            return Group(event.listing)
        case GroupClosed():
            return replace(state, closed=event.on)
        case _:
            assert_never(event)


def decide(command: GroupCommand, state: Group) -> tuple[GroupEvent, ...]:
    match command:
        case ListGroup():
            return _list(command, state)
        case CloseGroup():
            return _close(command, state)
        case _:
            assert_never(command)


def _list(command: ListGroup, group: Group) -> tuple[GroupEvent, ...]:
    listing = command.listing
    if listing.until is not None and listing.until < listing.since:
        raise GroupEndsBeforeItBegins
    if listing.households is not None and listing.households > listing.members:
        raise HouseholdsExceedMembers
    if group.listing is not None and group.listing.unit != listing.unit:
        raise GroupOfAnotherUnit
    if group == Group(listing):
        return ()
    return (GroupListed(group=command.group, listing=listing, occurred_at=command.at),)


def _close(command: CloseGroup, group: Group) -> tuple[GroupEvent, ...]:
    if group.listing is None:
        raise GroupUnknown
    if group.closed == command.on:
        return ()
    return (GroupClosed(group=command.group, on=command.on, occurred_at=command.at),)


group_decider: Decider[GroupCommand, Group, GroupEvent] = Decider(Group(), decide, evolve)
