"""What the pages of rule packs are given."""

from datetime import datetime

from services.portal.pages.contexts.frame import Choice, Field
from shared.kernel import value


@value
class PackLine:
    url: str
    version: str
    since: str
    standing: str
    rows: int


@value
class RuleDraftLine:
    url: str
    version: str
    based_on: str
    editors: str
    rows: int


@value
class RulesView:
    """rules/list.html"""

    packs: tuple[PackLine, ...]
    drafts: tuple[RuleDraftLine, ...]
    bases: tuple[Choice, ...]
    """Packs that a draft can be made from; empty for those who draft none."""


@value
class RowLine:
    number: int
    when: tuple[str, ...]
    """Any of these."""
    then: str
    reason: str
    law: str
    wrong: tuple[str, ...] = ()
    edit_url: str = ""
    remove_url: str = ""
    up_url: str = ""
    down_url: str = ""


@value
class PackView:
    """rules/pack.html"""

    version: str
    since: str
    standing: str
    rows: tuple[RowLine, ...]
    table_url: str
    withdraw_url: str = ""
    """Empty for those who may not, and for what is in force."""


@value
class Redecision:
    url: str
    seen: int
    total: int
    changed: int
    running: bool
    stale: bool
    """The draft was edited since."""
    begun_at: datetime


@value
class DraftView:
    """rules/draft.html"""

    version: str
    based_on: str
    replaces: str
    editors: str
    revision: int
    rows: tuple[RowLine, ...]
    faults: tuple[str, ...]
    """Of the draft as a whole; those of a row stand in it."""
    redecision: Redecision | None
    may_edit: bool
    publish_url: str
    why_not: str
    """Why whoever looks cannot publish it, or not yet."""
    earliest: str
    add_url: str
    undo_url: str
    discard_url: str
    redecide_url: str


@value
class LineForm:
    """One way to meet a row."""

    number: int
    fields: tuple[Field, ...]
    open: bool


@value
class RowForm:
    """rules/row.html"""

    title: str
    action: str
    back_url: str
    revision: int
    lines: tuple[LineForm, ...]
    fields: tuple[Field, ...]
    place: Field | None = None
    """Where a new row shall stand."""


@value
class GroupLine:
    url: str
    before: str
    after: str
    requests: int
    note: str
    current: bool


@value
class MovedLine:
    url: str
    request: str
    filed_at: datetime
    before: str
    after: str
    besides: str
    """Flags and gates."""
    row: str


@value
class RedecisionView:
    """rules/redecision.html"""

    url: str
    draft_url: str
    against: str
    seen: int
    total: int
    elsewhere: int
    """By another channel; the others differ in urgency, owner, flags or gates."""
    otherwise: int
    disagreed: int
    running: bool
    groups: tuple[GroupLine, ...]
    requests: tuple[MovedLine, ...]
    hidden: int
    """In the child lane: counted, not listed."""
    everything_url: str
    """Empty where nothing is left out by a filter."""
    next_url: str
    export_url: str
