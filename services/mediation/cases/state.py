"""What `decide` has to remember of a case, and how each fact changes it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from services.mediation.cases.facts import (
    CaseClosed,
    CaseEvent,
    CaseId,
    CaseNotOpened,
    CaseOpened,
    ConsentOverdue,
    EscalationReported,
    FirstResponded,
    GateNoted,
    GuardianRecorded,
    HandlingOffered,
    HandlingReturned,
    HandlingSigned,
    HandlingStarted,
    InvitationId,
    MediationExtended,
    MediatorNamed,
    NoticeGiven,
    OutcomeReported,
    PartyConsented,
    PartyInvited,
    PartyJoined,
    PartyRefused,
    SessionHeld,
    SessionId,
    SessionOpened,
    SessionResult,
    ViolationRecorded,
)
from services.mediation.cases.values import is_court
from services.mediation.channels.facts import (
    AgentAppointed,
    AssistanceAsked,
    CaseResumed,
    CaseSuspended,
    CaseworkExtended,
    ChannelEvent,
    ChannelHandedOver,
    FirmConsentNoted,
    HostingAccepted,
    HostingAsked,
    HostingDeclined,
    HostRecused,
    InterestDisclosed,
    LimitBreached,
    LimitWarned,
    MediationApplied,
    PenaltyDecided,
    RemoteChosen,
    SuitNoted,
    TradeNamed,
    ViolenceReported,
)
from services.mediation.channels.state import Course, evolve_course, going_on, running
from shared.contracts.codes import Category, Channel, Flag, Gate, Outcome, ReasonCode, SessionKind, State
from shared.contracts.gates import gates_after
from shared.kernel import ClockId, CorruptHistory, PersonId, RequestId, RuleId, UnitCode, state


@state
class Unopened:
    pass


@state
class Sitting:
    session_id: SessionId
    kind: SessionKind


@state
class Open:
    case_id: CaseId
    request_id: RequestId
    attempt: int
    channel: Channel
    category: Category
    flags: frozenset[Flag]
    unit: UnitCode
    owner: PersonId | None
    deputy: PersonId | None
    excluded: frozenset[PersonId]
    parties: tuple[PersonId, ...]
    gates: Mapping[Gate, RuleId]
    accepted_at: datetime | None = None
    signed_by: PersonId | None = None
    started: bool = False
    notice_given: bool = False
    consented: frozenset[PersonId] = frozenset()
    consent_overdue: bool = False
    invited: frozenset[InvitationId] = frozenset()
    violation_recorded: bool = False
    guardians: frozenset[PersonId] = frozenset()
    host: PersonId | None = None
    session: Sitting | None = None
    held: tuple[SessionId, ...] = ()
    next_session_due: datetime | None = None
    result: SessionResult = SessionResult.CONTINUE
    mediation_due: datetime | None = None
    escalations: frozenset[UUID] = frozenset()
    refused_by: PersonId | None = None
    outcome: Outcome | None = None
    course: Course = Course()

    @property
    def missing(self) -> tuple[PersonId, ...]:
        return tuple(party for party in self.parties if party not in self.consented)

    @property
    def heard_by_court(self) -> bool:
        """The last session under this lead was the court's own (R-61)."""
        return self.channel is Channel.JM and is_court(self.course.body)


@state
class Ended:
    case_id: CaseId
    request_id: RequestId
    outcome: Outcome | None
    reason: ReasonCode | None
    refused_by: PersonId | None = None
    escalations: frozenset[UUID] = frozenset()


CaseState = Unopened | Open | Ended

SESSION_CLOCKS: Final = frozenset({ClockId("CL-022"), ClockId("CL-023")})
EXTENDABLE: Final = frozenset(ClockId(clock) for clock in ("CL-029", "CL-035", "CL-036", "CL-037", "CL-040"))
"""Longer if every party agrees (R-12, R-14)."""

AFTER_SESSION: Final = {SessionResult.AGREED: State.AGREED, SessionResult.NOT_AGREED: State.NOT_AGREED}


def stage(case: CaseState) -> State | None:
    """The code of codes.yaml for where the case stands; None before it was offered."""
    match case:
        case Unopened():
            return None
        case Ended():
            return State.CLOSED
        case Open(signed_by=None):
            return State.OFFERED
        case Open() if case.session is not None:
            return State.IN_SESSION
        case Open() if case.missing:
            return State.CONSENT_SOUGHT
        case Open() if case.result in AFTER_SESSION:
            return AFTER_SESSION[case.result]
        case Open(host=None):
            return State.CONSENTED
        case Open():
            return State.PANEL_SET


def evolve(state: CaseState, event: CaseEvent) -> CaseState:
    match state, event:
        case Unopened(), HandlingOffered():
            return _offered(event)
        case Unopened(), CaseNotOpened():
            return Ended(event.case_id, event.request_id, None, event.reason)
        case Ended(), EscalationReported():
            return replace(state, escalations=state.escalations | {event.note.item})
        case Open(), _:
            return _evolve_open(state, event)
        case _:
            raise CorruptHistory(f"{type(event).__name__} after {type(state).__name__}")


def _offered(event: HandlingOffered) -> Open:
    return Open(
        case_id=event.case_id,
        request_id=event.request_id,
        attempt=event.attempt,
        channel=event.channel,
        category=event.category,
        flags=frozenset(event.flags),
        unit=event.unit,
        owner=event.owner,
        deputy=event.deputy,
        excluded=frozenset(event.excluded),
        parties=event.parties,
        gates={noted.gate: noted.result for noted in event.gates},
        accepted_at=event.accepted_at,
        course=Course(suit=event.suit, limits=running(event.limits)),
    )


def _evolve_open(case: Open, event: CaseEvent) -> CaseState:
    match event:
        case HandlingOffered() | CaseNotOpened():
            raise CorruptHistory(f"case {case.case_id} was offered twice")
        case HandlingSigned():
            return replace(case, signed_by=event.owner)
        case CaseOpened():
            course = replace(case.course, limits=going_on(case.course, event.limits))
            return replace(case, mediation_due=event.mediation_due, course=course)
        case FirstResponded():
            return case
        case HandlingStarted():
            return replace(case, started=True)
        case NoticeGiven():
            return replace(case, notice_given=True)
        case PartyJoined():
            return replace(case, parties=(*case.parties, event.party), result=SessionResult.CONTINUE)
        case PartyInvited():
            return replace(case, invited=case.invited | {event.invitation})
        case PartyConsented():
            return replace(case, consented=case.consented | {event.party})
        case PartyRefused():
            return replace(case, refused_by=event.party)
        case ConsentOverdue():
            return replace(case, consent_overdue=True)
        case ViolationRecorded():
            course = replace(case.course, suspects=frozenset(event.suspects))
            return replace(case, violation_recorded=True, course=course)
        case GuardianRecorded():
            return replace(case, guardians=case.guardians | {event.party})
        case GateNoted():
            return replace(case, gates=gates_after(case.gates, event.gate, event.result))
        case MediatorNamed():
            hosted = case.course.hosted | {event.host}
            course = replace(case.course, hosted=hosted, host_of_court=is_court(event.body))
            return replace(case, host=event.host, course=course)
        case SessionOpened():
            course = replace(case.course, body=event.body)
            return replace(case, session=Sitting(event.session_id, event.kind), course=course)
        case SessionHeld():
            return _held(case, event)
        case MediationExtended():
            return replace(case, mediation_due=event.until, course=_longer(case.course, event))
        case EscalationReported():
            return replace(case, escalations=case.escalations | {event.note.item})
        case OutcomeReported():
            return replace(case, outcome=event.outcome)
        case HandlingReturned():
            return _end(case, event.reason)
        case CaseClosed():
            return _end(case, event.reason)
        case _:
            return _evolve_course(case, event)


def _held(case: Open, event: SessionHeld) -> Open:
    """The first session of a police mediation ends its first limit, the second one the second (R-03)."""
    police = case.channel is Channel.PSM
    left = {clock: limit for clock, limit in case.course.limits.items() if clock not in SESSION_CLOCKS}
    course = replace(
        case.course,
        police_sessions=case.course.police_sessions + police,
        limits={**left, **running(event.limits)},
    )
    return replace(
        case,
        session=None,
        held=(*case.held, event.session_id),
        next_session_due=event.next_session_due if police else case.next_session_due,
        result=event.result,
        course=course,
    )


def _longer(course: Course, event: MediationExtended) -> Course:
    """What the parties extend is the time of their channel; its warning was for the former end."""
    leading = {clock: replace(limit, due=event.until) for clock, limit in course.limits.items() if clock in EXTENDABLE}
    return replace(course, limits={**course.limits, **leading})


def _evolve_course(case: Open, event: ChannelEvent) -> Open:
    course = evolve_course(case.course, event)
    match event:
        case ChannelHandedOver():
            return replace(
                case,
                channel=event.channel,
                consented=frozenset(event.kept),
                host=None,
                result=SessionResult.CONTINUE,
                mediation_due=event.mediation_due,
                course=course,
            )
        case SuitNoted(begins_anew=True):
            due = event.mediation_due or case.mediation_due
            return replace(case, host=None, result=SessionResult.CONTINUE, mediation_due=due, course=course)
        case SuitNoted() | TradeNamed() | MediationApplied() | HostingAccepted() | CaseworkExtended():
            return replace(case, mediation_due=event.mediation_due or case.mediation_due, course=course)
        case HostRecused() | HostingDeclined():
            return replace(case, host=None, course=course)
        case CaseResumed():
            return replace(case, mediation_due=event.mediation_due or case.mediation_due, course=course)
        case (
            AssistanceAsked()
            | PenaltyDecided()
            | InterestDisclosed()
            | AgentAppointed()
            | ViolenceReported()
            | CaseSuspended()
            | LimitWarned()
            | LimitBreached()
            | RemoteChosen()
            | HostingAsked()
            | FirmConsentNoted()
        ):
            return replace(case, course=course)
        case _:
            assert_never(event)


def _end(case: Open, reason: ReasonCode | None) -> Ended:
    return Ended(case.case_id, case.request_id, case.outcome, reason, case.refused_by, case.escalations)
