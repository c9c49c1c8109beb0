"""A firm's economic dispute is mediated with the firm's written consent only (R-28)."""

from services.mediation.cases.refusals import MediatorIsParty, NotOneOfTheParties
from services.mediation.cases.state import Open
from services.mediation.channels.commands import NoteFirmConsent, RecordFirmConsent
from services.mediation.channels.facts import ChannelEvent, FirmConsentNoted
from services.mediation.channels.refusals import FirmConsentMissing, NoFirmsDispute
from shared.contracts.codes import Category, Flag, Gate
from shared.kernel import PersonId


def is_economic(case: Open) -> bool:
    """R-28: a firm's matter in which somebody had to ask whether it is a crime."""
    asked = Flag.CRIME_POSSIBLE in case.flags or Gate.CRIME_OR_CIVIL in case.gates
    return case.category is Category.ENT and asked


def firm(case: Open) -> PersonId:
    """Who brought the matter speaks for the firm."""
    return case.parties[0]


def require_firm_consent(case: Open) -> None:
    """R-28: after NOT_A_CRIME the firm consents in writing; a yes at the counter is not enough."""
    if is_economic(case) and firm(case) not in case.course.in_writing:
        raise FirmConsentMissing


def record_firm_consent(command: RecordFirmConsent, case: Open) -> tuple[ChannelEvent, ...]:
    """R-28. The gate comes first and is the decider's, for it holds for every act."""
    if not is_economic(case):
        raise NoFirmsDispute
    if command.by in case.parties:
        raise MediatorIsParty
    if command.party not in case.parties:
        raise NotOneOfTheParties
    if command.party in case.course.in_writing:
        return ()
    return (
        FirmConsentNoted(
            case_id=case.case_id,
            request_id=case.request_id,
            party=command.party,
            paper=command.paper,
            recorded_by=command.by,
            matter=None,
            occurred_at=command.at,
        ),
    )


def note_firm_consent(command: NoteFirmConsent, case: Open) -> tuple[ChannelEvent, ...]:
    """R-28. What was handed in at the workstation counts here: it is the same dispute."""
    if firm(case) in case.course.in_writing:
        return ()
    return (
        FirmConsentNoted(
            case_id=case.case_id,
            request_id=case.request_id,
            party=firm(case),
            paper=None,
            recorded_by=None,
            matter=command.matter,
            occurred_at=command.at,
        ),
    )
