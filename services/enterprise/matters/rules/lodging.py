"""Rows of a list of workers: each is looked at by itself, and each that is wrong says why. R-51, R-54."""

import re
from collections.abc import Sequence
from datetime import date

from services.enterprise.matters.facts import RowError
from shared.kernel import value

ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
ID_FORM = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
MOBILE = re.compile(r"(?:\+?86|0086)?1[3-9]\d{9}", re.ASCII)


@value
class TypedRow:
    """What somebody typed of one worker; lives no longer than the call."""

    row: int
    name: str
    id_number: str
    phone: str | None
    address: str | None

    def __repr__(self) -> str:
        # A traceback or a failing assertion must not print a person.
        return f"TypedRow({self.row})"


def normal_id_number(typed: str) -> str:
    return re.sub(r"[\s-]", "", typed).upper()


def check_rows(rows: Sequence[TypedRow]) -> dict[int, tuple[RowError, ...]]:
    """The errors of each row that has some."""
    numbers = [normal_id_number(row.id_number) for row in rows]
    found: dict[int, tuple[RowError, ...]] = {}
    for place, row in enumerate(rows):
        errors = _errors(row)
        # The first of two equal numbers stands: a list that was pasted twice still registers everybody once.
        if not errors and numbers[place] in numbers[:place]:
            errors = (RowError.TWICE_IN_BATCH,)
        if errors:
            found[row.row] = errors
    return found


def _errors(row: TypedRow) -> tuple[RowError, ...]:
    found = [] if row.name.strip() else [RowError.NAME_MISSING]
    if (wrong := id_number_error(normal_id_number(row.id_number))) is not None:
        found.append(wrong)
    if row.phone and MOBILE.fullmatch(re.sub(r"[\s-]", "", row.phone)) is None:
        found.append(RowError.PHONE_MALFORMED)
    return tuple(found)


def id_number_error(number: str) -> RowError | None:
    """R-51: eighteen characters, a day of birth that exists, and the check character."""
    if ID_FORM.fullmatch(number) is None:
        return RowError.ID_MALFORMED
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return RowError.ID_MALFORMED
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], ID_WEIGHTS, strict=True))
    return None if number[17] == ID_CHECKS[total % 11] else RowError.ID_CHECK_FAILS
