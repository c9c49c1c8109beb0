"""Where a matter stands. "Answered without an owner" cannot be written."""

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from services.enterprise.firms.decider import FirmId
from services.enterprise.matters.facts import (
    BatchId,
    Kind,
    Legality,
    MatterEnd,
    MatterReturned,
    Offer,
    OutcomeReported,
    RoundId,
    TaskId,
)
from services.enterprise.matters.rules.hands import Hands
from shared.contracts.codes import Flag, Gate, Role, State
from shared.kernel import PersonId, Rejection, RuleId, TextRef, UnitCode, state, value


class TaskState(StrEnum):
    OPEN = "OPEN"
    OBJECTED = "OBJECTED"
    ANSWERED = "ANSWERED"


@value
class Task:
    unit: UnitCode
    due: datetime
    object_until: datetime
    stands: TaskState = TaskState.OPEN
    warned: bool = False
    rung: Role | None = None
    """The highest that was told; None while it is not late."""
    urged: bool = False
    urged_with: TextRef | None = None


@state
class Unoffered:
    pass


@state
class Offered:
    offer: Offer
    gates: Mapping[Gate, RuleId] = field(default_factory=dict)


@state
class Signed:
    offer: Offer
    owner: PersonId
    unit: UnitCode
    kind: Kind
    gates: Mapping[Gate, RuleId]
    firm_id: FirmId | None
    firm_sure: bool = False
    """An officer named it; else it is only the firm whose member asked."""
    gate_due: datetime | None = None
    gate_late: bool = False
    responded: bool = False
    started: bool = False
    consent: TextRef | None = None
    legality: Legality | None = None
    rounds: frozenset[RoundId] = frozenset()
    complained_of: UnitCode | None = None
    tasks: Mapping[TaskId, Task] = field(default_factory=dict)
    lodged: frozenset[PersonId] = frozenset()
    batches: frozenset[BatchId] = frozenset()
    answer: TextRef | None = None

    def has(self, flag: Flag) -> bool:
        return flag in self.offer.flags


@state
class Ended:
    """Returned, revoked, withdrawn, or with an outcome: a later attempt is a new matter."""

    offer: Offer
    by: MatterEnd
    firm_id: FirmId | None
    units: frozenset[UnitCode] = frozenset()
    """Departments that had a task."""


MatterState = Unoffered | Offered | Signed | Ended


class MatterUnknown(Rejection):
    """No matter was offered under this id."""


class NotSignedYet(Rejection):
    """Nobody is accountable yet."""


class MatterEnded(Rejection):
    """The matter was returned, revoked or withdrawn, or its outcome is reported."""


def hands_of(offer: Offer) -> Hands:
    return Hands(
        unit=offer.unit, owner=offer.owner, parties=(offer.requester, offer.other_party), excluded=offer.excluded
    )


def require_signed(state: MatterState) -> Signed:
    match state:
        case Signed():
            return state
        case Offered():
            raise NotSignedYet
        case Ended():
            raise MatterEnded
        case Unoffered():
            raise MatterUnknown
        case _:
            assert_never(state)


def require_offered(state: MatterState) -> Offered:
    if isinstance(state, Offered):
        return state
    if isinstance(state, Unoffered):
        raise MatterUnknown
    raise MatterEnded


def owner_of(state: Offered | Signed | Ended) -> PersonId | None:
    """Who is accountable; before the signature, who was named."""
    match state:
        case Offered():
            return state.offer.owner
        case Signed():
            return state.owner
        case Ended(by=OutcomeReported(handler=handler)):
            return handler
        case Ended(by=MatterReturned(owner=owner)):
            return owner
        case Ended():
            return state.offer.owner
        case _:
            assert_never(state)


def firm_of(state: Offered | Signed | Ended) -> FirmId | None:
    return state.offer.firm_id if isinstance(state, Offered) else state.firm_id


def departments_of(state: Offered | Signed | Ended) -> frozenset[UnitCode]:
    match state:
        case Signed():
            return frozenset(task.unit for task in state.tasks.values())
        case Ended():
            return state.units
        case Offered():
            return frozenset()
        case _:
            assert_never(state)


def stage(matter: Signed) -> State:
    """RAISED → ASSIGNED → RECTIFYING → ANSWERED, or plainly in progress where no department is asked."""
    if matter.answer is not None:
        return State.ANSWERED
    if any(task.urged for task in matter.tasks.values()):
        return State.RECTIFYING
    if matter.tasks:
        return State.ASSIGNED
    if not matter.started:
        return State.SIGNED
    return State.RAISED if matter.kind in (Kind.OPINION, Kind.DEPARTMENT_COMPLAINT) else State.IN_PROGRESS
