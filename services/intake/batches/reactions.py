"""A batch goes on by itself: part by part, each in one transaction with what it filed."""

from services.intake.batches.decider import Batch, NotePart
from services.intake.batches.desk import BatchDesk, brought_in
from services.intake.batches.facts import Column, RowError, RowFiled, Why
from services.intake.batches.rows import Row
from services.intake.batches.store import CATEGORY, BatchHandler
from services.intake.requests.at_doors import DoorDesk, NumberKnownOtherwise
from services.intake.requests.store import RequestHandler
from shared.eventstore import Due, TimerReaction, Transaction
from shared.kernel import Rejection
from shared.web.vault import VaultRefused


def go_on(batches: BatchHandler, requests: RequestHandler, desk: BatchDesk, doors: DoorDesk) -> TimerReaction:
    async def next_part(due: Due, tx: Transaction) -> None:
        batch, _ = await batches.within(tx).state(due.id)
        if not isinstance(batch, Batch) or batch.done == len(batch.parts):
            return
        rows = await desk.rows_of(batch, due.context)
        if rows is None:
            lost = batch.parts[batch.done].rows
            told: list[RowFiled | RowError] = [RowError(row, Column.NARRATIVE, Why.LOST) for row in lost]
        else:
            told = [await _file(batch, row, doors, requests.within(tx)) for row in rows]
        command = NotePart(
            part=batch.done,
            filed=tuple(each for each in told if isinstance(each, RowFiled)),
            refused=tuple(each for each in told if isinstance(each, RowError)),
            at=due.now,
        )
        await batches.within(tx).handle(due.id, command, due.context)

    return TimerReaction(category=CATEGORY, handle=next_part)


async def _file(batch: Batch, row: Row, doors: DoorDesk, requests: RequestHandler) -> RowFiled | RowError:
    brought = brought_in(batch, row)
    try:
        known = await doors.take_in(brought, requests)
    except NumberKnownOtherwise:
        return RowError(row.number, Column.NUMBER, Why.KNOWN_OTHERWISE)
    except (Rejection, VaultRefused):
        return RowError(row.number, Column.NARRATIVE, Why.REFUSED)
    return RowFiled(row.number, brought.request_id, known)
