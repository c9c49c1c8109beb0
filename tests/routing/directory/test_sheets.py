"""Tables of people and grids: what goes out comes in again, and a wrong row is told."""

from datetime import UTC, date, datetime

import pytest

from services.routing.adapters.bureau import demo_person, read_bureau
from services.routing.directory.commands import ListMany
from services.routing.directory.decider import (
    NoAuxiliary,
    OfficerUnknown,
    PeriodEndsBeforeItBegins,
    directory_decider,
)
from services.routing.directory.sheets import (
    MOST_ROWS,
    CellMissing,
    CellUnreadable,
    Checked,
    ColumnsMissing,
    NotYourUnit,
    Sheet,
    TooManyRows,
    checked,
    whole,
    written,
)
from services.routing.settings import DEMO_DIRECTORY
from shared.kernel import Rejection, UnitCode

AT = datetime(2026, 3, 2, 1, tzinfo=UTC)
STATION = UnitCode("STATION-GL")
DIRECTORY = directory_decider.fold(
    directory_decider.decide(
        ListMany(listings=tuple(read_bureau(DEMO_DIRECTORY).listings(AT))), directory_decider.initial
    )
)
OWNER, DEPUTY, WALKER = (demo_person(login) for login in ("community_officer", "deputy_officer", "auxiliary"))
HEADING = "code,unit,owner,deputy,auxiliary,first_day,last_day"


def reading(*rows: str, heading: str = HEADING, sheet: Sheet = Sheet.GRIDS) -> Checked:
    return checked("\r\n".join((heading, *rows)), sheet, DIRECTORY, STATION, AT)


def only_error(row: str) -> Rejection:
    found = reading(row)
    assert found.listings == ()
    [error] = found.errors
    assert error.row == 1
    return error.refused


@pytest.mark.parametrize("sheet", list(Sheet))
def test_what_is_written_out_says_nothing_new_when_it_is_read_in(sheet: Sheet) -> None:
    table = written(DIRECTORY, sheet, date(2026, 3, 2))
    own = [line for line in table.splitlines() if line.split(",")[1] in ("unit", STATION)]
    found = checked("\n".join(own), sheet, DIRECTORY, STATION, AT)
    assert found.errors == ()
    assert found.listings == ()
    assert found.rows == len(own) - 1 > 1


def test_a_new_row_lists_a_grid_and_who_walks_it() -> None:
    found = reading(f"GL-07,{STATION},{OWNER},{DEPUTY},{WALKER},2026-04-01,", "", ",,,,,,")
    assert (found.rows, len(found.listings), found.errors) == (1, 2, ())
    listed = directory_decider.fold(directory_decider.decide(whole(found), DIRECTORY), DIRECTORY)
    assert listed.grids.keys() - DIRECTORY.grids.keys() == {"GL-07"}


def test_a_later_row_may_rest_on_an_earlier_one() -> None:
    newcomer = demo_person("newcomer")
    found = reading(
        f"{newcomer},{STATION},community_officer,{OWNER},2026-04-01,",
        f"{OWNER},{STATION},community_officer,{newcomer},2026-04-01,",
        heading="person,unit,roles,deputy,first_day,last_day",
        sheet=Sheet.OFFICERS,
    )
    assert (len(found.listings), found.errors) == (2, ())


@pytest.mark.parametrize(
    ("row", "refused"),
    [
        (f"GL-07,{STATION},,,,2026-04-01,", CellMissing),
        (f"GL-07,{STATION},王警官,,,2026-04-01,", CellUnreadable),
        (f"GL-07,{STATION},{OWNER},,,四月一日,", CellUnreadable),
        (f"=1+1,{STATION},{OWNER},,,2026-04-01,", CellUnreadable),
        (f"GL-07,{STATION},{OWNER},,,2026-04-01,2026-03-01", PeriodEndsBeforeItBegins),
        (f"GL-07,TRAFFIC-1,{OWNER},,,2026-04-01,", NotYourUnit),
        (f"GL-07,{STATION},{demo_person('nobody')},,,2026-04-01,", OfficerUnknown),
        (f"GL-07,{STATION},{OWNER},,{DEPUTY},2026-04-01,", NoAuxiliary),
    ],
)
def test_a_wrong_row_is_told_why(row: str, refused: type[Rejection]) -> None:
    assert isinstance(only_error(row), refused)


def test_one_wrong_row_does_not_hide_the_good_ones() -> None:
    good = f"GL-07,{STATION},{OWNER},,,2026-04-01,"
    found = reading(good, f"GL-08,{STATION},,,,2026-04-01,", good.replace("GL-07", "GL-09"))
    assert [error.row for error in found.errors] == [2]
    assert len(found.listings) == 2


def test_a_table_without_its_heading_or_too_long_is_refused_whole() -> None:
    with pytest.raises(ColumnsMissing) as missing:
        reading(f"GL-07,{STATION}", heading="code,unit")
    assert missing.value.details["columns"] == "owner, first_day"
    with pytest.raises(TooManyRows):
        reading(*[f"GL-{number},{STATION},,,,," for number in range(MOST_ROWS + 1)])
