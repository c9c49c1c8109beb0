"""What every page carries, and the parts that several pages share."""

from datetime import datetime
from typing import Literal

from shared.kernel import value

Tone = Literal["plain", "good", "soon", "late", "danger"]


@value
class FieldError:
    field: str
    message: str


@value
class Notice:
    text: str
    tone: Tone = "plain"


@value
class NavLink:
    label: str
    url: str
    current: bool = False


@value
class Undo:
    text: str
    url: str
    until: datetime


@value
class Page:
    bureau: str
    now: datetime
    path: str
    csrf: str
    form_key: str
    large: bool = False
    surface: Literal["citizen", "desk"] = "citizen"
    signed_in_as: str = ""
    nav: tuple[NavLink, ...] = ()
    errors: tuple[FieldError, ...] = ()
    notice: Notice | None = None
    undo: Undo | None = None
    quick_leave: bool = False


@value
class Choice:
    value: str
    label: str
    hint: str = ""
    chosen: bool = False


@value
class Link:
    label: str
    url: str
    note: str = ""


@value
class Document:
    name: str
    url: str
    size: str


@value
class TimelineItem:
    at: datetime
    who: str
    text: str
    detail: str = ""
    tone: Tone = "plain"
    documents: tuple[Document, ...] = ()


@value
class Act:
    label: str
    url: str
    hint: str = ""
    why_not: str = ""
    key: str = ""
    asks_first: bool = False


@value
class ActView:
    """act.html: one question, one answer, one button"""

    title: str
    explanation: str
    action: str
    submit: str
    back_url: str
    back_label: str
    consequence: str = ""
    choices_label: str = ""
    choices: tuple[Choice, ...] = ()
    many: bool = False
    text_label: str = ""
    text_hint: str = ""
    text: str = ""
    takes_files: bool = False
    danger: bool = False


@value
class ProblemView:
    """problem.html"""

    status: int
    title: str
    detail: str
    mend: str
    trace_id: str
    back: Link
    kind: Literal["problem", "forbidden", "absent", "too_late", "unavailable"] = "problem"


@value
class Proof:
    label: str
    text: str
