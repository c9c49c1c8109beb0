"""What the access table says, read a second time by other code: no class, no index, one row after the other."""

from csv import reader
from pathlib import Path

RELATION_FREE = "any"
NOBODY_IN_PARTICULAR = "other"

Row = tuple[str, str, str, str]


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        head, *body = list(reader(file))
    at = [head.index(name) for name in ("role", "operation", "relation", "effect")]
    return [(line[at[0]], line[at[1]], line[at[2]], line[at[3]]) for line in body]


def verdict(table: list[Row], role: str, operation: str, relations: set[str]) -> str:
    """A cell not listed is denied; a deny row wins; `*` holds for all, and what it restricts stays restricted."""
    things = set(relations) if relations else {NOBODY_IN_PARTICULAR}
    things.add(RELATION_FREE)
    own, everybodys = set(), set()
    for who, what, how, effect in table:
        if what != operation or how not in things:
            continue
        if who == role:
            own.add(effect)
        if who == "*":
            everybodys.add(effect)
    if "deny" in own | everybodys:
        return "deny"
    if "approve" in everybodys:
        return "approve"
    if "allow" in own | everybodys:
        return "allow"
    return "approve" if "approve" in own else "deny"
