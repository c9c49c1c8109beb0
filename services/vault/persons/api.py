"""Who somebody is, and that everything of them is destroyed, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.vault.adapters.identity import Given
from services.vault.items.api import SCOPE, acting, context_of
from services.vault.persons.people import People
from shared.contracts.codes import Operation
from shared.kernel import Actor, Clock, PersonId, RequestId
from shared.web import Call, Guard, ShortText, StrictModel
from shared.web.coverage import Coverage
from shared.web.errors import LogBehind
from shared.web.guard import ServiceQuery


class IdentifyBody(StrictModel):
    request_id: UUID | None
    phone: ShortText | None = None
    id_number: ShortText | None = None
    name: ShortText | None = None
    email: ShortText | None = None


class IdentifyAnswer(StrictModel):
    person: UUID
    phone_valid: bool | None
    """None: no telephone was given."""
    id_valid: bool | None
    adult_from: date | None
    fourteen_from: date | None
    contact_item: UUID | None


class ErasureAnswer(StrictModel):
    person: UUID
    items: int
    record_id: UUID | None


def persons_router(people: People, guard: Guard, clock: Clock, coverage: Coverage) -> APIRouter:
    router = APIRouter(prefix="/vault/v1", tags=["persons"])

    @router.post("/persons/identify", operation_id="vault.identify")
    async def identify(
        body: IdentifyBody,
        _: Annotated[ServiceQuery, guard.service(SCOPE)],
        actor: Annotated[Actor, Depends(acting)],
    ) -> IdentifyAnswer:
        given = Given(phone=body.phone, id_number=body.id_number, name=body.name, email=body.email)
        request_id = RequestId(body.request_id) if body.request_id else None
        found = await people.identify(given, request_id, context_of(actor), clock.now())
        return IdentifyAnswer(
            person=found.facts.person,
            phone_valid=found.facts.phone_valid if body.phone else None,
            id_valid=found.facts.id_valid if body.id_number else None,
            adult_from=found.facts.adult_from,
            fourteen_from=found.facts.fourteen_from,
            contact_item=found.contact_item,
        )

    @router.post("/persons/{person_id}/erasure", operation_id="vault.erase_person")
    async def erase_person(person_id: UUID, call: Annotated[Call, guard.command(Operation.ERASE)]) -> ErasureAnswer:
        if await coverage.stale():
            raise LogBehind
        done = await people.erase(PersonId(person_id), call.context, clock.now(), call.once)
        return ErasureAnswer(person=done.person, items=done.items, record_id=done.record_id)

    return router
