"""Who may sit: from the right office, without mandate or interest (R-15), each on one seat."""

from services.mediation.cases.values import Interest
from services.mediation.channels.refusals import HasAnInterest
from services.mediation.panels.commands import CaseSeen, TakeSeat
from services.mediation.panels.facts import Seat
from services.mediation.panels.refusals import NeutralityNotDeclared, SeatForOthers, SeatHolderIsParty
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
