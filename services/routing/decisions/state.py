"""What triage remembers of a request, and how facts change it."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import date, datetime
from typing import assert_never

from services.routing.clocks.facts import CLOCK_EVENTS, ClockStopped
from services.routing.clocks.running import Running, evolve_clocks
from services.routing.clocks.table import CRIME_REVIEWS, Moment
from services.routing.decisions.facts import (
    ActDated,
    ConfirmationUndone,
    DangerNoted,
    DecidedBy,
    DecisionConfirmed,
    DecisionEvent,
    DecisionOverruled,
    EscalationNoted,
    GateWithdrawn,
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
    TriageResumed,
)
from services.routing.decisions.gate_facts import GATE_EVENTS, ThoseComplainedOfNamed
from services.routing.decisions.gate_state import GateCourse, evolve_gates, gated
from services.routing.decisions.model_facts import JudgementCorrected, ShadowJudged
from services.routing.decisions.placing_facts import (
    PLACING_EVENTS,
    HolderChanged,
    OwnerFound,
    PlaceSettled,
    PlaceSighted,
    PlacingEvent,
)
from services.routing.decisions.rules.acts import ActKind
from services.routing.decisions.rules.crime_review import CrimeReview, owes_letter
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.owners import Owner
from services.routing.decisions.rules.ruling import PATROL, Ruling
from shared.contracts.codes import Channel, Door, Gate
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
    """What the last overrule replaced, or what was accepted."""

    ruling: Ruling | None
    decided_by: DecidedBy | None
    confidence: int
    phase: Phase
    overruled_at: datetime
    signed_since: bool = False
    of_confirmation: bool = False
    looked_for: frozenset[ScreeningReason] = frozenset()
    gates: frozenset[Gate] = frozenset()
    """Those that were met before."""
    asked_since: datetime | None = None
    """From when an investigator's days ran."""


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
    looked_for: frozenset[ScreeningReason] = frozenset()
    """Why a person is asked to look while somebody handles it."""
    doubted: bool = False
    """The model was unsure, nobody has looked since, and no second reading was heard yet."""
    put_off: int = 0
    """How often the text could not be read."""
    grid: GridCode | None = None
    candidates: tuple[GridCode, ...] = ()
    """Grids among which somebody has to choose."""
    gates: Mapping[Gate, GateResult] = field(default_factory=dict)
    decided_gates: frozenset[Gate] = frozenset()
    """Those that a person decided."""
    course: GateCourse = GateCourse()
    excluded: frozenset[PersonId] = frozenset()
    clocks: Mapping[ClockId, Running] = field(default_factory=dict)
    seen: frozenset[Moment] = frozenset()
    """Moments of this round that stopped a clock; no clock that waits for them is armed again."""
    info_wanted: bool = False
    undo: Undo | None = None
    noted: frozenset[tuple[int, HandlingStep]] = frozenset()
    door: Door | None = None
    acts: frozenset[ActKind] = frozenset()
    acted_on: date | None = None
    escalations: frozenset[datetime] = frozenset()
    """When hosts reported that the dispute threatens to become violent."""

    @property
    def attempt(self) -> int:
        """The routing under way, or the next one."""
        return self.routed if isinstance(self.phase, Routed) else self.routed + 1

    @property
    def referred(self) -> bool:
        """Another authority sent it in (R-27): it answers within three days."""
        return self.door is Door.OVERSIGHT

    @property
    def kept_from(self) -> frozenset[PersonId]:
        """Who may not have it: former handlers, and whom the complaint is about."""
        return self.excluded | self.course.barred.people

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
    if isinstance(event, GATE_EVENTS):
        undo = None if isinstance(event, ThoseComplainedOfNamed) else before.undo
        return replace(before, course=evolve_gates(before.course, event), undo=undo)
    if isinstance(event, PLACING_EVENTS):
        return _placed(before, event)
    match event:
        case RequestJudged():
            danger = before.danger | frozenset(event.danger)
            return replace(
                before, judged=True, unsure=event.unsure, doubted=event.unsure, grid=event.grid, danger=danger
            )
        case JudgementCorrected():
            return replace(before, unsure=event.unsure, doubted=False)
        case ShadowJudged():
            return before
        case ActDated():
            return replace(before, acts=frozenset(event.acts), acted_on=event.acted_on)
        case JudgingPutOff():
            return replace(before, put_off=before.put_off + 1)
        case RequestClassified():
            return replace(before, ruling=event.ruling, decided_by=event.decided_by, confidence=event.confidence)
        case ScreeningAsked():
            return _asked(before, frozenset(event.reasons))
        case RequestGated():
            return _gated(before, event)
        case GateWithdrawn():
            return _withdrawn(before, event.gate)
        case RequestRouted():
            holder = Owner(event.unit, event.owner, event.deputy)
            return replace(before, phase=Routed(holder, event.attempt), routed=event.attempt, doubted=False)
        case HandlingRevoked():
            return replace(before, phase=Waiting(), looked_for=frozenset())
        case DecisionConfirmed():
            undo = replace(_undo_of(before, event.occurred_at), of_confirmation=True)
            answered = replace(before, phase=_answered(before.phase), undo=undo, doubted=False)
            return replace(answered, decided_by=DecidedBy.PERSON, looked_for=frozenset())
        case DecisionOverruled():
            undo = _undo_of(before, event.occurred_at)
            answered = replace(before, phase=_answered(before.phase), undo=undo, doubted=False)
            return replace(answered, looked_for=frozenset())
        case ConfirmationUndone():
            return replace(before, decided_by=event.decided_by, undo=None)
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
            return replace(before, info_wanted=event.waiting, doubted=False)
        case TriageResumed():
            return replace(before, phase=Waiting(), since=event.occurred_at, seen=frozenset(), undo=None)
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


def _asked(matter: Matter, reasons: frozenset[ScreeningReason]) -> Matter:
    """A look that is asked for while somebody handles the request leaves it with him."""
    if isinstance(matter.phase, Routed):
        return replace(matter, looked_for=reasons)
    return replace(matter, phase=Waiting(reasons))


def _answered(phase: Phase) -> Phase:
    """A person's word answers everything that was asked; what is still missing is asked again."""
    return Waiting() if isinstance(phase, Waiting) else phase


def _undo_of(matter: Matter, at: datetime) -> Undo:
    days = (running.started_at for clock, running in matter.clocks.items() if clock in CRIME_REVIEWS)
    return Undo(
        matter.ruling,
        matter.decided_by,
        matter.confidence,
        matter.phase,
        at,
        looked_for=matter.looked_for,
        gates=frozenset(matter.gates),
        asked_since=min(days, default=None),
    )


def _gated(matter: Matter, event: RequestGated) -> Matter:
    ruling = matter.ruling
    owed = ruling is not None and owes_letter(ruling.category, ruling.flags)
    course = gated(matter.course, event.gate, event.result, event.ground, letter_owed=owed)
    matter = replace(matter, gates={**matter.gates, event.gate: event.result}, course=course)
    if event.decided_by is not DecidedBy.PERSON:
        return matter
    return replace(matter, decided_gates=matter.decided_gates | {event.gate}, undo=None, doubted=False)


def _withdrawn(matter: Matter, gate: Gate) -> Matter:
    gates = {each: result for each, result in matter.gates.items() if each is not gate}
    course = replace(matter.course, review=CrimeReview()) if gate is Gate.CRIME_OR_CIVIL else matter.course
    return replace(matter, gates=gates, course=course)


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
    return replace(matter, phase=Waiting(), excluded=excluded, undo=None, doubted=False, looked_for=frozenset())


def _placed(matter: Matter, event: PlacingEvent) -> Matter:
    match event:
        case PlaceSighted():
            return replace(matter, candidates=event.sighting.in_doubt)
        case PlaceSettled():
            return replace(matter, grid=event.grid, candidates=())
        case OwnerFound():
            return matter
        case HolderChanged():
            return _with_holder(matter, event)
        case _:
            assert_never(event)


def _with_holder(matter: Matter, event: HolderChanged) -> Matter:
    """The former owner stands behind a deputy who took over."""
    if not isinstance(matter.phase, Routed):
        raise CorruptHistory("nobody has it whom somebody could follow")
    former = matter.phase.holder
    deputy = former.owner if event.owner == former.deputy else former.deputy
    return replace(matter, phase=replace(matter.phase, holder=Owner(event.unit, event.owner, deputy)))


def _noted(matter: Matter, event: HandlingNoted) -> Matter:
    noted = matter.noted | {(event.attempt, event.step)}
    phase, undo = matter.phase, matter.undo
    if isinstance(phase, Routed) and event.step is HandlingStep.SIGNED:
        phase, undo = replace(phase, signed=True), undo and replace(undo, signed_since=True)
    elif isinstance(phase, Routed) and event.step is HandlingStep.OUTCOME:
        phase = replace(phase, finished=True)
    course = replace(matter.course, attended=True) if _attends(matter, event.step) else matter.course
    return replace(matter, phase=phase, noted=noted, undo=undo, course=course)


def _attends(matter: Matter, step: HandlingStep) -> bool:
    """Officers who only signed have not been there yet (R-18)."""
    channel = matter.ruling.channel if matter.ruling else None
    return step is not HandlingStep.SIGNED and channel in PATROL | {Channel.CHILD}
