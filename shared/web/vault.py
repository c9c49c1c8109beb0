"""The client of the vault: seal what was typed, fetch it with a purpose, learn facts about a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

import httpx2

from shared.contracts.codes import DataLevel, Purpose, Role
from shared.contracts.vault import ItemKind
from shared.kernel import Context, Digest, PersonId, RequestId, TextRef, Unavailable, derive_id

TIMEOUT_SECONDS = 10.0


class VaultUnavailable(Unavailable):
    """The vault does not answer. Nothing was stored half."""


class VaultRefused(Exception):
    """The vault said no: another content under the same reference, or a purpose that does not fit."""


@dataclass(frozen=True, slots=True)
class Text:
    """Something typed, on its way to the vault."""

    kind: ItemKind
    text: str
    level: DataLevel = DataLevel.L3


@dataclass(frozen=True, slots=True)
class Sealed:
    refs: Mapping[str, TextRef]
    """Field → reference and commitment: what goes into the event."""
    salts: Mapping[str, str]
    """Field → content salt in hex: for the receipt of whoever typed it, nobody else."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The texts of one request, for what happens because of `trace`."""

    items: Sequence[UUID]
    request_id: RequestId
    trace: str | None


@dataclass(frozen=True, slots=True)
class Likened:
    """A question: what else is about the same as these items of one request?"""

    items: Sequence[UUID]
    request_id: RequestId
    trace: str | None = None
    among: Sequence[RequestId] | None = None
    """None: whatever the vault knows, since `since`."""
    also: Sequence[RequestId] = ()
    """These on top of the limit, however little they have in common."""
    since: datetime | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Near:
    """A request, and how much its words and its place words have in common with those asked about, per mille."""

    request_id: RequestId
    likeness: int
    place: int


@dataclass(frozen=True, slots=True)
class Mentioned:
    """What of the people of a request stands in a text."""

    name: bool
    phone: bool
    id_number: bool


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What deciders may know of a person."""

    person: PersonId
    contact_item: UUID | None
    adult_from: date | None
    fourteen_from: date | None
    id_valid: bool | None
    phone_valid: bool | None


class Credentials(Protocol):
    async def token(self) -> str:
        """A service token with the scope `vault`."""
        ...


class Answer(Protocol):
    @property
    def status_code(self) -> int: ...

    def json(self) -> Any: ...


class Client(Protocol):
    """An HTTP client, or the application itself where both are in one process."""

    async def request(
        self, method: str, url: str, *, json: Any, headers: Mapping[str, str], timeout: float
    ) -> Answer: ...


class Vault:
    def __init__(self, client: Client, credentials: Credentials) -> None:
        self._client = client
        self._credentials = credentials

    async def seal(
        self,
        scope: UUID,
        key: str,
        texts: Mapping[str, Text | None],
        *,
        request_id: RequestId | None,
        owner: PersonId | None,
        context: Context,
    ) -> Sealed:
        """Seals all texts of one command in one idempotent call; absent fields (None) are left out.

        References are derived from `scope` (the stream or client), the idempotency key and the field.
        """
        given = {field: text for field, text in texts.items() if text is not None}
        if not given:
            return Sealed({}, {})
        ids = {field: derive_id(scope, key, field) for field in given}
        body = {
            "request_id": _text(request_id),
            "owner": _text(owner),
            "items": [
                {"item": str(ids[field]), "kind": text.kind, "level": text.level, "text": text.text}
                for field, text in given.items()
            ],
        }
        answer = await self._send("PUT", "/vault/v1/items", body, context)
        sealed = {UUID(item["item"]): item for item in answer["items"]}
        return Sealed(
            {field: TextRef(id, Digest(sealed[id]["commitment"])) for field, id in ids.items()},
            {field: sealed[id]["content_salt"] for field, id in ids.items()},
        )

    async def fetch(
        self, context: Context, items: Sequence[UUID], *, purpose: Purpose, request_id: RequestId | None
    ) -> dict[UUID, str | None]:
        """The texts by item; None for those that were erased. The read is a fact before this returns."""
        if not items:
            return {}
        body = {"items": [str(item) for item in items], "purpose": purpose, "request_id": _text(request_id)}
        answer = await self._send("POST", "/vault/v1/items/fetch", body, context)
        return {UUID(item): text for item, text in answer["texts"].items()}

    async def fetch_many(
        self, context: Context, wanted: Sequence[Wanted], *, purpose: Purpose
    ) -> list[dict[UUID, str | None]]:
        """As `fetch` for each of several requests. Every read is a fact of its own request before this returns."""
        reads = [
            {
                "items": [str(item) for item in each.items],
                "request_id": str(each.request_id),
                "traceparent": each.trace,
            }
            for each in wanted
        ]
        answer = await self._send("POST", "/vault/v1/items/fetch-many", {"reads": reads, "purpose": purpose}, context)
        return [{UUID(item): text for item, text in each["texts"].items()} for each in answer["reads"]]

    async def similar(
        self, context: Context, questions: Sequence[Likened], *, purpose: Purpose = Purpose.DUPLICATES
    ) -> list[tuple[Near, ...]]:
        """The most alike first, for each question. That it was asked is a fact before this returns."""
        asked = [
            {
                "items": [str(item) for item in each.items],
                "request_id": str(each.request_id),
                "traceparent": each.trace,
                "among": None if each.among is None else [str(id) for id in each.among],
                "also": [str(id) for id in each.also],
                "since": each.since.isoformat() if each.since else None,
                "limit": each.limit,
            }
            for each in questions
        ]
        answer = await self._send("POST", "/vault/v1/items/similar", {"questions": asked, "purpose": purpose}, context)
        return [
            tuple(Near(RequestId(UUID(near["request_id"])), near["likeness"], near["place"]) for near in found)
            for found in answer["found"]
        ]

    async def release(self, context: Context, request_id: RequestId, role: Role) -> int:
        """Opens title and narrative of the request to the host of its case; how many texts that were."""
        body = {"request_id": str(request_id), "role": role}
        answer = await self._send("POST", "/vault/v1/items/release", body, context)
        return int(answer["released"])

    async def open_to(
        self,
        context: Context,
        items: Sequence[UUID],
        *,
        request_id: RequestId,
        reader: PersonId,
        approver: PersonId | None,
        until: datetime,
    ) -> None:
        """Lets one person read a child's texts until then; without `approver` because danger does not wait."""
        body = {
            "request_id": str(request_id),
            "items": [str(item) for item in items],
            "reader": str(reader),
            "approver": _text(approver),
            "until": until.isoformat(),
        }
        await self._send("POST", "/vault/v1/items/opening", body, context)

    async def identify(
        self, context: Context, identifiers: Mapping[str, str], *, request_id: RequestId | None
    ) -> PersonFacts:
        """`identifiers`: phone, id_number, name, email, whatever is known."""
        answer = await self._send(
            "POST", "/vault/v1/persons/identify", {"request_id": _text(request_id), **identifiers}, context
        )
        return PersonFacts(
            person=PersonId(UUID(answer["person"])),
            contact_item=UUID(answer["contact_item"]) if answer.get("contact_item") else None,
            adult_from=_day(answer.get("adult_from")),
            fourteen_from=_day(answer.get("fourteen_from")),
            id_valid=answer.get("id_valid"),
            phone_valid=answer.get("phone_valid"),
        )

    async def mentioned(self, context: Context, text: str, *, request_id: RequestId) -> Mentioned:
        """Whether a text that is to be published names somebody of this request."""
        body = {"request_id": str(request_id), "text": text}
        answer = await self._send("POST", "/vault/v1/persons/mentioned", body, context)
        return Mentioned(**answer)

    async def _send(self, method: str, path: str, body: Mapping[str, Any], context: Context) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {await self._credentials.token()}", "X-Acting-Role": context.actor.role}
        if context.actor.person is not None:
            headers["X-Acting-Person"] = str(context.actor.person)
        if context.actor.unit is not None:
            headers["X-Acting-Unit"] = context.actor.unit
        if context.trace is not None:
            headers["traceparent"] = context.trace
        try:
            response = await self._client.request(method, path, json=body, headers=headers, timeout=TIMEOUT_SECONDS)
        except (httpx2.TransportError, TimeoutError) as error:
            raise VaultUnavailable(type(error).__name__) from None
        if response.status_code >= 500:
            raise VaultUnavailable(str(response.status_code))
        if response.status_code >= 400:
            raise VaultRefused(f"{path}: {response.status_code} {response.json().get('type')}")
        answer: dict[str, Any] = response.json()
        return answer


def _text(id: UUID | None) -> str | None:
    return str(id) if id else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
