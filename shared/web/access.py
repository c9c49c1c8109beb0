"""One decision: role × operation × relation, from `access.csv`. Default deny; a deny row wins."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from shared.contracts.codes import Operation, Relation

TABLE = Path(__file__).parents[1] / "contracts" / "domain" / "access.csv"

EVERYBODY = "*"


class Effect(StrEnum):
    ALLOW = "allow"
    APPROVE = "approve"
    """Allowed after the approval of another person."""
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Cell:
    role: str
    operation: Operation
    relation: Relation
    effect: Effect
    max_level: str
    condition: str
    source: str


@dataclass(frozen=True, slots=True)
class Decision:
    effect: Effect
    cell: Cell | None
    """The row that decided; None where no row speaks of it."""

    @property
    def allowed(self) -> bool:
        return self.effect is Effect.ALLOW


class AccessTable:
    def __init__(self, cells: Iterable[Cell]) -> None:
        self.cells = tuple(cells)
        self._by_operation: dict[tuple[str, Operation], list[Cell]] = {}
        for cell in self.cells:
            self._by_operation.setdefault((cell.role, cell.operation), []).append(cell)

    def may(self, role: str, operation: Operation, relations: frozenset[Relation]) -> Decision:
        """What a person acting as `role` may do to a thing to which he stands in `relations`.

        No relation at all counts as `other`; rows of relation `any` speak of every thing.
        """
        held = (relations or frozenset({Relation.OTHER})) | {Relation.ANY}
        rows = [
            cell
            for who in (role, EVERYBODY)
            for cell in self._by_operation.get((who, operation), ())
            if cell.relation in held
        ]
        for effect in (Effect.DENY, Effect.APPROVE):
            # An approval row of `*` restricts whatever else holds; an approval row of the role itself is its own grant.
            strict = [cell for cell in rows if cell.effect is effect and _restricts(cell)]
            if strict:
                return Decision(effect, strict[0])
        granted = next((cell for cell in rows if cell.effect is Effect.ALLOW), None)
        if granted is not None:
            return Decision(Effect.ALLOW, granted)
        approvable = next((cell for cell in rows if cell.effect is Effect.APPROVE), None)
        return Decision(Effect.APPROVE, approvable) if approvable else Decision(Effect.DENY, None)

    def best(self, roles: Iterable[str], operation: Operation, relations: frozenset[Relation]) -> tuple[str, Decision]:
        """The role of somebody with several that may do it, with the decision; else the first with its refusal."""
        decisions = [(role, self.may(role, operation, relations)) for role in roles]
        for wanted in (Effect.ALLOW, Effect.APPROVE):
            for role, decision in decisions:
                if decision.effect is wanted:
                    return role, decision
        return decisions[0]


def _restricts(cell: Cell) -> bool:
    return cell.effect is Effect.DENY or cell.role == EVERYBODY


def parse(rows: Iterable[Mapping[str, str]]) -> AccessTable:
    return AccessTable(
        Cell(
            role=row["role"],
            operation=Operation(row["operation"]),
            relation=Relation(row["relation"]),
            effect=Effect(row["effect"]),
            max_level=row["max_level"],
            condition=row["condition"],
            source=row["source"],
        )
        for row in rows
    )


@cache
def access_table() -> AccessTable:
    with TABLE.open(encoding="utf-8", newline="") as file:
        return parse(csv.DictReader(file))
