"""Where decisions are kept, what of them is public, and which timers they set."""

from collections.abc import Awaitable, Callable
from typing import assert_never

from services.routing.clocks.facts import (
    ClockArmed,
    ClockBreached,
    ClockPaused,
    ClockResumed,
    ClockRetimed,
    ClockStopped,
    ClockWarned,
)
from services.routing.clocks.table import ClockRules
from services.routing.decisions.commands import DecisionCommand
from services.routing.decisions.decider import decision_decider
from services.routing.decisions.facts import (
    ActDated,
    ConfirmationUndone,
    DangerNoted,
    DecisionConfirmed,
    DecisionEvent,
    DecisionOverruled,
    EscalationNoted,
    GateWithdrawn,
    HandlingNoted,
    HandlingRevoked,
    InfoWaitNoted,
    JudgingPutOff,
    OverruleUndone,
    RequestClassified,
    RequestGated,
    RequestJudged,
    RequestReturned,
    RequestRouted,
    ScreeningAsked,
    TriageBegun,
    TriageEnded,
    TriageReopened,
    TriageResumed,
)
from services.routing.decisions.gate_facts import (
    CrimeReviewExtensionAsked,
    CrimeReviewExtensionDecided,
    RefusalLetterServed,
    RefusalReviewAnswered,
    RefusalReviewRequested,
    ThoseComplainedOfNamed,
)
from services.routing.decisions.model_facts import JudgementCorrected, ShadowJudged
from services.routing.decisions.placing_facts import HolderChanged, OwnerFound, PlaceSettled, PlaceSighted
from services.routing.decisions.rules.pack import Packs
from services.routing.decisions.state import DecisionState, Matter
from shared.contracts.base import Contract
from shared.contracts.gates import WITHDRAWN
from shared.contracts.routing import (
    ClockArmedV1,
    ClockBreachedV1,
    ClockStoppedV1,
    ClockWarnedV1,
    DecidedBy,
    HandlingRevokedV1,
    RequestClassifiedV1,
    RequestGatedV1,
    RequestRoutedV1,
    ScreeningAskedV1,
    ScreeningReason,
)
from shared.contracts.vault import ItemKind as ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.eventstore.handler import always_ready
from shared.kernel import ClockId, RuleId

CATEGORY = "routing.decision"
JUDGE = "judge"
CLOCK_DUE = "clock_due:"
CLOCK_WARN = "clock_warn:"

DecisionHandler = CommandHandler[DecisionCommand, DecisionState, DecisionEvent]

decision_codec: Codec[DecisionEvent] = Codec(DecisionEvent)


def decision_handler(
    store: EventStore, rules: ClockRules, packs: Packs, ready: Callable[[], Awaitable[None]] = always_ready
) -> DecisionHandler:
    """`ready`: what brings the packs up to date before a decision."""
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=decision_decider(rules, packs),
        codec=decision_codec,
        publish=published,
        timers=decision_timers,
        ready=ready,
    )


def published(event: DecisionEvent) -> Contract | None:
    match event:
        case RequestClassified():
            return _classified(event)
        case ScreeningAsked():
            return _screening(event)
        case RequestGated():
            return RequestGatedV1(
                request_id=event.request_id,
                gate=event.gate,
                result=RuleId(event.result),
                rule=event.rule,
                at=event.occurred_at,
            )
        case GateWithdrawn():
            return RequestGatedV1(
                request_id=event.request_id, gate=event.gate, result=WITHDRAWN, rule=event.rule, at=event.occurred_at
            )
        case RequestRouted():
            return _routed(event)
        case HandlingRevoked():
            return HandlingRevokedV1(
                request_id=event.request_id, attempt=event.attempt, reason=event.reason, at=event.occurred_at
            )
        case ClockArmed() | ClockResumed() | ClockRetimed():
            return ClockArmedV1(request_id=event.request_id, clock=event.clock, due=event.due, at=event.occurred_at)
        case ClockWarned():
            return _late(ClockWarnedV1, event)
        case ClockBreached():
            return _late(ClockBreachedV1, event)
        case ClockStopped():
            return ClockStoppedV1(request_id=event.request_id, clock=event.clock, kept=event.kept, at=event.occurred_at)
        case (
            TriageBegun()
            | RequestJudged()
            | ActDated()
            | ShadowJudged()
            | JudgementCorrected()
            | JudgingPutOff()
            | DecisionConfirmed()
            | DecisionOverruled()
            | OverruleUndone()
            | ConfirmationUndone()
            | RequestReturned()
            | TriageReopened()
            | HandlingNoted()
            | DangerNoted()
            | EscalationNoted()
            | InfoWaitNoted()
            | TriageEnded()
            | TriageResumed()
            | CrimeReviewExtensionAsked()
            | CrimeReviewExtensionDecided()
            | RefusalLetterServed()
            | RefusalReviewRequested()
            | RefusalReviewAnswered()
            | ThoseComplainedOfNamed()
            | PlaceSighted()
            | PlaceSettled()
            | OwnerFound()
            | HolderChanged()
            | ClockPaused()
        ):
            return None
        case _:
            assert_never(event)


def _classified(event: RequestClassified) -> RequestClassifiedV1:
    return RequestClassifiedV1(
        request_id=event.request_id,
        attempt=event.attempt,
        category=event.ruling.category,
        flags=event.ruling.flags,
        priority=event.ruling.priority,
        police=event.ruling.police,
        channel=event.ruling.channel,
        confidence=event.confidence,
        decided_by=DecidedBy(event.decided_by),
        rule=event.rule,
        at=event.occurred_at,
    )


def _screening(event: ScreeningAsked) -> ScreeningAskedV1:
    return ScreeningAskedV1(
        request_id=event.request_id,
        attempt=event.attempt,
        reasons=tuple(ScreeningReason(reason) for reason in event.reasons),
        danger=event.danger,
        priority=event.priority,
        unit=event.unit,
        at=event.occurred_at,
    )


def _routed(event: RequestRouted) -> RequestRoutedV1:
    return RequestRoutedV1(
        request_id=event.request_id,
        attempt=event.attempt,
        category=event.ruling.category,
        flags=event.ruling.flags,
        priority=event.ruling.priority,
        police=event.ruling.police,
        channel=event.ruling.channel,
        unit=event.unit,
        owner=event.owner,
        deputy=event.deputy,
        excluded=event.excluded,
        requester=event.requester,
        other_party=event.other_party,
        narrative=event.narrative,
        answer_due=event.answer_due,
        at=event.occurred_at,
    )


def _late(
    contract: type[ClockWarnedV1] | type[ClockBreachedV1], event: ClockWarned | ClockBreached
) -> ClockWarnedV1 | ClockBreachedV1:
    return contract(
        request_id=event.request_id,
        clock=event.clock,
        due=event.due,
        unit=event.unit,
        owner=event.owner,
        at=event.occurred_at,
    )


def decision_timers(event: DecisionEvent, state: DecisionState) -> tuple[Timer | Cancel, ...]:
    match event:
        case JudgingPutOff():
            return (Timer(JUDGE, event.until),)
        case TriageResumed() if isinstance(state, Matter) and not state.judged:
            return (Timer(JUDGE, event.occurred_at),)
        case RequestJudged() | TriageEnded():
            return (Cancel(JUDGE),)
        case ClockArmed() | ClockResumed() | ClockRetimed():
            due = Timer(CLOCK_DUE + event.clock, event.due)
            return (due, Timer(CLOCK_WARN + event.clock, event.warn)) if event.warn else (due, _no_warning(event.clock))
        case ClockPaused() | ClockStopped():
            return (Cancel(CLOCK_DUE + event.clock), _no_warning(event.clock))
        case ClockBreached():
            return (_no_warning(event.clock),)
        case _:
            return ()


def _no_warning(clock: ClockId) -> Cancel:
    return Cancel(CLOCK_WARN + clock)
