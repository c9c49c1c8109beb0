"""The end of a case and timers → commands on its agreement."""

from datetime import datetime
from uuid import UUID

from services.mediation.agreements import store
from services.mediation.agreements.commands import (
    AgreementCommand,
    ClimbLadder,
    NoteConfirmationDue,
    NoteDutyDue,
    NoteDutyToday,
    VoidDraft,
    WarnOfConfirmation,
    WarnOfDuty,
)
from services.mediation.agreements.facts import ConfirmationStep, DutyId
from services.mediation.agreements.limits import penalty_due
from services.mediation.agreements.store import CATEGORY, AgreementHandler
from services.mediation.cases.facts import CaseClosed, HandlingReturned
from services.mediation.cases.reactions import agreement_of
from services.mediation.channels.facts import ChannelHandedOver
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.kernel import CorruptHistory
from shared.messaging import Reaction


def void_drafts(agreements: AgreementHandler) -> Reaction:
    """An agreement in effect stays what it is; only a draft dies with its case, or with the channel it was made for."""

    async def void(record: Incoming, tx: Transaction) -> None:
        if isinstance(record.body, CaseClosed | HandlingReturned | ChannelHandedOver):
            wish = VoidDraft(at=record.body.occurred_at)
            await agreements.within(tx).handle(agreement_of(record.body.case_id), wish, record.context)

    return Reaction(
        reader="mediation.void_drafts",
        causes=tuple(("mediation", cause) for cause in (CaseClosed, HandlingReturned, ChannelHandedOver)),
        handle=void,
    )


def agreement_wakings(agreements: AgreementHandler) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        await agreements.within(tx).handle(due.id, wish_of(due.name, due.now), due.context)

    return TimerReaction(CATEGORY, wake)


def wish_of(timer: str, now: datetime) -> AgreementCommand:
    kind, _, about = timer.partition(":")
    match f"{kind}:" if about else kind:
        case store.WARN:
            return WarnOfDuty(duty_id=DutyId(UUID(about)), at=now)
        case store.TODAY:
            return NoteDutyToday(duty_id=DutyId(UUID(about)), at=now)
        case store.DUE:
            return NoteDutyDue(duty_id=DutyId(UUID(about)), penalty_due=penalty_due(now), at=now)
        case store.CLIMB:
            return ClimbLadder(duty_id=DutyId(UUID(about)), at=now)
        case store.APPLICATION_WARN:
            return WarnOfConfirmation(at=now)
        case store.CONFIRMATION_DUE:
            return NoteConfirmationDue(step=ConfirmationStep(about), at=now)
        case _:
            raise CorruptHistory(f"no such timer: {timer}")
