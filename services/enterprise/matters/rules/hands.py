"""Whose hands a matter may be in.

R-15: a party handles nothing of its own. R-24: whom a complaint is about never sees it. One officer of the workstation
signs and ends; his colleagues of the workstation help.
"""

from shared.contracts.codes import Role
from shared.kernel import PersonId, Rejection, UnitCode, value


@value
class Doer:
    """Who acts, in which role and for which unit."""

    person: PersonId
    role: Role
    unit: UnitCode | None


@value
class Hands:
    """What the offer says about persons."""

    unit: UnitCode
    owner: PersonId | None
    parties: tuple[PersonId | None, ...]
    excluded: tuple[PersonId, ...]


class HandlerIsParty(Rejection):
    """Who asked, or is the other side, cannot be the one who handles it."""

    rule = "R-15"


class FormerHandlerExcluded(Rejection):
    """The request came back from this person and goes to somebody else."""


class RoleNeverSigns(Rejection):
    """Only an officer of the workstation is accountable for a firm's matter."""


class NotYourUnit(Rejection):
    """The matter was offered to another unit, and to nobody by that name."""


class NotTheOwner(Rejection):
    """One person is accountable, and this is somebody else."""


class NotYourTask(Rejection):
    """The task was assigned to another department."""


def require_untouched(doer: Doer, hands: Hands) -> None:
    """R-15: no handler with an interest, and nobody from whom the request came back."""
    if doer.person in hands.parties:
        raise HandlerIsParty
    if doer.person in hands.excluded:
        raise FormerHandlerExcluded


def require_may_sign(doer: Doer, hands: Hands) -> None:
    require_untouched(doer, hands)
    if doer.role is not Role.ENTERPRISE_OFFICER:
        raise RoleNeverSigns
    require_offered_to(doer, hands)


def require_offered_to(doer: Doer, hands: Hands) -> None:
    if doer.person != hands.owner and doer.unit != hands.unit:
        raise NotYourUnit


def require_of_workstation(doer: Doer, hands: Hands, owner: PersonId) -> None:
    """The owner, and officers of the same workstation who help him."""
    require_untouched(doer, hands)
    if doer.person != owner and (doer.role is not Role.ENTERPRISE_OFFICER or doer.unit != hands.unit):
        raise NotTheOwner


def require_owner(doer: Doer, hands: Hands, owner: PersonId) -> None:
    require_untouched(doer, hands)
    if doer.person != owner:
        raise NotTheOwner


def require_of_department(doer: Doer, unit: UnitCode) -> None:
    """R-44: a department answers its own tasks and sees no other's."""
    if doer.unit != unit:
        raise NotYourTask
