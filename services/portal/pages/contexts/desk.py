"""What the pages of officers and mediators are given."""

from datetime import datetime

from services.portal.pages.contexts.frame import Act, Choice, Document, Link, TimelineItem, Tone
from services.portal.pages.contexts.mediation import Countdown, Leg, NoticeLine
from shared.kernel import value


@value
class DemoPerson:
    key: str
    name: str
    role: str
    does: str


@value
class SignInView:
    """signin.html"""

    people: tuple[DemoPerson, ...]
    after: str
    identity_provider_url: str = ""


@value
class FilterLink:
    label: str
    url: str
    count: int
    current: bool = False


@value
class WorkItem:
    url: str
    priority: str | None
    """None: not judged yet; empty where no priority is told."""
    category: str
    subject: str
    place: str
    door: str
    state: str
    due: datetime | None
    due_for: str
    current: bool = False


@value
class Segment:
    text: str
    carries: str = ""


@value
class Reason:
    about: str
    decided: str
    because: str
    confidence: str


@value
class Gate:
    name: str
    result: str
    tone: Tone
    because: str


@value
class RequestPane:
    code: str
    subject: str
    state: str
    priority: str | None
    received_at: datetime
    door: str
    place: str
    holder: str
    due: datetime | None
    due_for: str
    text: tuple[Segment, ...]
    text_withheld: str
    reasons: tuple[Reason, ...]
    gates: tuple[Gate, ...]
    handling: tuple[Link, ...]
    list_url: str
    trace_url: str
    acts: tuple[Act, ...]


@value
class WorklistView:
    """desk/worklist.html; the bar of new items alone: desk/arrivals.html"""

    filters: tuple[FilterLink, ...]
    sorts: tuple[FilterLink, ...]
    search: str
    items: tuple[WorkItem, ...]
    total: int
    opened: RequestPane | None
    arrived: int
    arrivals_url: str
    fresh_url: str
    behind: str = ""
    newer_url: str = ""
    older_url: str = ""


@value
class OverruleView:
    """desk/overrule.html"""

    code: str
    subject: str
    action: str
    back_url: str
    text: tuple[Segment, ...]
    categories: tuple[Choice, ...]
    priorities: tuple[Choice, ...]
    channels: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    note: str = ""


@value
class Side:
    role: str
    consent: str
    consent_tone: Tone
    claim: str
    times: str
    present: str


@value
class CaseRoomView:
    """case.html"""

    code: str
    subject: str
    state: str
    lead: str
    lead_body: str
    led: str
    channel: str
    law: str
    law_plain: str
    legs: tuple[Leg, ...]
    facts: tuple[tuple[str, str], ...]
    hosts: str
    worth: str
    broken: str
    clocks: tuple[Countdown, ...]
    due: datetime | None
    due_for: str
    sides: tuple[Side, ...]
    timeline: tuple[TimelineItem, ...]
    next_act: Act | None
    acts: tuple[Act, ...]
    panel: tuple[str, ...]
    panel_url: str
    panel_says: str
    documents: tuple[Document, ...]
    ways: tuple[tuple[str, str], ...]
    """Where the sides can turn: name and plain words."""
    notices: tuple[NoticeLine, ...]
    export_url: str
    trace_url: str


@value
class InvitedView:
    """invited.html: code and PIN for the other side, shown once"""

    code: str
    pin: str
    back_url: str


@value
class WorkView:
    """work.html: what one has in hand, or what one filed"""

    title: str
    lead: str
    items: tuple[WorkItem, ...]
    empty: str
    older_url: str = ""
    notices: tuple[NoticeLine, ...] = ()
