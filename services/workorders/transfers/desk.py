"""What the doors of transfers need done: act, seal what was typed, show."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from services.workorders.adapters.bodies import Registry
from services.workorders.screening import leaks_of
from services.workorders.transfers.commands import SendOut, TransferCommand
from services.workorders.transfers.limits import objection_due, receipt_due
from services.workorders.transfers.rules.legality import require_nobody_named
from services.workorders.transfers.shown import TransferFile, file_of, words_of
from services.workorders.transfers.state import Ended, Out, Unoffered, Waiting
from services.workorders.transfers.store import TransferHandler, remark, told
from shared.contracts.codes import Purpose, ReasonCode
from shared.kernel import Clock, NotFound, Rejection, RequestId, TextRef, UnitCode
from shared.web import Call, Query, Text, Vault, VaultUnavailable
from shared.web.errors import NotAllowed


class BodyUnknown(Rejection):
    """The registry has no such body today."""


class TransferDesk:
    def __init__(self, transfers: TransferHandler, registry: Registry, vault: Vault, clock: Clock) -> None:
        self.transfers = transfers
        self.registry = registry
        self._vault = vault
        self._clock = clock

    async def do(self, transfer_id: UUID, command: TransferCommand, call: Call) -> dict[str, Any]:
        """Raises Rejection. A command that changes nothing is answered too, without a record."""
        recorded = await self.transfers.handle(
            transfer_id,
            command,
            call.context,
            once=call.once,
            answer=lambda done: {
                "transfer_id": str(transfer_id),
                "version": done.version,
                "record_id": str(done.last) if done.last else None,
            },
            if_version=call.if_match,
        )
        return recorded.answer or {}

    async def send_out(
        self, transfer_id: UUID, to: str, reason: ReasonCode, notice: str | None, task: str | None, call: Call
    ) -> dict[str, Any]:
        now, state = self._clock.now(), await self.state(transfer_id)
        body = self.registry.on(now).get(UnitCode(to))
        if body is None:
            raise BodyUnknown(body=to)
        texts = {"notice": told(notice) if notice else None, "task": told(task) if task else None}
        refs = await self.seal(transfer_id, state.offer.request_id, texts, call)
        named = await self._names_somebody(task, state.offer.request_id, call)
        if call.actor.person is None:
            raise NotAllowed
        command = SendOut(
            by=call.actor.person,
            unit=call.actor.unit,
            to=body.as_destination(),
            reason=reason,
            notice=refs.get("notice"),
            task=refs.get("task"),
            task_names_somebody=named,
            receipt_due=receipt_due(now),
            objection_due=objection_due(now),
            at=now,
        )
        return await self.do(transfer_id, command, call)

    async def _names_somebody(self, task: str | None, request_id: RequestId, call: Call) -> bool:
        if task is None:
            return False
        found = await self._vault.mentioned(call.context, task, request_id=request_id)
        return found.name or found.phone or found.id_number

    async def state(self, transfer_id: UUID) -> Waiting | Out | Ended:
        state, _ = await self.transfers.state(transfer_id)
        if isinstance(state, Unoffered):
            raise NotFound
        return state

    async def seal(
        self, transfer_id: UUID, request_id: RequestId, texts: dict[str, Text | None], call: Call
    ) -> dict[str, TextRef]:
        sealed = await self._vault.seal(
            transfer_id,
            f"{call.principal} {call.key}",
            texts,
            request_id=request_id,
            owner=call.actor.person,
            context=call.context,
        )
        return dict(sealed.refs)

    async def seal_for_body(self, transfer_id: UUID, note: str, call: Call) -> TextRef:
        """Raises TaskNamesSomebody."""
        request_id = (await self.state(transfer_id)).offer.request_id
        require_nobody_named(await leaks_of(self._vault, note, request_id, call.context))
        return (await self.seal(transfer_id, request_id, {"note": remark(note)}, call))["note"]

    async def has_read(self, transfer_id: UUID, call: Call) -> bool:
        """Raises VaultUnavailable: nobody closes what he cannot see now."""
        state = await self.state(transfer_id)
        if isinstance(state, Waiting) or state.answered is None:
            return False
        item = state.answered.answer.item
        words = await self._vault.fetch(
            call.context, [item], purpose=Purpose.HANDLING, request_id=state.offer.request_id
        )
        return words.get(item) is not None

    async def show(self, transfer_id: UUID, query: Query, lines: Sequence[dict[str, Any]]) -> TransferFile:
        state = await self.state(transfer_id)
        history = await self.transfers.history(transfer_id)
        refs = [ref for stored in history for ref in words_of(stored.event)]
        try:
            words = await self._vault.fetch(
                query.context,
                [ref.item for ref in refs],
                purpose=Purpose.HANDLING,
                request_id=state.offer.request_id,
            )
        except VaultUnavailable:
            words = {}
        return file_of(history, state, words, lines, query.actor.person, self.registry, self._clock.now())
