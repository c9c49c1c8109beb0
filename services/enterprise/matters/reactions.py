"""Requests routed to the workstation become matters; gates and withdrawals reach them; limits are noted."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from services.enterprise.dockets.decider import BeginAttempt, KeepGate, KeepWithdrawal
from services.enterprise.dockets.store import DocketHandler
from services.enterprise.firms.decider import FirmId
from services.enterprise.matters import deadlines
from services.enterprise.matters.commands import (
    NoteGate,
    NoteGateOverdue,
    NoteTaskTime,
    OfferMatter,
    RevokeMatter,
    WithdrawMatter,
)
from services.enterprise.matters.facts import GateKnown, MatterId, Offer
from services.enterprise.matters.store import CATEGORY, GATE_DUE, TASK_WARN, MatterHandler, task_of_timer
from shared.contracts.codes import Channel
from shared.contracts.intake import RequestReopenedV1, WithdrawnV1
from shared.contracts.routing import HandlingRevokedV1, RequestGatedV1, RequestRoutedV1
from shared.eventstore import Due, Incoming, TimerReaction, Transaction
from shared.kernel import Context, NotThereYet, PersonId, RequestId, derive_id
from shared.messaging import Reaction

MATTERS = uuid5(NAMESPACE_URL, "urn:lounge:matters")
CROSSED = timedelta(minutes=1)
"""A withdrawal and a routing so close together crossed on their way; later ones mean a reopening."""

FirmOf = Callable[[PersonId], Awaitable[FirmId | None]]
"""The firm that somebody speaks for; None where it is not known, or not one."""


def matter_of(request_id: RequestId, attempt: int) -> MatterId:
    return MatterId(derive_id(MATTERS, request_id, attempt))


def follow_routing(matters: MatterHandler, dockets: DocketHandler, firm_of: FirmOf) -> Reaction:
    async def follow(record: Incoming, tx: Transaction) -> None:
        desk = matters.within(tx)
        match record.body:
            case RequestRoutedV1() as routed if routed.channel is Channel.EPS:
                await _open(routed, record.context, desk, dockets.within(tx), firm_of)
            case RequestGatedV1() as gated:
                await _note_gate(gated, record.context, desk, dockets.within(tx))
            case HandlingRevokedV1() as revoked:
                wish = RevokeMatter(reason=revoked.reason, at=revoked.at)
                await desk.handle(matter_of(revoked.request_id, revoked.attempt), wish, record.context)
            case _:
                return

    return Reaction(
        reader="enterprise.follow_routing",
        causes=(("routing", RequestRoutedV1), ("routing", RequestGatedV1), ("routing", HandlingRevokedV1)),
        handle=follow,
    )


async def _open(
    routed: RequestRoutedV1, context: Context, desk: MatterHandler, dockets: DocketHandler, firm_of: FirmOf
) -> None:
    docket, _ = await dockets.state(routed.request_id)
    withdrawn_at = docket.withdrawn_at
    if withdrawn_at is not None and routed.at > withdrawn_at + CROSSED:
        raise NotThereYet("the reopening that this routing follows")
    matter_id = matter_of(routed.request_id, routed.attempt)
    begin = BeginAttempt(request_id=routed.request_id, attempt=routed.attempt, matter_id=matter_id, at=routed.at)
    await dockets.handle(routed.request_id, begin, context)
    firm_id = await firm_of(routed.requester) if routed.requester is not None else None
    offer = _offer(matter_id, routed, docket.results, firm_id)
    await desk.handle(matter_id, OfferMatter(offer=offer, at=routed.at), context)
    if withdrawn_at is not None:
        await desk.handle(matter_id, WithdrawMatter(at=withdrawn_at), context)


async def _note_gate(gated: RequestGatedV1, context: Context, desk: MatterHandler, dockets: DocketHandler) -> None:
    keep = KeepGate(request_id=gated.request_id, gate=gated.gate, result=gated.result, at=gated.at)
    kept = await dockets.handle(gated.request_id, keep, context)
    if kept.state.matter_id is not None:
        wish = NoteGate(gate=gated.gate, result=gated.result, at=gated.at)
        await desk.handle(kept.state.matter_id, wish, context)


def _offer(matter_id: MatterId, routed: RequestRoutedV1, gates: tuple[GateKnown, ...], firm: FirmId | None) -> Offer:
    return Offer(
        matter_id=matter_id,
        request_id=routed.request_id,
        attempt=routed.attempt,
        category=routed.category,
        flags=routed.flags,
        priority=routed.priority,
        channel=routed.channel,
        unit=routed.unit,
        owner=routed.owner,
        requester=routed.requester,
        other_party=routed.other_party,
        excluded=routed.excluded,
        gates=gates,
        firm_id=firm,
        narrative=routed.narrative,
        answer_due=routed.answer_due,
    )


def follow_intake(matters: MatterHandler, dockets: DocketHandler) -> Reaction:
    """A reader of its own: a routing that waits for a reopening must not hold that reopening back."""

    async def follow(record: Incoming, tx: Transaction) -> None:
        match record.body:
            case WithdrawnV1() as withdrawn:
                keep = KeepWithdrawal(request_id=withdrawn.request_id, withdrawn_at=withdrawn.at, at=withdrawn.at)
                kept = await dockets.within(tx).handle(withdrawn.request_id, keep, record.context)
                if kept.state.matter_id is not None:
                    wish = WithdrawMatter(at=withdrawn.at)
                    await matters.within(tx).handle(kept.state.matter_id, wish, record.context)
            case RequestReopenedV1() as reopened:
                keep = KeepWithdrawal(request_id=reopened.request_id, withdrawn_at=None, at=reopened.at)
                await dockets.within(tx).handle(reopened.request_id, keep, record.context)
            case _:
                return

    return Reaction(
        reader="enterprise.follow_intake",
        causes=(("intake", WithdrawnV1), ("intake", RequestReopenedV1)),
        handle=follow,
    )


def matter_wakings(matters: MatterHandler) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        if due.name == GATE_DUE:
            await matters.within(tx).handle(due.id, NoteGateOverdue(at=due.now), due.context)
            return
        wish = NoteTaskTime(
            task_id=task_of_timer(due.name),
            warning=due.name.startswith(TASK_WARN),
            climbs_at=deadlines.climbs_at(due.now),
            at=due.now,
        )
        await matters.within(tx).handle(due.id, wish, due.context)

    return TimerReaction(category=CATEGORY, handle=wake)
