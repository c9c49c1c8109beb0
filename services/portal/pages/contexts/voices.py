"""What the pages about one matter and about hot places are given."""

from datetime import datetime

from services.portal.pages.contexts.desk import FilterLink, WorkItem
from services.portal.pages.contexts.frame import Act, Choice, Tone
from services.portal.pages.contexts.same import LikelyLine
from shared.kernel import value


@value
class VoiceCard:
    code: str
    role: str
    """Whose voice it is: the first, a supporter, the other side."""
    state: str
    at: datetime
    title: str
    text: str
    withheld: str
    place: str
    url: str
    current: bool = False


@value
class PartLine:
    name: str
    count: int
    points: int
    rule: str
    note: str
    """Struck after an objection, or objected to."""


@value
class VoicesView:
    """desk/voices.html: the voices of one matter side by side, and its score"""

    subject: str
    back_url: str
    voices: tuple[VoiceCard, ...]
    question: str
    """What is proposed, as a question; empty when nothing is."""
    link_url: str
    decline_url: str
    later: str
    lead: str
    relations: tuple[Choice, ...]
    part_url: str
    """Where it is parted again; empty when it is not linked."""
    likely: tuple[LikelyLine, ...]
    score: str
    score_tone: Tone
    parts: tuple[PartLine, ...]
    proposes: tuple[str, ...]
    weights: str
    acts: tuple[Act, ...]


@value
class HotSpotLine:
    url: str
    place: str
    category: str
    requests: int
    people: int
    usual: str
    opened_at: datetime
    state: str
    tone: Tone


@value
class HotSpotsView:
    """hotspots/list.html"""

    filters: tuple[FilterLink, ...]
    place: str
    category: str
    categories: tuple[Choice, ...]
    hot: str
    lines: tuple[HotSpotLine, ...]
    newest_url: str = ""
    older_url: str = ""


@value
class WeekLine:
    label: str
    requests: int
    bar: str


@value
class HotSpotView:
    """hotspots/one.html"""

    line: HotSpotLine
    times: int
    seen_at: datetime | None
    closed_at: datetime | None
    note_url: str
    """Where whoever triages takes note of it; empty when that is done."""
    weeks: tuple[WeekLine, ...]
    items: tuple[WorkItem, ...]
    hidden: int
    """Requests of it that the reader does not see: finished, or not his."""


@value
class HotSpotAlarmView:
    """hotspots/alarm.html: how many nobody has seen yet"""

    count: int
