"""What the pages of orders, parts and playbooks are given."""

from datetime import datetime
from typing import Literal

from services.portal.pages.contexts.desk import FilterLink, Segment, WorkItem
from services.portal.pages.contexts.frame import Act, Choice, Field, Link, TimelineItem, Tone
from shared.kernel import value


@value
class StepCard:
    """A step that this reader can do now: one form, one button."""

    code: str
    name: str
    hint: str
    due: datetime | None
    action: str
    """Empty where the step has a page of its own."""
    submit: str
    fields: tuple[Field, ...] = ()
    note: Field | None = None
    decides: bool = False
    """Yes and no, instead of one button."""
    page: Act | None = None
    try_action: str = ""
    try_label: str = ""
    try_number: int = 0
    opened: bool = True


@value
class StepLine:
    name: str
    stage: Literal["done", "open", "waiting", "later", "needless"]
    text: str
    at: datetime | None = None
    due: datetime | None = None
    shown: str = ""
    """What proves it."""


@value
class PartLine:
    unit: str
    lead: bool
    state: str
    tone: Tone
    due: datetime | None
    words: str
    recall_url: str


@value
class PartsOfStep:
    name: str
    parts: tuple[PartLine, ...]
    more: Act | None


@value
class EndLine:
    name: str
    needs: str
    """Empty: nothing is missing."""
    act: Act | None = None


@value
class OrderView:
    """order.html"""

    url: str
    code: str
    subject: str
    playbook: str
    playbook_url: str
    state: str
    priority: str
    place: str
    holder: str
    result: str
    """How it ended; empty while it runs."""
    due: datetime | None
    due_for: str
    deadline: datetime | None
    rungs: tuple[tuple[datetime, str], ...]
    text: tuple[Segment, ...]
    text_withheld: str
    sign: Act | None
    cards: tuple[StepCard, ...]
    idle: str
    """Why there is nothing to do for this reader."""
    parts: tuple[PartsOfStep, ...]
    steps: tuple[StepLine, ...]
    ends: tuple[EndLine, ...]
    more: tuple[Act, ...]
    answer_action: str
    answer: str
    answered: bool
    outcomes: tuple[Choice, ...]
    details: tuple[Choice, ...]
    timeline: tuple[TimelineItem, ...]
    trace_url: str
    links: tuple[Link, ...] = ()
    """Pages about this order beside its own."""


@value
class AskedUnit:
    """One unit that could be asked, with what was ticked and typed."""

    code: str
    name: str
    kind: str
    chosen: bool
    lead: bool
    matter: str


@value
class AskView:
    """orders/ask.html"""

    step: str
    action: str
    back_url: str
    units: tuple[AskedUnit, ...]
    most: int
    shares: tuple[Field, ...]
    """What every unit learns."""
    with_matter: bool
    leads_already: str
    """The unit that leads already; empty: one of these has to."""
    withheld: str


@value
class OrdersView:
    """orders/list.html"""

    tabs: tuple[FilterLink, ...]
    states: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    shut: str
    late: bool
    items: tuple[WorkItem, ...]
    older_url: str
    newest_url: str


@value
class TaskItem:
    url: str
    state: str
    tone: Tone
    lead: bool
    late: bool
    due: datetime | None
    asked_at: datetime


@value
class TasksView:
    """orders/tasks.html"""

    items: tuple[TaskItem, ...]
    open_only: bool


@value
class TaskView:
    """orders/task.html"""

    title: str
    unit: str
    lead: bool
    state: str
    tone: Tone
    due: datetime | None
    asked_at: datetime
    told: tuple[tuple[str, str], ...]
    """What was shared: label and words."""
    result: str
    sign: Act | None
    object: Act | None
    answer_action: str
    results: tuple[Choice, ...]
    words: str
    fields: tuple[Field, ...]
    idle: str


@value
class PlaybookLine:
    url: str
    name: str
    version: str
    since: str
    until: str
    takes: str
    steps: int
    counts: bool


@value
class PlaybooksView:
    """orders/playbooks.html"""

    items: tuple[PlaybookLine, ...]


@value
class SheetStep:
    code: str
    name: str
    does: str
    who: str
    after: str
    limits: str
    shown: str
    law: str
    results: str


@value
class PlaybookView:
    """orders/playbook.html"""

    name: str
    version: str
    since: str
    until: str
    takes: str
    signs: str
    sign_limits: str
    returns: bool
    steps: tuple[SheetStep, ...]
    ends: tuple[tuple[str, str, str], ...]
    """Outcome, what it needs, what may be told with it."""
