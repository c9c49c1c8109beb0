"""Decides past requests anew, some hundreds at a time, each slice in a transaction of its own.

The table engine decides by the draft, and the desk's own reading of the same rows is held against it: a pack on which
the two disagree is not published.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.routing.adapters.tables import Engine, Past
from services.routing.decisions.rules.acts import ActKind
from services.routing.decisions.rules.pack import Applied, Pack, apply
from services.routing.decisions.rules.ruling import docked, ruling
from services.routing.rulepacks.redecision import Finish, Moved, Place, Running, TakeSlice
from services.routing.rulepacks.shelf import PackShelf
from services.routing.rulepacks.store import NEXT, REDECISIONS, RedecisionHandler
from shared.contracts.codes import Category, Channel, Door, Flag, Gate, Police, Priority
from shared.contracts.danger import DangerKind
from shared.eventstore import Due, TimerReaction, Transaction
from shared.kernel import RequestId, value

SLICE = 500

COUNTED = "SELECT count(*) FROM judgements WHERE category IS NOT NULL AND filed_at <= $1"

NEXT_ONES = """
SELECT * FROM judgements WHERE category IS NOT NULL AND filed_at <= $1
  AND ($2::timestamptz IS NULL OR (filed_at, request_id) > ($2, $3::uuid))
ORDER BY filed_at, request_id LIMIT $4
"""


@value
class Slice:
    moved: tuple[Moved, ...]
    disagreed: int


async def count_past(database: Any, until: datetime) -> int:
    return int(await database.fetchval(COUNTED, until))


def redecision_timers(redecisions: RedecisionHandler, packs: PackShelf, size: int = SLICE) -> TimerReaction:
    async def wake(due: Due, tx: Transaction) -> None:
        if due.name != NEXT:
            raise ValueError(f"no timer of a re-decision: {due.name}")
        within = redecisions.within(tx)
        running, _ = await within.state(due.id)
        assert isinstance(running, Running)
        await packs.ready()
        await within.handle(due.id, await _next(running, due, packs, size, tx), due.context)

    return TimerReaction(category=REDECISIONS, handle=wake)


async def _next(running: Running, due: Due, packs: PackShelf, size: int, tx: Transaction) -> TakeSlice | Finish:
    after = running.reached
    at, id = (after.filed_at, after.request_id) if after else (None, None)
    rows = await tx.fetch(NEXT_ONES, running.until, at, id, size)
    redecision_id = running.id
    against = packs.named(running.against)
    if not rows or against is None:
        return Finish(redecision_id=redecision_id, at=due.now)
    draft = Pack(running.version, due.now.date(), running.rows)
    found = await asyncio.to_thread(redecide, draft, against, rows)
    last = rows[-1]
    return TakeSlice(
        redecision_id=redecision_id,
        after=after,
        seen=len(rows),
        disagreed=found.disagreed,
        moved=found.moved,
        reached=Place(last["filed_at"], RequestId(last["request_id"])),
        at=due.now,
    )


def redecide(draft: Pack, against: Pack, rows: Sequence[Mapping[str, Any]]) -> Slice:
    past = [_past(row) for row in rows]
    by_engine = Engine(draft).apply(past)
    by_desk = [apply(draft, each.ruling, each.danger, each.acts) for each in past]
    before = [apply(against, each.ruling, each.danger, each.acts) for each in past]
    moved = (_moved(RequestId(row["request_id"]), *found) for row, *found in zip(rows, before, by_desk, strict=True))
    return Slice(
        tuple(each for each in moved if each),
        sum(engine != desk for engine, desk in zip(by_engine, by_desk, strict=True)),
    )


def _past(row: Mapping[str, Any]) -> Past:
    found = ruling(
        Category(row["category"]),
        tuple(map(Flag, row["flags"])),
        Priority(row["priority"]),
        Police(row["police"]),
        Channel(row["channel"]),
    )
    return Past(
        docked(found) if row["door"] == Door.COURT else found,
        frozenset(map(DangerKind, row["danger"])),
        frozenset(map(ActKind, row["acts"])),
    )


def _moved(request_id: RequestId, before: Applied, after: Applied) -> Moved | None:
    gates_before, gates_after = _gates(before), _gates(after)
    if before.ruling == after.ruling and gates_before == gates_after:
        return None
    row = after.rows[-1] if after.rows else None
    return Moved(request_id, before.ruling, after.ruling, gates_before, gates_after, row)


def _gates(applied: Applied) -> tuple[Gate, ...]:
    return tuple(sorted({each.gate for each in applied.closes}))
