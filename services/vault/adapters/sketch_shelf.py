"""The table of sketches. A row goes with the content that it was made of, whoever destroys that."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.vault.adapters.sketches import EMPTY, WEIGHT_BITS, Sketch, likeness, same_places
from shared.eventstore import Transaction
from shared.kernel import RequestId, value

PROBES = 24
"""Of the rarest words of a text, so many are looked up; who shares none of them is about something else."""
LOOKED_AT = 200
"""Of those, the newest."""

PUT = """
INSERT INTO sketches (item, request_id, sealed_at, grams, names)
SELECT i.item, i.request_id, i.sealed_at, $2, $3 FROM items i JOIN contents USING (item)
WHERE i.item = $1 AND i.request_id IS NOT NULL ON CONFLICT DO NOTHING
"""

FOUND = """
SELECT request_id, grams, names FROM sketches WHERE request_id IN (
    SELECT request_id FROM sketches
    WHERE (grams && $1 OR names && $2) AND request_id <> $3 AND ($4::timestamptz IS NULL OR sealed_at >= $4)
    GROUP BY request_id ORDER BY max(sealed_at) DESC LIMIT $5
)
"""

AMONG = "SELECT request_id, grams, names FROM sketches WHERE request_id = ANY($1) AND request_id <> $2"


@value
class Near:
    request_id: RequestId
    likeness: int
    place: int


async def unsketched(tx: Transaction, items: Sequence[UUID]) -> Sequence[UUID]:
    rows = await tx.fetch(
        "SELECT item FROM contents LEFT JOIN sketches s USING (item) WHERE item = ANY($1) AND s.item IS NULL", items
    )
    return [row["item"] for row in rows]


async def keep(tx: Transaction, sketches: Mapping[UUID, Sketch]) -> None:
    """In one order for all writers. An item that was erased meanwhile gets none."""
    for item in sorted(sketches):
        await tx.execute(PUT, item, list(sketches[item].grams), list(sketches[item].names))


async def of_items(tx: Transaction, items: Sequence[UUID]) -> Sketch:
    rows = await tx.fetch("SELECT grams, names FROM sketches WHERE item = ANY($1)", items)
    sketch = EMPTY
    for row in rows:
        sketch |= Sketch(frozenset(row["grams"]), frozenset(row["names"]))
    return sketch


async def nearest(
    tx: Transaction,
    sketch: Sketch,
    request_id: RequestId,
    among: Sequence[RequestId] | None,
    also: Sequence[RequestId],
    since: datetime | None,
    limit: int,
) -> tuple[Near, ...]:
    """The most alike first; nothing that shares neither a telling word nor a place. `also` come on top of the limit."""
    named = await tx.fetch(AMONG, [*(among or ()), *also], request_id) if among or also else []
    found = [] if among is not None else await _found(tx, sketch, request_id, since)
    others: dict[UUID, Sketch] = {}
    for row in (*named, *found):
        part = Sketch(frozenset(row["grams"]), frozenset(row["names"]))
        others[row["request_id"]] = others.get(row["request_id"], EMPTY) | part
    every = [Near(RequestId(id), likeness(sketch, each), same_places(sketch, each)) for id, each in others.items()]
    ranked = sorted(every, key=lambda near: (-(near.likeness + near.place), near.request_id))
    alike = [near for near in ranked if near.likeness or near.place]
    return (*alike[:limit], *(near for near in alike[limit:] if near.request_id in also))


async def _found(
    tx: Transaction, sketch: Sketch, request_id: RequestId, since: datetime | None
) -> Sequence[Mapping[str, Any]]:
    rarest = sorted(sketch.grams, key=lambda gram: (-(gram & WEIGHT_BITS), gram))[:PROBES]
    rows: Sequence[Mapping[str, Any]] = await tx.fetch(FOUND, rarest, list(sketch.names), request_id, since, LOOKED_AT)
    return rows
