"""What the pages of officers and mediators are given."""

from datetime import datetime

from services.portal.pages.contexts.frame import Act, Choice, Document, Link, TimelineItem, Tone
from services.portal.pages.contexts.mediation import Countdown, Leg, NoticeLine
from services.portal.pages.contexts.same import SamePane
from services.portal.pages.contexts.whereabouts import WhereaboutsView
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
    id: str = ""
    waits: bool = False
    """Somebody has to look at it."""


@value
class Segment:
    text: str
    carries: str = ""
    danger: bool = False


@value
class OtherJudgement:
    """Another judgement, one key away."""

    key: str
    code: str
    label: str
    sure: str = ""


@value
class KeyChoice:
    """One class, channel or urgency, chosen by its own key."""

    code: str
    label: str
    key: str
    present: bool = False


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
    again_url: str
    """Where it is decided again; empty while it waits, and for those whose it is not."""


@value
class RequestPane:
    request_id: str
    version: int
    seen: str
    """What the reader saw: told apart from a clock that only ticked on."""
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
    title: tuple[Segment, ...]
    text: tuple[Segment, ...]
    text_withheld: str
    reasons: tuple[Reason, ...]
    gates: tuple[Gate, ...]
    other_gates: tuple[Link, ...]
    """Gates that nothing has closed and nobody has decided."""
    can_accept: bool
    can_correct: bool
    takes_back: str
    """Where the last minute's decision on this request is taken back; empty when it stands."""
    proposals: tuple[OtherJudgement, ...]
    priorities: tuple[KeyChoice, ...]
    categories: tuple[KeyChoice, ...]
    channels: tuple[KeyChoice, ...]
    flags: tuple[KeyChoice, ...]
    why_corrected: tuple[Choice, ...]
    handling: tuple[Link, ...]
    list_url: str
    list_state: str
    """The list it was opened from, carried by every form so that the next one opens from the same."""
    following: str
    """The requests after this one in the list, for those who come without a script."""
    trace_url: str
    acts: tuple[Act, ...]
    same: SamePane
    where: WhereaboutsView | None = None
    """The question which of several places it is."""


@value
class StepView:
    """desk/step.html: what one key did, and the request that is open now"""

    opened: RequestPane
    url: str
    marked: tuple[tuple[str, str], ...]
    """Rows of the list that are done: request and what became of it."""


@value
class ArrivalsView:
    """desk/arrivals.html: what came and what changed while the list stood still"""

    arrived: int
    fresh_url: str
    taken: str
    """How the open request stands now, when a colleague decided it meanwhile."""
    taken_url: str


@value
class WorklistView:
    """desk/worklist.html"""

    filters: tuple[FilterLink, ...]
    sorts: tuple[FilterLink, ...]
    search: str
    items: tuple[WorkItem, ...]
    total: int
    opened: RequestPane | None
    arrivals: ArrivalsView
    arrivals_url: str
    behind: str = ""
    newer_url: str = ""
    older_url: str = ""


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
