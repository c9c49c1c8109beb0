"""Which visits a result asks for: rows of a table, each with its reason, never a feeling."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from services.notifications.visits.facts import PlannedVisit
from shared.contracts.codes import Category, Flag, Outcome, Priority
from shared.kernel import ItemCode, PersonId, value


@value
class PlanRow:
    """Every criterion that a row names has to hold; one that it does not name holds always."""

    code: ItemCode
    days: tuple[int, ...]
    categories: frozenset[Category] = frozenset()
    flags: frozenset[Flag] = frozenset()
    """Any of them."""
    priorities: frozenset[Priority] = frozenset()
    outcomes: frozenset[Outcome] = frozenset()
    bad_rating: bool = False
    duty_watched: bool = False


@value
class Risk:
    category: Category
    flags: frozenset[Flag]
    priority: Priority
    outcome: Outcome
    bad_rating: bool
    """Some side was not satisfied, with this result or an earlier one."""
    duty_watched: bool


@value
class Window:
    opens_at: datetime
    due: datetime


def asks_for(row: PlanRow, risk: Risk) -> bool:
    return (
        (not row.categories or risk.category in row.categories)
        and (not row.flags or not row.flags.isdisjoint(risk.flags))
        and (not row.priorities or risk.priority in row.priorities)
        and (not row.outcomes or risk.outcome in row.outcomes)
        and (risk.bad_rating or not row.bad_rating)
        and (risk.duty_watched or not row.duty_watched)
    )


def planned(table: Iterable[PlanRow], risk: Risk, windows: Mapping[int, Window]) -> tuple[PlannedVisit, ...]:
    """One visit a day, with every reason for it. `windows`: of the days that are still to come."""
    grounds: dict[int, list[ItemCode]] = {}
    for row in table:
        if asks_for(row, risk):
            for day in row.days:
                grounds.setdefault(day, []).append(row.code)
    return tuple(
        PlannedVisit(day, windows[day].opens_at, windows[day].due, tuple(grounds[day]))
        for day in sorted(grounds)
        if day in windows
    )


def visitor_of(handler: PersonId | None, *proposed: PersonId | None) -> PersonId | None:
    """Who handled it does not go alone to hear that it was well done."""
    return next((person for person in proposed if person is not None and person != handler), None)
