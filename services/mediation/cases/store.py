"""How cases are stored, and what of them others learn."""

from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from services.mediation.cases.commands import CaseCommand
from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import (
    CaseClosed,
    CaseEvent,
    CaseNotOpened,
    CaseOpened,
    EscalationReported,
    FirstResponded,
    HandlingOffered,
    HandlingReturned,
    HandlingSigned,
    HandlingStarted,
    MediationExtended,
    MediatorNamed,
    NoticeGiven,
    OutcomeReported,
    PartyConsented,
    PartyRefused,
    SessionHeld,
)
from services.mediation.cases.state import EXTENDABLE, CaseState, Open
from services.mediation.cases.values import Limit
from services.mediation.channels.facts import (
    CaseResumed,
    CaseSuspended,
    CaseworkExtended,
    ChannelHandedOver,
    HostingAccepted,
    HostingAsked,
    HostingDeclined,
    LimitBreached,
    LimitWarned,
    MediationApplied,
    RemoteChosen,
    SuitNoted,
    TradeNamed,
)
from services.mediation.channels.rules.limits import LENGTHS
from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel
from shared.contracts.handling import (
    FirstResponseV1,
    HandlingOfferedV1,
    HandlingReturnedV1,
    HandlingSignedV1,
    HandlingStartedV1,
    OutcomeReportedV1,
)
from shared.contracts.mediation import (
    CaseClosedV1,
    CaseOpenedV1,
    ChannelHandedOverV1,
    EscalationReportedV1,
    LimitBreachedV1,
    LimitWarnedV1,
    MediatorNamedV1,
    NoticeGivenV1,
    PartyConsentedV1,
    PartyRefusedV1,
    SessionHeldV1,
)
from shared.contracts.vault import ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.kernel import PersonId
from shared.web import Text

CATEGORY = "mediation.case"
CONSENT_DUE = "consent_due"
MEDIATION_DUE = "mediation_due"
WARN = "limit_warn:"
DUE = "limit_due:"

CaseHandler: TypeAlias = CommandHandler[CaseCommand, CaseState, CaseEvent]

case_codec: Codec[CaseEvent] = Codec(CaseEvent)


def case_handler(store: EventStore) -> CaseHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=case_decider,
        codec=case_codec,
        publish=published,
        key=request_of,
        timers=case_timers,
    )


def request_of(id: UUID, state: CaseState, events: tuple[CaseEvent, ...]) -> UUID:
    return events[0].request_id


def case_timers(event: CaseEvent, state: CaseState) -> tuple[Timer | Cancel, ...]:
    match event:
        case CaseOpened():
            ends = (Timer(CONSENT_DUE, event.consent_due), Timer(MEDIATION_DUE, event.mediation_due))
            return (*ends, *_watched(event.limits))
        case PartyConsented(missing=()):
            return (Cancel(CONSENT_DUE),)
        case MediationExtended():
            return (Timer(MEDIATION_DUE, event.until), *_moved_to(event.until, state))
        case HandlingOffered() | SessionHeld() | RemoteChosen() | HostingAsked() | HostingDeclined():
            return _watched(event.limits)
        case (
            ChannelHandedOver()
            | SuitNoted()
            | TradeNamed()
            | MediationApplied()
            | CaseResumed()
            | HostingAccepted()
            | CaseworkExtended()
        ):
            end = (Timer(MEDIATION_DUE, event.mediation_due),) if event.mediation_due else ()
            return (*end, *_watched(event.limits))
        case CaseSuspended():
            return tuple(Cancel(name) for clock in event.clocks for name in (f"{WARN}{clock}", f"{DUE}{clock}"))
        case CaseClosed() | HandlingReturned():
            limits = (f"{kind}{clock}" for clock in LENGTHS for kind in (WARN, DUE))
            return (Cancel(CONSENT_DUE), Cancel(MEDIATION_DUE), *(Cancel(name) for name in limits))
        case _:
            return ()


def _watched(limits: tuple[Limit, ...]) -> tuple[Timer, ...]:
    """A limit that ended meanwhile is still woken for, and its decider says that nothing follows."""
    due = tuple(Timer(f"{DUE}{limit.clock}", limit.due) for limit in limits)
    return (*due, *(Timer(f"{WARN}{limit.clock}", limit.warn_at) for limit in limits if limit.warn_at))


def _moved_to(until: datetime, state: CaseState) -> tuple[Timer, ...]:
    if not isinstance(state, Open):
        return ()
    return tuple(Timer(f"{DUE}{clock}", until) for clock in EXTENDABLE & state.course.limits.keys())


def note(text: str | None) -> Text | None:
    return Text(ItemKind.NOTE, text) if text is not None else None


def confided(text: str | None) -> Text | None:
    """Said by one side alone: never for the other, never exported (R-15)."""
    return Text(ItemKind.NOTE, text, DataLevel.L4) if text is not None else None


def statement(text: str | None) -> Text | None:
    return Text(ItemKind.STATEMENT, text) if text is not None else None


def evidence(reference: str | None) -> Text | None:
    return Text(ItemKind.EVIDENCE, reference) if reference is not None else None


def shared_words(text: str) -> Text:
    """Read by every party and the mediator."""
    return Text(ItemKind.TERMS, text, DataLevel.L2)


def answer(text: str | None) -> Text | None:
    return Text(ItemKind.ANSWER, text, DataLevel.L2) if text is not None else None


def published(event: CaseEvent) -> Contract | None:
    return _protocol(event) or _mediation(event) or _course(event)


def _protocol(event: CaseEvent) -> Contract | None:
    match event:
        case HandlingOffered():
            return HandlingOfferedV1(
                request_id=event.request_id,
                handling_id=event.case_id,
                attempt=event.attempt,
                channel=event.channel,
                unit=event.unit,
                owner=event.owner,
                at=event.occurred_at,
            )
        case HandlingSigned():
            return HandlingSignedV1(
                request_id=event.request_id,
                handling_id=event.case_id,
                attempt=event.attempt,
                unit=event.unit,
                owner=event.owner,
                at=event.occurred_at,
            )
        case FirstResponded():
            return FirstResponseV1(
                request_id=event.request_id, handling_id=event.case_id, note=None, at=event.occurred_at
            )
        case HandlingStarted():
            return HandlingStartedV1(request_id=event.request_id, handling_id=event.case_id, at=event.occurred_at)
        case HandlingReturned():
            return _returned(event, event.owner)
        case CaseNotOpened():
            return _returned(event, None)
        case OutcomeReported():
            return OutcomeReportedV1(
                request_id=event.request_id,
                handling_id=event.case_id,
                attempt=event.attempt,
                channel=event.channel,
                outcome=event.outcome,
                detail=event.detail,
                answer=event.answer,
                duties_watched=event.duties_watched,
                handler=event.handler,
                sides=event.sides,
                at=event.occurred_at,
            )
        case _:
            return None


def _returned(event: HandlingReturned | CaseNotOpened, owner: PersonId | None) -> HandlingReturnedV1:
    return HandlingReturnedV1(
        request_id=event.request_id,
        handling_id=event.case_id,
        attempt=event.attempt,
        reason=event.reason,
        owner=owner,
        at=event.occurred_at,
    )


def _mediation(event: CaseEvent) -> Contract | None:
    match event:
        case CaseOpened():
            return CaseOpenedV1(
                request_id=event.request_id,
                case_id=event.case_id,
                channel=event.channel,
                parties=event.parties,
                consent_due=event.consent_due,
                at=event.occurred_at,
            )
        case NoticeGiven():
            return NoticeGivenV1(request_id=event.request_id, case_id=event.case_id, at=event.occurred_at)
        case PartyConsented():
            return PartyConsentedV1(
                request_id=event.request_id,
                case_id=event.case_id,
                party=event.party,
                missing=event.missing,
                at=event.occurred_at,
            )
        case PartyRefused():
            return PartyRefusedV1(
                request_id=event.request_id, case_id=event.case_id, party=event.party, at=event.occurred_at
            )
        case MediatorNamed():
            return MediatorNamedV1(
                request_id=event.request_id, case_id=event.case_id, host=event.host, at=event.occurred_at
            )
        case SessionHeld():
            return SessionHeldV1(
                request_id=event.request_id,
                case_id=event.case_id,
                session_id=event.session_id,
                kind=event.kind,
                at=event.occurred_at,
            )
        case EscalationReported():
            return EscalationReportedV1(
                request_id=event.request_id, case_id=event.case_id, note=event.note, at=event.occurred_at
            )
        case CaseClosed():
            return CaseClosedV1(
                request_id=event.request_id, case_id=event.case_id, reason=event.reason, at=event.occurred_at
            )
        case _:
            return None


def _course(event: CaseEvent) -> Contract | None:
    match event:
        case ChannelHandedOver():
            return ChannelHandedOverV1(
                request_id=event.request_id,
                case_id=event.case_id,
                before=event.before,
                channel=event.channel,
                reason=event.reason,
                rule=event.rule,
                consent_from=event.asked,
                worth=event.worth,
                at=event.occurred_at,
            )
        case LimitWarned():
            return LimitWarnedV1(
                request_id=event.request_id,
                case_id=event.case_id,
                clock=event.clock,
                due=event.due,
                at=event.occurred_at,
            )
        case LimitBreached():
            return LimitBreachedV1(
                request_id=event.request_id,
                case_id=event.case_id,
                clock=event.clock,
                due=event.due,
                at=event.occurred_at,
            )
        case _:
            return None
