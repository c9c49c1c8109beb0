"""What the pages of groups, broadcasts and clues are given."""

from datetime import date, datetime

from services.portal.pages.contexts.frame import Act, Tone
from shared.kernel import value


@value
class EmergencyLine:
    url: str
    subject: str
    state: str
    priority: str
    running: bool
    offered_at: datetime


@value
class EmergenciesView:
    """street/emergencies.html"""

    items: tuple[EmergencyLine, ...]


@value
class ToldGroup:
    name: str
    state: str
    tone: Tone


@value
class BroadcastLine:
    words: str
    """Empty after the recall."""
    sent_at: datetime
    expires_at: datetime
    recalled_at: datetime | None
    cause: str
    groups: tuple[ToldGroup, ...]


@value
class BroadcastView:
    """street/broadcast.html"""

    code: str
    running: BroadcastLine | None
    recall_url: str
    """Empty for those who only read: the dispatcher sends and recalls."""
    reply: Act | None
    send: Act | None
    past: tuple[BroadcastLine, ...]
    clues: tuple["ClueLine", ...]
    order_url: str
    clue_path: str
    """Where a certified volunteer answers the broadcast that runs."""


@value
class ClueLine:
    url: str
    """Empty where this reader sees no more of it."""
    source: str
    state: str
    tone: Tone
    filed_at: datetime
    judged_at: datetime | None = None


@value
class CluesView:
    """street/clues.html"""

    items: tuple[ClueLine, ...]
    open_only: bool


@value
class ClueView:
    """street/clue.html"""

    source: str
    state: str
    tone: Tone
    text: str
    withheld: str
    protected: bool
    order_url: str
    acts: tuple[Act, ...]


@value
class OwnCluesView:
    """street/own_clues.html"""

    words: str
    """The broadcast that is answered, while it runs."""
    over: str
    action: str
    text: str
    items: tuple[ClueLine, ...]


@value
class GroupLine:
    url: str
    name: str
    kind: str
    area: str
    members: int
    households: int | None
    until: date | None


@value
class GroupsView:
    """street/groups.html"""

    items: tuple[GroupLine, ...]
    members: int
    households: int


@value
class PostLine:
    words: str
    state: str
    tone: Tone
    posted_at: datetime
    withdrawn_at: datetime | None


@value
class GroupView:
    """street/group.html"""

    name: str
    posts: tuple[PostLine, ...]


@value
class GroupAnswerView:
    """street/group_answer.html"""

    group: str
    answered_at: datetime | None
    answer: str
    action: str
    order_url: str
