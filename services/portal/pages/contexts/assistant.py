"""What the pages of 南小警 are given."""

from services.portal.pages.contexts.citizen import DangerHelp
from shared.kernel import value


@value
class KnownEntry:
    title: str
    url: str
    who: str
    bring: tuple[str, ...]
    term: str
    fee: str
    where: str
    source: str
    trust: str
    checked: bool


@value
class EntryLink:
    title: str
    term: str
    url: str


@value
class TopicLink:
    name: str
    count: int
    url: str
    chosen: bool


@value
class QuestionView:
    """assistant/ask.html"""

    question: str
    topics: tuple[TopicLink, ...]
    asked: bool = False
    words: str = ""
    entry: KnownEntry | None = None
    others: tuple[EntryLink, ...] = ()
    danger: DangerHelp | None = None


@value
class EntryView:
    """assistant/entry.html"""

    entry: KnownEntry


@value
class EntriesView:
    """assistant/list.html"""

    topics: tuple[TopicLink, ...]
    entries: tuple[EntryLink, ...]
