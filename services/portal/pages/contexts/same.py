"""What the pane of a request says of other requests about the same, and of the quarrel."""

from datetime import datetime

from services.portal.pages.contexts.frame import Tone
from shared.kernel import value


@value
class LikelyLine:
    """Another request that may be about the same."""

    url: str
    label: str
    relation: str
    signs: str
    alike: str
    at: datetime


@value
class SamePane:
    """desk/_same.html: in the pane of an open request"""

    likely: tuple[LikelyLine, ...]
    linked: str
    """With whom it goes on; empty when it does not."""
    url: str
    """Both voices on one page."""
    score: str
    score_tone: Tone
