"""The door of a service: who calls, whether he may, and whether this command was answered before."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection

from shared.contracts.codes import Operation, Relation, Role
from shared.eventstore import EventStore, Once, Repeated
from shared.kernel import Actor, Context, NotFound
from shared.telemetry.spans import current_traceparent
from shared.web.access import AccessTable, Effect
from shared.web.capabilities import PREFIX, Capabilities
from shared.web.denials import Denials
from shared.web.errors import ApprovalNeeded, KeyMalformed, KeyMissing, NotAllowed, NotSignedIn
from shared.web.limits import Limits, address_of
from shared.web.problems import language_of
from shared.web.tokens import SERVICE_ROLE, Bearer, TokenVerifier

Relate = Callable[[Actor, Mapping[str, str]], Awaitable[frozenset[Relation]]]
"""How an actor stands to the thing that the path names. Raises NotFound where there is none."""

ANONYMOUS = Actor(role=Role.ANONYMOUS_REPORTER, roles=frozenset({Role.ANONYMOUS_REPORTER}))
MAX_KEY = 64
SERVICE_SUBJECT = "service:"


class Declared(HTTPBearer):
    """For the API's description: the guard reads the header itself."""

    async def __call__(self, request: HTTPConnection) -> None:
        return None


BEARER_SCHEME = Declared(auto_error=False, description="RFC 9068 access token, or what code and PIN opened")


async def unrelated(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """For operations whose cells speak of every thing."""
    return frozenset()


async def own(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """For what somebody creates: it is his own."""
    return frozenset({Relation.OWN})


@dataclass(frozen=True, slots=True)
class Query:
    """A call that was let in."""

    actor: Actor
    relations: frozenset[Relation]
    language: str
    address: str

    @property
    def context(self) -> Context:
        return Context(actor=self.actor, trace=current_traceparent())


@dataclass(frozen=True, slots=True)
class ServiceQuery(Query):
    """A call of another service."""

    service: str
    """Its name, from the subject of its token."""


@dataclass(frozen=True, slots=True)
class Call(Query):
    """A command that was let in."""

    once: Once
    key: str
    if_match: int | None
    answered: dict[str, Any] | None
    """The stored answer of a repeat, where the route asked to handle repeats itself."""

    @property
    def principal(self) -> str:
        return self.once.principal


class Guard:
    def __init__(
        self,
        *,
        store: EventStore,
        tokens: TokenVerifier,
        capabilities: Capabilities,
        table: AccessTable,
        denials: Denials,
        body_key: bytes,
        limits: Limits | None = None,
    ) -> None:
        self.capabilities = capabilities
        self.limits = limits or Limits()
        self.denials = denials
        self._store = store
        self._tokens = tokens
        self._table = table
        self._body_key = body_key

    def query(self, operation: Operation, *, relation: Relate = unrelated, anonymous: bool = False) -> Any:
        async def let_in(request: Request, _: Annotated[Any, Security(BEARER_SCHEME)]) -> Query:
            actor, relations = await self._let_in(request, operation, relation, anonymous)
            return Query(actor, relations, language_of(request), address_of(request))

        return Depends(let_in)

    def command(
        self, operation: Operation, *, relation: Relate = unrelated, anonymous: bool = False, replay: bool = True
    ) -> Any:
        """With `replay=False` a repeat reaches the route, with the stored answer in `call.answered`."""

        async def let_in(
            request: Request,
            _: Annotated[Any, Security(BEARER_SCHEME)],
            idempotency_key: Annotated[
                str | None, Header(description="fresh for each command, same for a retry")
            ] = None,
            if_match: Annotated[str | None, Header(description="version of the thing as last seen")] = None,
        ) -> Call:
            actor, relations = await self._let_in(request, operation, relation, anonymous)
            once = await self._once(request, actor, idempotency_key)
            answered = await self._answered(once, replay)
            return Call(
                actor,
                relations,
                language_of(request),
                address_of(request),
                once=once,
                key=once.key,
                if_match=_version(if_match),
                answered=answered,
            )

        return Depends(let_in)

    def service(self, scope: str) -> Any:
        """For calls between services: client credentials with `scope`."""

        async def let_in(request: Request, _: Annotated[Any, Security(BEARER_SCHEME)]) -> ServiceQuery:
            bearer = self._bearer(request)
            if bearer is None:
                raise NotSignedIn
            if bearer.actor.role != SERVICE_ROLE or scope not in bearer.scopes:
                raise NotAllowed
            name = bearer.subject.removeprefix(SERVICE_SUBJECT)
            return ServiceQuery(bearer.actor, frozenset(), language_of(request), address_of(request), service=name)

        return Depends(let_in)

    def actor_of(self, request: Request) -> Actor:
        """Who calls; ANONYMOUS without a token. Raises NotSignedIn on a token that does not hold."""
        header = request.headers.get("authorization", "")
        scheme, _, token = header.partition(" ")
        if scheme.lower() == "bearer" and token.startswith(PREFIX):
            return self.capabilities.open(token)
        bearer = self._bearer(request)
        return bearer.actor if bearer else ANONYMOUS

    def _bearer(self, request: Request) -> Bearer | None:
        header = request.headers.get("authorization", "")
        if not header:
            return None
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn
        return self._tokens.verify(token)

    async def _let_in(
        self, request: Request, operation: Operation, relation: Relate, anonymous: bool
    ) -> tuple[Actor, frozenset[Relation]]:
        try:
            actor = self.actor_of(request)
        except NotSignedIn:
            await self.denials.of(ANONYMOUS, operation, address_of(request))
            raise
        if actor is ANONYMOUS and not anonymous:
            await self.denials.of(actor, operation, address_of(request))
            raise NotSignedIn
        _require_ids(request.path_params)
        relations = await relation(actor, request.path_params)
        role, decision = self._table.best(sorted(actor.roles, key=_first(actor.role)), operation, relations)
        if decision.allowed:
            return replace(actor, role=role), relations
        await self.denials.of(actor, operation, address_of(request))
        raise ApprovalNeeded if decision.effect is Effect.APPROVE else NotAllowed

    async def _once(self, request: Request, actor: Actor, key: str | None) -> Once:
        if not key:
            raise KeyMissing
        if len(key) > MAX_KEY or not key.isascii() or not key.isprintable():
            raise KeyMalformed
        principal = str(actor.person or actor.about or "anonymous")
        if principal == "anonymous" and not _random_uuid(key):
            raise KeyMalformed
        route = request.scope["route"]
        body = request.url.path.encode() + b"\n" + await request.body()
        mac = hmac.new(self._body_key, body, hashlib.sha256).digest()
        return Once(principal, route.operation_id, key, mac)

    async def _answered(self, once: Once, replay: bool) -> dict[str, Any] | None:
        try:
            await self._store.check_once(once)
        except Repeated as repeated:
            if replay:
                raise
            stored: dict[str, Any] = orjson.loads(repeated.answer)
            return stored
        return None


def _first(role: str) -> Callable[[str], tuple[bool, str]]:
    return lambda each: (each != role, each)


def _require_ids(path: Mapping[str, str]) -> None:
    """A path that is no id names nothing; who resolves relations may rely on it."""
    for name, value in path.items():
        if name == "id" or name.endswith("_id"):
            try:
                UUID(value)
            except ValueError:
                raise NotFound from None


def _random_uuid(key: str) -> bool:
    try:
        return UUID(key).version in (4, 7)
    except ValueError:
        return False


def _version(if_match: str | None) -> int | None:
    if if_match is None:
        return None
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not digits.isascii() or not digits.isdigit() or len(digits) > 9:
        return -1
    return int(digits)
