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
    opened_by_code: bool = False
    """Code and PIN opened something on this device."""
    clock_is_set: bool = False
    """The bureau's clock is not at the real time: only demo and test desks can do that."""


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
class Field:
    """One thing to fill in."""

    name: str
    label: str
    kind: Literal["line", "area", "one", "pick", "many", "day", "money", "number"] = "line"
    hint: str = ""
    value: str = ""
    choices: tuple[Choice, ...] = ()
    required: bool = False
    limit: int = 200
    heading: str = ""
    """Stands above the first field of a group."""


@value
class ActView:
    """act.html: one question, one button"""

    title: str
    explanation: str
    action: str
    submit: str
    back_url: str
    back_label: str
    consequence: str = ""
    fields: tuple[Field, ...] = ()
    danger: bool = False


@value
class Kept:
    """Something typed on another screen, carried along."""

    name: str
    value: str


@value
class AgainView:
    """again.html: a form that could not be taken yet, with everything in it"""

    action: str
    kept: tuple[Kept, ...]
    needs: Literal["press", "code", "sign_in"]
    door: str = ""


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
