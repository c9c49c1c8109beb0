"""The register of people's mediators over HTTP."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from services.mediation.mediators.decider import Mediator, Register, Remove, Term, committee_on
from services.mediation.mediators.store import MediatorHandler
from services.mediation.mediators.views import NAME, registered_on
from shared.contracts.codes import Operation, Relation
from shared.eventstore import Recorded
from shared.kernel import BUREAU_ZONE, Actor, Clock, PersonId, UnitCode
from shared.web import Call, CodeText, Guard, Query, StrictModel


class MediatorBody(StrictModel):
    committee: CodeText
    since: date
    until: date | None = None


class RemovalBody(StrictModel):
    on: date


class MediatorDone(BaseModel):
    person: UUID
    committee: str | None
    """Whose register the person stands on today."""
    version: int
    record_id: UUID | None


class MediatorRow(BaseModel):
    person: UUID
    committee: str
    since: date
    until: date | None


class MediatorList(BaseModel):
    mediators: list[MediatorRow]


async def own_register(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """The installation has one register; who keeps the directory keeps it."""
    return frozenset({Relation.OWN_UNIT})


async def on_the_desk(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """Choosing a host is part of coordinating any case; the register is public by law."""
    return frozenset({Relation.OWN, Relation.PANEL, Relation.OWN_UNIT, Relation.OWN_PLACE, Relation.TASK})


def mediators_router(mediators: MediatorHandler, guard: Guard, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/mediation/v1/mediators", tags=["mediators"])

    def done(person: UUID, recorded: Recorded[Mediator, Any]) -> dict[str, Any]:
        today = clock.now().astimezone(BUREAU_ZONE).date()
        return {
            "person": str(person),
            "committee": committee_on(recorded.state, today),
            "version": recorded.version,
            "record_id": str(recorded.last) if recorded.last else None,
        }

    async def act(person: UUID, wish: Register | Remove, call: Call) -> MediatorDone:
        recorded = await mediators.handle(
            person,
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: done(person, recorded),
            if_version=call.if_match,
        )
        return MediatorDone.model_validate(recorded.answer)

    @router.get("", operation_id="mediation.list_mediators")
    async def list_mediators(
        query: Annotated[Query, guard.query(Operation.READ, relation=on_the_desk)],
        on: date | None = None,
        after: UUID | None = None,
    ) -> MediatorList:
        if after is not None:
            await mediators.store.wait_for_view(NAME, after)
        rows = await registered_on(mediators.store, on or clock.now().astimezone(BUREAU_ZONE).date())
        return MediatorList(mediators=[MediatorRow(**row) for row in rows])

    @router.put("/{person}", operation_id="mediation.put_mediator")
    async def put_mediator(
        person: UUID,
        body: MediatorBody,
        call: Annotated[Call, guard.command(Operation.MANAGE_DIRECTORY, relation=own_register)],
    ) -> MediatorDone:
        term = Term(UnitCode(body.committee), body.since, body.until)
        return await act(person, Register(person=PersonId(person), term=term, at=clock.now()), call)

    @router.post("/{person}/removal", operation_id="mediation.remove_mediator")
    async def remove_mediator(
        person: UUID,
        body: RemovalBody,
        call: Annotated[Call, guard.command(Operation.MANAGE_DIRECTORY, relation=own_register)],
    ) -> MediatorDone:
        return await act(person, Remove(person=PersonId(person), on=body.on, at=clock.now()), call)

    return router
