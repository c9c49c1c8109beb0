"""The table of follow-up visits: read once at the start, and refused as a whole when one row is wrong."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.notifications.visits.rules.planning import PlanRow
from shared.contracts.codes import Category, Flag, Outcome, Priority
from shared.kernel import ItemCode, value

DAYS = frozenset({7, 30, 90})
"""CL-097, CL-098, CL-099."""


class PlanInvalid(Exception):
    """The file, the row, and what is wrong there."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(pattern=r"^[a-z][a-z_]{1,39}$")]
    days: Annotated[tuple[int, ...], Field(min_length=1)]
    categories: frozenset[Category] = frozenset()
    flags: frozenset[Flag] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    outcomes: frozenset[Outcome] = frozenset()
    bad_rating: bool = False
    duty_watched: bool = False
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    rows: Annotated[tuple[_Row, ...], Field(min_length=1)]


@value
class Reason:
    zh: str
    en: str


@value
class VisitPlan:
    rows: tuple[PlanRow, ...]
    reasons: Mapping[ItemCode, Reason]

    def reason(self, code: ItemCode) -> Reason:
        """A row that left the table keeps its visits; the code says what it was."""
        return self.reasons.get(code, Reason(code, code))


def load_plan(path: Path) -> VisitPlan:
    """Raises PlanInvalid."""
    try:
        read = _File.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise PlanInvalid(f"{path.name}: {place}: {first['msg']}") from None
    codes = [row.code for row in read.rows]
    for number, row in enumerate(read.rows):
        if row.code in codes[:number]:
            raise PlanInvalid(f"{path.name}: rows.{number}: {row.code} stands here twice")
        if not DAYS.issuperset(row.days):
            raise PlanInvalid(f"{path.name}: rows.{number}: visits are made after 7, 30 or 90 days")
    return VisitPlan(
        rows=tuple(_row(row) for row in read.rows),
        reasons={ItemCode(row.code): Reason(row.zh, row.en) for row in read.rows},
    )


def _row(row: _Row) -> PlanRow:
    return PlanRow(
        code=ItemCode(row.code),
        days=row.days,
        categories=row.categories,
        flags=row.flags,
        priorities=row.priorities,
        outcomes=row.outcomes,
        bad_rating=row.bad_rating,
        duty_watched=row.duty_watched,
    )
