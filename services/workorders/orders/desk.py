"""What the doors of orders need done: act, seal what was typed, show."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.workorders.adapters.playbooks import Shelf
from services.workorders.orders.decider import OrderCommand
from services.workorders.orders.rules.course import missing_for
from services.workorders.orders.rules.course_acts import PlaybookNotForOrder
from services.workorders.orders.rules.facts import Offer, OrderReturned, OutcomeReported
from services.workorders.orders.rules.hands import Doer
from services.workorders.orders.rules.playbook import End, Playbook
from services.workorders.orders.rules.states import Ended, Offered, Signed, Unoffered, owner_of, require_signed
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
from services.workorders.orders.shown_course import CourseShown, words_of_tasks
from services.workorders.orders.store import OrderHandler, answer_text, note_text
from services.workorders.orders.timers import SIGN_DUE
from shared.contracts.codes import Channel, Purpose, Role
from shared.kernel import BUREAU_ZONE, Actor, ItemCode, NotFound, TextRef
from shared.web import Call, Query, Text, Vault, VaultUnavailable

PURPOSES = {Channel.DSP: Purpose.DISPATCH, Channel.CASE: Purpose.CASEWORK, Channel.SUP: Purpose.SUPERVISION}

PARTIES = frozenset({Role.REQUESTER, Role.OTHER_PARTY})
"""They read what was said to them, and nothing that units told each other."""


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
        return (await self.seal_all(order_id, {field: text}, call))[field]

    async def seal_all(self, order_id: UUID, texts: Mapping[str, Text | None], call: Call) -> Mapping[str, TextRef]:
        """What was typed or taken with one act, in one call."""
        offer = (await self._offered(order_id)).offer
        sealed = await self._vault.seal(
            order_id,
            f"{call.principal} {call.key}",
            texts,
            request_id=offer.request_id,
            owner=call.actor.person,
            context=call.context,
        )
        return sealed.refs

    async def signed(self, order_id: UUID) -> Signed:
        """Raises Rejection where nobody is accountable, or nobody any more."""
        return require_signed((await self.orders.state(order_id))[0])

    async def read_shared(self, order: Signed | Ended, items: Sequence[UUID], query: Query) -> dict[UUID, str | None]:
        """What another unit learns for its part; nothing where the vault does not answer."""
        try:
            return await self._vault.fetch(
                query.context, items, purpose=Purpose.PARTNER_TASK, request_id=order.offer.request_id
            )
        except VaultUnavailable:
            return {}

    def may_choose(self, channel: Channel, code: ItemCode, now: datetime) -> Playbook:
        playbook = self._shelf.named(code, channel, now.astimezone(BUREAU_ZONE).date())
        if playbook is None:
            raise PlaybookNotForOrder
        return playbook

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
        course = CourseShown(offer.playbook, self._shelf)
        answer = answer_of(history)
        told = [ref for ref in (offer.narrative, answer) if ref is not None]
        if query.actor.role not in PARTIES:
            told += words_of_tasks(history).values()
        texts, withheld = await self._read(offer, told, query)
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
            playbook_title=course.title,
            choices=course.choices(offer.channel, state, now),
            deadline=state.deadline if isinstance(state, Signed) else None,
            offered_to=state.offered_to if isinstance(state, Signed) else None,
            steps=course.steps(steps_of(history), state),
            tasks=course.tasks(history, texts),
            rungs=course.rungs(history),
            ends=tuple(_end(each, state) for each in offer.playbook.ends),
            outcome=end.outcome if isinstance(end, OutcomeReported) else None,
            detail=end.detail if isinstance(end, OutcomeReported) else None,
            return_reason=end.reason if isinstance(end, OrderReturned) else None,
            narrative=texts.get(offer.narrative.item),
            answer=texts.get(answer.item) if answer is not None else None,
            texts_withheld=withheld,
            next=course.told(next_acts(state, doer_of(query.actor), now), state),
            timeline=timeline_of(history),
            version=len(history),
        )

    async def _read(
        self, offer: Offer, refs: Sequence[TextRef], query: Query
    ) -> tuple[Mapping[UUID, str | None], bool]:
        """The words by item, and whether some were withheld. A vault that is down hides words and no state."""
        items = [ref.item for ref in refs]
        purpose = PURPOSES.get(offer.channel, Purpose.HANDLING)
        if query.actor.role in PARTIES:
            purpose = Purpose.DATA_RIGHTS
        try:
            texts = await self._vault.fetch(query.context, items, purpose=purpose, request_id=offer.request_id)
        except VaultUnavailable:
            return {}, True
        return texts, any(texts.get(item) is None for item in items)


def _end(end: End, state: Offered | Signed | Ended) -> EndAnswer:
    missing = missing_for(state.offer.playbook, end, state.progress) if isinstance(state, Signed) else ()
    return EndAnswer(outcome=end.outcome, details=end.details, missing=missing)


def doer_of(actor: Actor) -> Doer | None:
    """None for those who handle nothing: a code and PIN, a service, nobody."""
    if actor.person is None or actor.role not in set(Role):
        return None
    return Doer(actor.person, Role(actor.role), actor.unit)
