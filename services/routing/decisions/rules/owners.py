"""Who gets a request. The directory was read outside; these are its facts, and nobody excluded is chosen."""

from collections.abc import Mapping

from services.routing.directory.choosing import Choosing, ChosenBy
from shared.contracts.codes import Category, Channel
from shared.kernel import PersonId, Rejection, UnitCode, value


@value
class Assignment:
    """A unit and its people for a channel, in the order in which they stand in for each other."""

    unit: UnitCode
    officers: tuple[PersonId, ...]
    choosing: Choosing | None = None
    """How the first of them came first."""


@value
class Roster:
    """The directory's answer for one request: its desk, its investigators, and who would have it by each channel."""

    desk: UnitCode
    investigators: UnitCode
    by_channel: Mapping[Channel, Assignment]
    head: UnitCode | None = None
    """Who looks when the complaint is about the desk and about supervision."""


@value
class Owner:
    unit: UnitCode
    owner: PersonId
    deputy: PersonId | None
    choosing: Choosing | None = None


class NotTheSupervisingUnit(Rejection):
    """R-24: a complaint about the police never reaches another unit than supervision."""

    rule = "R-24"


class UnitComplainedOf(Rejection):
    """R-24: the unit that the complaint is about does not get it. `unit`."""

    rule = "R-24"


def find_owner(
    roster: Roster,
    category: Category,
    channel: Channel,
    chosen: Assignment | None,
    excluded: frozenset[PersonId],
    barred: frozenset[UnitCode] = frozenset(),
) -> Owner | None:
    """The first who is not excluded; None when nobody is left and a person has to find somebody (R-24)."""
    usual = roster.by_channel.get(channel)
    if chosen and chosen.unit in barred:
        raise UnitComplainedOf(unit=chosen.unit)
    if category is Category.CPL and chosen and (usual is None or chosen.unit != usual.unit):
        raise NotTheSupervisingUnit(unit=chosen.unit)
    assignment = chosen or usual
    if assignment is None or assignment.unit in barred:
        return None
    left = [officer for officer in assignment.officers if officer not in excluded]
    if not left:
        return None
    choosing = assignment.choosing
    if choosing is not None and left[0] != assignment.officers[0]:
        choosing = Choosing(ChosenBy.NEXT)
    return Owner(assignment.unit, left[0], left[1] if len(left) > 1 else None, choosing)
