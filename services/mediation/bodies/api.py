"""The register of bodies over HTTP."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from services.mediation.bodies.decider import (
    BodyCommand,
    Entry,
    ListBody,
    RegisterBody,
    Span,
    StrikeOffBody,
    standing_on,
)
from services.mediation.bodies.store import BodyHandler, body_id
from services.mediation.bodies.views import NAME, bodies_on
from services.mediation.cases.values import BodyKind, Trade
from services.mediation.mediators.api import on_the_desk, own_register
from shared.contracts.codes import Operation
from shared.eventstore import Recorded
from shared.kernel import BUREAU_ZONE, Clock, UnitCode
from shared.web import Call, CodeText, Guard, Query, StrictModel


class BodyBody(StrictModel):
    kind: BodyKind
    trades: Annotated[tuple[Trade, ...], Field(max_length=20)] = ()
    since: date
    until: date | None = None


class ListingBody(StrictModel):
    since: date
    until: date | None = None


class StrikingBody(StrictModel):
    on: date


class BodyDone(BaseModel):
    code: str
    registered: bool
    """Today."""
    listed: bool
    version: int
    record_id: UUID | None


class BodyRow(BaseModel):
    code: str
    kind: str
    trades: list[str]
    since: date
    until: date | None
    listed: bool


class BodyList(BaseModel):
    bodies: list[BodyRow]


def bodies_router(bodies: BodyHandler, guard: Guard, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1/bodies", tags=["bodies"])
    keeping = guard.command(Operation.MANAGE_DIRECTORY, relation=own_register)

    def done(code: UnitCode, recorded: Recorded[Entry, Any]) -> dict[str, Any]:
        today = standing_on(recorded.state, code, clock.now().astimezone(BUREAU_ZONE).date())
        return {
            "code": code,
            "registered": today is not None,
            "listed": today is not None and today.listed,
            "version": recorded.version,
            "record_id": str(recorded.last) if recorded.last else None,
        }

    async def act(code: UnitCode, wish: BodyCommand, call: Call) -> BodyDone:
        recorded = await bodies.handle(
            body_id(code),
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: done(code, recorded),
            if_version=call.if_match,
        )
        return BodyDone.model_validate(recorded.answer)

    @router.get("", operation_id="mediation.list_bodies")
    async def list_bodies(
        query: Annotated[Query, guard.query(Operation.READ, relation=on_the_desk)],
        on: date | None = None,
        after: UUID | None = None,
    ) -> BodyList:
        if after is not None:
            await bodies.store.wait_for_view(NAME, after)
        rows = await bodies_on(bodies.store, on or clock.now().astimezone(BUREAU_ZONE).date())
        return BodyList(bodies=[BodyRow(**row) for row in rows])

    @router.put("/{code}", operation_id="mediation.put_body")
    async def put_body(code: CodeText, body: BodyBody, call: Annotated[Call, keeping]) -> BodyDone:
        span = Span(body.since, body.until)
        wish = RegisterBody(code=UnitCode(code), kind=body.kind, trades=body.trades, span=span, at=clock.now())
        return await act(wish.code, wish, call)

    @router.post("/{code}/listing", operation_id="mediation.list_body")
    async def list_body(code: CodeText, body: ListingBody, call: Annotated[Call, keeping]) -> BodyDone:
        wish = ListBody(code=UnitCode(code), span=Span(body.since, body.until), at=clock.now())
        return await act(wish.code, wish, call)

    @router.post("/{code}/striking-off", operation_id="mediation.strike_off_body")
    async def strike_off_body(code: CodeText, body: StrikingBody, call: Annotated[Call, keeping]) -> BodyDone:
        wish = StrikeOffBody(code=UnitCode(code), on=body.on, at=clock.now())
        return await act(wish.code, wish, call)

    return router
