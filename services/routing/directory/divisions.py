"""Division codes of two tables with their years. R-53: names are not unique, development zones stand only in the
statistical table, and a retired code stays readable."""

import csv
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from shared.kernel import RuleId, value

RULE = RuleId("R-53")
TABLE = Path(__file__).with_name("divisions.csv")
TEST_AREA = "990000"
"""Reserved for tests (R-57); it is in no table."""
CODE_LENGTH = 6
ENDINGS = ("自治县", "矿区", "新区", "地区", "省", "市", "区", "县")


class Table(StrEnum):
    GB = "GB"
    """GB/T 2260: what a citizen number and an address use."""
    STAT = "STAT"
    """The statistical table: it alone knows development zones."""


@value
class Division:
    table: Table
    code: str
    name: str
    of: str
    """The code of the division above; empty for a province."""
    first_year: int | None
    """None where no year is known."""
    last_year: int | None
    """The year in which it ended and no longer counts."""
    became: tuple[str, ...]
    also: tuple[str, ...]
    """What people call it, and what it was called under the same code."""

    def counts_in(self, year: int) -> bool:
        begun = self.first_year is None or self.first_year <= year
        return begun and (self.last_year is None or year < self.last_year)


class Divisions:
    def __init__(self, rows: Iterable[Division]) -> None:
        self._rows = tuple(rows)
        self._by_code: dict[str, list[Division]] = {}
        for row in self._rows:
            self._by_code.setdefault(row.code, []).append(row)

    def of_code(self, code: str, year: int | None = None) -> Division | None:
        """R-53: what a code means in a year; without a year, or where none counts then, what it meant last."""
        rows = self._by_code.get(code, [])
        counting = [row for row in rows if year is None or row.counts_in(year)]
        return max(counting or rows, key=lambda row: (row.last_year is None, row.first_year or 0), default=None)

    def named(self, name: str, year: int | None = None) -> tuple[Division, ...]:
        """R-53: every division of a name, in the order of codes: one name, several places. A name may be told short,
        with its ending left out; in a year only what counted then."""
        found = (row for row in self._rows if year is None or row.counts_in(year))
        return tuple(sorted((row for row in found if _called(row, name.strip())), key=lambda row: (row.code, row.name)))

    def full_name(self, division: Division) -> str:
        """With what is above it, so that two of one name can be told apart."""
        above = self.of_code(division.of, division.first_year) if division.of else None
        return (self.full_name(above) if above else "") + division.name

    def successors(self, division: Division) -> tuple[Division, ...]:
        """What it has become, followed to codes that count today."""
        found: list[Division] = []
        for code in division.became:
            heir = self.of_code(code)
            if heir is None or heir == division:
                continue
            found += self.successors(heir) if heir.last_year is not None else (heir,)
        return tuple(dict.fromkeys(found))


def _called(division: Division, told: str) -> bool:
    """`白云` calls 白云区; one character calls nothing."""
    if told in (division.name, *division.also):
        return True
    return len(told) > 1 and any(division.name == told + ending for ending in ENDINGS)


@cache
def divisions(path: Path = TABLE) -> Divisions:
    with path.open(encoding="utf-8", newline="") as file:
        return Divisions([_row(row) for row in csv.DictReader(file)])


def _row(row: Mapping[str, str]) -> Division:
    return Division(
        table=Table(row["table"]),
        code=row["code"],
        name=row["name"],
        of=row["of"],
        first_year=int(row["from"]) if row["from"] else None,
        last_year=int(row["to"]) if row["to"] else None,
        became=tuple(row["became"].split()),
        also=tuple(row["also"].split()),
    )
