"""Access tokens (RFC 9068): asymmetric signatures only, keys from the configured set, strict base64url first."""

import hashlib
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.kernel import Actor, PersonId, UnitCode, wall_time
from shared.web.errors import NotSignedIn

ALGORITHMS = ["EdDSA", "Ed25519", "ES256"]
LEEWAY_SECONDS = 60
COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
KEYS_IN_THE_HEADER = ("crit", "jku", "jwk", "x5c", "x5u")
"""Never ours to believe: the key set is configured, and we know no extension."""
MAX_TOKEN = 8_192

SERVICE_ROLE = "service"

MAX_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a token speaks for."""

    actor: Actor
    scopes: frozenset[str]
    subject: str


@dataclass(frozen=True, slots=True)
class _Verified:
    bearer: Bearer
    begins: int
    expires: int

    @property
    def is_timely(self) -> bool:
        return self.begins - LEEWAY_SECONDS <= wall_time().timestamp() < self.expires + LEEWAY_SECONDS


class KeySource(Protocol):
    def keys(self) -> KeySet:
        """The issuer's public keys: the same object until they change."""
        ...


class TokenVerifier:
    def __init__(self, issuer: str, audience: str, source: KeySource) -> None:
        self._issuer = issuer
        self._audience = audience
        self._source = source
        self._keys: KeySet | None = None
        self._known: dict[bytes, _Verified] = {}
        """What held under these keys before, by the token's hash: only its time has to be looked at again."""

    def verify(self, token: str) -> Bearer:
        """Raises NotSignedIn on any token that does not hold in every respect."""
        if len(token) > MAX_TOKEN or not token.isascii():
            raise NotSignedIn
        keys = self._source.keys()
        if keys is not self._keys or len(self._known) >= MAX_KNOWN:
            self._keys = keys
            self._known.clear()
        name = hashlib.sha256(token.encode()).digest()
        verified = self._known.get(name)
        if verified is None:
            verified = self._known[name] = self._verified(token, keys)
        if not verified.is_timely:
            del self._known[name]
            raise NotSignedIn
        return verified.bearer

    def _verified(self, token: str, keys: KeySet) -> _Verified:
        if not COMPACT.fullmatch(token) or not all(map(_is_canonical, token.split("."))):
            raise NotSignedIn
        try:
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise NotSignedIn from None
        begins, expires = self._check(decoded.header, decoded.claims)
        return _Verified(_bearer(decoded.claims), begins, expires)

    def _check(self, header: Mapping[str, Any], claims: Mapping[str, Any]) -> tuple[int, int]:
        """From when to when the token counts."""
        if str(header.get("typ", "")).lower() not in ("at+jwt", "application/at+jwt"):
            raise NotSignedIn
        if any(name in header for name in KEYS_IN_THE_HEADER):
            raise NotSignedIn
        audience = claims.get("aud")
        audiences = audience if isinstance(audience, list) else [audience]
        expires, issued = claims.get("exp"), claims.get("iat")
        begins = claims.get("nbf", issued)
        if not (isinstance(expires, int) and isinstance(issued, int) and isinstance(begins, int)):
            raise NotSignedIn
        if claims.get("iss") != self._issuer or self._audience not in audiences:
            raise NotSignedIn
        if not isinstance(claims.get("sub"), str) or not isinstance(claims.get("jti"), str):
            raise NotSignedIn
        return max(issued, begins), expires


def _is_canonical(part: str) -> bool:
    """One spelling for one content: no stray length, no unused bits set."""
    try:
        return urlsafe_b64encode(urlsafe_b64decode(part + "=" * (-len(part) % 4))).rstrip(b"=").decode() == part
    except ValueError:
        return False


def _bearer(claims: Mapping[str, Any]) -> Bearer:
    roles = claims.get("roles")
    scopes = frozenset(str(claims.get("scope", "")).split())
    try:
        person = PersonId(UUID(claims["person"])) if "person" in claims else None
    except (ValueError, TypeError, AttributeError):
        raise NotSignedIn from None
    if not isinstance(roles, list) or not roles or not all(isinstance(role, str) for role in roles):
        raise NotSignedIn
    unit = UnitCode(claims["unit"]) if isinstance(claims.get("unit"), str) else None
    actor = Actor(role=roles[0], person=person, unit=unit, roles=frozenset(roles))
    return Bearer(actor, scopes, claims["sub"])
