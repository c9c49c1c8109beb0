"""The end of a case and timers → commands on its agreement."""

from uuid import UUID

from services.mediation.agreements.commands import NoteDutyDue, VoidDraft, WarnOfDuty
from services.mediation.agreements.facts import DutyId
from services.mediation.agreements.store import CATEGORY, DUE, WARN, AgreementHandler
from services.mediation.cases.facts import CaseClosed, HandlingReturned
from services.mediation.cases.reactions import agreement_of
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.kernel import CorruptHistory
from shared.messaging import Reaction


def void_drafts(agreements: AgreementHandler) -> Reaction:
    """An agreement in effect stays what it is; only a draft dies with its case."""

    async def void(record: Incoming, tx: Transaction) -> None:
        if isinstance(record.body, CaseClosed | HandlingReturned):
            wish = VoidDraft(at=record.body.occurred_at)
            await agreements.within(tx).handle(agreement_of(record.body.case_id), wish, record.context)

    return Reaction(
        reader="mediation.void_drafts",
        causes=(("mediation", CaseClosed), ("mediation", HandlingReturned)),
        handle=void,
    )


def duty_wakings(agreements: AgreementHandler) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        if due.name.startswith(WARN):
            warn = WarnOfDuty(duty_id=DutyId(UUID(due.name.removeprefix(WARN))), at=due.now)
            await agreements.within(tx).handle(due.id, warn, due.context)
        elif due.name.startswith(DUE):
            lapse = NoteDutyDue(duty_id=DutyId(UUID(due.name.removeprefix(DUE))), at=due.now)
            await agreements.within(tx).handle(due.id, lapse, due.context)
        else:
            raise CorruptHistory(f"no such timer: {due.name}")

    return TimerReaction(CATEGORY, wake)
