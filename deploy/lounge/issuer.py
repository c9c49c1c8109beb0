"""The embedded issuer of demo and test profiles: real signed tokens for invented people.

Production uses Keycloak (or the bureau's own provider) through the same settings: issuer, audience, key set.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode, urlsplit
from uuid import NAMESPACE_URL, uuid5

import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import RedirectResponse
from joserfc import jwt
from joserfc.jwk import KeySet, OKPKey

from shared.kernel import Context, PersonId, derive_id, new_id, wall_time
from shared.kernel.context import SYSTEM
from shared.web import Vault
from shared.web.tokens import SERVICE_ROLE

AUDIENCE = "lounge"
CLIENT = "portal"
TOKEN_SECONDS = 8 * 3600
SERVICE_SECONDS = 3600
CODE_SECONDS = 60
OPERATOR = "operations"
"""The client that looks into every process for the operators; nobody else gets the scope `ops`."""
OPS_SCOPE = "ops"
TRAINER = "training"
"""The client that fetches corrections to train on; it can do nothing else."""
TRAINING_SCOPE = "training"
DEMO_NAMESPACE = uuid5(NAMESPACE_URL, "urn:lounge:demo-people")
PEOPLE = Path(__file__).with_name("demo_people.yaml")
CLIENTS = Path(__file__).with_name("demo_clients.yaml")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    login: str
    name: str
    roles: tuple[str, ...]
    about: str
    unit: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class DemoClient:
    """A partner agency's own system, which signs in by client credentials."""

    unit: str
    role: str
    about: str


def load_clients(path: Path = CLIENTS) -> dict[str, DemoClient]:
    raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: DemoClient(**entry) for name, entry in raw.items()}


def load_people(path: Path = PEOPLE) -> dict[str, DemoPerson]:
    raw = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return {login: DemoPerson(login=login, **{**entry, "roles": tuple(entry["roles"])}) for login, entry in raw.items()}


def staff_id(login: str) -> PersonId:
    return PersonId(derive_id(DEMO_NAMESPACE, login))


class Issuer:
    """Signs tokens with an Ed25519 key kept in the installation's home."""

    def __init__(
        self,
        url: str,
        seed: bytes,
        people: Mapping[str, DemoPerson],
        secret_of: Callable[[str], str | None] = lambda client: None,
        clients: Mapping[str, DemoClient] | None = None,
    ) -> None:
        self.url = url
        self._secret_of = secret_of
        self._clients = clients or {}
        self.people = people
        encoded = base64.urlsafe_b64encode(seed).rstrip(b"=").decode()
        self._key = _key_of_seed(seed, encoded)
        self._keys = KeySet([self._key])
        self._codes: dict[str, tuple[str, str, float]] = {}
        self._persons: dict[str, PersonId] = {}

    def keys(self) -> KeySet:
        return self._keys

    def public_keys(self) -> dict[str, Any]:
        return {"keys": [self._key.as_dict(private=False)]}

    def service_token(self, service: str, scopes: str) -> str:
        claims = {"sub": f"service:{service}", "roles": [SERVICE_ROLE], "scope": scopes}
        return self._sign(claims, seconds=SERVICE_SECONDS)

    def client_token(self, client: str, secret: str, scopes: str) -> str:
        """OAuth client credentials. Raises HTTPException 401 for a client or secret that does not fit, 400 for a scope
        that is not the client's."""
        known = self._secret_of(client)
        if known is None or not hmac.compare_digest(known.encode(), secret.encode()):
            raise HTTPException(401, "invalid_client")
        if (agency := self._clients.get(client)) is not None:
            return self._agency_token(client, agency)
        asked = scopes.split()
        if not asked or not all(_may_ask_for(client, scope) for scope in asked):
            raise HTTPException(400, "invalid_scope")
        return self.service_token(client, " ".join(asked))

    def _agency_token(self, client: str, agency: DemoClient) -> str:
        """It acts for its unit in one role, like a clerk there; it has a person's id of its own to be told apart."""
        claims = {"sub": f"agency:{client}", "roles": [agency.role], "unit": agency.unit, "client_id": client}
        return self._sign({**claims, "person": str(staff_id(client))}, seconds=SERVICE_SECONDS)

    async def person_token(self, login: str, vault: Vault) -> str:
        """Raises KeyError for a login that does not exist."""
        person = self.people[login]
        claims: dict[str, Any] = {
            "sub": login,
            "roles": list(person.roles),
            "person": str(await self.person_id(login, vault)),
            "name": person.name,
        }
        if person.unit is not None:
            claims["unit"] = person.unit
        return self._sign(claims, seconds=TOKEN_SECONDS)

    async def person_id(self, login: str, vault: Vault) -> PersonId:
        """Citizens are who the vault knows by their phone; staff have ids of their own."""
        if login not in self._persons:
            phone = self.people[login].phone
            if phone is None:
                self._persons[login] = staff_id(login)
            else:
                facts = await vault.identify(Context(actor=SYSTEM), {"phone": phone}, request_id=None)
                self._persons[login] = facts.person
        return self._persons[login]

    def _sign(self, claims: Mapping[str, Any], seconds: int) -> str:
        now = int(wall_time().timestamp())
        full = {
            "iss": self.url,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + seconds,
            "jti": str(new_id()),
            "client_id": CLIENT,
            **claims,
        }
        return jwt.encode(
            {"alg": "Ed25519", "typ": "at+jwt", "kid": self._key.kid}, full, self._key, algorithms=["Ed25519"]
        )

    def grant_code(self, login: str, challenge: str) -> str:
        code = str(new_id())
        self._codes[code] = (login, challenge, wall_time().timestamp() + CODE_SECONDS)
        return code

    def redeem(self, code: str, verifier: str) -> str:
        """The login of a code; PKCE S256. Raises HTTPException 400."""
        login, challenge, until = self._codes.pop(code, ("", "", 0.0))
        hashed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if not login or until < wall_time().timestamp() or not hmac.compare_digest(hashed, challenge):
            raise HTTPException(400, "invalid_grant")
        return login


def _may_ask_for(client: str, scope: str) -> bool:
    if client == OPERATOR:
        return scope == OPS_SCOPE
    if client == TRAINER:
        return scope == TRAINING_SCOPE
    return scope == "vault" or scope.startswith("feed:")


def _key_of_seed(seed: bytes, encoded: str) -> OKPKey:
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    x = base64.urlsafe_b64encode(public).rstrip(b"=").decode()
    kid = hashlib.sha256(public).hexdigest()[:16]
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "d": encoded, "x": x, "kid": kid, "alg": "Ed25519"})


def issuer_router(issuer: Issuer, vault: Callable[[], Vault]) -> APIRouter:
    """A code flow with PKCE, as the portal speaks it with any provider, and a short cut for stories."""
    router = APIRouter(prefix="/issuer", include_in_schema=False)

    @router.get("/.well-known/openid-configuration")
    async def configuration() -> dict[str, Any]:
        return {
            "issuer": issuer.url,
            "authorization_endpoint": f"{issuer.url}/authorize",
            "token_endpoint": f"{issuer.url}/token",
            "jwks_uri": f"{issuer.url}/jwks.json",
            "code_challenge_methods_supported": ["S256"],
        }

    @router.get("/jwks.json")
    async def jwks() -> dict[str, Any]:
        return issuer.public_keys()

    @router.get("/people")
    async def people() -> list[dict[str, Any]]:
        return [
            {"login": each.login, "name": each.name, "roles": each.roles, "unit": each.unit, "about": each.about}
            | {"person": str(staff_id(each.login)) if each.phone is None else None}
            for each in issuer.people.values()
        ]

    @router.get("/authorize")
    async def authorize(
        login: str, redirect_uri: str, state: str, code_challenge: str, client_id: str = CLIENT
    ) -> RedirectResponse:
        if login not in issuer.people or client_id != CLIENT or urlsplit(redirect_uri).path != "/signed-in":
            raise HTTPException(400, "invalid_request")
        query = urlencode({"code": issuer.grant_code(login, code_challenge), "state": state})
        return RedirectResponse(f"{urlsplit(redirect_uri).path}?{query}", status_code=303)

    @router.post("/token")
    async def token(
        grant_type: Annotated[str, Form()] = "authorization_code",
        code: Annotated[str, Form()] = "",
        code_verifier: Annotated[str, Form()] = "",
        client_id: Annotated[str, Form()] = CLIENT,
        client_secret: Annotated[str, Form()] = "",
        scope: Annotated[str, Form()] = "",
    ) -> dict[str, Any]:
        if grant_type == "client_credentials":
            return _grant(issuer.client_token(client_id, client_secret, scope), SERVICE_SECONDS)
        login = issuer.redeem(code, code_verifier)
        return _grant(await issuer.person_token(login, vault()))

    @router.post("/demo-token")
    async def demo_token(login: Annotated[str, Form()]) -> dict[str, Any]:
        if login not in issuer.people:
            raise HTTPException(404, "no such demo person")
        return _grant(await issuer.person_token(login, vault()))

    return router


def _grant(token: str, seconds: int = TOKEN_SECONDS) -> dict[str, Any]:
    return {"access_token": token, "token_type": "Bearer", "expires_in": seconds}
