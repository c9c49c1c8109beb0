"""Nobody is mediated against a clear refusal (R-09), and nobody speaks for a party who is one himself (R-15)."""

from datetime import datetime
from typing import Final

from services.mediation.cases.commands import InviteParty, JoinParty, NoteConsentDue, RecordGuardian
from services.mediation.cases.facts import (
    CaseEvent,
    ConsentOverdue,
    GuardianRecorded,
    PartyConsented,
    PartyInvited,
    PartyJoined,
    PartyRefused,
    Way,
)
from services.mediation.cases.refusals import (
    ConsentMissing,
    GuardianMissing,
    MediatorIsParty,
    NotOneOfTheParties,
    SessionStillOpen,
)
from services.mediation.cases.rules.channels import require_gates
from services.mediation.cases.rules.endings import failed
from services.mediation.cases.state import Open
from shared.contracts.codes import Flag, Gate, OutcomeDetail, ReasonCode
from shared.kernel import PersonId, RuleId, TextRef

CLEAR: Final = RuleId("CLEAR")
GUARDIAN_NEEDED: Final = RuleId("GUARDIAN_NEEDED")


def require_party(case: Open, person: PersonId) -> None:
    if person not in case.parties:
        raise NotOneOfTheParties


def require_outsider(case: Open, person: PersonId) -> None:
    if person in case.parties:
        raise MediatorIsParty


def require_consents(case: Open) -> None:
    """R-09: everybody for himself, before the first word."""
    if case.missing:
        raise ConsentMissing(missing=len(case.missing))


def require_guardian(case: Open) -> None:
    """R-06. The gate may clear the flag, or demand the guardian where no flag was set."""
    verdict = case.gates.get(Gate.MINOR_GATE)
    minor = not case.flags.isdisjoint({Flag.MINOR, Flag.MINOR14}) and verdict != CLEAR
    if (minor or verdict == GUARDIAN_NEEDED) and not case.guardians:
        raise GuardianMissing


def consent(
    case: Open, party: PersonId, how: Way, by: PersonId | None, evidence: TextRef | None, at: datetime
) -> tuple[CaseEvent, ...]:
    require_party(case, party)
    require_gates(case.flags, case.gates)
    if party in case.consented:
        return ()
    return (
        PartyConsented(
            case_id=case.case_id,
            request_id=case.request_id,
            party=party,
            how=how,
            recorded_by=by,
            evidence=evidence,
            missing=tuple(other for other in case.missing if other != party),
            occurred_at=at,
        ),
    )


def refuse(
    case: Open, party: PersonId, how: Way, by: PersonId | None, note: TextRef | None, at: datetime
) -> tuple[CaseEvent, ...]:
    require_party(case, party)
    refused = PartyRefused(
        case_id=case.case_id,
        request_id=case.request_id,
        party=party,
        how=how,
        recorded_by=by,
        note=note,
        occurred_at=at,
    )
    return (refused, *failed(case, ReasonCode.PARTY_REFUSES, at, OutcomeDetail.PARTY_REFUSED))


def note_consent_due(command: NoteConsentDue, case: Open) -> tuple[CaseEvent, ...]:
    if case.consent_overdue or not case.missing:
        return ()
    return (
        ConsentOverdue(case_id=case.case_id, request_id=case.request_id, missing=case.missing, occurred_at=command.at),
    )


def join(command: JoinParty, case: Open) -> tuple[CaseEvent, ...]:
    if command.party in case.parties:
        return ()
    if case.session is not None:
        raise SessionStillOpen
    return (PartyJoined(case_id=case.case_id, request_id=case.request_id, party=command.party, occurred_at=command.at),)


def invite(command: InviteParty, case: Open) -> tuple[CaseEvent, ...]:
    require_party(case, command.party)
    if command.invitation in case.invited:
        return ()
    return (
        PartyInvited(
            case_id=case.case_id,
            request_id=case.request_id,
            party=command.party,
            invitation=command.invitation,
            occurred_at=command.at,
        ),
    )


def record_guardian(command: RecordGuardian, case: Open) -> tuple[CaseEvent, ...]:
    require_party(case, command.party)
    if command.party in case.guardians:
        return ()
    return (
        GuardianRecorded(
            case_id=case.case_id,
            request_id=case.request_id,
            party=command.party,
            guardianship=command.guardianship,
            evidence=command.evidence,
            occurred_at=command.at,
        ),
    )
