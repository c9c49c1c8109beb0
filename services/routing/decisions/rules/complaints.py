"""R-24: a complaint never reaches the unit that it is about: not its members, not who stands in for them, not the
clerk of the unit above."""

from services.routing.decisions.rules.owners import Roster
from shared.contracts.codes import Category, Channel
from shared.kernel import PersonId, Rejection, UnitCode, value


@value
class Barred:
    """Whom the complaint is about, as the directory of the day has them."""

    units: frozenset[UnitCode] = frozenset()
    people: frozenset[PersonId] = frozenset()

    def __or__(self, other: "Barred") -> "Barred":
        return Barred(self.units | other.units, self.people | other.people)


class NoComplaint(Rejection):
    """R-24: only a complaint is about somebody of ours."""

    rule = "R-24"


class NobodyLeftToLook(Rejection):
    """R-24: neither the desk nor supervision nor the bureau's head is outside of what is complained of."""

    rule = "R-24"


class ComplaintAboutYou(Rejection):
    """R-24: whoever it is about does nothing with it."""

    rule = "R-24"


def check_outsider(unit: UnitCode | None, person: PersonId | None, barred: Barred) -> None:
    """R-24: neither the people complained of nor anybody of their unit acts on the complaint."""
    if unit in barred.units or person in barred.people:
        raise ComplaintAboutYou


def check_complaint(category: Category | None) -> None:
    """R-24: whom it is about is named of complaints."""
    if category is not Category.CPL:
        raise NoComplaint


def who_looks(roster: Roster, wanted: UnitCode, barred: Barred) -> UnitCode:
    """R-24: the desk, else supervision, else the head of the bureau; never those complained of."""
    supervision = roster.by_channel.get(Channel.SUP)
    possible = (wanted, roster.desk, supervision.unit if supervision else None, roster.head)
    for unit in possible:
        if unit is not None and unit not in barred.units:
            return unit
    raise NobodyLeftToLook
