"""What the doors of orders need done: act, seal what was typed, show."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.workorders.adapters.playbooks import Shelf
from services.workorders.orders.decider import OrderCommand
from services.workorders.orders.rules.facts import Offer, OrderReturned, OutcomeReported
from services.workorders.orders.rules.hands import Doer
from services.workorders.orders.rules.states import Ended, Offered, Signed, Unoffered, owner_of
from services.workorders.orders.shown import (
    EndAnswer,
    OrderAnswer,
    answer_of,
    dues_of,
    is_overdue,
    next_acts,
    signed_at,
    state_name,
    steps_of,
    timeline_of,
)
from services.workorders.orders.store import SIGN_DUE, OrderHandler, answer_text, note_text
from shared.contracts.codes import Channel, Purpose, Role
from shared.kernel import Actor, NotFound, TextRef
from shared.web import Call, Query, Text, Vault, VaultUnavailable

PURPOSES = {Channel.DSP: Purpose.DISPATCH, Channel.CASE: Purpose.CASEWORK, Channel.SUP: Purpose.SUPERVISION}


class OrderDesk:
    def __init__(self, orders: OrderHandler, vault: Vault, shelf: Shelf) -> None:
        self.orders = orders
        self._vault = vault
        self._shelf = shelf

    async def do(self, order_id: UUID, command: OrderCommand, call: Call) -> dict[str, Any]:
        """Raises Rejection. A command that changes nothing is answered too, without a record."""
        recorded = await self.orders.handle(
            order_id,
            command,
            call.context,
            once=call.once,
            answer=lambda done: {
                "order_id": str(order_id),
                "version": done.version,
                "record_id": str(done.last) if done.last else None,
            },
            if_version=call.if_match,
        )
        return recorded.answer or {}

    async def seal_note(self, order_id: UUID, note: str | None, call: Call) -> TextRef | None:
        text = note_text(note)
        return await self._seal(order_id, "note", text, call) if text is not None else None

    async def seal_answer(self, order_id: UUID, answer: str, call: Call) -> TextRef:
        return await self._seal(order_id, "answer", answer_text(answer), call)

    async def _seal(self, order_id: UUID, field: str, text: Text, call: Call) -> TextRef:
        offer = (await self._offered(order_id)).offer
        sealed = await self._vault.seal(
            order_id,
            f"{call.principal} {call.key}",
            {field: text},
            request_id=offer.request_id,
            owner=call.actor.person,
            context=call.context,
        )
        return sealed.refs[field]

    async def _offered(self, order_id: UUID) -> Offered | Signed | Ended:
        state, _ = await self.orders.state(order_id)
        if isinstance(state, Unoffered):
            raise NotFound
        return state

    async def show(self, order_id: UUID, query: Query, now: datetime) -> OrderAnswer:
        history = await self.orders.history(order_id)
        state = self.orders.decider.fold(stored.event for stored in history)
        if isinstance(state, Unoffered):
            raise NotFound
        offer = state.offer
        dues = dues_of(history)
        end = state.by if isinstance(state, Ended) else None
        narrative, answer, withheld = await self._read(offer, answer_of(history), query)
        return OrderAnswer(
            order_id=order_id,
            request_id=offer.request_id,
            attempt=offer.attempt,
            category=offer.category,
            priority=offer.priority,
            channel=offer.channel,
            state=state_name(history, state),
            unit=state.unit if isinstance(state, Signed) else offer.unit,
            owner=owner_of(state),
            playbook=offer.playbook.code,
            playbook_version=offer.playbook.version,
            offered_at=history[0].event.occurred_at,
            sign_due=dues.get(SIGN_DUE),
            signed_at=signed_at(history),
            overdue=is_overdue(history, state),
            answer_due=offer.answer_due,
            steps=steps_of(history, offer.playbook, self._shelf),
            ends=tuple(EndAnswer(outcome=each.outcome, details=each.details) for each in offer.playbook.ends),
            outcome=end.outcome if isinstance(end, OutcomeReported) else None,
            detail=end.detail if isinstance(end, OutcomeReported) else None,
            return_reason=end.reason if isinstance(end, OrderReturned) else None,
            narrative=narrative,
            answer=answer,
            texts_withheld=withheld,
            next=next_acts(state, doer_of(query.actor), now),
            timeline=timeline_of(history),
            version=len(history),
        )

    async def _read(self, offer: Offer, answer: TextRef | None, query: Query) -> tuple[str | None, str | None, bool]:
        """The words, and whether some were withheld. A vault that is down hides words and no state."""
        items = [ref.item for ref in (offer.narrative, answer) if ref is not None]
        purpose = PURPOSES.get(offer.channel, Purpose.HANDLING)
        if query.actor.role in (Role.REQUESTER, Role.OTHER_PARTY):
            purpose = Purpose.DATA_RIGHTS
        try:
            texts = await self._vault.fetch(query.context, items, purpose=purpose, request_id=offer.request_id)
        except VaultUnavailable:
            return None, None, True
        narrative = texts.get(offer.narrative.item)
        told = texts.get(answer.item) if answer is not None else None
        return narrative, told, any(texts.get(item) is None for item in items)


def doer_of(actor: Actor) -> Doer | None:
    """None for those who handle nothing: a code and PIN, a service, nobody."""
    if actor.person is None or actor.role not in set(Role):
        return None
    return Doer(actor.person, Role(actor.role), actor.unit)
