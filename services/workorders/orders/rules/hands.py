"""Whose hands an order may be in: who signs, who helps, and who never touches it.

R-07: an auxiliary helps, never signs and never closes. R-24: a complaint never reaches the person complained of.
"""

from shared.contracts.codes import Role
from shared.kernel import PersonId, Rejection, RuleId, UnitCode, value


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
    requester: PersonId | None
    other_party: PersonId | None
    is_complaint: bool
    excluded: tuple[PersonId, ...]


class ComplainedOfNeverHandles(Rejection):
    """A person handles no complaint about himself."""

    rule = RuleId("R-24")


class HandlerIsParty(Rejection):
    """Who asked, or is the other side, cannot be the one who handles it."""

    rule = RuleId("R-15")


class FormerHandlerExcluded(Rejection):
    """The request came back from this person and goes to somebody else."""


class AuxiliaryNeverSigns(Rejection):
    rule = RuleId("R-07")


class AuxiliaryNeverCloses(Rejection):
    rule = RuleId("R-07")


class RoleNeverSigns(Rejection):
    """The playbook does not list this role among those who may be accountable."""


class NotYourUnit(Rejection):
    """The order was offered to another unit, and to nobody by that name."""


class NotTheOwner(Rejection):
    """One person is accountable, and this is somebody else."""


def require_untouched(doer: Doer, hands: Hands) -> None:
    if doer.person == hands.other_party and hands.is_complaint:
        raise ComplainedOfNeverHandles
    if doer.person in (hands.requester, hands.other_party):
        raise HandlerIsParty
    if doer.person in hands.excluded:
        raise FormerHandlerExcluded


def require_may_sign(doer: Doer, hands: Hands, signers: tuple[Role, ...]) -> None:
    require_untouched(doer, hands)
    if doer.role is Role.AUXILIARY:
        raise AuxiliaryNeverSigns
    if doer.role not in signers:
        raise RoleNeverSigns
    require_offered_to(doer, hands)


def require_offered_to(doer: Doer, hands: Hands) -> None:
    if doer.person != hands.owner and doer.unit != hands.unit:
        raise NotYourUnit


def require_may_close(doer: Doer) -> None:
    if doer.role is Role.AUXILIARY:
        raise AuxiliaryNeverCloses


def require_owner(doer: Doer, owner: PersonId) -> None:
    if doer.person != owner:
        raise NotTheOwner


def require_may_help(
    doer: Doer, hands: Hands, owner: PersonId, helpers: tuple[Role, ...], others: tuple[Role, ...] = ()
) -> None:
    """The owner does every step; helpers of the unit and others elsewhere only those that the playbook gives them."""
    require_untouched(doer, hands)
    if doer.person == owner or doer.role in others:
        return
    if doer.role not in helpers or doer.unit != hands.unit:
        raise NotTheOwner
