"""What the enterprise API answers, as far as the pages use it."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from services.portal.desk_client import Answer, DeskClient
from services.portal.pages.staffroom import Moment

API = "/enterprise/v1"
MAX_PAGES = 5
PAGE = 200


class FirmRow(Answer):
    firm_id: UUID
    credit_code: str
    checks_hold: bool = True
    unit: str
    name: str | None = None
    key_project: bool = False
    liaison: UUID | None = None

    @property
    def called(self) -> str:
        return self.name or self.credit_code


class _Firms(Answer):
    firms: tuple[FirmRow, ...] = ()
    cursor: str | None = None


class Term(Answer):
    officer: UUID
    since: date
    until: date | None = None


class Firm(FirmRow):
    contacts: str | None = None
    liaisons: tuple[Term, ...] = ()
    members: tuple[UUID, ...] = ()


class MatterRow(Answer):
    matter_id: UUID
    request_id: UUID
    category: str
    priority: str
    kind: str | None = None
    firm_id: UUID | None = None
    unit: str
    owner: UUID | None = None
    state: str
    gate_late: bool = False
    next_due: datetime
    open_tasks: int = 0
    late_tasks: int = 0
    ended_at: datetime | None = None


class Matters(Answer):
    matters: tuple[MatterRow, ...] = ()
    cursor: str | None = None


class TaskRow(Answer):
    task_id: UUID
    matter_id: UUID
    unit: str
    state: str
    due: datetime
    urged: int = 0


class Tasks(Answer):
    tasks: tuple[TaskRow, ...] = ()


class Next(Answer):
    operation: str
    allowed: bool
    why_not: str | None = None
    rule: str | None = None
    words: str = ""

    @property
    def name(self) -> str:
        return self.operation.removeprefix("enterprise.")


class Task(Answer):
    task_id: UUID
    unit: str
    state: str
    due: datetime
    object_until: datetime
    rung: str | None = None
    urged: bool = False
    demand: str | None = None
    reply: str | None = None


class Round(Answer):
    measures: tuple[str, ...]
    expenses_fen: int = 0
    at: datetime


class Matter(Answer):
    matter_id: UUID
    request_id: UUID
    category: str
    priority: str
    kind: str | None = None
    state: str
    unit: str
    owner: UUID | None = None
    firm_id: UUID | None = None
    gate: str | None = None
    gate_due: datetime | None = None
    gate_late: bool = False
    consented: bool = False
    legality: str | None = None
    complained_of: str | None = None
    rounds: tuple[Round, ...] = ()
    expenses_fen: int = 0
    tasks: tuple[Task, ...] = ()
    lodged: int = 0
    outcome: str | None = None
    narrative: str | None = None
    answer: str | None = None
    offered_at: datetime
    answer_due: datetime
    next: tuple[Next, ...] = ()
    timeline: tuple[Moment, ...] = ()


class VisitRow(Answer):
    visit_id: UUID
    firm_id: UUID
    on: date
    visitor: UUID
    unit: str
    state: str
    opinions: int = 0
    late: int = 0
    next_due: datetime | None = None


class Visits(Answer):
    visits: tuple[VisitRow, ...] = ()


class Opinion(Answer):
    opinion_id: UUID
    opinion: str | None = None
    measure: str | None = None
    due: datetime | None = None
    late: bool = False
    answered: bool = False
    answer: str | None = None


class Visit(Answer):
    visit_id: UUID
    firm_id: UUID
    on: date
    checklist: tuple[str, ...]
    visitor: UUID
    units: tuple[str, ...] = ()
    held: bool = False
    cancelled: bool = False
    opinions: tuple[Opinion, ...] = ()


class HazardRow(Answer):
    hazard_id: UUID
    firm_id: UUID
    item: str
    unit: str
    fix_by: datetime
    state: str
    rung: str | None = None
    leniency: str | None = None


class Hazards(Answer):
    hazards: tuple[HazardRow, ...] = ()


class PlanRow(Answer):
    plan_id: UUID
    firm_id: UUID
    year: int
    unit: str
    item: str
    begins: date
    ends: date
    state: str
    inspection_id: UUID | None = None
    on: date | None = None
    credit_code: str


class Plans(Answer):
    plans: tuple[PlanRow, ...] = ()


class Plan(Answer):
    plan_id: UUID
    unit: str
    item: str
    title: str
    begins: date
    ends: date
    state: str


class Report(Answer):
    unit: str
    finding: str
    report: str | None = None


class Inspection(Answer):
    inspection_id: UUID
    on: date
    plans: tuple[UUID, ...]
    units: tuple[str, ...]
    objected: bool = False
    objection: str | None = None
    upheld: bool | None = None
    decision: str | None = None
    held: bool = False
    reports: tuple[Report, ...] = ()

    @property
    def waits_for_decision(self) -> bool:
        return self.objected and self.upheld is None


class Year(Answer):
    firm_id: UUID
    year: int
    plans: tuple[Plan, ...] = ()
    inspections: tuple[Inspection, ...] = ()


class Entry(Answer):
    code: str
    title: str


class Item(Entry):
    units: tuple[str, ...]
    ground: str | None = None
    yearly_cap: int


class Catalogue(Answer):
    checklist: tuple[Entry, ...] = ()
    inspection_items: tuple[Item, ...] = ()
    hazards: tuple[Entry, ...] = ()

    @property
    def titles(self) -> Mapping[str, str]:
        return {each.code: each.title for each in (*self.checklist, *self.inspection_items, *self.hazards)}


class Goods(Answer):
    kind: str
    claimed_pieces: int
    recovered_pieces: int


class Figures(Answer):
    since: date
    until: date
    recovered_fen: int
    claimed_fen: int
    losses: int
    goods: tuple[Goods, ...] = ()


class LossRow(Answer):
    loss_id: UUID
    claimed_fen: int
    recovered_fen: int
    recorded_at: datetime


class Losses(Answer):
    losses: tuple[LossRow, ...] = ()


async def firms_seen(desk: DeskClient, after: str = "") -> dict[UUID, FirmRow]:
    """The firms that the reader may see, by number; more than a thousand belong behind a search of the desk."""
    found: dict[UUID, FirmRow] = {}
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        page = await desk.get(f"{API}/firms", _Firms, cursor=cursor, limit=PAGE, after=after)
        found |= {each.firm_id: each for each in page.firms}
        if (cursor := page.cursor) is None:
            break
    return found


async def firm_of_code(desk: DeskClient, code: str) -> FirmRow:
    """Raises Refused."""
    return await desk.get(f"{API}/firms/by-code/{code}", FirmRow)


async def catalogue(desk: DeskClient) -> Catalogue:
    return await desk.get(f"{API}/catalogue", Catalogue)


async def year_of(desk: DeskClient, firm_id: UUID, year: int) -> Year:
    return await desk.get(f"{API}/firms/{firm_id}/inspections/{year}", Year)
