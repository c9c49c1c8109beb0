"""Who may act on a child's file: members of the group, and never a party to it (R-15, R-32, R-36)."""

from services.mediation.children.commands import Hand
from services.mediation.children.refusals import (
    ChildFormerHandler,
    ChildHandlerIsParty,
    ChildNotSigned,
    ChildOfficerNeeded,
    NotOfTheGroup,
    NotTheChildOwner,
)
from services.mediation.children.state import Open
from shared.contracts.codes import Role


def require_member(hand: Hand, file: Open) -> None:
    """R-36: the group and nobody else. R-15: not who is a side of it, nor who was excluded from it."""
    if hand.part is None:
        raise NotOfTheGroup
    if hand.person in (file.offer.requester, file.offer.other_party) or hand.person in file.excluded:
        raise ChildHandlerIsParty
    if hand.person in file.offer.excluded:
        raise ChildFormerHandler


def require_officer(hand: Hand, file: Open) -> None:
    """R-32: the lane is worked by child officers."""
    require_member(hand, file)
    if hand.part is not Role.CHILD_OFFICER:
        raise ChildOfficerNeeded


def require_owner(hand: Hand, file: Open) -> None:
    """R-32: by the one who signed."""
    require_officer(hand, file)
    if file.owner is None:
        raise ChildNotSigned
    if file.owner != hand.person:
        raise NotTheChildOwner
