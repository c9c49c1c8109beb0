"""The other services of a house, reduced to what one service sees of them: their records, and the vault's answers."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import orjson
from fastapi import APIRouter, HTTPException, Request

from shared.contracts.base import Contract, record_type
from shared.eventstore import Append, NewEvent
from shared.kernel import SYSTEM, Context, PersonId, RecordId, derive_id, new_id
from shared.web import Deps, Service
from tests.support.house import Desk

NAMESPACE = uuid5(NAMESPACE_URL, "urn:lounge:tests:neighbours")


def silent(name: str) -> Service:
    """A service that does nothing by itself; `say` speaks for it."""
    return Service(name=name)


async def say(desk: Desk, service: str, stream: str, key: UUID, *facts: Contract) -> tuple[RecordId, ...]:
    """Appends what `service` would have published, to the end of its stream."""
    store = desk.store(service)
    name = f"{service}.{stream}-{key}"
    version = len(await store.read(name))
    events = tuple(
        NewEvent(
            event_id=RecordId(new_id()),
            fact=fact.fact,
            body=fact.model_dump_json().encode(),
            occurred_at=_at(fact),
            type=record_type(service, fact.fact, fact.version),
            data=fact.model_dump_json().encode(),
        )
        for fact in facts
    )
    await store.append(Append(stream=name, expected=version, key=key, events=events, context=Context(actor=SYSTEM)))
    return tuple(event.event_id for event in events)


def _at(fact: Contract) -> datetime:
    at: datetime = fact.at  # type: ignore[attr-defined]
    return at


def person_of(identifier: str) -> PersonId:
    """Whom the remembered vault takes the holder of a phone or number for."""
    return PersonId(derive_id(NAMESPACE, identifier))


class RememberedVault:
    """Answers like the vault and keeps everything in memory, for tests to look at."""

    def __init__(self) -> None:
        self.items: dict[UUID, str] = {}
        self.owners: dict[UUID, UUID | None] = {}
        self.purposes: list[str] = []
        self.down = False
        self.fails_after: int | None = None
        """So many more texts and persons are taken, then the vault is down."""

    def build(self, deps: Deps) -> Service:
        return Service(name="vault", routers=(self.router(),))

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/vault/v1")

        @router.put("/items")
        async def seal(request: Request) -> dict[str, Any]:
            body = orjson.loads(await request.body())
            if any(self.items.get(UUID(each["item"]), each["text"]) != each["text"] for each in body["items"]):
                raise HTTPException(409)
            return self._seal(body)

        @router.post("/items/fetch")
        async def fetch(request: Request) -> dict[str, Any]:
            body = orjson.loads(await request.body())
            self.purposes.append(body["purpose"])
            return {"texts": {item: self.items.get(UUID(item)) for item in body["items"]}}

        @router.post("/persons/identify")
        async def identify(request: Request) -> dict[str, Any]:
            return self._identify(orjson.loads(await request.body()))

        return router

    def _seal(self, body: Mapping[str, Any]) -> dict[str, Any]:
        if self.down:
            raise ConnectionRefusedError
        self._tire()
        sealed = []
        for item in body["items"]:
            self.items[UUID(item["item"])] = item["text"]
            self.owners[UUID(item["item"])] = UUID(body["owner"]) if body["owner"] else None
            salt = hashlib.sha256(item["item"].encode()).digest()
            commitment = hmac.new(salt, item["text"].encode(), hashlib.sha256).hexdigest()
            sealed.append({"item": item["item"], "commitment": commitment, "content_salt": salt.hex()})
        return {"items": sealed}

    def _tire(self) -> None:
        if self.fails_after is not None:
            if self.fails_after == 0:
                raise ConnectionRefusedError
            self.fails_after -= 1

    def _identify(self, body: Mapping[str, Any]) -> dict[str, Any]:
        known = body.get("phone") or body.get("id_number") or f"{body['request_id']} {body.get('name')}"
        contact = derive_id(NAMESPACE, "contact", known)
        self.items[contact] = orjson.dumps({key: value for key, value in body.items() if key != "request_id"}).decode()
        return {"person": str(person_of(known)), "contact_item": str(contact)}
