"""R-30: who may inspect, for what, how often. Bodies that only advise, grid workers and auxiliaries never may."""

from shared.contracts.codes import Role
from shared.kernel import ItemCode, Rejection, UnitCode, value

MAY_INSPECT = frozenset({Role.DEPARTMENT_CLERK})
"""As access.csv: `inspect_firm`, `plan_inspection`."""


@value
class PublishedItem:
    """One line of the published list of inspection items."""

    code: ItemCode
    units: frozenset[UnitCode]
    has_ground: bool
    yearly_cap: int


class RoleMayNotInspect(Rejection):
    """Grid workers, auxiliaries, contractors and bodies that only advise do not inspect."""

    rule = "R-30"


class UnitMayNotInspect(Rejection):
    """The published item names other departments."""

    rule = "R-30"


class ItemNotPublished(Rejection):
    """Nobody inspects what is on no published list."""

    rule = "R-30"


class NoLegalGround(Rejection):
    """The item is listed and no law is named for it."""

    rule = "R-30"


class YearlyCapReached(Rejection):
    """`cap` inspections of this item are allowed at one firm in a year."""

    rule = "R-30"


def require_may_inspect(role: Role) -> None:
    """R-30: the role of whoever plans or goes."""
    if role not in MAY_INSPECT:
        raise RoleMayNotInspect(role=role)


def require_entitled(item: PublishedItem | None, unit: UnitCode) -> PublishedItem:
    """R-30: a published item, with a ground in law, of this very department."""
    if item is None:
        raise ItemNotPublished
    if not item.has_ground:
        raise NoLegalGround
    if unit not in item.units:
        raise UnitMayNotInspect
    return item


def require_below_cap(item: PublishedItem, planned: int) -> None:
    """R-30: plans count when they are registered, so that nobody is promised a visit that may not be."""
    if planned >= item.yearly_cap:
        raise YearlyCapReached(cap=item.yearly_cap)
