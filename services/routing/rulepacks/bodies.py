"""A row of a pack as callers send and get it: codes only."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from services.routing.decisions.rules.acts import ActKind
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.pack import Change, Closes, Conditions, Row, RowReason
from shared.contracts.codes import Category, Channel, Flag, Gate, Police, Priority
from shared.contracts.danger import DangerKind
from shared.kernel import RuleId
from shared.web import CodeText, StrictModel

MOST_LINES = 6

Categories = Annotated[tuple[Category, ...], Field(max_length=14)]
Channels = Annotated[tuple[Channel, ...], Field(max_length=13)]
Flags = Annotated[tuple[Flag, ...], Field(max_length=18)]
Dangers = Annotated[tuple[DangerKind, ...], Field(max_length=8)]


class ConditionsBody(StrictModel):
    """All of them hold; what is empty asks nothing."""

    categories: Categories = ()
    not_categories: Categories = ()
    channels: Channels = ()
    not_channels: Channels = ()
    priorities: Annotated[tuple[Priority, ...], Field(max_length=4)] = ()
    police: Annotated[tuple[Police, ...], Field(max_length=3)] = ()
    flags_all: Flags = ()
    flags_any: Flags = ()
    flags_none: Flags = ()
    danger_all: Dangers = ()
    danger_any: Dangers = ()
    danger_none: Dangers = ()
    acts_any: Annotated[tuple[ActKind, ...], Field(max_length=2)] = ()

    def conditions(self) -> Conditions:
        """Each code once, in one order, so that equal conditions are equal."""
        return Conditions(**{name: tuple(dict.fromkeys(sorted(codes))) for name, codes in self})


class ChangeBody(StrictModel):
    category: Category | None = None
    channel: Channel | None = None
    police: Police | None = None
    floor: Priority | None = None
    priority: Priority | None = None
    flag: Flag | None = None


class ClosesBody(StrictModel):
    gate: Gate
    result: GateResult


class RowBody(StrictModel):
    law: CodeText | None = None
    reason: RowReason
    when: Annotated[tuple[ConditionsBody, ...], Field(min_length=1, max_length=MOST_LINES)]
    then: ChangeBody = ChangeBody()
    closes: ClosesBody | None = None

    def row(self, number: int) -> Row:
        return Row(
            number=number,
            law=RuleId(self.law) if self.law else None,
            reason=self.reason,
            when=tuple(line.conditions() for line in self.when),
            then=Change(**dict(self.then)),
            closes=Closes(self.closes.gate, self.closes.result) if self.closes else None,
        )


class RowAnswer(RowBody):
    number: int
    means: str


def shown(rows: Iterable[Row]) -> tuple[RowAnswer, ...]:
    return tuple(map(_shown, rows))


def _shown(row: Row) -> RowAnswer:
    return RowAnswer(
        number=row.number,
        means=row.means,
        law=row.law,
        reason=row.reason,
        when=tuple(
            ConditionsBody(**{name: getattr(line, name) for name in ConditionsBody.model_fields}) for line in row.when
        ),
        then=ChangeBody(**{name: getattr(row.then, name) for name in ChangeBody.model_fields}),
        closes=ClosesBody(gate=row.closes.gate, result=row.closes.result) if row.closes else None,
    )
