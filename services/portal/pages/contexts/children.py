"""What the pages of the child lane are given. No page of it holds a name, and no list a word that somebody wrote."""

from datetime import datetime

from services.portal.pages.contexts.desk import WorkItem
from services.portal.pages.contexts.frame import Act, TimelineItem, Tone
from shared.kernel import value


@value
class ChildListView:
    """children/list.html: the lane's own list, the report's clock first"""

    items: tuple[WorkItem, ...]
    late: int
    """Reports that are past their time."""
    older_url: str = ""
    group_url: str = ""


@value
class MemberLine:
    """Somebody of the access group, his term, and whether he is in it today."""

    who: str
    part: str
    term: str
    state: str
    tone: Tone
    act: Act | None


@value
class ChildGroupView:
    """children/group.html: who may see the lane; and what was opened without another person, for who answers for it"""

    members: tuple[MemberLine, ...]
    give: Act | None
    urgent: tuple[TimelineItem, ...] | None
    """None: not for this reader."""


@value
class ClockTile:
    name: str
    law: str
    due: datetime | None
    state: str
    tone: Tone


@value
class SeatTile:
    name: str
    who: str
    tone: Tone
    act: Act | None


@value
class ReadTile:
    """One wish to read something sealed: whose, since when it may be opened, and what the reader of the page may do."""

    what: str
    who: str
    state: str
    tone: Tone
    until: datetime | None
    opened: int
    why: str
    acts: tuple[Act, ...]


@value
class ChildFileView:
    """children/file.html: one file of the lane, without a word of it"""

    code: str
    state: str
    holder: str
    priority: str
    in_danger: bool
    answer_due: datetime | None
    clocks: tuple[ClockTile, ...]
    seats: tuple[SeatTile, ...]
    sessions: tuple[TimelineItem, ...]
    reads: tuple[ReadTile, ...]
    next_act: Act | None
    acts: tuple[Act, ...]
    ask: Act | None
    timeline: tuple[TimelineItem, ...]


@value
class SealedView:
    """children/sealed.html: what was sealed, opened once"""

    texts: tuple[str, ...]
    erased: int
    until: datetime
    back_url: str


@value
class SeatCard:
    title: str
    state: str
    asked: str
    due: datetime | None
    acts: tuple[Act, ...]


@value
class SeatsView:
    """children/seats.html: what a guardian, a school or a counsellor is part of"""

    cards: tuple[SeatCard, ...]


@value
class ChildHelpView:
    """children/help.html: plain words for a child, or for whoever looks after one"""

    file_url: str
    seats_url: str
