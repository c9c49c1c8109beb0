"""What the pages of the enterprise-protection workstation are given, and those of firms and departments."""

from datetime import date, datetime

from services.portal.pages.contexts.citizen import PromiseLine
from services.portal.pages.contexts.desk import Segment, WorkItem
from services.portal.pages.contexts.frame import Act, Link, TimelineItem, Tone
from shared.kernel import value


@value
class VisitLine:
    url: str
    on: date
    firm: str
    visitor: str
    state: str
    tone: Tone
    opinions: int
    late: int
    next_due: datetime | None


@value
class Proposal:
    """Plans of several departments that one visit could serve."""

    firm: str
    firm_url: str
    departments: tuple[str, ...]
    first: date
    last: date
    plans: int
    act: Act


@value
class ObjectionLine:
    """A firm's objection that nobody has decided."""

    firm: str
    firm_url: str
    on: date
    act: Act


@value
class HazardLine:
    item: str
    firm: str
    firm_url: str
    unit: str
    fix_by: datetime
    told: str
    act: Act | None


@value
class FirmLine:
    url: str
    name: str
    code: str
    liaison: str
    key_project: bool
    doubtful: bool


@value
class GoodsLine:
    kind: str
    recovered: int
    claimed: int


@value
class LossTile:
    since: date
    until: date
    recovered_fen: int
    claimed_fen: int
    losses: int
    goods: tuple[GoodsLine, ...]


@value
class StationView:
    """station/desk.html"""

    matters: tuple[WorkItem, ...]
    matters_more: bool
    visits: tuple[VisitLine, ...]
    proposals: tuple[Proposal, ...]
    objections: tuple[ObjectionLine, ...]
    hazards: tuple[HazardLine, ...]
    hazards_later: int
    firms: tuple[FirmLine, ...]
    firms_total: int
    search: str
    losses: LossTile | None
    acts: tuple[Act, ...]


@value
class FactLine:
    """One fact beside its name."""

    label: str
    text: str
    tone: Tone = "plain"


@value
class TaskLine:
    unit: str
    state: str
    tone: Tone
    due: datetime | None
    demand: str
    reply: str
    acts: tuple[Act, ...]


@value
class MatterView:
    """station/matter.html"""

    code: str
    subject: str
    state: str
    priority: str
    holder: str
    due: datetime | None
    due_for: str
    firm: Link | None
    text: tuple[Segment, ...]
    text_withheld: str
    facts: tuple[FactLine, ...]
    tasks: tuple[TaskLine, ...]
    answer: str
    timeline: tuple[TimelineItem, ...]
    next_act: Act | None
    waiting: str
    """Why there is no next step yet."""
    acts: tuple[Act, ...]
    trace_url: str
    for_department: bool


@value
class RowLine:
    row: int
    cells: tuple[str, ...]
    result: str
    tone: Tone


@value
class LodgingView:
    """station/lodging.html"""

    action: str
    back_url: str
    list_text: str
    lodged: int | None
    """None: nothing was sent yet."""
    known: int
    wrong: int
    rows: tuple[RowLine, ...]


@value
class OpinionLine:
    text: str
    measure: str
    due: datetime | None
    late: bool
    answer: str
    acts: tuple[Act, ...]


@value
class VisitView:
    """station/visit.html"""

    firm: Link
    on: date
    visitor: str
    state: str
    questions: tuple[str, ...]
    opinions: tuple[OpinionLine, ...]
    next_act: Act | None
    acts: tuple[Act, ...]


@value
class ItemYear:
    """A published item at this firm in this year, against its cap."""

    title: str
    ground: str
    units: str
    counted: int
    cap: int
    """0 where nobody may plan it."""


@value
class InspectionLine:
    on: date
    departments: tuple[str, ...]
    items: tuple[str, ...]
    state: str
    tone: Tone
    objection: str
    decision: str
    reports: tuple[str, ...]
    acts: tuple[Act, ...]


@value
class LiaisonLine:
    officer: str
    since: date
    until: date | None
    today: bool


@value
class LossLine:
    recorded: datetime
    recovered_fen: int
    claimed_fen: int
    act: Act | None


@value
class FirmView:
    """firms/firm.html"""

    name: str
    code: str
    doubtful: bool
    key_project: bool
    unit: str
    contacts: str
    liaison: str
    liaisons: tuple[LiaisonLine, ...]
    members: int
    year: int
    next_act: Act | None
    acts: tuple[Act, ...]
    matters: tuple[WorkItem, ...]
    visits: tuple[VisitLine, ...]
    hazards: tuple[HazardLine, ...]
    inspections: tuple[InspectionLine, ...]
    items: tuple[ItemYear, ...]
    losses: tuple[LossLine, ...]


@value
class OwnMatter:
    code: str
    subject: str
    state: str
    since: datetime
    promises: tuple[PromiseLine, ...]
    answer: str
    replies: tuple[FactLine, ...]
    follow_url: str


@value
class OwnFirmView:
    """firms/own.html"""

    name: str
    code: str
    liaison: str
    station: str
    year: int
    missed: tuple[PromiseLine, ...]
    matters: tuple[OwnMatter, ...]
    inspections: tuple[InspectionLine, ...]
    items: tuple[ItemYear, ...]
    opinions: tuple[OpinionLine, ...]
    hazards: tuple[HazardLine, ...]
    acts: tuple[Act, ...]


@value
class FirmsView:
    """firms/list.html"""

    firms: tuple[FirmLine, ...]
    empty: str


@value
class PlanLine:
    firm: str
    code: str
    item: str
    first: date
    last: date
    state: str
    tone: Tone
    inspection: str
    """The visit it became part of, and with whom."""
    acts: tuple[Act, ...]


@value
class PlansView:
    """station/plans.html"""

    unit: str
    plans: tuple[PlanLine, ...]
    tasks: tuple[WorkItem, ...]
    act: Act | None
    items: tuple[ItemYear, ...]
    no_item: str


@value
class BroughtView:
    """station/brought.html: code and PIN of what an officer wrote down for a firm, shown once"""

    code: str
    pin: str
    back_url: str
