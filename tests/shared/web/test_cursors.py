"""A cursor leads to where a page ended, and nobody makes one up."""

import base64
from datetime import UTC, datetime
from uuid import UUID

import orjson
import pytest

from shared.kernel import NotFound
from shared.web.cursors import Place, read_cursor, write_cursor

ROW = UUID(int=7)


@pytest.mark.parametrize(
    "place",
    [
        Place(datetime(2026, 3, 2, 1, 0, 0, 123456, tzinfo=UTC), ROW),
        Place(datetime(9999, 12, 31, tzinfo=UTC), ROW, 4),
    ],
)
def test_a_cursor_names_the_row_it_was_made_of(place: Place) -> None:
    assert read_cursor(write_cursor(place)) == place


def forged(*parts: object) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "nonsense",
        "",
        "AAAA",
        "\x00",
        "汇客厅",
        forged(0, "2026-03-02T01:00:00Z"),
        forged(0, "2026-03-02T01:00:00", str(ROW)),
        forged(0, "0001-01-01T00:00:00+14:00", str(ROW)),
        forged(0, "9999-12-31T23:59:59-14:00", str(ROW)),
        forged(0, 1, str(ROW)),
        forged(0, "2026-03-02T01:00:00Z", "no id"),
        forged(2**40, "2026-03-02T01:00:00Z", str(ROW)),
        forged(-1, "2026-03-02T01:00:00Z", str(ROW)),
        forged(None, "2026-03-02T01:00:00Z", str(ROW)),
    ],
)
def test_a_cursor_that_nobody_gave_out_is_not_found(cursor: str) -> None:
    with pytest.raises(NotFound):
        read_cursor(cursor)
