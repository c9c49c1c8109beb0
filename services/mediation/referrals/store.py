"""How referrals are stored, what others learn, and the two clocks of the aid body."""

from typing import TypeAlias
from uuid import UUID

from services.mediation.referrals.decider import (
    AidStep,
    LawyerAssigned,
    LegalAidApplied,
    LegalAidDecided,
    NoteAidDue,
    ReferralCommand,
    ReferralEvent,
    ReferralId,
    ReferralState,
    referral_decider,
)
from shared.contracts.base import Contract
from shared.contracts.mediation import LawyerAssignedV2, LegalAidAppliedV2, LegalAidDecidedV2
from shared.eventstore import Cancel, Codec, CommandHandler, Due, EventStore, Timer, TimerReaction, Transaction
from shared.kernel import PersonId, derive_id

CATEGORY = "mediation.referral"

ReferralHandler: TypeAlias = CommandHandler[ReferralCommand, ReferralState, ReferralEvent]

referral_codec: Codec[ReferralEvent] = Codec(ReferralEvent)


def referral_handler(store: EventStore) -> ReferralHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=referral_decider,
        codec=referral_codec,
        publish=published,
        key=request_of,
        timers=referral_timers,
    )


def referral_of(case_id: UUID, applicant: PersonId) -> ReferralId:
    """A party of a case is referred once."""
    return ReferralId(derive_id(case_id, "legal-aid", applicant))


def request_of(id: UUID, state: ReferralState, events: tuple[ReferralEvent, ...]) -> UUID:
    return events[0].request_id


def referral_timers(event: ReferralEvent, state: ReferralState) -> tuple[Timer | Cancel, ...]:
    match event:
        case LegalAidApplied():
            return (Timer(AidStep.DECISION, event.decision_due),)
        case LegalAidDecided():
            over = Cancel(AidStep.DECISION)
            return (over, Timer(AidStep.ASSIGNMENT, event.assignment_due)) if event.assignment_due else (over,)
        case LawyerAssigned():
            return (Cancel(AidStep.ASSIGNMENT),)
        case _:
            return ()


def referral_wakings(referrals: ReferralHandler) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        await referrals.within(tx).handle(due.id, NoteAidDue(step=AidStep(due.name), at=due.now), due.context)

    return TimerReaction(CATEGORY, wake)


def published(event: ReferralEvent) -> Contract | None:
    match event:
        case LegalAidApplied():
            return LegalAidAppliedV2(
                request_id=event.request_id,
                case_id=event.case_id,
                referral_id=event.referral_id,
                applicant=event.applicant,
                decision_due=event.decision_due,
                at=event.occurred_at,
            )
        case LegalAidDecided() if event.applicant is not None:
            return LegalAidDecidedV2(
                request_id=event.request_id,
                case_id=event.case_id,
                referral_id=event.referral_id,
                applicant=event.applicant,
                granted=event.granted,
                assignment_due=event.assignment_due,
                at=event.occurred_at,
            )
        case LawyerAssigned() if event.applicant is not None:
            return LawyerAssignedV2(
                request_id=event.request_id,
                case_id=event.case_id,
                referral_id=event.referral_id,
                applicant=event.applicant,
                at=event.occurred_at,
            )
        case _:
            return None
