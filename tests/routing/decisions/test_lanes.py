"""Many sums in one long integer come out as if each had been taken alone."""

from hypothesis import given
from hypothesis import strategies as st

from services.routing.decisions.lanes import lane, packed, unpacked, weighted

WIDTH = 5
ROWS = st.lists(
    st.tuples(st.integers(0, 4096), st.lists(st.integers(-1000, 1000), min_size=WIDTH, max_size=WIDTH)), max_size=40
)


@given(rows=ROWS)
def test_sums_of_weighted_rows_are_those_of_every_column(rows: list[tuple[int, list[int]]]) -> None:
    summed = unpacked(weighted((amount, packed(row)) for amount, row in rows), WIDTH)
    assert summed == tuple(sum(amount * row[place] for amount, row in rows) for place in range(WIDTH))


@given(row=st.lists(st.integers(-1000, 1000), min_size=WIDTH, max_size=WIDTH), place=st.integers(0, WIDTH - 1))
def test_one_weight_is_read_without_its_neighbours(row: list[int], place: int) -> None:
    assert lane(packed(row), place, WIDTH) == row[place]
