"""Why somebody has a request: recorded beside his name, so that it can be read years later."""

from enum import StrEnum

from shared.kernel import PersonId, value


class ChosenBy(StrEnum):
    GRID_OWNER = "grid_owner"
    """The place lies in his grid."""
    GRID_DEPUTY = "grid_deputy"
    """He stands in for the owner of the grid, who is away or gone."""
    OFFICERS_DEPUTY = "officers_deputy"
    """He stands in for the owner himself; the grid names nobody who is there."""
    COLLEAGUE = "colleague"
    """Of the grid's unit; neither owner nor deputy is there."""
    ROLE = "role"
    """By his role; the place does not decide, or is not known."""
    LEAST_LOADED = "least_loaded"
    """Of several by role, the one with the fewest open requests."""
    NEXT = "next"
    """Whoever comes before him is excluded."""
    CHOSEN = "chosen"
    """A person chose the unit."""


@value
class Load:
    """How many open requests somebody had when it was decided."""

    person: PersonId
    open: int


@value
class Choosing:
    """How the first of several came first."""

    by: ChosenBy
    loads: tuple[Load, ...] = ()
    """Of those among whom the load decided."""
    away: tuple[PersonId, ...] = ()
    """Who would have come before him, had he been there."""
