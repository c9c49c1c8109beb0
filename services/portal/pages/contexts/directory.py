"""What the pages of the directory are given."""

from datetime import date, datetime

from services.portal.pages.contexts.desk import FilterLink
from services.portal.pages.contexts.frame import Act, Choice, Tone
from shared.kernel import value


@value
class Cell:
    text: str
    note: str = ""
    tone: Tone = "plain"


@value
class DirectoryRow:
    name: str
    code: str
    url: str
    cells: tuple[Cell, ...]
    also: str = ""
    """Words by which it is found and that are not shown."""


@value
class GapLine:
    grid: str
    url: str
    days: str


@value
class DirectoryView:
    """directory/list.html"""

    tabs: tuple[FilterLink, ...]
    tab: str
    heading: str
    on: date
    search: str
    columns: tuple[str, ...]
    rows: tuple[DirectoryRow, ...]
    found: int
    gaps: tuple[GapLine, ...]
    gaps_until: date
    acts: tuple[Act, ...]
    sheet_url: str
    empty: str
    newer_url: str = ""
    older_url: str = ""


@value
class EntryLine:
    """One entry that was ever listed of a grid."""

    what: str
    who: str
    days: str
    listed_at: datetime
    now: bool


@value
class GridView:
    """directory/grid.html"""

    code: str
    name: str
    facts: tuple[tuple[str, Cell], ...]
    heads: tuple[tuple[str, str], ...]
    places: tuple[str, ...]
    gaps: tuple[str, ...]
    history: tuple[EntryLine, ...]
    acts: tuple[Act, ...]
    back_url: str


@value
class OfficerView:
    """directory/officer.html"""

    name: str
    facts: tuple[tuple[str, Cell], ...]
    grids: tuple[tuple[str, str, str], ...]
    """What it is called, where it stands, and in what right he has it."""
    acts: tuple[Act, ...]
    back_url: str


@value
class TrialResult:
    place: str
    """What was found; empty where nothing was."""
    means: str
    asks: tuple[str, ...]
    """Between which a person would be asked."""
    owner: str
    unit: str
    deputy: str
    auxiliary: str
    because: tuple[str, ...]


@value
class TrialView:
    """directory/trial.html: who would get it"""

    tabs: tuple[FilterLink, ...]
    place: str
    on: date
    channels: tuple[Choice, ...]
    result: TrialResult | None


@value
class DivisionLine:
    code: str
    name: str
    full_name: str
    table: str
    years: str
    tone: Tone
    became: str


@value
class DivisionsView:
    """directory/divisions.html"""

    tabs: tuple[FilterLink, ...]
    search: str
    year: str
    lines: tuple[DivisionLine, ...]


@value
class SheetProblem:
    row: int
    column: str
    words: str


@value
class SheetView:
    """directory/sheet.html: a table of people or grids, checked and brought in"""

    tabs: tuple[FilterLink, ...]
    sheets: tuple[Choice, ...]
    sheet: str
    columns: str
    table: str
    rows: int | None
    """None before anything was looked at."""
    new: int
    problems: tuple[SheetProblem, ...]
    may_bring: bool
