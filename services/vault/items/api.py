"""Sealing and fetching over HTTP. Only services seal; a person reads directly only by need, with a typed purpose."""

from collections.abc import Mapping
from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import APIRouter, Depends, Header, Request
from pydantic import AwareDatetime, Field

from services.vault.adapters.shelves import Place, Plain
from services.vault.items.commands import OpenReads, ReleaseItems
from services.vault.items.facts import ItemKind
from services.vault.items.rules.reads import Reader, Service, is_outside_a_case
from services.vault.items.safe import Fetched, Safe, Wanted
from shared.contracts.codes import DataLevel, Operation, Purpose, Relation, Role
from shared.kernel import SYSTEM, Actor, Clock, Context, PersonId, RequestId, UnitCode, derive_id, value
from shared.telemetry.spans import current_traceparent
from shared.web import Guard, LongText, Query, StrictModel
from shared.web.coverage import Coverage
from shared.web.errors import LogBehind, NotAllowed
from shared.web.guard import ServiceQuery
from shared.web.tokens import SERVICE_ROLE

BATCH_NAMESPACE = uuid5(NAMESPACE_URL, "urn:lounge:vault:batches")
SCOPE = "vault"


class ItemBody(StrictModel):
    item: UUID
    kind: ItemKind
    level: DataLevel
    text: LongText


class SealBody(StrictModel):
    request_id: UUID | None
    owner: UUID | None
    items: Annotated[tuple[ItemBody, ...], Field(min_length=1, max_length=40)]


class SealedItemAnswer(StrictModel):
    item: UUID
    commitment: str
    content_salt: str


class SealAnswer(StrictModel):
    items: tuple[SealedItemAnswer, ...]


class FetchBody(StrictModel):
    items: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]
    purpose: Purpose
    request_id: UUID | None = None


class ReadBody(StrictModel):
    items: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=40)]
    request_id: UUID
    traceparent: Annotated[str, Field(max_length=60)] | None


class FetchManyBody(StrictModel):
    reads: Annotated[tuple[ReadBody, ...], Field(min_length=1, max_length=100)]
    purpose: Purpose


class FetchAnswer(StrictModel):
    texts: Mapping[UUID, str | None]
    """None: erased, unless `denied` names another reason."""
    denied: Mapping[UUID, str]


class FetchManyAnswer(StrictModel):
    reads: tuple[FetchAnswer, ...]


class ReleaseBody(StrictModel):
    request_id: UUID
    role: Role


class ReleaseAnswer(StrictModel):
    request_id: UUID
    released: int
    """How many texts are open that were not before."""


class OpeningBody(StrictModel):
    request_id: UUID
    items: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=100)]
    reader: UUID
    approver: UUID | None
    """None: danger does not wait."""
    until: AwareDatetime


class OpeningAnswer(StrictModel):
    request_id: UUID
    until: AwareDatetime


@value
class Asker:
    """Who wants to read, and through which service."""

    reader: Reader
    actor: Actor


async def acting(
    x_acting_role: Annotated[str, Header(max_length=40)],
    x_acting_person: Annotated[UUID | None, Header()] = None,
    x_acting_unit: Annotated[str | None, Header(max_length=60)] = None,
) -> Actor:
    """Whom the calling service acts for; itself as `system`."""
    if x_acting_role in (SYSTEM.role, SERVICE_ROLE):
        return SYSTEM
    if x_acting_role not in set(Role):
        raise NotAllowed
    return Actor(
        role=x_acting_role,
        person=PersonId(x_acting_person) if x_acting_person else None,
        unit=UnitCode(x_acting_unit) if x_acting_unit else None,
        roles=frozenset({x_acting_role}),
    )


def context_of(actor: Actor) -> Context:
    return Context(actor=actor, trace=current_traceparent())


async def _by_need(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    return frozenset({Relation.NEED})


def _role(actor: Actor) -> Role | None:
    return Role(actor.role) if actor.role in set(Role) else None


def items_router(safe: Safe, guard: Guard, clock: Clock, coverage: Coverage) -> APIRouter:
    router = APIRouter(prefix="/vault/v1", tags=["items"])
    as_service = guard.service(SCOPE).dependency
    as_person = guard.query(Operation.READ, relation=_by_need).dependency

    async def asker(request: Request) -> Asker:
        if guard.actor_of(request).role != SERVICE_ROLE:
            query: Query = await as_person(request, None)
            return Asker(Reader(role=_role(query.actor), person=query.actor.person), query.actor)
        service: ServiceQuery = await as_service(request, None)
        if service.service not in set(Service):
            raise NotAllowed
        actor = await acting(
            request.headers.get("x-acting-role", SYSTEM.role),
            _id(request.headers.get("x-acting-person")),
            request.headers.get("x-acting-unit"),
        )
        return Asker(Reader(role=_role(actor), service=Service(service.service), person=actor.person), actor)

    @router.put("/items", operation_id="vault.seal_items")
    async def seal_items(
        body: SealBody,
        _: Annotated[ServiceQuery, guard.service(SCOPE)],
        actor: Annotated[Actor, Depends(acting)],
    ) -> SealAnswer:
        salted = await safe.seal(_place(body), [_plain(item) for item in body.items], context_of(actor), clock.now())
        return SealAnswer(
            items=tuple(
                SealedItemAnswer(
                    item=item.item,
                    commitment=salted[item.item].commitment,
                    content_salt=salted[item.item].salt.hex(),
                )
                for item in body.items
            )
        )

    @router.post("/items/fetch", operation_id="vault.fetch_items")
    async def fetch_items(body: FetchBody, asker: Annotated[Asker, Depends(asker)]) -> FetchAnswer:
        if is_outside_a_case(body.purpose, asker.reader) and await coverage.stale():
            raise LogBehind
        request_id = RequestId(body.request_id) if body.request_id else None
        fetched = await safe.fetch(
            body.items, body.purpose, asker.reader, request_id, context_of(asker.actor), clock.now()
        )
        _require_something(fetched, asker.reader)
        return _shown(fetched)

    @router.post("/items/fetch-many", operation_id="vault.fetch_items_of_requests")
    async def fetch_items_of_requests(
        body: FetchManyBody,
        service: Annotated[ServiceQuery, guard.service(SCOPE)],
        actor: Annotated[Actor, Depends(acting)],
    ) -> FetchManyAnswer:
        """For services that handle many requests at once; the facts are those of as many single calls."""
        if service.service not in set(Service):
            raise NotAllowed
        reader = Reader(role=_role(actor), service=Service(service.service), person=actor.person)
        if is_outside_a_case(body.purpose, reader) and await coverage.stale():
            raise LogBehind
        wanted = [
            Wanted(read.items, RequestId(read.request_id), Context(actor=actor, trace=read.traceparent))
            for read in body.reads
        ]
        fetched = await safe.fetch_many(wanted, body.purpose, reader, clock.now())
        return FetchManyAnswer(reads=tuple(_shown(each) for each in fetched))

    @router.post("/items/release", operation_id="vault.release_items")
    async def release_items(
        body: ReleaseBody,
        service: Annotated[ServiceQuery, guard.service(SCOPE)],
        actor: Annotated[Actor, Depends(acting)],
    ) -> ReleaseAnswer:
        """Opens the claim of a request to the host of its case; asked by the service that runs the case."""
        if service.service not in set(Service):
            raise NotAllowed
        command = ReleaseItems(
            request_id=RequestId(body.request_id), role=body.role, by=Service(service.service), at=clock.now()
        )
        return ReleaseAnswer(request_id=body.request_id, released=await safe.release(command, context_of(actor)))

    @router.post("/items/opening", operation_id="vault.open_items")
    async def open_items(
        body: OpeningBody,
        service: Annotated[ServiceQuery, guard.service(SCOPE)],
        actor: Annotated[Actor, Depends(acting)],
    ) -> OpeningAnswer:
        """Lets one member of the child lane's group read exact items for a time; another person approved it."""
        if service.service not in set(Service):
            raise NotAllowed
        command = OpenReads(
            request_id=RequestId(body.request_id),
            items=body.items,
            reader=PersonId(body.reader),
            approver=PersonId(body.approver) if body.approver else None,
            by=Service(service.service),
            until=body.until,
            at=clock.now(),
        )
        await safe.open(command, context_of(actor))
        return OpeningAnswer(request_id=body.request_id, until=body.until)

    return router


def _shown(fetched: Fetched) -> FetchAnswer:
    return FetchAnswer(texts=fetched.texts, denied={item: why.slug for item, why in fetched.denied.items()})


def _require_something(fetched: Fetched, reader: Reader) -> None:
    """A person who gets nothing is told why; a service gets the reason of each item and goes on with its page."""
    if reader.service is None and fetched.denied.keys() == fetched.texts.keys():
        raise next(iter(fetched.denied.values()))


def _place(body: SealBody) -> Place:
    """The stream of the request; a batch without one is known by its first reference."""
    stream_id = body.request_id or derive_id(BATCH_NAMESPACE, min(item.item for item in body.items))
    return Place(
        stream_id,
        RequestId(body.request_id) if body.request_id else None,
        PersonId(body.owner) if body.owner else None,
    )


def _plain(item: ItemBody) -> Plain:
    return Plain(item.item, item.kind, item.level, item.text)


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotAllowed from None
