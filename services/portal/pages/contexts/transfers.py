"""What the pages about transfers to other bodies are given."""

from datetime import datetime

from services.portal.pages.contexts.frame import Act, Field, TimelineItem, Tone
from shared.kernel import value


@value
class TransferTile:
    url: str
    subject: str
    priority: str
    body: str
    state: str
    since: datetime
    """When it came to the state it is in."""
    due: datetime | None
    due_for: str
    late: str = ""
    line: str = ""
    """What the line to the body has to say, where something waits."""
    line_tone: Tone = "plain"
    owner: str = ""


@value
class BodyTile:
    name: str
    reached: str
    sees: str
    takes: str
    waiting: int
    failing: str
    tone: Tone = "plain"


@value
class TransfersView:
    """transfers/list.html"""

    items: tuple[TransferTile, ...]
    open_only: bool
    next_url: str
    bodies: tuple[BodyTile, ...]


@value
class LineTile:
    says: str
    tone: Tone
    next_try: datetime | None
    resume_url: str


@value
class TransferView:
    """transfers/one.html"""

    subject: str
    priority: str
    state: str
    body: str
    owner: str
    due: datetime | None
    due_for: str
    late: tuple[str, ...]
    danger_first: bool
    proof_demanded: bool
    facts: tuple[tuple[str, str], ...]
    notice: str
    answer: str
    proof: tuple[str, ...]
    texts_withheld: bool
    fields: tuple[Field, ...]
    """Of the form that sends it; empty when it is out."""
    send_url: str
    next_act: Act | None
    acts: tuple[Act, ...]
    lines: tuple[LineTile, ...]
    timeline: tuple[TimelineItem, ...]
    trace_url: str
