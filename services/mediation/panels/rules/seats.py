"""Who may sit: from the right office, without mandate or interest (R-15), each on one seat."""

from collections.abc import Mapping

from services.mediation.cases.values import Interest
from services.mediation.channels.refusals import HasAnInterest
from services.mediation.panels.commands import CaseSeen, Decide, TakeSeat
from services.mediation.panels.facts import Seat
from services.mediation.panels.refusals import (
    NeutralityNotDeclared,
    OnlyMembersDecide,
    SeatForOthers,
    SeatHolderIsParty,
)
from services.mediation.panels.rules.templates import MAY_SIT
from shared.kernel import PersonId


def require_stranger(case: CaseSeen, person: PersonId) -> None:
    """R-15. Known before anybody is asked: a party, an agent, somebody who disclosed an interest."""
    if person in case.parties:
        raise SeatHolderIsParty
    if person in case.agents:
        raise HasAnInterest(interest=Interest.MANDATE)
    if person in case.interested:
        raise HasAnInterest(interest=Interest.RELATIVE)


def require_seat_holder(wish: TakeSeat) -> None:
    """R-15. What only the person and the own history can tell."""
    if MAY_SIT[wish.seat].isdisjoint(wish.by.roles):
        raise SeatForOthers(seat=wish.seat)
    if not wish.neutral:
        raise NeutralityNotDeclared
    if wish.seat is not Seat.GUARDIAN:
        require_stranger(wish.case, wish.by.person)
        if wish.by.conflicts:
            raise HasAnInterest(interest=wish.by.conflicts[0].interest)


def counting(taken: Mapping[Seat, PersonId], case: CaseSeen) -> dict[Seat, PersonId]:
    """R-15. Whose part in the matter comes out later keeps the chair until he leaves it, and counts no more."""
    return {seat: person for seat, person in taken.items() if seat is Seat.GUARDIAN or person not in case.apart}


def require_member(wish: Decide, sitting: Mapping[Seat, PersonId]) -> None:
    """A guardian sits although he may be a side, and a side never writes down what the panel decided."""
    if wish.by not in sitting.values() or wish.by in wish.case.parties:
        raise OnlyMembersDecide
