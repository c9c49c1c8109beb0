"""A playbook as the shelf shows it: every step with who, what proof, how long, and what each end needs."""

from datetime import date

from services.workorders.adapters.playbooks import Sheet, Shelf
from services.workorders.orders.rules.playbook import Does, Limit, OrderFact, Step
from services.workorders.orders.rules.states import Unoffered
from services.workorders.orders.shown_course import CourseShown, DoneStep, StepAnswer, Title, as_title
from shared.contracts.codes import Category, Channel, Flag, Outcome, OutcomeDetail, Priority, Role, State
from shared.web import StrictModel


class MinutesFor(StrictModel):
    priority: Priority
    minutes: int


class TierPage(StrictModel):
    minutes: int
    told: tuple[Role, ...]


class WhenPage(StrictModel):
    step: str
    result: str


class StepPage(StrictModel):
    step: StepAnswer
    after: tuple[str, ...]
    one_of: tuple[str, ...]
    failed: tuple[str, ...]
    when: tuple[WhenPage, ...]
    minutes: tuple[MinutesFor, ...]
    days: int | None
    tiers: tuple[TierPage, ...]
    reaches: State | None
    tells: OrderFact | None
    back_to: str | None


class EndPage(StrictModel):
    outcome: Outcome
    needs: tuple[str, ...]
    details: tuple[OutcomeDetail, ...]


class PlaybookPage(StrictModel):
    playbook: str
    version: str
    title: Title
    channels: tuple[Channel, ...]
    categories: tuple[Category, ...]
    flags: tuple[Flag, ...]
    by_hand: bool
    returns: bool
    valid_from: date
    valid_until: date | None
    signers: tuple[Role, ...]
    sign_minutes: tuple[MinutesFor, ...]
    steps: tuple[StepPage, ...]
    ends: tuple[EndPage, ...]
    parallel: tuple[str, ...]
    """Steps that other units do."""


def playbook_page(sheet: Sheet, shelf: Shelf) -> PlaybookPage:
    playbook = sheet.playbook
    course = CourseShown(playbook, shelf)
    return PlaybookPage(
        playbook=playbook.code,
        version=playbook.version,
        title=as_title(sheet.title),
        channels=tuple(sorted(sheet.channels)),
        categories=tuple(sorted(sheet.takes.categories)),
        flags=tuple(sorted(sheet.takes.flags)),
        by_hand=sheet.takes.by_hand,
        returns=playbook.returns,
        valid_from=sheet.valid_from,
        valid_until=sheet.valid_until,
        signers=playbook.signers,
        sign_minutes=_minutes(playbook.sign_limits),
        steps=tuple(_step(step, course.step(step, DoneStep(), Unoffered())) for step in playbook.steps),
        ends=tuple(EndPage(outcome=end.outcome, needs=end.needs, details=end.details) for end in playbook.ends),
        parallel=tuple(step.code for step in playbook.steps if step.does is Does.TASK),
    )


def _step(step: Step, shown: StepAnswer) -> StepPage:
    return StepPage(
        step=shown,
        after=step.after,
        one_of=step.one_of,
        failed=step.failed,
        when=tuple(WhenPage(step=each.step, result=each.result) for each in step.when),
        minutes=_minutes(step.limits),
        days=step.days,
        tiers=tuple(TierPage(minutes=tier.minutes, told=tier.told) for tier in step.tiers),
        reaches=step.reaches,
        tells=step.tells,
        back_to=step.back_to,
    )


def _minutes(limits: tuple[Limit, ...]) -> tuple[MinutesFor, ...]:
    return tuple(MinutesFor(priority=each.priority, minutes=each.minutes) for each in limits)
