"""Rows of a table: each is looked at by itself, and each that is wrong says in which column and why. R-51, R-54.

A row that shows danger is taken in without what is wrong in it (R-22).
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from services.intake.batches.facts import Column, RowError, Why
from services.intake.requests.rules.doors import DOORS, Needed, number_of
from shared.contracts.codes import Door
from shared.contracts.danger import danger_signs

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
ID_FORM = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
MOBILE = re.compile(r"(?:\+?86|0086)?1[3-9]\d{9}", re.ASCII)
CODE = re.compile(r"[A-Za-z0-9._/:-]{1,64}")
LIMITS: Mapping[Column, int] = {Column.NARRATIVE: 5000}
LIMIT = 200
DIGITS = frozenset({Column.PHONE, Column.FOR_PHONE, Column.ID_NUMBER, Column.NUMBER, Column.GROUP})
CODES = frozenset({Column.NUMBER, Column.GROUP})
NEEDS: Mapping[Needed, Column] = {
    Needed.NUMBER: Column.NUMBER,
    Needed.GROUP: Column.GROUP,
    Needed.PLACE: Column.PLACE,
}


@dataclass(frozen=True, slots=True)
class Row:
    """What somebody typed in one row; lives no longer than the call."""

    number: int
    cells: Mapping[Column, str]

    def __repr__(self) -> str:
        # A traceback or a failing assertion must not print a person.
        return f"Row({self.number})"

    def get(self, column: Column) -> str:
        return self.cells.get(column, "")


def row_of(number: int, typed: Mapping[str, str | None]) -> Row:
    """Blanks away; figures of whatever width as figures."""
    cells = {Column(name): _clean(Column(name), text.replace("\x00", "")) for name, text in typed.items() if text}
    return Row(number, {column: text for column, text in cells.items() if text})


def _clean(column: Column, text: str) -> str:
    if column not in DIGITS:
        return unicodedata.normalize("NFC", text).strip()
    figures = number_of(text).removesuffix(".0")
    return figures if column in CODES else figures.replace("-", "").upper()


def checked(rows: Sequence[Row], door: Door) -> tuple[tuple[Row, ...], tuple[RowError, ...]]:
    """The rows that can be filed, and what is wrong with the others."""
    good: list[Row] = []
    wrong: list[RowError] = []
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        errors = tuple(_errors(row, door))
        if errors and _in_danger(row):
            row, errors = _without(row, errors), ()
        # The first of two equal rows stands: a table that was pasted twice still files everything once.
        if not errors and _same(row) in seen and not _in_danger(row):
            column = Column.NUMBER if row.get(Column.NUMBER) else Column.NARRATIVE
            errors = (RowError(row.number, column, Why.TWICE_IN_BATCH),)
        if errors:
            wrong += errors
            continue
        seen.add(_same(row))
        good.append(row)
    return tuple(good), tuple(wrong)


def _same(row: Row) -> tuple[object, ...]:
    if number := row.get(Column.NUMBER):
        return (number,)
    return tuple(row.get(column) for column in Column)


def _in_danger(row: Row) -> bool:
    texts = (row.get(column) for column in (Column.NARRATIVE, Column.TITLE, Column.PLACE))
    return any(danger_signs(text) for text in texts if text)


def _without(row: Row, errors: tuple[RowError, ...]) -> Row:
    """What is too long is cut, what is malformed is left out."""
    cells = dict(row.cells)
    for error in errors:
        if error.why is Why.TOO_LONG:
            cells[error.column] = cells[error.column][: LIMITS.get(error.column, LIMIT)]
        else:
            cells.pop(error.column, None)
    return Row(row.number, cells)


def _errors(row: Row, door: Door) -> Iterator[RowError]:
    needed = {Column.NARRATIVE, *(NEEDS[each] for each in DOORS[door].needs if each in NEEDS)}
    for column in Column:
        text = row.get(column)
        if not text:
            if column in needed:
                yield RowError(row.number, column, Why.MISSING)
        elif (why := _why(column, text)) is not None:
            yield RowError(row.number, column, why)


def _why(column: Column, text: str) -> Why | None:
    if len(text) > LIMITS.get(column, LIMIT):
        return Why.TOO_LONG
    match column:
        case Column.PHONE | Column.FOR_PHONE:
            return None if MOBILE.fullmatch(text) else Why.MALFORMED
        case Column.ID_NUMBER:
            return _id_number(text)
        case Column.NUMBER | Column.GROUP:
            return None if CODE.fullmatch(text) else Why.MALFORMED
    return None


def _id_number(number: str) -> Why | None:
    """R-51: eighteen characters, a day of birth that exists, and the check character."""
    if ID_FORM.fullmatch(number) is None:
        return Why.MALFORMED
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Why.MALFORMED
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], ID_WEIGHTS, strict=True))
    return None if number[17] == ID_CHECKS[total % 11] else Why.CHECK_FAILS
