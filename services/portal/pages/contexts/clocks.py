"""What the pages of clocks and of the year's working days are given."""

from datetime import datetime
from typing import Literal

from services.portal.pages.contexts.desk import FilterLink
from services.portal.pages.contexts.frame import Tone
from shared.kernel import value


@value
class ClockLine:
    url: str
    name: str
    clock: str
    category: str
    unit: str
    priority: str
    due: datetime
    provisional: bool
    outlook: str
    tone: Tone
    """With the outlook; its words say the same."""
    usual: str
    """When half of those before it had ended."""
    told: str
    """Who was told last, and who is next."""
    ground: str
    paused_at: datetime | None
    remedy: str


@value
class ClocksView:
    """clocks/board.html"""

    tabs: tuple[FilterLink, ...]
    lead: str
    units: tuple[FilterLink, ...]
    rows: tuple[FilterLink, ...]
    items: tuple[ClockLine, ...]
    total: int
    empty: str
    next_url: str
    first_url: str
    clear_url: str
    """Without the unit and the row that were picked; empty where none was."""


@value
class CalendarDay:
    day: int
    kind: Literal["plain", "rest", "holiday", "extra"]
    words: str


@value
class CalendarMonth:
    name: str
    weeks: tuple[tuple[CalendarDay | None, ...], ...]
    working: int


@value
class DaysView:
    """clocks/days.html"""

    year: int
    months: tuple[CalendarMonth, ...]
    working: int
    known: bool
    """Whether the notice of this year was loaded."""
    years: tuple[FilterLink, ...]
