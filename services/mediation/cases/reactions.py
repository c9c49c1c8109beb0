"""Records of others and timers → commands on cases."""

from typing import Final
from uuid import UUID

from services.mediation.agreements.commands import BeginWatch
from services.mediation.agreements.facts import AgreementId, AgreementTookEffect
from services.mediation.agreements.state import InEffect
from services.mediation.agreements.store import AgreementHandler
from services.mediation.cases import deadlines
from services.mediation.cases.commands import NoteConsentDue, NoteGate, OpenCase, Settle, StopCase, TimeOut
from services.mediation.cases.facts import CaseId, HandlingSigned
from services.mediation.cases.rules.channels import claim_may_be_released
from services.mediation.cases.state import Open
from services.mediation.cases.store import CATEGORY, CONSENT_DUE, DUE, MEDIATION_DUE, WARN, CaseHandler
from services.mediation.channels.commands import NoteFirmConsent, WatchLimit
from services.mediation.channels.facts import ChannelHandedOver
from services.mediation.dockets.decider import BeginAttempt, KeepFirmConsent, KeepGate
from services.mediation.dockets.store import DocketHandler
from services.mediation.papers.views import accepted_at
from services.mediation.suits.decider import Docked
from services.mediation.suits.store import SuitHandler
from shared.contracts.codes import Channel, OutcomeDetail, Role
from shared.contracts.enterprise import ConsentRecordedV1
from shared.contracts.intake import RequestArchivedV1, WithdrawnV1
from shared.contracts.routing import HandlingRevokedV1, RequestGatedV1, RequestRoutedV1
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.kernel import ClockId, CorruptHistory, PersonId, RequestId, derive_id
from shared.messaging import Reaction
from shared.web import Vault

MINE: Final = frozenset({Channel.PM, Channel.PSM, Channel.IM, Channel.JM})

CASES: Final = UUID("6f0b1c1a-94b7-5b0e-8d1c-2f6c0f3e7a01")
PARTIES: Final = UUID("6f0b1c1a-94b7-5b0e-8d1c-2f6c0f3e7a02")
AGREEMENTS: Final = UUID("6f0b1c1a-94b7-5b0e-8d1c-2f6c0f3e7a03")


RECEIVER_OF: Final = {
    Channel.PM: Role.PEOPLES_MEDIATOR,
    Channel.IM: Role.INDUSTRY_MEDIATOR,
    Channel.JM: Role.COURT_MEDIATOR,
}
"""To whom the claim is opened; officers read it by their own level."""


def case_of(request_id: RequestId, attempt: int) -> CaseId:
    return CaseId(derive_id(CASES, request_id, attempt))


def agreement_of(case_id: UUID) -> AgreementId:
    return AgreementId(derive_id(AGREEMENTS, case_id))


def place_holder(request_id: RequestId, side: str) -> PersonId:
    """A party whose identity nobody knows yet: the same id for the same side of the same request."""
    return PersonId(derive_id(PARTIES, request_id, side))


def open_cases(cases: CaseHandler, dockets: DocketHandler, suits: SuitHandler) -> Reaction:
    async def follow(record: Incoming, tx: Transaction) -> None:
        match record.body:
            case RequestRoutedV1() as routed if routed.channel in MINE:
                await _open(routed, record, tx)
            case RequestGatedV1() as gated:
                await _note_gate(gated, record, tx)
            case ConsentRecordedV1() as consented:
                await _note_consent(consented, record, tx)
            case HandlingRevokedV1() as revoked:
                await _stop(
                    case_of(revoked.request_id, revoked.attempt),
                    StopCase(reason=revoked.reason, at=revoked.at),
                    record,
                    tx,
                )
            case (WithdrawnV1() | RequestArchivedV1()) as over:
                docket, _ = await dockets.within(tx).state(over.request_id)
                if docket.case_id is not None:
                    await _stop(docket.case_id, StopCase(reason=None, at=over.at), record, tx)
            case _:
                pass

    async def _open(routed: RequestRoutedV1, record: Incoming, tx: Transaction) -> None:
        case_id = case_of(routed.request_id, routed.attempt)
        docket, _ = await dockets.within(tx).state(routed.request_id)
        if docket.case_id is not None and docket.case_id != case_id:
            await _stop(docket.case_id, StopCase(reason=None, at=routed.at), record, tx)
        begin = BeginAttempt(request_id=routed.request_id, attempt=routed.attempt, case_id=case_id, at=routed.at)
        await dockets.within(tx).handle(routed.request_id, begin, record.context)
        suit, _ = await suits.within(tx).state(routed.request_id)
        accepted = await accepted_at(routed.request_id, tx)
        wish = OpenCase(
            case_id=case_id,
            request_id=routed.request_id,
            attempt=routed.attempt,
            channel=routed.channel,
            category=routed.category,
            flags=routed.flags,
            unit=routed.unit,
            owner=routed.owner,
            deputy=routed.deputy,
            excluded=routed.excluded,
            parties=(
                routed.requester or place_holder(routed.request_id, "requester"),
                routed.other_party or place_holder(routed.request_id, "other_party"),
            ),
            gates=docket.results,
            narrative=routed.narrative,
            suit=suit.stage if isinstance(suit, Docked) else None,
            firm_consent=docket.firm_consent,
            accepted_at=accepted,
            limits=deadlines.from_acceptance(routed.channel, routed.attempt, accepted, routed.at),
            at=routed.at,
        )
        await cases.within(tx).handle(case_id, wish, record.context)

    async def _note_gate(gated: RequestGatedV1, record: Incoming, tx: Transaction) -> None:
        keep = KeepGate(request_id=gated.request_id, gate=gated.gate, result=gated.result, at=gated.at)
        kept = await dockets.within(tx).handle(gated.request_id, keep, record.context)
        if kept.state.case_id is not None:
            wish = NoteGate(gate=gated.gate, result=gated.result, at=gated.at)
            await cases.within(tx).handle(kept.state.case_id, wish, record.context)

    async def _note_consent(consented: ConsentRecordedV1, record: Incoming, tx: Transaction) -> None:
        keep = KeepFirmConsent(request_id=consented.request_id, matter=consented.matter_id, at=consented.at)
        kept = await dockets.within(tx).handle(consented.request_id, keep, record.context)
        if kept.state.case_id is not None:
            wish = NoteFirmConsent(matter=consented.matter_id, at=consented.at)
            await cases.within(tx).handle(kept.state.case_id, wish, record.context)

    async def _stop(case_id: CaseId, wish: StopCase, record: Incoming, tx: Transaction) -> None:
        _, version = await cases.within(tx).state(case_id)
        if version:
            await cases.within(tx).handle(case_id, wish, record.context)

    return Reaction(
        reader="mediation.open_cases",
        causes=(
            ("routing", RequestRoutedV1),
            ("routing", RequestGatedV1),
            ("routing", HandlingRevokedV1),
            ("enterprise", ConsentRecordedV1),
            ("intake", WithdrawnV1),
            ("intake", RequestArchivedV1),
        ),
        handle=follow,
    )


def release_claims(cases: CaseHandler, vault: Vault) -> Reaction:
    """Whoever hosts a case must know what it is about: once somebody is accountable, the vault opens the claim."""

    async def release(record: Incoming, tx: Transaction) -> None:
        if not isinstance(record.body, HandlingSigned | ChannelHandedOver):
            return
        case, _ = await cases.within(tx).state(record.body.case_id)
        if isinstance(case, Open) and claim_may_be_released(case.channel, case.flags, case.course.suit):
            await vault.release(record.context, case.request_id, RECEIVER_OF[case.channel])

    return Reaction(
        reader="mediation.release_claims",
        causes=(("mediation", HandlingSigned), ("mediation", ChannelHandedOver)),
        handle=release,
    )


def settle_cases(cases: CaseHandler, agreements: AgreementHandler) -> Reaction:
    """The number of duties is fixed in the agreement's own stream and told in the same transaction: a duty that is
    performed at this very moment is either in it or counted down from it."""

    async def settle(record: Incoming, tx: Transaction) -> None:
        if not isinstance(record.body, AgreementTookEffect):
            return
        begun = await agreements.within(tx).handle(
            record.body.agreement_id, BeginWatch(at=record.body.occurred_at), record.context
        )
        if not isinstance(begun.state, InEffect):
            raise CorruptHistory(f"agreement {record.body.agreement_id} took effect and is not in effect")
        wish = Settle(
            duties_watched=len(begun.state.watched),
            detail=None if begun.state.duties else OutcomeDetail.RECONCILED,
            at=record.body.occurred_at,
        )
        await cases.within(tx).handle(record.body.case_id, wish, record.context)

    return Reaction(reader="mediation.settle_cases", causes=(("mediation", AgreementTookEffect),), handle=settle)


def case_wakings(cases: CaseHandler, agreements: AgreementHandler) -> TimerReaction:
    async def _time_out(due: Due, tx: Transaction) -> None:
        """What all have signed in time is settled, however late its reader comes."""
        agreement, _ = await agreements.within(tx).state(agreement_of(due.id))
        if not isinstance(agreement, InEffect):
            await cases.within(tx).handle(due.id, TimeOut(at=due.now), due.context)

    async def wake(due: Due, tx: Transaction) -> None:
        match due.name:
            case name if name == CONSENT_DUE:
                await cases.within(tx).handle(due.id, NoteConsentDue(at=due.now), due.context)
            case name if name == MEDIATION_DUE:
                await _time_out(due, tx)
            case name if name.startswith((WARN, DUE)):
                # The warning belongs to its own time: woken late, it still comes before the end.
                at = due.due_at if name.startswith(WARN) else due.now
                clock = ClockId(name.partition(":")[2])
                await cases.within(tx).handle(
                    due.id, WatchLimit(clock=clock, remote=deadlines.remote_term(at), at=at), due.context
                )
            case _:
                raise CorruptHistory(f"no such timer: {due.name}")

    return TimerReaction(CATEGORY, wake)
