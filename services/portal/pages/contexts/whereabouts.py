"""Where a request lies and who is accountable for it, as pages are given it."""

from datetime import datetime

from services.portal.pages.contexts.frame import Choice
from shared.kernel import value


@value
class HolderLine:
    """Who was accountable, from when to when."""

    who: str
    why: str
    since: datetime
    until: datetime | None


@value
class WhereaboutsView:
    """desk/where.html and desk/_where.html: where a request lies, and who is accountable"""

    subject: str
    back_url: str
    place: str
    found: str
    """How the place was found."""
    candidates: tuple[Choice, ...]
    """Grids among which somebody has to choose."""
    others: tuple[Choice, ...]
    because: tuple[str, ...]
    spans: tuple[HolderLine, ...]
    action: str
