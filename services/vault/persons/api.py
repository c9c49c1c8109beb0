"""Who somebody is, and that everything of them is destroyed, over HTTP."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends

from services.vault.adapters.identity import Given
from services.vault.items.api import SCOPE, acting, context_of
from services.vault.items.rules.reads import Reader, Service
from services.vault.persons.people import People
from shared.contracts.codes import Operation
from shared.kernel import Actor, Clock, PersonId, RequestId
from shared.web import Call, Guard, LongText, ShortText, StrictModel
from shared.web.coverage import Coverage
from shared.web.errors import LogBehind, NotAllowed
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


class MentionBody(StrictModel):
    request_id: UUID
    text: LongText


class MentionAnswer(StrictModel):
    name: bool
    phone: bool
    id_number: bool


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

    @router.post("/persons/mentioned", operation_id="vault.find_mentioned")
    async def find_mentioned(
        body: MentionBody,
        service: Annotated[ServiceQuery, guard.service(SCOPE)],
        actor: Annotated[Actor, Depends(acting)],
    ) -> MentionAnswer:
        """Whether a text that is to be published names somebody of this request. The answer holds no name."""
        if service.service not in set(Service):
            raise NotAllowed
        reader, request_id = Reader(service=Service(service.service)), RequestId(body.request_id)
        found = await people.mentioned(body.text, request_id, reader, context_of(actor), clock.now())
        return MentionAnswer(name=found.name, phone=found.phone, id_number=found.id_number)

    @router.post("/persons/{person_id}/erasure", operation_id="vault.erase_person")
    async def erase_person(person_id: UUID, call: Annotated[Call, guard.command(Operation.ERASE)]) -> ErasureAnswer:
        if await coverage.stale():
            raise LogBehind
        done = await people.erase(PersonId(person_id), call.context, clock.now(), call.once)
        return ErasureAnswer(person=done.person, items=done.items, record_id=done.record_id)

    return router
