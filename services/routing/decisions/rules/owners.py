"""Who gets a request. The directory was read outside; these are its facts, and nobody excluded is chosen."""

from collections.abc import Mapping

from shared.contracts.codes import Category, Channel
from shared.kernel import PersonId, Rejection, UnitCode, value


@value
class Assignment:
    """A unit and its people for a channel, in the order in which they stand in for each other."""

    unit: UnitCode
    officers: tuple[PersonId, ...]


@value
class Roster:
    """The directory's answer for one request: its desk, its investigators, and who would have it by each channel."""

    desk: UnitCode
    investigators: UnitCode
    by_channel: Mapping[Channel, Assignment]


@value
class Owner:
    unit: UnitCode
    owner: PersonId
    deputy: PersonId | None


class NotTheSupervisingUnit(Rejection):
    """R-24: a complaint about the police never reaches another unit than supervision."""

    rule = "R-24"


def find_owner(
    roster: Roster,
    category: Category,
    channel: Channel,
    chosen: Assignment | None,
    excluded: frozenset[PersonId],
) -> Owner | None:
    """The first who is not excluded; None when nobody is left and a person has to find somebody."""
    usual = roster.by_channel.get(channel)
    if category is Category.CPL and chosen and (usual is None or chosen.unit != usual.unit):
        raise NotTheSupervisingUnit(unit=chosen.unit)
    assignment = chosen or usual
    if assignment is None:
        return None
    left = [officer for officer in assignment.officers if officer not in excluded]
    if not left:
        return None
    return Owner(assignment.unit, left[0], left[1] if len(left) > 1 else None)
