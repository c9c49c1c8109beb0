"""Corrections as training data: references are resolved at the moment of training, so that the erased drop out (R-40).

Only the service's own token opens it, because nobody reads for training in person (R-37). What the vault gives is less
than what was typed.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import orjson
from fastapi import APIRouter
from fastapi import Query as Param

from services.routing.decisions.facts import TriageBegun
from services.routing.decisions.store import DecisionHandler
from shared.contracts.codes import Category, Flag, Purpose
from shared.kernel import SYSTEM, Context, NotFound, RequestId, value
from shared.telemetry.spans import current_traceparent
from shared.web import Guard, StrictModel
from shared.web.cursors import Place, read_cursor, write_cursor
from shared.web.guard import ServiceQuery
from shared.web.vault import Vault, Wanted

SCOPE = "training"
PAGE = 50
NEVER_LEARNED = frozenset({Flag.MINOR, Flag.MINOR14, Flag.SEXUAL_CONTENT})

LATEST = """
SELECT * FROM (
    SELECT DISTINCT ON (request_id) request_id, overruled_at, before, after FROM corrections WHERE NOT undone
    ORDER BY request_id, overruled_at DESC, record_id DESC
) latest
WHERE $1::timestamptz IS NULL OR (overruled_at, request_id) > ($1, $2::uuid)
ORDER BY overruled_at, request_id LIMIT $3
"""


class Labelled(StrictModel):
    """One line for `lounge classifier train`."""

    id: UUID
    title: str
    text: str
    category: str
    priority: str
    police: str
    channel: str
    flags: tuple[str, ...]

    def __repr__(self) -> str:
        # A traceback or a failing assertion must not print what somebody typed.
        return f"Labelled({self.id})"


class LabelledPage(StrictModel):
    rows: tuple[Labelled, ...]
    erased: int
    """Corrections whose words are gone."""
    withheld: int
    """Corrections about children and the like, of which nothing is learned (R-36), or that the vault keeps back."""
    next_cursor: str | None

    def __repr__(self) -> str:
        return f"LabelledPage({len(self.rows)})"


@value
class Correction:
    request_id: RequestId
    overruled_at: datetime
    label: dict[str, Any]
    withheld: bool


class TrainingData:
    def __init__(self, pool: "asyncpg.Pool[Any]", decisions: DecisionHandler, vault: Vault) -> None:
        self._pool = pool
        self._decisions = decisions
        self._vault = vault

    async def page(self, cursor: str | None, limit: int) -> LabelledPage:
        """Raises VaultUnavailable, also while the log lags: training can wait."""
        after = read_cursor(cursor) if cursor else None
        begin = (after.at, after.id) if after else (None, None)
        found = [_correction(row) for row in await self._pool.fetch(LATEST, *begin, limit + 1)]
        page = found[:limit]
        begun = [await self._begun(each.request_id) for each in page if not each.withheld]
        texts = await self._texts(begun)
        rows = [
            _labelled(each, texts[each.request_id])
            for each in page
            if not each.withheld and texts[each.request_id] is not None
        ]
        withheld = sum(each.withheld for each in page)
        return LabelledPage(
            rows=tuple(row for row in rows if row is not None),
            erased=len(page) - withheld - len(rows),
            withheld=withheld,
            next_cursor=_place(page[-1]) if len(found) > limit else None,
        )

    async def _begun(self, request_id: RequestId) -> TriageBegun:
        begun = (await self._decisions.history(request_id))[0].event
        if not isinstance(begun, TriageBegun):
            raise NotFound("decision")
        return begun

    async def _texts(self, begun: Sequence[TriageBegun]) -> dict[RequestId, tuple[str, str] | None]:
        """Title and narrative by request; None where the narrative is gone."""
        if not begun:
            return {}
        trace = current_traceparent()
        wanted = [
            Wanted([ref.item for ref in (each.title, each.narrative) if ref], each.request_id, trace) for each in begun
        ]
        read = await self._vault.fetch_many(Context(actor=SYSTEM, trace=trace), wanted, purpose=Purpose.TRAINING)
        found: dict[RequestId, tuple[str, str] | None] = {}
        for each, texts in zip(begun, read, strict=True):
            narrative = texts.get(each.narrative.item)
            title = (texts.get(each.title.item) or "") if each.title else ""
            found[each.request_id] = (title, narrative) if narrative is not None else None
        return found


def training_router(data: TrainingData, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/routing/v1/training", tags=["training"])

    @router.get("/corrections", operation_id="routing.export_corrections")
    async def export_corrections(
        service: Annotated[ServiceQuery, guard.service(SCOPE)],
        cursor: Annotated[str | None, Param(max_length=200)] = None,
        limit: Annotated[int, Param(ge=1, le=PAGE)] = PAGE,
    ) -> LabelledPage:
        return await data.page(cursor, limit)

    return router


def _correction(row: Any) -> Correction:
    before, after = (orjson.loads(row[name]) if row[name] else {} for name in ("before", "after"))
    return Correction(RequestId(row["request_id"]), row["overruled_at"], after, _is_withheld(before, after))


def _is_withheld(*rulings: dict[str, Any]) -> bool:
    """R-36: whatever was once held to concern a child, or sexual content, is not learned from."""
    return any(
        ruling.get("category") == Category.MIN or NEVER_LEARNED.intersection(ruling.get("flags", ()))
        for ruling in rulings
    )


def _labelled(correction: Correction, typed: tuple[str, str] | None) -> Labelled | None:
    if typed is None:
        return None
    return Labelled(id=correction.request_id, title=typed[0], text=typed[1], **correction.label)


def _place(correction: Correction) -> str:
    return write_cursor(Place(correction.overruled_at, correction.request_id, 0))
