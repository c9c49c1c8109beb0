"""A batch whose counts always add up, whatever is told twice or out of turn."""

from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from services.intake.batches import decider
from services.intake.batches.decider import (
    MAX_ROWS,
    Batch,
    NoBatchesHere,
    NoRows,
    NotePart,
    OpenBatch,
    RowsUnaccounted,
    TooManyRows,
    batch_decider,
)
from services.intake.batches.facts import (
    BatchEvent,
    BatchFinished,
    BatchId,
    BatchPartFiled,
    Column,
    Part,
    RowError,
    RowFiled,
    Why,
)
from shared.contracts.codes import Door, Role
from shared.kernel import PersonId, RequestId
from tests.intake.requests.samples import MONDAY, text
from tests.support.machines import Acts, misses
from tests.support.spec import Spec

case = Spec(batch_decider)
CLERK = PersonId(UUID(int=71))


def opening(
    rows: int = 5, bad: tuple[int, ...] = (2,), door: Door = Door.WINDOW, by: Role = Role.WINDOW_CLERK
) -> OpenBatch:
    good = [row for row in range(1, rows + 1) if row not in bad]
    parts = [tuple(good[place : place + 2]) for place in range(0, len(good), 2)]
    return OpenBatch(
        batch_id=BatchId(UUID(int=70)),
        door=door,
        system=None,
        rows=rows,
        parts=tuple(Part(text(number), part) for number, part in enumerate(parts)),
        refused=tuple(RowError(row, Column.PHONE, Why.MALFORMED) for row in bad),
        filed_by=CLERK,
        by=by,
        unit=None,
        at=MONDAY,
    )


def part(number: int, filed: tuple[int, ...], refused: tuple[int, ...] = ()) -> NotePart:
    return NotePart(
        part=number,
        filed=tuple(RowFiled(row, RequestId(UUID(int=row)), False) for row in filed),
        refused=tuple(RowError(row, Column.NUMBER, Why.KNOWN_OTHERWISE) for row in refused),
        at=MONDAY,
    )


def opened(wish: OpenBatch) -> tuple[BatchEvent, ...]:
    return batch_decider.decide(wish, batch_decider.initial)


def test_the_last_part_ends_it_and_the_counts_add_up() -> None:
    first = opened(opening())
    second = batch_decider.decide(part(0, (1, 3)), batch_decider.fold(first))
    last = batch_decider.decide(part(1, (4,), (5,)), batch_decider.fold((*first, *second)))
    assert isinstance(last[0], BatchPartFiled)
    assert last[1] == BatchFinished(batch_id=BatchId(UUID(int=70)), rows=5, filed=3, refused=2, occurred_at=MONDAY)


def test_a_part_that_was_told_is_not_told_twice() -> None:
    first = opened(opening())
    told = batch_decider.decide(part(0, (1, 3)), batch_decider.fold(first))
    case.given(*first, *told).when(part(0, (1, 3))).then()
    case.given(*first).when(part(1, (4, 5))).then()
    case.given(*first).when(opening()).then()


def test_rows_that_are_neither_filed_nor_explained_are_missed() -> None:
    first = opened(opening())
    for wrong in (part(0, (1,)), part(0, (1, 4)), part(0, (1, 1)), part(0, (1, 3), (3,))):
        case.given(*first).when(wrong).then_rejected(RowsUnaccounted)


def test_a_table_of_nothing_but_errors_ends_at_once() -> None:
    events = opened(opening(2, (1, 2)))
    assert isinstance(events[-1], BatchFinished)
    assert (events[-1].filed, events[-1].refused) == (0, 2)


def test_limits() -> None:
    case.when(opening(0, ())).then_rejected(NoRows)
    case.when(opening(MAX_ROWS + 1)).then_rejected(TooManyRows, most=MAX_ROWS)
    assert opened(opening(MAX_ROWS))


def test_a_batch_comes_by_a_door_that_takes_them_from_who_stands_there() -> None:
    case.when(opening(door=Door.OFFICER, by=Role.COMMUNITY_OFFICER)).then_rejected(NoBatchesHere, door=Door.OFFICER)
    case.when(opening(door=Door.HOTLINE)).then_rejected(NoBatchesHere)


class AnyBatch(Acts):
    decider = batch_decider

    @initialize(rows=st.integers(1, 8), bad=st.sets(st.integers(1, 8)))
    def open(self, rows: int, bad: set[int]) -> None:
        self.attempt(opening(rows, tuple(sorted(row for row in bad if row <= rows))))

    @rule(number=st.integers(0, 4), lost=st.sets(st.integers(1, 8)), short=st.booleans())
    def tell(self, number: int, lost: set[int], short: bool) -> None:
        assert isinstance(self.state, Batch)
        rows = self.state.parts[number].rows if number < len(self.state.parts) else (99,)
        filed = tuple(row for row in rows if row not in lost)
        self.attempt(part(number, filed[1:] if short else filed, tuple(row for row in rows if row in lost)))

    @invariant()
    def every_row_is_filed_refused_or_waiting(self) -> None:
        if not isinstance(self.state, Batch):
            return
        told = [row.row for event in self.of(BatchPartFiled) for row in (*event.filed, *event.refused)]
        assert len(told) == len(set(told))
        assert self.state.waiting >= 0
        ends = self.of(BatchFinished)
        assert len(ends) <= 1
        assert all(end.filed + end.refused == end.rows for end in ends)


AnyBatch.TestCase.settings = settings(max_examples=25, stateful_step_count=12, deadline=None)
TestAnyBatch = AnyBatch.TestCase


def test_a_desk_that_does_not_count_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decider, "sorted", lambda rows: [], raising=False)
    misses(AnyBatch)
