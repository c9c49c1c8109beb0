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
from shared.contracts.codes import Category, Channel, Flag, Gate, Outcome, ReasonCode, SessionKind, State
from shared.kernel import CorruptHistory, PersonId, RequestId, RuleId, UnitCode, state


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

    @property
    def missing(self) -> tuple[PersonId, ...]:
        return tuple(party for party in self.parties if party not in self.consented)


@state
class Ended:
    case_id: CaseId
    request_id: RequestId
    outcome: Outcome | None
    reason: ReasonCode | None
    refused_by: PersonId | None = None
    escalations: frozenset[UUID] = frozenset()


CaseState = Unopened | Open | Ended

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
    )


def _evolve_open(case: Open, event: CaseEvent) -> CaseState:
    match event:
        case HandlingOffered() | CaseNotOpened():
            raise CorruptHistory(f"case {case.case_id} was offered twice")
        case HandlingSigned():
            return replace(case, signed_by=event.owner)
        case CaseOpened():
            return replace(case, mediation_due=event.mediation_due)
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
            return replace(case, violation_recorded=True)
        case GuardianRecorded():
            return replace(case, guardians=case.guardians | {event.party})
        case GateNoted():
            return replace(case, gates={**case.gates, event.gate: event.result})
        case MediatorNamed():
            return replace(case, host=event.host)
        case SessionOpened():
            return replace(case, session=Sitting(event.session_id, event.kind))
        case SessionHeld():
            return replace(
                case,
                session=None,
                held=(*case.held, event.session_id),
                next_session_due=event.next_session_due,
                result=event.result,
            )
        case MediationExtended():
            return replace(case, mediation_due=event.until)
        case EscalationReported():
            return replace(case, escalations=case.escalations | {event.note.item})
        case OutcomeReported():
            return replace(case, outcome=event.outcome)
        case HandlingReturned():
            return _end(case, event.reason)
        case CaseClosed():
            return _end(case, event.reason)
        case _:
            assert_never(event)


def _end(case: Open, reason: ReasonCode | None) -> Ended:
    return Ended(case.case_id, case.request_id, case.outcome, reason, case.refused_by, case.escalations)
