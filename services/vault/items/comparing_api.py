"""What else is about the same, over HTTP: for services, by themselves."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, Field

from services.vault.items.api import SCOPE, acting
from services.vault.items.comparing import Comparing, Likened
from services.vault.items.rules.reads import Reader, Service
from shared.contracts.codes import Purpose
from shared.kernel import Actor, Clock, Context, RequestId
from shared.web import Guard, StrictModel
from shared.web.errors import NotAllowed
from shared.web.guard import ServiceQuery

MOST = 100


class QuestionBody(StrictModel):
    items: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=10)]
    request_id: UUID
    traceparent: Annotated[str, Field(max_length=60)] | None = None
    among: Annotated[tuple[UUID, ...], Field(max_length=500)] | None = None
    also: Annotated[tuple[UUID, ...], Field(max_length=100)] = ()
    since: AwareDatetime | None = None
    limit: Annotated[int, Field(ge=1, le=MOST)] = 20


class SimilarBody(StrictModel):
    questions: Annotated[tuple[QuestionBody, ...], Field(min_length=1, max_length=MOST)]
    purpose: Purpose


class NearAnswer(StrictModel):
    request_id: UUID
    likeness: int
    place: int


class SimilarAnswer(StrictModel):
    found: tuple[tuple[NearAnswer, ...], ...]


def comparing_router(comparing: Comparing, guard: Guard, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/vault/v1", tags=["items"])

    @router.post("/items/similar", operation_id="vault.find_similar")
    async def find_similar(
        body: SimilarBody,
        service: Annotated[ServiceQuery, guard.service(SCOPE)],
        actor: Annotated[Actor, Depends(acting)],
    ) -> SimilarAnswer:
        if service.service not in set(Service):
            raise NotAllowed
        reader = Reader(service=Service(service.service))
        questions = [_question(each, actor) for each in body.questions]
        found = await comparing.similar(questions, body.purpose, reader, clock.now())
        return SimilarAnswer(
            found=tuple(
                tuple(
                    NearAnswer(request_id=near.request_id, likeness=near.likeness, place=near.place) for near in nearest
                )
                for nearest in found
            )
        )

    return router


def _question(body: QuestionBody, actor: Actor) -> Likened:
    return Likened(
        items=body.items,
        request_id=RequestId(body.request_id),
        context=Context(actor=actor, trace=body.traceparent),
        among=None if body.among is None else [RequestId(id) for id in body.among],
        also=[RequestId(id) for id in body.also],
        since=body.since,
        limit=body.limit,
    )
