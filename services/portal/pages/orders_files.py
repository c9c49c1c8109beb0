"""What pages read of orders, parts and playbooks."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from services.portal.desk_client import Answer
from services.portal.pages.staffroom import Moment

API = "/workorders/v1"
ENDED = frozenset({"RESOLVED", "FAILED", "REFUSED", "HANDED_OVER", "RETURNED", "REVOKED", "WITHDRAWN"})


class Title(Answer):
    zh: str


class Coded(Answer):
    code: str
    title: Title | None = None

    @property
    def words(self) -> str:
        return self.title.zh if self.title else self.code


class Wanted(Answer):
    """What other units are asked."""

    kinds: tuple[str, ...] = ()
    most: int = 1
    shares: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    minutes: int | None = None
    days: int | None = None


class StepFile(Answer):
    step: str
    does: str
    title: Title | None = None
    done_at: datetime | None = None
    by: UUID | None = None
    role: str | None = None
    due: datetime | None = None
    overdue: bool = False
    counts: bool = True
    missing: tuple[str, ...] = ()
    result: str | None = None
    tries: int = 0
    most_tries: int = 1
    helpers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    proof: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    results: tuple[Coded, ...] = ()
    items: tuple[Coded, ...] = ()
    task: Wanted | None = None
    rule: str | None = None

    @property
    def name(self) -> str:
        return self.title.zh if self.title else self.step

    @property
    def result_words(self) -> str:
        return next((each.words for each in self.results if each.code == self.result), "")


class Next(Answer):
    operation: str
    step: str | None = None
    allowed: bool
    why_not: str | None = None
    rule: str | None = None

    @property
    def name(self) -> str:
        return self.operation.removeprefix("workorders.")


class TaskFile(Answer):
    task_id: UUID
    step: str
    unit: str
    lead: bool
    state: str
    due: datetime | None = None
    answered_at: datetime | None = None
    result: str | None = None
    words: str | None = None
    reason: str | None = None

    @property
    def is_silent(self) -> bool:
        return self.state in ("offered", "signed")

    @property
    def counts(self) -> bool:
        return self.state not in ("objected", "recalled")


class Rung(Answer):
    ladder: str
    rung: int
    told: tuple[str, ...] = ()
    person: UUID | None = None
    at: datetime


class End(Answer):
    outcome: str
    details: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class OrderMoment(Moment):
    step: str | None = None


class Order(Answer):
    order_id: UUID
    request_id: UUID
    category: str
    priority: str
    channel: str
    state: str
    unit: str
    owner: UUID | None = None
    playbook: str = ""
    playbook_version: str = ""
    playbook_title: Title | None = None
    choices: tuple[Coded, ...] = ()
    deadline: datetime | None = None
    offered_to: UUID | None = None
    sign_due: datetime | None = None
    signed_at: datetime | None = None
    answer_due: datetime | None = None
    steps: tuple[StepFile, ...] = ()
    tasks: tuple[TaskFile, ...] = ()
    rungs: tuple[Rung, ...] = ()
    ends: tuple[End, ...] = ()
    outcome: str | None = None
    detail: str | None = None
    return_reason: str | None = None
    narrative: str | None = None
    answer: str | None = None
    next: tuple[Next, ...] = ()
    timeline: tuple[OrderMoment, ...] = ()

    def act(self, name: str, step: str | None = None) -> Next | None:
        return next((each for each in self.next if each.name == name and step in (None, each.step)), None)

    def may(self, name: str, step: str | None = None) -> bool:
        return any(each.name == name and each.allowed and step in (None, each.step) for each in self.next)

    def step(self, code: str) -> StepFile | None:
        return next((each for each in self.steps if each.step == code), None)

    def parts_of(self, step: str) -> tuple[TaskFile, ...]:
        return tuple(each for each in self.tasks if each.step == step)

    @property
    def is_running(self) -> bool:
        """Somebody is accountable, and it has not ended."""
        return self.signed_at is not None and self.state not in ENDED

    @property
    def step_names(self) -> Mapping[str, str]:
        return {each.step: each.name for each in self.steps}


class TaskRow(Answer):
    task_id: UUID
    order_id: UUID
    lead: bool
    state: str
    late: bool = False
    due: datetime | None = None
    asked_at: datetime


class TaskRows(Answer):
    tasks: tuple[TaskRow, ...] = ()


class OwnTask(Answer):
    """What a unit sees of its part."""

    task_id: UUID
    order_id: UUID
    title: Title | None = None
    unit: str
    lead: bool
    state: str
    shared: Mapping[str, str | None] = {}
    proof: tuple[str, ...] = ()
    due: datetime | None = None
    asked_at: datetime
    result: str | None = None
    next: tuple[Next, ...] = ()

    def may(self, name: str) -> bool:
        return any(each.name == name and each.allowed for each in self.next)


class OrderRow(Answer):
    order_id: UUID
    category: str
    priority: str
    channel: str
    unit: str
    owner: UUID | None = None
    state: str
    open: bool = True
    answer_due: datetime
    signed_at: datetime | None = None
    ended_at: datetime | None = None
    late: tuple[str, ...] = ()


class OrderRows(Answer):
    orders: tuple[OrderRow, ...] = ()
    cursor: str | None = None


class PlaybookRow(Answer):
    playbook: str
    version: str
    title: Title
    channels: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    by_hand: bool = False
    valid_from: date
    valid_until: date | None = None
    steps: tuple[str, ...] = ()


class PlaybookRows(Answer):
    playbooks: tuple[PlaybookRow, ...] = ()


class MinutesFor(Answer):
    priority: str
    minutes: int


class Tier(Answer):
    minutes: int
    told: tuple[str, ...] = ()


class When(Answer):
    step: str
    result: str


class StepSheet(Answer):
    step: StepFile
    after: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    when: tuple[When, ...] = ()
    minutes: tuple[MinutesFor, ...] = ()
    days: int | None = None
    tiers: tuple[Tier, ...] = ()
    back_to: str | None = None


class EndSheet(Answer):
    outcome: str
    needs: tuple[str, ...] = ()
    details: tuple[str, ...] = ()


class PlaybookFile(Answer):
    playbook: str
    version: str
    title: Title
    channels: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    by_hand: bool = False
    returns: bool = True
    valid_from: date
    valid_until: date | None = None
    signers: tuple[str, ...] = ()
    sign_minutes: tuple[MinutesFor, ...] = ()
    steps: tuple[StepSheet, ...] = ()
    ends: tuple[EndSheet, ...] = ()
