"""What is wrong in a row is said of that row; danger is taken in with whatever is wrong left out."""

import pytest

from services.intake.batches.facts import Column, RowError, Why
from services.intake.batches.rows import checked, row_of
from shared.contracts.codes import Door

LAMP = {"narrative": "路灯坏了一个星期，晚上看不见路", "place": "汇景花园南门"}


def wrong(typed: dict[str, str | None], door: Door = Door.WINDOW) -> list[tuple[Column, Why]]:
    _, errors = checked([row_of(1, typed)], door)
    return [(error.column, error.why) for error in errors]


@pytest.mark.parametrize(
    ("typed", "door", "expected"),
    [
        (LAMP, Door.WINDOW, []),
        ({"narrative": "  "}, Door.WINDOW, [(Column.NARRATIVE, Why.MISSING)]),
        ({**LAMP, "phone": "１３９ ００００-0001"}, Door.WINDOW, []),
        ({**LAMP, "phone": "12345"}, Door.WINDOW, [(Column.PHONE, Why.MALFORMED)]),
        ({**LAMP, "id_number": "990000198602020013"}, Door.WINDOW, []),
        ({**LAMP, "id_number": "99000019850416015"}, Door.WINDOW, [(Column.ID_NUMBER, Why.MALFORMED)]),
        ({**LAMP, "id_number": "990000198602320013"}, Door.WINDOW, [(Column.ID_NUMBER, Why.MALFORMED)]),
        ({**LAMP, "place": "楼" * 201}, Door.WINDOW, [(Column.PLACE, Why.TOO_LONG)]),
        ({**LAMP, "narrative": "字" * 5001}, Door.WINDOW, [(Column.NARRATIVE, Why.TOO_LONG)]),
        (LAMP, Door.HOTLINE, [(Column.NUMBER, Why.MISSING)]),
        ({**LAMP, "number": "2026-0301-77"}, Door.HOTLINE, []),
        ({**LAMP, "number": "一号"}, Door.HOTLINE, [(Column.NUMBER, Why.MALFORMED)]),
        ({"narrative": LAMP["narrative"]}, Door.GRID, [(Column.PLACE, Why.MISSING)]),
    ],
)
def test_each_error_names_its_column(
    typed: dict[str, str | None], door: Door, expected: list[tuple[Column, Why]]
) -> None:
    assert wrong(typed, door) == expected


def test_r_51_a_number_that_does_not_check_is_told_apart_from_one_that_is_none() -> None:
    assert wrong({**LAMP, "id_number": "990000199208080072"}) == [(Column.ID_NUMBER, Why.CHECK_FAILS)]


def test_a_table_pasted_twice_files_everything_once() -> None:
    good, errors = checked([row_of(1, LAMP), row_of(2, LAMP)], Door.WINDOW)
    assert [row.number for row in good] == [1]
    assert errors == (RowError(2, Column.NARRATIVE, Why.TWICE_IN_BATCH),)


def test_r_22_danger_is_taken_in_with_what_is_wrong_left_out() -> None:
    typed = {"narrative": "我不想活了", "phone": "12", "id_number": "7", "place": "楼" * 300}
    good, errors = checked([row_of(1, typed), row_of(2, typed)], Door.HOTLINE)
    assert errors == ()
    assert set(good[0].cells) == {Column.NARRATIVE, Column.PLACE}
    assert len(good) == 2
