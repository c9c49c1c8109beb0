"""Requests about one matter, over HTTP: an officer links, parts again, and reads the voices beside each other."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import APIRouter

from services.intake.linking.views import links, repetition
from services.intake.requests.api import Acts
from services.intake.requests.bodies import Done
from services.intake.requests.linking_commands import Lead, LinkDuplicate, SplitLink
from services.intake.requests.linking_facts import SameAs
from services.intake.requests.relations import Relate
from services.intake.requests.state import Filed, Open, Unfiled, state_code
from services.intake.requests.store import filing_of
from shared.contracts.codes import Operation, ReasonCode
from shared.kernel import BUREAU_ZONE, NotFound, RequestId
from shared.web import Call, DayParam, Guard, LongText, Query, StrictModel
from shared.web.access import access_table
from shared.web.errors import NotAllowed


class LinkBody(StrictModel):
    lead: UUID
    relation: SameAs
    note: LongText | None = None


class SplitBody(StrictModel):
    reason: ReasonCode = ReasonCode.OVERRULED
    note: LongText | None = None


class Voice(StrictModel):
    request_id: UUID
    code: str
    relation: SameAs | None
    """None: the lead itself."""
    number: int | None
    state: str
    filed_at: datetime
    title_item: UUID | None
    narrative_item: UUID
    place_item: UUID | None


class Voices(StrictModel):
    lead: UUID
    voices: tuple[Voice, ...]
    """The lead first, then as they were filed. One voice: nothing was linked."""


class RepetitionAnswer(StrictModel):
    metric: str
    since: date
    until: date
    numerator: int
    denominator: int
    unit: str


def linking_router(acts: Acts, pool: "asyncpg.Pool[Any]", guard: Guard, related: Relate) -> APIRouter:
    router = APIRouter(prefix="/intake/v1", tags=["requests"])
    requests = acts.requests
    linking = guard.command(Operation.LINK_DUPLICATE, relation=related)

    @router.post("/requests/{request_id}/link", operation_id="intake.link_duplicate")
    async def link(request_id: UUID, body: LinkBody, call: Annotated[Call, linking]) -> Done:
        """It goes on with `lead`, and keeps its requester and its feedback."""
        lead = lead_of(RequestId(body.lead), await _filed(body.lead))
        if not await _may_link(body.lead, call):
            raise NotAllowed
        command = LinkDuplicate(
            lead=lead,
            relation=body.relation,
            note=await acts.note(request_id, body.note, call),
            at=acts.clock.now(),
        )
        return await acts.done(request_id, command, call)

    @router.post("/requests/{request_id}/link/undo", operation_id="intake.undo_link")
    async def undo_link(request_id: UUID, body: SplitBody, call: Annotated[Call, linking]) -> Done:
        note = await acts.note(request_id, body.note, call)
        return await acts.done(request_id, SplitLink(reason=body.reason, note=note, at=acts.clock.now()), call)

    @router.get("/requests/{request_id}/voices", operation_id="intake.list_voices")
    async def list_voices(
        request_id: UUID,
        query: Annotated[Query, guard.query(Operation.READ, relation=related)],
        after: UUID | None = None,
    ) -> Voices:
        """For staff: whoever asked reads his own request and learns of no other."""
        if query.actor.unit is None:
            raise NotAllowed
        if after is not None:
            await requests.store.wait_for_view(links.name, after)
        state = await _filed(request_id)
        link, members = state.matter.link, dict(state.matter.voices)
        lead = link.lead if link else RequestId(request_id)
        if link is not None:
            # The lead may not have heard of it yet.
            members = {RequestId(request_id): link.relation, **(await _filed(lead)).matter.voices}
        numbers = await _numbers(lead)
        told = [await _voice(each, members.get(each), numbers) for each in (lead, *members)]
        return Voices(lead=lead, voices=(told[0], *sorted(told[1:], key=lambda voice: (voice.filed_at, voice.code))))

    @router.get("/figures/repetition", operation_id="intake.get_repetition")
    async def figures(
        query: Annotated[Query, guard.query(Operation.READ_FIGURES)],
        since: DayParam,
        until: DayParam,
        after: UUID | None = None,
    ) -> RepetitionAnswer:
        """Both days count. Same person and same matter, over everything that was filed."""
        if after is not None:
            await requests.store.wait_for_view(links.name, after)
        begins = datetime.combine(since, time.min, BUREAU_ZONE)
        ends = datetime.combine(until, time.min, BUREAU_ZONE) + timedelta(days=1)
        numerator, denominator = await repetition(pool, begins, ends)
        return RepetitionAnswer(
            metric="REPETITION",
            since=since,
            until=until,
            numerator=numerator,
            denominator=denominator,
            unit="share",
        )

    async def _filed(request_id: UUID) -> Filed:
        state, _ = await requests.state(request_id)
        if isinstance(state, Unfiled):
            raise NotFound("request")
        return state

    async def _may_link(lead: UUID, call: Call) -> bool:
        relations = await related(call.actor, {"request_id": str(lead)})
        return any(access_table().may(role, Operation.LINK_DUPLICATE, relations).allowed for role in call.actor.roles)

    async def _numbers(lead: UUID) -> Mapping[UUID, int | None]:
        rows = await pool.fetch("SELECT request_id, number FROM request_links WHERE lead = $1", lead)
        return {row["request_id"]: row["number"] for row in rows}

    async def _voice(request_id: UUID, relation: SameAs | None, numbers: Mapping[UUID, int | None]) -> Voice:
        filed, state = await filing_of(requests, request_id), await _filed(request_id)
        assert filed is not None
        return Voice(
            request_id=request_id,
            code=filed.code,
            relation=relation,
            number=numbers.get(request_id),
            state=state_code(state),
            filed_at=filed.occurred_at,
            title_item=filed.title.item if filed.title else None,
            narrative_item=filed.narrative.item,
            place_item=filed.place.item if filed.place else None,
        )

    return router


def lead_of(request_id: RequestId, state: Filed) -> Lead:
    """What the decider of another request may know of this one."""
    matter = state.matter
    return Lead(
        request_id=request_id,
        open=isinstance(state, Open),
        finished=matter.result is not None,
        linked_to=matter.link.lead if matter.link else None,
        danger=bool(matter.danger),
        category=matter.category,
        requester=matter.requester,
    )
