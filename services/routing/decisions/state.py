"""What triage remembers of a request, and how facts change it."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import assert_never

from services.routing.clocks.facts import CLOCK_EVENTS, ClockStopped
from services.routing.clocks.running import Running, evolve_clocks
from services.routing.clocks.table import Moment
from services.routing.decisions.facts import (
    DangerNoted,
    DecidedBy,
    DecisionConfirmed,
    DecisionEvent,
    DecisionOverruled,
    EscalationNoted,
    HandlingNoted,
    HandlingRevoked,
    HandlingStep,
    InfoWaitNoted,
    JudgingPutOff,
    OverruleUndone,
    RequestClassified,
    RequestGated,
    RequestJudged,
    RequestReturned,
    RequestRouted,
    ScreeningAsked,
    ScreeningReason,
    TriageBegun,
    TriageEnded,
    TriageReopened,
)
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.owners import Owner
from services.routing.decisions.rules.ruling import Ruling
from shared.contracts.codes import Door, Gate
from shared.contracts.danger import DangerKind
from shared.kernel import ClockId, CorruptHistory, GridCode, PersonId, RequestId, TextRef, state


@state
class Waiting:
    """For the model (no reasons) or for a person."""

    reasons: frozenset[ScreeningReason] = frozenset()


@state
class Routed:
    holder: Owner
    attempt: int
    signed: bool = False
    finished: bool = False


@state
class Ended:
    pass


Phase = Waiting | Routed | Ended


@state
class Undo:
    """What the last overrule replaced."""

    ruling: Ruling | None
    decided_by: DecidedBy | None
    confidence: int
    phase: Phase
    overruled_at: datetime
    signed_since: bool = False


@state
class Unbegun:
    pass


@state
class Matter:
    request_id: RequestId
    requester: PersonId | None
    other_party: PersonId | None
    narrative: TextRef
    danger: frozenset[DangerKind]
    filed_at: datetime
    since: datetime
    """Filed, or last reopened: what the promises count from."""
    routed: int = 0
    """How often it was routed."""
    reopening: int = 1
    phase: Phase = Waiting()
    ruling: Ruling | None = None
    decided_by: DecidedBy | None = None
    confidence: int = 0
    judged: bool = False
    unsure: bool = False
    put_off: int = 0
    """How often the text could not be read."""
    grid: GridCode | None = None
    gates: Mapping[Gate, GateResult] = field(default_factory=dict)
    decided_gates: frozenset[Gate] = frozenset()
    """Those that a person decided."""
    excluded: frozenset[PersonId] = frozenset()
    clocks: Mapping[ClockId, Running] = field(default_factory=dict)
    seen: frozenset[Moment] = frozenset()
    """Moments of this round that stopped a clock; no clock that waits for them is armed again."""
    info_wanted: bool = False
    undo: Undo | None = None
    noted: frozenset[tuple[int, HandlingStep]] = frozenset()
    door: Door | None = None
    escalations: frozenset[datetime] = frozenset()
    """When hosts reported that the dispute threatens to become violent."""

    @property
    def attempt(self) -> int:
        """The routing under way, or the next one."""
        return self.routed if isinstance(self.phase, Routed) else self.routed + 1

    @property
    def holder(self) -> Owner | None:
        return self.phase.holder if isinstance(self.phase, Routed) else None


DecisionState = Unbegun | Matter


def evolve(before: DecisionState, event: DecisionEvent) -> DecisionState:
    if isinstance(event, TriageBegun):
        return _begun(event)
    if isinstance(before, Unbegun):
        raise CorruptHistory(f"{type(event).__name__} before triage began")
    if isinstance(event, CLOCK_EVENTS):
        seen = before.seen | {event.by} if isinstance(event, ClockStopped) and event.by else before.seen
        return replace(before, clocks=evolve_clocks(before.clocks, event), seen=seen)
    match event:
        case RequestJudged():
            danger = before.danger | frozenset(event.danger)
            return replace(before, judged=True, unsure=event.unsure, grid=event.grid, danger=danger)
        case JudgingPutOff():
            return replace(before, put_off=before.put_off + 1)
        case RequestClassified():
            return replace(before, ruling=event.ruling, decided_by=event.decided_by, confidence=event.confidence)
        case ScreeningAsked():
            return replace(before, phase=_waiting(before, frozenset(event.reasons)))
        case RequestGated():
            return _gated(before, event)
        case RequestRouted():
            holder = Owner(event.unit, event.owner, event.deputy)
            return replace(before, phase=Routed(holder, event.attempt), routed=event.attempt)
        case HandlingRevoked():
            return replace(before, phase=Waiting())
        case DecisionConfirmed():
            return replace(before, decided_by=DecidedBy.PERSON, phase=_answered(before.phase), undo=None)
        case DecisionOverruled():
            undo = Undo(before.ruling, before.decided_by, before.confidence, before.phase, event.occurred_at)
            return replace(before, phase=_answered(before.phase), undo=undo)
        case OverruleUndone():
            return _undone(before, event)
        case RequestReturned():
            return _back(before, event.owner)
        case TriageReopened():
            return replace(
                _back(before, event.former_handler),
                reopening=event.reopening,
                since=event.occurred_at,
                seen=frozenset(),
                noted=frozenset(),
                info_wanted=False,
            )
        case HandlingNoted():
            return _noted(before, event)
        case DangerNoted():
            return replace(before, danger=before.danger | frozenset(event.danger), undo=None)
        case EscalationNoted():
            return replace(before, escalations=before.escalations | {event.reported_at})
        case InfoWaitNoted():
            return replace(before, info_wanted=event.waiting)
        case TriageEnded():
            return replace(before, phase=Ended(), undo=None, info_wanted=False)
        case _:
            assert_never(event)


def _begun(event: TriageBegun) -> Matter:
    return Matter(
        request_id=event.request_id,
        requester=event.requester,
        other_party=event.other_party,
        narrative=event.narrative,
        danger=frozenset(event.danger),
        filed_at=event.filed_at,
        since=event.filed_at,
        door=event.door,
    )


def _waiting(matter: Matter, reasons: frozenset[ScreeningReason]) -> Phase:
    """A look that is asked for while somebody handles the request leaves it with him."""
    return matter.phase if isinstance(matter.phase, Routed) else Waiting(reasons)


def _answered(phase: Phase) -> Phase:
    """A person's word answers everything that was asked; what is still missing is asked again."""
    return Waiting() if isinstance(phase, Waiting) else phase


def _gated(matter: Matter, event: RequestGated) -> Matter:
    gates = {**matter.gates, event.gate: event.result}
    if event.decided_by is not DecidedBy.PERSON:
        return replace(matter, gates=gates)
    return replace(matter, gates=gates, decided_gates=matter.decided_gates | {event.gate}, undo=None)


def _undone(matter: Matter, event: OverruleUndone) -> Matter:
    if matter.undo is None:
        raise CorruptHistory("nothing to undo")
    phase = Waiting() if isinstance(matter.phase, Waiting) else matter.phase
    if event.restored is None:
        return replace(matter, phase=phase, ruling=None, decided_by=None, confidence=0, undo=None)
    return replace(matter, phase=phase, undo=None)


def _back(matter: Matter, former: PersonId | None) -> Matter:
    """Decided anew, without the one who had it."""
    excluded = matter.excluded | ({former} if former else frozenset())
    return replace(matter, phase=Waiting(), excluded=excluded, undo=None)


def _noted(matter: Matter, event: HandlingNoted) -> Matter:
    noted = matter.noted | {(event.attempt, event.step)}
    phase, undo = matter.phase, matter.undo
    if isinstance(phase, Routed) and event.step is HandlingStep.SIGNED:
        phase, undo = replace(phase, signed=True), undo and replace(undo, signed_since=True)
    elif isinstance(phase, Routed) and event.step is HandlingStep.OUTCOME:
        phase = replace(phase, finished=True)
    return replace(matter, phase=phase, noted=noted, undo=undo)
