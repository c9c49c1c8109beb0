"""Likely the same matter, over HTTP: what is proposed on a request, and an officer's no. A yes is a link in intake."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import APIRouter

from services.routing.decisions.doors import reading
from services.routing.decisions.relations import Relate
from services.routing.same.decider import Decline
from services.routing.same.rules.likely import SameAs, Sign
from services.routing.same.store import SameHandler
from services.routing.same.views import proposals
from shared.contracts.codes import Operation
from shared.kernel import Clock, RequestId
from shared.web import Call, Guard, Query, StrictModel

OF_REQUEST = """
SELECT p.request_id, p.other, p.relation, p.likeness, p.place, p.signs, p.state, p.proposed_at,
       r.category, r.grid, r.filed_at, r.ended, r.lead
FROM same_proposals p JOIN matter_reports r
     ON r.request_id = CASE WHEN p.request_id = $1 THEN p.other ELSE p.request_id END
WHERE (p.request_id = $1 OR p.other = $1) AND p.state <> 'declined' AND r.category IS DISTINCT FROM 'MIN'
ORDER BY p.state DESC, p.likeness + p.place DESC, p.other LIMIT 40
"""


class Proposed(StrictModel):
    request_id: UUID
    """The later one: it would go on with the earlier."""
    other: UUID
    shown: UUID
    """Of the two, the one that was not asked about."""
    relation: SameAs
    likeness: int
    place: int
    signs: tuple[Sign, ...]
    state: str
    proposed_at: datetime
    category: str | None
    grid: str | None
    filed_at: datetime
    ended: bool
    lead: UUID | None


class Proposals(StrictModel):
    proposals: tuple[Proposed, ...]


class DeclineBody(StrictModel):
    other: UUID


class Declined(StrictModel):
    request_id: UUID
    other: UUID
    record_id: UUID | None


def same_router(same: SameHandler, pool: "asyncpg.Pool[Any]", guard: Guard, clock: Clock, relate: Relate) -> APIRouter:
    router = APIRouter(prefix="/routing/v1", tags=["same matter"])

    @router.get("/decisions/{request_id}/same", operation_id="routing.list_same")
    async def list_same(
        request_id: UUID, query: Annotated[Query, reading(guard, relate)], after: UUID | None = None
    ) -> Proposals:
        if after is not None:
            await same.store.wait_for_view(proposals.name, after)
        rows: Sequence[Any] = await pool.fetch(OF_REQUEST, request_id) if query.actor.unit else []
        return Proposals(proposals=tuple(_proposed(row, request_id) for row in rows))

    @router.post("/decisions/{request_id}/same/declined", operation_id="routing.decline_same")
    async def decline(
        request_id: UUID,
        body: DeclineBody,
        call: Annotated[Call, guard.command(Operation.LINK_DUPLICATE, relation=relate)],
    ) -> Declined:
        """Another matter: it is not proposed again."""
        command = Decline(request_id=RequestId(request_id), other=RequestId(body.other), at=clock.now())
        recorded = await same.handle(
            request_id,
            command,
            call.context,
            once=call.once,
            answer=lambda done: Declined(request_id=request_id, other=body.other, record_id=done.last).model_dump(
                mode="json"
            ),
        )
        return Declined.model_validate(recorded.answer)

    return router


def _proposed(row: Any, request_id: UUID) -> Proposed:
    shown = row["other"] if row["request_id"] == request_id else row["request_id"]
    return Proposed(**dict(row), shown=shown)
