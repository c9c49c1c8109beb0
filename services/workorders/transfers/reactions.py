"""A request routed to a connected body becomes a transfer instead of an order; routing and intake may take it away."""

from services.workorders.adapters.bodies import Registry
from services.workorders.transfers.commands import NoteOverdue, OfferTransfer, Revoke, Withdraw
from services.workorders.transfers.facts import Late, Offer
from services.workorders.transfers.limits import send_due
from services.workorders.transfers.store import CATEGORY, TransferHandler, transfer_id_of
from shared.contracts.codes import Channel
from shared.contracts.intake import WithdrawnV1
from shared.contracts.routing import HandlingRevokedV1, RequestRoutedV1
from shared.eventstore import Due, TimerReaction, Transaction
from shared.kernel import Context


class ToOtherBodies:
    """What the reader of orders hands on, in its own transaction and under its lock: one request, one handler."""

    def __init__(self, transfers: TransferHandler, registry: Registry) -> None:
        self._transfers = transfers
        self._registry = registry

    async def open(self, routed: RequestRoutedV1, context: Context, tx: Transaction) -> bool:
        """False: no connected body has it, and it is an order as ever."""
        if routed.channel is not Channel.XFER or self._registry.linked(routed.unit, routed.at) is None:
            return False
        transfer_id = transfer_id_of(routed.request_id, routed.attempt)
        offer = Offer(
            transfer_id=transfer_id,
            request_id=routed.request_id,
            attempt=routed.attempt,
            category=routed.category,
            priority=routed.priority,
            channel=routed.channel,
            unit=routed.unit,
            owner=routed.owner,
            requester=routed.requester,
            other_party=routed.other_party,
            excluded=routed.excluded,
            narrative=routed.narrative,
            send_due=send_due(routed.at),
            answer_due=routed.answer_due,
        )
        await self._transfers.within(tx).handle(transfer_id, OfferTransfer(offer=offer, at=routed.at), context)
        await tx.execute(
            "INSERT INTO transfer_of_request (request_id, transfer_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            routed.request_id,
            transfer_id,
        )
        return True

    async def revoke(self, revoked: HandlingRevokedV1, context: Context, tx: Transaction) -> None:
        transfer_id = transfer_id_of(revoked.request_id, revoked.attempt)
        command = Revoke(reason=revoked.reason, at=revoked.at)
        await self._transfers.within(tx).handle(transfer_id, command, context)

    async def withdraw(self, withdrawn: WithdrawnV1, context: Context, tx: Transaction) -> None:
        rows = await tx.fetch(
            "SELECT transfer_id FROM transfer_of_request WHERE request_id = $1 ORDER BY transfer_id",
            withdrawn.request_id,
        )
        for row in rows:
            await self._transfers.within(tx).handle(row["transfer_id"], Withdraw(at=withdrawn.at), context)


def transfer_timers(transfers: TransferHandler) -> TimerReaction:
    async def note(due: Due, tx: Transaction) -> None:
        command = NoteOverdue(late=Late(due.name), due=due.due_at, at=due.now)
        await transfers.within(tx).handle(due.id, command, due.context)

    return TimerReaction(category=CATEGORY, handle=note)
