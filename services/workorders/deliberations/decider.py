"""Find, discuss, solve: the trouble of many is talked through, and over when people have what was decided.

Danger does not wait for the talk: those who have to act are told when the matter is opened (R-22).
"""

from collections.abc import Mapping
from dataclasses import field, replace
from typing import assert_never

from services.workorders.deliberations.commands import (
    AcknowledgeDanger,
    AddSupporter,
    CloseDeliberation,
    Decide,
    DeliberationCommand,
    Discuss,
    NoteMilestoneOverdue,
    OpenDeliberation,
    ReachMilestone,
)
from services.workorders.deliberations.facts import (
    Danger,
    DangerAcknowledged,
    DangerTold,
    Decided,
    DeliberationEvent,
    DeliberationId,
    DeliberationOpened,
    Discussed,
    Milestone,
    MilestoneOverdue,
    MilestoneReached,
    Solved,
    Step,
    Supported,
)
from services.workorders.orders.rules.hands import Doer
from shared.kernel import (
    CorruptHistory,
    Decider,
    ItemCode,
    NotFound,
    PersonId,
    Rejection,
    RequestId,
    TextRef,
    UnitCode,
    state,
    value,
)


@value
class Progress:
    milestone: Milestone
    proof: TextRef | None = None
    late: bool = False


@state
class Unopened:
    pass


@state
class Deliberation:
    deliberation_id: DeliberationId
    request_id: RequestId
    topic: ItemCode
    owner: PersonId
    unit: UnitCode
    problem: TextRef
    step: Step = Step.FIND
    danger: Danger | None = None
    told: Mapping[UnitCode, bool] = field(default_factory=dict)
    """Who was told of the danger, and whether he said that he acts."""
    supporters: frozenset[RequestId] = frozenset()
    minutes: tuple[TextRef, ...] = ()
    decision: TextRef | None = None
    milestones: Mapping[ItemCode, Progress] = field(default_factory=dict)


DeliberationState = Unopened | Deliberation


class DangerToldToNobody(Rejection):
    """Who names a danger names who acts on it now."""

    rule = "R-22"


class DangerNotToldToYou(Rejection):
    """Others were told of it."""


class NotTheHost(Rejection):
    """`unit`: who leads the talk, and writes its record."""


class DeliberationOver(Rejection):
    """It is solved."""


class DiscussFirst(Rejection):
    """A decision is what people said yes to: first they meet."""


class DecidedAlready(Rejection):
    """The decision stands; what comes of it is in its milestones."""


class NothingToUse(Rejection):
    """A decision says when people have what it promises: one milestone is the use of it."""


class MilestoneInThePast(Rejection):
    """A milestone needs a day that is still to come."""


class MilestoneUnknown(Rejection):
    """`code` is no milestone of the decision."""


class NotInUseYet(Rejection):
    """`missing`: milestones that are not reached. A decision solves nothing before people have what was decided."""


# ── what happened ────────────────────────────────────────────────────────
def evolve(known: DeliberationState, event: DeliberationEvent) -> DeliberationState:
    if isinstance(event, DeliberationOpened):
        return Deliberation(
            event.deliberation_id, event.request_id, event.topic, event.owner, event.unit, event.problem
        )
    if isinstance(known, Unopened):
        raise CorruptHistory("a deliberation nobody opened")
    match event:
        case DangerTold():
            return replace(known, danger=event.danger, told=dict.fromkeys(event.units, False))
        case DangerAcknowledged():
            return replace(known, told={**known.told, event.unit: True})
        case Supported():
            return replace(known, supporters=known.supporters | {event.supporter})
        case Discussed():
            return replace(known, step=Step.DISCUSS, minutes=(*known.minutes, event.minutes))
        case Decided():
            milestones = {each.code: Progress(each) for each in event.milestones}
            return replace(known, step=Step.SOLVE, decision=event.decision, milestones=milestones)
        case MilestoneReached():
            return _progress(known, event.code, replace(known.milestones[event.code], proof=event.proof))
        case MilestoneOverdue():
            return _progress(known, event.code, replace(known.milestones[event.code], late=True))
        case Solved():
            return replace(known, step=Step.SOLVED)
        case _:
            assert_never(event)


def _progress(known: Deliberation, code: ItemCode, progress: Progress) -> Deliberation:
    return replace(known, milestones={**known.milestones, code: progress})


# ── decisions ────────────────────────────────────────────────────────────
def decide(command: DeliberationCommand, known: DeliberationState) -> tuple[DeliberationEvent, ...]:
    if isinstance(command, OpenDeliberation):
        return _open(command) if isinstance(known, Unopened) else ()
    if isinstance(known, Unopened):
        raise NotFound("deliberation")
    match command:
        case AcknowledgeDanger():
            return _acknowledge(command, known)
        case AddSupporter():
            return _support(command, known)
        case Discuss():
            return _discuss(command, known)
        case Decide():
            return _decide(command, known)
        case ReachMilestone():
            return _reach(command, known)
        case NoteMilestoneOverdue():
            return _overdue(command, known)
        case CloseDeliberation():
            return _close(command, known)
        case _:
            assert_never(command)


def _open(command: OpenDeliberation) -> tuple[DeliberationEvent, ...]:
    """R-22: danger is told in the same moment, to somebody by name of the unit."""
    if command.doer.unit is None:
        raise NotTheHost(unit="-")
    if command.danger is not None and not command.told:
        raise DangerToldToNobody
    opened = DeliberationOpened(
        deliberation_id=command.deliberation_id,
        request_id=command.request_id,
        topic=command.topic,
        owner=command.doer.person,
        unit=command.doer.unit,
        problem=command.problem,
        occurred_at=command.at,
    )
    if command.danger is None:
        return (opened,)
    danger = DangerTold(
        deliberation_id=command.deliberation_id,
        request_id=command.request_id,
        danger=command.danger,
        units=tuple(dict.fromkeys(command.told)),
        occurred_at=command.at,
    )
    return (opened, danger)


def _acknowledge(command: AcknowledgeDanger, known: Deliberation) -> tuple[DeliberationEvent, ...]:
    unit = command.doer.unit
    if unit is None or unit not in known.told:
        raise DangerNotToldToYou
    if known.told[unit]:
        return ()
    return (
        DangerAcknowledged(deliberation_id=known.deliberation_id, unit=unit, done=command.done, occurred_at=command.at),
    )


def require_host(doer: Doer, known: Deliberation) -> None:
    if doer.unit != known.unit:
        raise NotTheHost(unit=known.unit)
    if known.step is Step.SOLVED:
        raise DeliberationOver


def _support(command: AddSupporter, known: Deliberation) -> tuple[DeliberationEvent, ...]:
    """Nobody supports himself, and nobody twice."""
    if command.supporter in known.supporters or command.supporter == known.request_id:
        return ()
    require_host(command.doer, known)
    return (Supported(deliberation_id=known.deliberation_id, supporter=command.supporter, occurred_at=command.at),)


def _discuss(command: Discuss, known: Deliberation) -> tuple[DeliberationEvent, ...]:
    require_host(command.doer, known)
    if known.decision is not None:
        raise DecidedAlready
    if command.minutes in known.minutes:
        return ()
    return (
        Discussed(
            deliberation_id=known.deliberation_id,
            units=tuple(dict.fromkeys(command.units)),
            proposals=command.proposals,
            minutes=command.minutes,
            occurred_at=command.at,
        ),
    )


def _decide(command: Decide, known: Deliberation) -> tuple[DeliberationEvent, ...]:
    require_host(command.doer, known)
    if known.step is Step.FIND:
        raise DiscussFirst
    if known.decision is not None:
        if known.decision.item == command.decision.item:
            return ()
        raise DecidedAlready
    if not any(each.in_use for each in command.milestones):
        raise NothingToUse
    if late := [each.due for each in command.milestones if each.due <= command.at]:
        raise MilestoneInThePast(due=late[0])
    return (
        Decided(
            deliberation_id=known.deliberation_id,
            decision=command.decision,
            milestones=command.milestones,
            occurred_at=command.at,
        ),
    )


def _reach(command: ReachMilestone, known: Deliberation) -> tuple[DeliberationEvent, ...]:
    require_host(command.doer, known)
    progress = known.milestones.get(command.code)
    if progress is None:
        raise MilestoneUnknown(code=command.code)
    if progress.proof is not None:
        return ()
    return (
        MilestoneReached(
            deliberation_id=known.deliberation_id, code=command.code, proof=command.proof, occurred_at=command.at
        ),
    )


def _overdue(command: NoteMilestoneOverdue, known: Deliberation) -> tuple[DeliberationEvent, ...]:
    progress = known.milestones.get(command.code)
    if progress is None or progress.proof is not None or progress.late or known.step is Step.SOLVED:
        return ()
    if command.at < progress.milestone.due:
        return ()
    return (
        MilestoneOverdue(
            deliberation_id=known.deliberation_id,
            code=command.code,
            due=progress.milestone.due,
            occurred_at=command.at,
        ),
    )


def missing(known: Deliberation) -> int:
    return sum(progress.proof is None for progress in known.milestones.values())


def require_in_use(known: Deliberation) -> None:
    """K39: the decision is not the end; the end is when people use what was decided."""
    if known.decision is None:
        raise NotInUseYet(missing=1)
    if left := missing(known):
        raise NotInUseYet(missing=left)


def _close(command: CloseDeliberation, known: Deliberation) -> tuple[DeliberationEvent, ...]:
    if known.step is Step.SOLVED:
        return ()
    require_host(command.doer, known)
    require_in_use(known)
    return (Solved(deliberation_id=known.deliberation_id, supporters=len(known.supporters), occurred_at=command.at),)


deliberation_decider: Decider[DeliberationCommand, DeliberationState, DeliberationEvent] = Decider(
    Unopened(), decide, evolve
)
