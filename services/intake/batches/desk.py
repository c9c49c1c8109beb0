"""Opening a batch: its rows are looked at, the good ones sealed in parts, and the rest follows by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson

from services.intake.adapters.pins import Pins
from services.intake.batches.bodies import BatchAnswer, BatchBody, ChildAnswer, RowErrorAnswer, SlipAnswer
from services.intake.batches.decider import Batch, OpenBatch, require_rows
from services.intake.batches.facts import BatchId, BatchOpened, BatchPartFiled, Column, Part, RowError, RowFiled
from services.intake.batches.rows import Row, checked
from services.intake.batches.store import BatchHandler
from services.intake.batches.words import words_of
from services.intake.requests.at_doors import Brought
from services.intake.requests.bodies import DoorBody, PersonBody
from services.intake.requests.rules.doors import DOORS, DoorFieldMissing, let_in
from services.intake.requests.store import ItemKind
from shared.contracts.codes import Purpose, Role
from shared.eventstore import Repeated
from shared.kernel import Actor, Clock, Context, ItemCode, NotFound, RequestId, derive_id
from shared.web import Call, Text, Vault

BATCHES = uuid5(NAMESPACE_URL, "urn:lounge:batches")
PART_ROWS = 20
PART_LETTERS = 15_000
SEALED_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class BatchDesk:
    batches: BatchHandler
    vault: Vault
    pins: Pins
    clock: Clock

    async def open(self, body: BatchBody, call: Call) -> BatchAnswer:
        """The id follows from caller and key: a repeat shows how far it is."""
        batch_id = BatchId(derive_id(BATCHES, call.principal, call.key))
        if call.answered is None and not await self.batches.has_begun(batch_id):
            await self._open(batch_id, body, call)
        return await self.read(batch_id, call.language)

    async def _open(self, batch_id: BatchId, body: BatchBody, call: Call) -> None:
        role = Role(call.actor.role)
        let_in(body.door, role, danger=False)
        if (known := DOORS[body.door].systems) and body.system not in known:
            raise DoorFieldMissing(missing=("system",))
        require_rows(len(body.rows))
        good, refused = checked(body.typed, body.door)
        command = OpenBatch(
            batch_id=batch_id,
            door=body.door,
            system=ItemCode(body.system) if body.system else None,
            rows=len(body.rows),
            parts=await self._sealed(batch_id, parts_of(good), call.context),
            refused=refused,
            filed_by=call.actor.person,
            by=role,
            unit=call.actor.unit,
            at=self.clock.now(),
        )
        try:
            await self.batches.handle(
                batch_id, command, call.context, once=call.once, answer=lambda _: {"batch_id": str(batch_id)}
            )
        except Repeated:
            return

    async def _sealed(self, batch_id: BatchId, parts: Sequence[Sequence[Row]], context: Context) -> tuple[Part, ...]:
        """No record mentions these texts, so the vault destroys them after a day: a row lives on in its request."""
        sealed: list[Part] = []
        for first in range(0, len(parts), SEALED_AT_ONCE):
            some = parts[first : first + SEALED_AT_ONCE]
            texts = {str(first + place): Text(ItemKind.NOTE, _written(part)) for place, part in enumerate(some)}
            kept = await self.vault.seal(
                batch_id, "parts", texts, request_id=RequestId(batch_id), owner=None, context=context
            )
            sealed += [
                Part(kept.refs[str(first + place)], tuple(row.number for row in part))
                for place, part in enumerate(some)
            ]
        return tuple(sealed)

    async def rows_of(self, batch: Batch, context: Context) -> Sequence[Row] | None:
        """Of the part whose turn it is; None when it was destroyed."""
        table = batch.parts[batch.done].table
        found = await self.vault.fetch(
            context, [table.item], purpose=Purpose.TRIAGE, request_id=RequestId(batch.batch_id)
        )
        text = found.get(table.item)
        return [Row(number, _cells(cells)) for number, cells in orjson.loads(text)] if text else None

    async def read(self, batch_id: UUID, language: str) -> BatchAnswer:
        state, _ = await self.batches.state(batch_id)
        if not isinstance(state, Batch):
            raise NotFound("batch")
        filed, refused = await self._told(batch_id)
        return BatchAnswer(
            batch_id=batch_id,
            door=state.door,
            opened_at=state.opened_at,
            finished_at=state.finished_at,
            rows=state.rows,
            filed=state.filed,
            known=sum(each.known for each in filed),
            refused=state.refused,
            waiting=state.waiting,
            errors=tuple(error_told(error, language) for error in sorted(refused, key=lambda each: each.row)),
            children=tuple(ChildAnswer(row=each.row, request_id=each.request_id, known=each.known) for each in filed),
        )

    async def slips(self, batch_id: UUID) -> tuple[SlipAnswer, ...]:
        """Code and PIN of each child, for whoever filed the batch to hand out."""
        state, _ = await self.batches.state(batch_id)
        if not isinstance(state, Batch):
            raise NotFound("batch")
        filed, _ = await self._told(batch_id)
        fresh = [each for each in filed if not each.known] if DOORS[state.door].hands_out_pin else []
        codes = await self.pins.codes([each.request_id for each in fresh])
        return tuple(
            SlipAnswer(
                row=each.row,
                request_id=each.request_id,
                code=codes[each.request_id],
                pin=self.pins.pin_of(each.request_id, str(each.request_id)),
            )
            for each in fresh
        )

    async def _told(self, batch_id: UUID) -> tuple[list[RowFiled], list[RowError]]:
        filed: list[RowFiled] = []
        refused: list[RowError] = []
        for stored in await self.batches.history(batch_id):
            match stored.event:
                case BatchOpened(refused=errors):
                    refused += errors
                case BatchPartFiled(filed=rows, refused=errors):
                    filed += rows
                    refused += errors
        return filed, refused


def parts_of(rows: Sequence[Row]) -> list[list[Row]]:
    parts: list[list[Row]] = []
    letters = 0
    for row in rows:
        size = sum(len(text) for text in row.cells.values()) + 100
        if not parts or len(parts[-1]) == PART_ROWS or letters + size > PART_LETTERS:
            parts.append([])
            letters = 0
        parts[-1].append(row)
        letters += size
    return parts


def _written(part: Sequence[Row]) -> str:
    rows = [[row.number, {str(column): text for column, text in row.cells.items()}] for row in part]
    return orjson.dumps(rows).decode()


def _cells(cells: dict[str, str]) -> dict[Column, str]:
    return {Column(name): text for name, text in cells.items()}


def error_told(error: RowError, language: str) -> RowErrorAnswer:
    return RowErrorAnswer(
        row=error.row, column=error.column, why=error.why, words=words_of(error.column, error.why, language)
    )


def brought_in(batch: Batch, row: Row) -> Brought:
    """A row as its bringer would have registered it by hand."""
    actor = Actor(role=batch.by, person=batch.filed_by, unit=batch.unit, roles=frozenset({batch.by}))
    body = DoorBody(
        door=batch.door,
        system=batch.system,
        narrative=row.get(Column.NARRATIVE),
        title=row.get(Column.TITLE) or None,
        place=row.get(Column.PLACE) or None,
        number=row.get(Column.NUMBER) or None,
        group=row.get(Column.GROUP) or None,
        contact=_person(row, Column.NAME, Column.PHONE, Column.ID_NUMBER),
        beneficiary=_person(row, Column.FOR_NAME, Column.FOR_PHONE),
    )
    context = Context(actor=actor)
    request_id = RequestId(derive_id(batch.batch_id, row.number))
    return Brought.of(body, context, request_id, str(request_id), batch=batch.batch_id)


def _person(row: Row, name: Column, phone: Column, id_number: Column | None = None) -> PersonBody | None:
    given = {
        "name": row.get(name) or None,
        "phone": row.get(phone) or None,
        "id_number": (row.get(id_number) or None) if id_number else None,
    }
    return PersonBody(**given) if any(given.values()) else None
