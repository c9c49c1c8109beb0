"""A playbook is data: its steps, who may do them, how long they may take, what proves them and what ends the order.

The engine knows a few kinds of step and no playbook by name. An order keeps the playbook that it was offered with, so a
new version changes no order that is under way.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from shared.contracts.codes import Outcome, OutcomeDetail, Priority, Role, State, UnitKind
from shared.kernel import ItemCode, PackVersion, RuleId, value


class Does(StrEnum):
    """What a step is to the person who asked."""

    RESPOND = "respond"
    """They learn that somebody cares; at most one step of a playbook."""
    WORK = "work"
    TASK = "task"
    """Other units do it; it is done when all that were asked have answered."""
    APPROVE = "approve"
    """Another person than the owner says yes or no."""
    ANSWER = "answer"
    """They are told the result in words; exactly one step of a playbook."""


class OrderFact(StrEnum):
    """The facts of codes.yaml that a step may tell, and two that others wait for."""

    ORDER_DISPATCHED = "order_dispatched"
    ARRIVED_ON_SCENE = "arrived_on_scene"
    PERSON_REACHED = "person_reached"
    DATA_COLLECTED = "data_collected"
    APPLICATION_ACCEPTED = "application_accepted"
    DOCUMENT_ISSUED = "document_issued"
    DOCUMENT_DELIVERED = "document_delivered"
    CRIME_REPORT_ACCEPTED = "crime_report_accepted"
    FILING_DECIDED = "filing_decided"
    CASEWORK_FILED = "casework_filed"
    CASEWORK_CLOSED = "casework_closed"
    RECORDING_MADE = "recording_made"
    CLUE_JUDGED = "clue_judged"


class Proof(StrEnum):
    """What a step has to show. The time is always the bureau's clock."""

    PLACE = "place"
    PHOTO = "photo"
    RECORDING = "recording"
    RECEIPT = "receipt"
    CONSENT = "consent"
    AGE = "age"
    """Adult, or a minor with the guardian; unknown is asked, never assumed."""
    PROXY = "proxy"
    """Himself, or a relative with the papers of both."""


class Ask(StrEnum):
    """What a step has to be told beside its proof."""

    DEADLINE = "deadline"
    AMOUNT = "amount"
    ITEMS = "items"


class Share(StrEnum):
    """What another unit may learn for its part; everything else stays here."""

    NAME = "name"
    PHONE = "phone"
    PLACE = "place"
    MATTER = "matter"


@value
class Limit:
    """Minutes: the desk's own reminders. Days, counted by the calendar, stand in `Step.days`."""

    priority: Priority
    minutes: int


@value
class Tier:
    """One rung of the arrival ladder, and who is told when it passes."""

    minutes: int
    told: tuple[Role, ...]


@value
class When:
    """The step counts only where an earlier one came to this result."""

    step: ItemCode
    result: ItemCode


@value
class Task:
    """What other units are asked: of which kinds, how many at most, what they learn and what they have to show."""

    kinds: tuple[UnitKind, ...]
    most: int = 1
    shares: tuple[Share, ...] = ()
    proof: tuple[Proof, ...] = ()
    minutes: int | None = None
    days: int | None = None


@value
class Step:
    code: ItemCode
    does: Does
    after: tuple[ItemCode, ...] = ()
    helpers: tuple[Role, ...] = ()
    """Roles of the unit that may do it for the owner."""
    limits: tuple[Limit, ...] = ()
    reaches: State | None = None
    others: tuple[Role, ...] = ()
    """Roles of other units that may do it: the dispatcher, an approver."""
    one_of: tuple[ItemCode, ...] = ()
    """Any of these opens it."""
    failed: tuple[ItemCode, ...] = ()
    """Opened when each of these was tried in vain at least once."""
    when: tuple[When, ...] = ()
    results: tuple[ItemCode, ...] = ()
    """It is reported with one of these."""
    proof: tuple[Proof, ...] = ()
    asks: tuple[Ask, ...] = ()
    items: tuple[ItemCode, ...] = ()
    """The whole list that may be asked of the person."""
    tries: int = 1
    tells: OrderFact | None = None
    tiers: tuple[Tier, ...] = ()
    days: int | None = None
    task: Task | None = None
    back_to: ItemCode | None = None
    """Where a refused approval begins again."""
    rule: RuleId | None = None
    """The law that wants this step."""


@value
class DetailWhen:
    """A detail that needs an earlier result."""

    detail: OutcomeDetail
    when: When


@value
class End:
    outcome: Outcome
    needs: tuple[ItemCode, ...] = ()
    details: tuple[OutcomeDetail, ...] = ()
    only: tuple[DetailWhen, ...] = ()


@value
class Playbook:
    code: ItemCode
    version: PackVersion
    signers: tuple[Role, ...]
    sign_limits: tuple[Limit, ...]
    steps: tuple[Step, ...]
    ends: tuple[End, ...]
    returns: bool = True
    """False: nobody is sent elsewhere; the unit that has it finds the way."""


def step_of(playbook: Playbook, code: ItemCode) -> Step | None:
    return next((step for step in playbook.steps if step.code == code), None)


def step_that(playbook: Playbook, does: Does) -> Step | None:
    return next((step for step in playbook.steps if step.does is does), None)


def end_of(playbook: Playbook, outcome: Outcome) -> End | None:
    return next((end for end in playbook.ends if end.outcome is outcome), None)


def due(limits: tuple[Limit, ...], priority: Priority, start: datetime) -> datetime | None:
    """None where the playbook sets no limit for this priority."""
    for limit in limits:
        if limit.priority is priority:
            return start + timedelta(minutes=limit.minutes)
    return None
