"""What the doors of matters need done: act, seal what was typed, register a list of workers, show."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from services.enterprise.clerk import INVOLVED, Clerk, doer_of
from services.enterprise.firms.store import FirmHandler
from services.enterprise.matters.bodies import BatchAnswer, MatterAnswer, WorkerBody
from services.enterprise.matters.commands import LodgeStaff, MatterCommand
from services.enterprise.matters.facts import BadRow, BatchId, StaffLodged, Worker
from services.enterprise.matters.rules.lodging import TypedRow, check_rows, normal_id_number
from services.enterprise.matters.shown import refs_for, show
from services.enterprise.matters.state import Ended, Offered, Signed, Unoffered
from services.enterprise.matters.store import MatterHandler, address_text
from shared.contracts.codes import Relation, Role
from shared.eventstore import Recorded
from shared.kernel import NotFound, PersonId, Rejection, RequestId, TextRef, derive_id
from shared.web import Call, Query, Text
from shared.web.clerk import done
from shared.web.problems import Catalogue

OF_THE_WHOLE = frozenset({Relation.OWN, Relation.OWN_UNIT, Relation.OWN_FIRM})


class MatterDesk:
    def __init__(self, matters: MatterHandler, firms: FirmHandler, clerk: Clerk, words: Catalogue) -> None:
        self.matters = matters
        self.firms = firms
        self.clerk = clerk
        self._words = words

    async def do(self, matter_id: UUID, command: MatterCommand, call: Call, **more: object) -> dict[str, Any]:
        """Raises Rejection. A command that changes nothing is answered too, without a record."""
        return await self._do(matter_id, command, call, lambda recorded: done(matter_id, recorded, **more))

    async def _do(
        self,
        matter_id: UUID,
        command: MatterCommand,
        call: Call,
        answer: Callable[[Recorded[Any, Any]], dict[str, Any]],
    ) -> dict[str, Any]:
        recorded = await self.matters.handle(
            matter_id, command, call.context, once=call.once, answer=answer, if_version=call.if_match
        )
        return recorded.answer or {}

    async def state(self, matter_id: UUID) -> Offered | Signed | Ended:
        state, _ = await self.matters.state(matter_id)
        if isinstance(state, Unoffered):
            raise NotFound("matter")
        return state

    async def seal(self, matter_id: UUID, field: str, text: Text | None, call: Call) -> TextRef | None:
        request_id = (await self.state(matter_id)).offer.request_id
        return (await self.clerk.seal(call, matter_id, {field: text}, request_id)).get(field)

    async def seal_words(self, matter_id: UUID, field: str, text: Text, call: Call) -> TextRef:
        request_id = (await self.state(matter_id)).offer.request_id
        return (await self.clerk.seal(call, matter_id, {field: text}, request_id))[field]

    async def lodge(self, matter_id: UUID, rows: Sequence[WorkerBody], call: Call) -> BatchAnswer:
        """Every good row is registered, every bad one says why; the same list again registers nobody twice."""
        request_id = (await self.state(matter_id)).offer.request_id
        typed = [
            TypedRow(number, row.name, row.id_number, row.phone or None, row.address or None)
            for number, row in enumerate(rows, 1)
        ]
        bad = check_rows(typed)
        workers = [await self._worker(row, request_id, matter_id, call) for row in typed if row.row not in bad]
        command = LodgeStaff(
            doer=doer_of(call.actor),
            batch_id=BatchId(derive_id(matter_id, "batch", call.principal, call.key)),
            workers=tuple(workers),
            bad=tuple(BadRow(row, errors) for row, errors in bad.items()),
            at=self.clerk.now(),
        )
        answered = await self._do(matter_id, command, call, lambda recorded: _batch(matter_id, recorded, command))
        return BatchAnswer.model_validate(answered)

    async def _worker(self, row: TypedRow, request_id: RequestId, matter_id: UUID, call: Call) -> Worker:
        given = {"name": row.name.strip(), "id_number": normal_id_number(row.id_number)}
        if row.phone:
            given["phone"] = row.phone
        known = await self.clerk.vault.identify(call.context, given, request_id=request_id)
        address = await self._address(row, known.person, request_id, matter_id, call) if row.address else None
        return Worker(row.row, known.person, address)

    async def _address(
        self, row: TypedRow, worker: PersonId, request_id: RequestId, matter_id: UUID, call: Call
    ) -> TextRef:
        """Where somebody lives is his own: it dies with his key, not with the officer's."""
        sealed = await self.clerk.vault.seal(
            derive_id(matter_id, worker),
            f"{call.principal} {call.key}",
            {"address": address_text(row.address or "")},
            request_id=request_id,
            owner=worker,
            context=call.context,
        )
        return sealed.refs["address"]

    async def show(self, matter_id: UUID, query: Query) -> MatterAnswer:
        history = await self.matters.history(matter_id)
        state = self.matters.decider.fold(stored.event for stored in history)
        if isinstance(state, Unoffered):
            raise NotFound("matter")
        whole = not OF_THE_WHOLE.isdisjoint(query.relations)
        refs = refs_for(history, query.actor.unit, whole)
        narrative = (state.offer.narrative,) if whole else ()
        texts = await self.clerk.read(query, (*narrative, *refs), state.offer.request_id)
        is_staff = query.actor.person is not None and query.actor.role in set(Role)
        doer = doer_of(query.actor) if is_staff and not INVOLVED.isdisjoint(query.relations) else None
        shown = show(history, state, texts, doer, self.clerk.now(), lambda refused: self._told(refused, query.language))
        if whole or Relation.TASK not in query.relations:
            return shown
        mine = tuple(task for task in shown.tasks if task.unit == query.actor.unit)
        # a department gets its task and the stub of the matter, no more.
        hidden = {"next": (), "timeline": (), "rounds": (), "expenses_fen": 0, "complained_of": None, "gate": None}
        return shown.model_copy(update={"tasks": mine, **hidden})

    def _told(self, refused: Rejection, language: str) -> str:
        return self._words.words(refused.slug, language, refused.details)[1]


def _batch(matter_id: UUID, recorded: Recorded[Any, Any], command: LodgeStaff) -> dict[str, Any]:
    lodged = next((event for event in recorded.events if isinstance(event, StaffLodged)), None)
    return done(
        matter_id,
        recorded,
        lodged=len(lodged.workers) if lodged else 0,
        known=list(lodged.known) if lodged else [worker.row for worker in command.workers],
        bad=[{"row": each.row, "errors": [str(error) for error in each.errors]} for each in command.bad],
    )
