"""What the pages of follow-up visits, joint meetings and sweeps are given: cards in sections, one thumb wide."""

from datetime import datetime

from services.portal.pages.contexts.frame import Act, Link, Tone
from shared.kernel import value


@value
class Tile:
    """One thing to do, or one thing that is known, with what can be done to it."""

    title: str
    url: str = ""
    lines: tuple[str, ...] = ()
    said: str = ""
    """Somebody's own words."""
    note: str = ""
    tone: Tone = "plain"
    due: datetime | None = None
    due_for: str = ""
    acts: tuple[Act, ...] = ()


@value
class TileSection:
    heading: str
    tiles: tuple[Tile, ...] = ()
    empty: str = ""
    total: int = 0


@value
class TogetherView:
    """together.html"""

    title: str
    lead: str
    sections: tuple[TileSection, ...]
    acts: tuple[Act, ...] = ()
    back: Link | None = None
