"""One case as its readers see it, folded from its history; nobody's words stand in it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.mediation.cases.decider import case_decider
from services.mediation.cases.facts import (
    CaseClosed,
    CaseEvent,
    CaseNotOpened,
    CaseOpened,
    ConsentOverdue,
    EscalationReported,
    GateNoted,
    GuardianRecorded,
    HandlingOffered,
    HandlingReturned,
    HandlingSigned,
    MediationExtended,
    MediatorNamed,
    NoticeGiven,
    OutcomeReported,
    PartyConsented,
    PartyInvited,
    PartyJoined,
    PartyRefused,
    SessionHeld,
    SessionOpened,
    ViolationRecorded,
)
from services.mediation.cases.state import stage
from services.mediation.channels.coursefile import CourseFile, LegFile, apply_course, with_present
from services.mediation.channels.facts import (
    CaseResumed,
    CaseworkExtended,
    ChannelHandedOver,
    HostingAccepted,
    HostingDeclined,
    HostRecused,
    MediationApplied,
    SuitNoted,
    TradeNamed,
)
from shared.contracts.codes import ReasonCode, SessionKind
from shared.contracts.gates import WITHDRAWN
from shared.kernel import NotFound, PersonId

SIDES = ("requester", "other_party")
UNTOLD = frozenset({ReasonCode.CRIME_FOUND, ReasonCode.VIOLATION_FOUND})
"""Whether there is casework is never told by the desk of a mediation."""


class ConsentFile(BaseModel):
    """A consent counts for the channel that led when it was given; it stays in the file when another one leads."""

    channel: str
    how: str
    at: datetime


class PartyFile(BaseModel):
    party: PersonId
    side: str
    consented: bool = False
    """To the present lead."""
    consents: list[ConsentFile] = []
    refused: bool = False
    how: str | None = None
    recorded_by: PersonId | None = None
    invited: bool = False
    invitation: Annotated[UUID | None, Field(exclude=True)] = None
    guardian: str | None = None
    attended: bool = False


class SessionFile(BaseModel):
    session_id: UUID
    kind: str
    channel: str
    host: PersonId
    body: str | None = None
    listed: bool | None = None
    recorded: bool
    opened_at: datetime
    ended_at: datetime | None = None
    result: str | None = None


class CaseFile(BaseModel):
    case_id: UUID
    request_id: UUID
    attempt: int
    channel: str
    category: str
    flags: list[str]
    state: str
    unit: str
    owner: PersonId | None
    deputy: PersonId | None
    signed_by: PersonId | None = None
    parties: list[PartyFile]
    gates: dict[str, str]
    narrative: UUID
    host: PersonId | None = None
    host_committee: str | None = None
    notice_given: bool = False
    other_ways: list[str] = []
    violation_recorded: bool = False
    consent_due: datetime | None = None
    consent_overdue: bool = False
    mediation_due: datetime | None = None
    next_session_due: datetime | None = None
    escalations: int = 0
    sessions: list[SessionFile] = []
    course: CourseFile = CourseFile()
    outcome: str | None = None
    detail: str | None = None
    reason: str | None = None
    ground: str | None = None
    duties_watched: int | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    version: int

    def for_parties(self) -> "CaseFile":
        """Without what one side must not learn of the other: suspicions, gates, dangers reported, talks apart."""
        return self.model_copy(
            update={
                "flags": [],
                "gates": {},
                "escalations": 0,
                "ground": None,
                "reason": None if self.reason in UNTOLD else self.reason,
                "sessions": [each for each in self.sessions if each.kind != SessionKind.CAUCUS],
                "course": self.course.for_parties(),
            }
        )

    def party(self, person: PersonId) -> PartyFile:
        return next(each for each in self.parties if each.party == person)


def read_case(history: Iterable[CaseEvent]) -> CaseFile:
    """Raises NotFound where no case was ever offered."""
    events = tuple(history)
    if not events or not isinstance(events[0], HandlingOffered):
        raise NotFound("case")
    file = _offered(events[0], len(events))
    for event in events[1:]:
        _apply(file, event)
    present = case_decider.fold(events)
    file.state = str(stage(present))
    with_present(file.course, present)
    return file


def _offered(event: HandlingOffered, version: int) -> CaseFile:
    return CaseFile(
        case_id=event.case_id,
        request_id=event.request_id,
        attempt=event.attempt,
        channel=event.channel,
        category=event.category,
        flags=[str(flag) for flag in event.flags],
        state="",
        unit=event.unit,
        owner=event.owner,
        deputy=event.deputy,
        parties=[PartyFile(party=party, side=side) for party, side in zip(event.parties, SIDES, strict=False)],
        gates={str(each.gate): each.result for each in event.gates},
        narrative=event.narrative.item,
        opened_at=event.occurred_at,
        course=CourseFile(legs=[LegFile(channel=event.channel, since=event.occurred_at)], suit=event.suit),
        version=version,
    )


def _apply(file: CaseFile, event: CaseEvent) -> None:
    match event:
        case HandlingSigned():
            file.signed_by = event.owner
        case CaseOpened():
            file.consent_due, file.mediation_due = event.consent_due, event.mediation_due
        case NoticeGiven():
            file.notice_given = True
            file.other_ways = [str(way) for way in event.ways]
        case ViolationRecorded():
            file.violation_recorded = True
        case GateNoted():
            file.gates.pop(str(event.gate), None)
            if event.result != WITHDRAWN:
                file.gates[str(event.gate)] = event.result
        case MediatorNamed():
            file.host, file.host_committee = event.host, event.registered_with
        case MediationExtended():
            file.mediation_due = event.until
        case EscalationReported():
            file.escalations += 1
        case ConsentOverdue():
            file.consent_overdue = True
        case OutcomeReported():
            file.outcome, file.detail = event.outcome, event.detail
            file.duties_watched = event.duties_watched
        case HandlingReturned() | CaseNotOpened():
            file.reason, file.closed_at = event.reason, event.occurred_at
        case CaseClosed():
            file.reason, file.ground, file.closed_at = event.reason, event.ground, event.occurred_at
        case SessionOpened() | SessionHeld():
            _apply_session(file, event)
        case (
            ChannelHandedOver()
            | HostRecused()
            | HostingAccepted()
            | HostingDeclined()
            | SuitNoted()
            | TradeNamed()
            | MediationApplied()
            | CaseResumed()
            | CaseworkExtended()
        ):
            _apply_lead(file, event)
            apply_course(file.course, event)
        case _:
            _apply_party(file, event)
            apply_course(file.course, event)


def _apply_lead(file: CaseFile, event: object) -> None:
    if isinstance(event, SuitNoted) and event.begins_anew:
        file.host = file.host_committee = None
    match event:
        case ChannelHandedOver():
            file.channel, file.mediation_due = event.channel, event.mediation_due
            file.host = file.host_committee = None
            for party in file.parties:
                party.consented = party.party in event.kept
        case HostRecused() | HostingDeclined():
            file.host = file.host_committee = None
        case (
            SuitNoted() | TradeNamed() | MediationApplied() | CaseResumed() | HostingAccepted() | CaseworkExtended()
        ) if event.mediation_due is not None:
            file.mediation_due = event.mediation_due
        case _:
            pass


def _apply_session(file: CaseFile, event: SessionOpened | SessionHeld) -> None:
    if isinstance(event, SessionOpened):
        session = SessionFile(
            session_id=event.session_id,
            kind=event.kind,
            channel=file.channel,
            host=event.host,
            body=event.body.code if event.body else None,
            listed=event.body.listed if event.body else None,
            recorded=event.recording is not None,
            opened_at=event.occurred_at,
        )
        file.sessions.append(session)
        return
    session = next(each for each in file.sessions if each.session_id == event.session_id)
    session.ended_at, session.result = event.occurred_at, event.result
    file.next_session_due = event.next_session_due
    for party in event.attended:
        file.party(party).attended = True


def _apply_party(file: CaseFile, event: CaseEvent) -> None:
    match event:
        case PartyJoined():
            file.parties.append(PartyFile(party=event.party, side="joined"))
        case PartyInvited():
            party = file.party(event.party)
            party.invited, party.invitation = True, event.invitation
        case PartyConsented():
            party = file.party(event.party)
            party.consented, party.how, party.recorded_by = True, event.how, event.recorded_by
            party.consents.append(ConsentFile(channel=file.channel, how=event.how, at=event.occurred_at))
        case PartyRefused():
            party = file.party(event.party)
            party.refused, party.how, party.recorded_by = True, event.how, event.recorded_by
        case GuardianRecorded():
            file.party(event.party).guardian = event.guardianship
        case _:
            pass
