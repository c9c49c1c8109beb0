"""What a mediation publishes, and who is told of it: the sides, who handles it, or the applicant alone."""

from datetime import datetime
from typing import Final

from services.notifications.contacts.commands import ContactCommand, Tell
from services.notifications.contacts.facts import REQUESTER, About, Particulars, Rung, Side, Voice
from shared.contracts.handling import DutyDefaultedV1
from shared.contracts.mediation import (
    AgreementDraftedV1,
    AgreementInEffectV1,
    CaseOpenedV1,
    ChannelHandedOverV1,
    ConfirmationAcceptedV1,
    ConfirmationDecidedV1,
    ConfirmationFiledV1,
    ConfirmationWarnedV1,
    DefaultClimbedV1,
    DutyWarnedV1,
    LawyerAssignedV2,
    LegalAidAppliedV2,
    LegalAidDecidedV2,
    LimitBreachedV1,
    LimitWarnedV1,
    PenaltyProcedureDueV1,
    SessionPlannedV1,
    TrialLimitV1,
)
from shared.eventstore import Incoming
from shared.kernel import BUREAU_ZONE, ClockId, PersonId

OF_MEDIATION: Final = (
    CaseOpenedV1,
    ChannelHandedOverV1,
    SessionPlannedV1,
    AgreementDraftedV1,
    AgreementInEffectV1,
    DutyWarnedV1,
    DutyDefaultedV1,
    DefaultClimbedV1,
    PenaltyProcedureDueV1,
    LimitWarnedV1,
    LimitBreachedV1,
    ConfirmationWarnedV1,
    ConfirmationFiledV1,
    ConfirmationAcceptedV1,
    ConfirmationDecidedV1,
    LegalAidAppliedV2,
    LegalAidDecidedV2,
    LawyerAssignedV2,
    TrialLimitV1,
)

REQUESTERS_TOO: Final = frozenset({ClockId("CL-041")})
EVERYBODYS: Final = frozenset(ClockId(clock) for clock in ("CL-029", "CL-035", "CL-040", "CL-046", "CL-047"))
"""Limits that a side can do something about: apply, agree to longer, or turn elsewhere in time. Whom a limit is told
otherwise says clocks.csv; who handles the case is told of each."""


def others(persons: tuple[PersonId, ...]) -> tuple[Voice, ...]:
    return tuple(Voice(Side.OTHER_PARTY, person) for person in persons)


def told_by_mediation(record: Incoming) -> tuple[ContactCommand, ...]:
    cause, body = record.record_id, record.body
    match body:
        case CaseOpenedV1():
            said = Particulars(channel=body.channel, handling=body.case_id, due=body.consent_due)
            voices = (REQUESTER, *others(body.parties[1:]))
            return (Tell(cause=cause, about=About.CONSENT_ASKED, voices=voices, particulars=said, at=body.at),)
        case ChannelHandedOverV1():
            return _handed_over(record, body)
        case SessionPlannedV1():
            said = Particulars(handling=body.case_id, session=body.kind, starts_at=body.starts_at)
            return (Tell(cause=cause, about=About.SESSION_PLANNED, particulars=said, everybody=True, at=body.at),)
        case AgreementDraftedV1():
            said = Particulars(handling=body.case_id)
            return (Tell(cause=cause, about=About.AGREEMENT_TO_SIGN, particulars=said, everybody=True, at=body.at),)
        case AgreementInEffectV1():
            first = datetime.combine(body.first_due, datetime.max.time(), BUREAU_ZONE) if body.first_due else None
            said = Particulars(handling=body.case_id, effect=body.effect, duties=body.duties, due=first)
            return (Tell(cause=cause, about=About.AGREEMENT_IN_EFFECT, particulars=said, everybody=True, at=body.at),)
        case LimitWarnedV1() | LimitBreachedV1():
            return _limit(record, body)
        case TrialLimitV1():
            about = About.TRIAL_OVERDUE if body.passed else About.TRIAL_WARNED
            said = Particulars(handling=body.case_id, clock=body.clock, due=body.due)
            return (Tell(cause=cause, about=about, particulars=said, everybody=True, at=body.at),)
        case LegalAidAppliedV2() | LegalAidDecidedV2() | LawyerAssignedV2():
            return _aid(record, body)
    return _told_of_an_agreement(record)


def _handed_over(record: Incoming, body: ChannelHandedOverV1) -> tuple[ContactCommand, ...]:
    """Who has to consent anew is asked; where everybody's consent goes on, everybody is told."""
    said = Particulars(channel=body.channel, handling=body.case_id, effect=body.worth)
    cause, at = record.record_id, body.at
    if not body.consent_from:
        return (Tell(cause=cause, about=About.HANDED_OVER, particulars=said, everybody=True, officer=True, at=at),)
    return (
        Tell(cause=cause, about=About.CONSENT_ASKED, particulars=said, everybody=True, at=at),
        Tell(cause=cause, about=About.HANDED_OVER, voices=(), particulars=said, officer=True, at=at),
    )


def _limit(record: Incoming, body: LimitWarnedV1 | LimitBreachedV1) -> tuple[ContactCommand, ...]:
    """A breach is told to who handles it; what it ends is told to the sides as an outcome."""
    said = Particulars(handling=body.case_id, clock=body.clock, due=body.due)
    warned = isinstance(body, LimitWarnedV1)
    return (
        Tell(
            cause=record.record_id,
            about=About.LIMIT_WARNED if warned else About.LIMIT_BREACHED,
            voices=(REQUESTER,) if warned and body.clock in REQUESTERS_TOO | EVERYBODYS else (),
            everybody=warned and body.clock in EVERYBODYS,
            officer=True,
            particulars=said,
            at=body.at,
        ),
    )


def _aid(
    record: Incoming, body: LegalAidAppliedV2 | LegalAidDecidedV2 | LawyerAssignedV2
) -> tuple[ContactCommand, ...]:
    """R-25: told to the applicant alone; the decider knows whether he is the requester."""
    about, due = _aid_step(body)
    said = Particulars(handling=body.case_id, due=due)
    voices = others((body.applicant,))
    return (Tell(cause=record.record_id, about=about, voices=voices, particulars=said, at=body.at),)


def _aid_step(body: LegalAidAppliedV2 | LegalAidDecidedV2 | LawyerAssignedV2) -> tuple[About, datetime | None]:
    match body:
        case LegalAidAppliedV2():
            return About.AID_ASKED, body.decision_due
        case LegalAidDecidedV2():
            return About.AID_GRANTED if body.granted else About.AID_DENIED, body.assignment_due
        case _:
            return About.LAWYER_ASSIGNED, None


def _told_of_an_agreement(record: Incoming) -> tuple[ContactCommand, ...]:
    found = _of_duties(record.body) or _of_confirmation(record.body)
    if found is None:
        return ()
    about, said, at = found
    return (Tell(cause=record.record_id, about=about, particulars=said, everybody=True, officer=True, at=at),)


Told = tuple[About, Particulars, datetime]


def _of_duties(body: object) -> Told | None:
    match body:
        case DutyWarnedV1():
            return About.DUTY_WARNED, Particulars(handling=body.case_id, due=body.due), body.at
        case DutyDefaultedV1():
            return About.DUTY_DEFAULTED, Particulars(handling=body.handling_id, missed=body.due), body.at
        case DefaultClimbedV1():
            said = Particulars(handling=body.case_id, rung=Rung(body.rung), due=body.next_at)
            return About.DEFAULT_CLIMBED, said, body.at
        case PenaltyProcedureDueV1():
            return About.PENALTY_DUE, Particulars(handling=body.case_id, due=body.due), body.at
        case _:
            return None


def _of_confirmation(body: object) -> Told | None:
    match body:
        case ConfirmationWarnedV1():
            return About.CONFIRMATION_WARNED, Particulars(handling=body.case_id, due=body.due), body.at
        case ConfirmationFiledV1():
            return About.CONFIRMATION_FILED, Particulars(handling=body.case_id, due=body.acceptance_due), body.at
        case ConfirmationAcceptedV1():
            return About.CONFIRMATION_ACCEPTED, Particulars(handling=body.case_id, due=body.decision_due), body.at
        case ConfirmationDecidedV1():
            return About.CONFIRMATION_DECIDED, Particulars(handling=body.case_id, effect=body.effect), body.at
        case _:
            return None
