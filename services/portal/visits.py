"""One visitor's state, kept by the visitor: a cookie that only we can read or make. The server remembers nobody."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

COOKIE = "lounge"
LARGE_COOKIE = "large"
NONCE = 12
MAX_KEYS = 4
"""Requests and cases that one visitor holds open by code and PIN at the same time."""
MAX_COOKIE = 3_900
CONTEXT = b"lounge portal visit 1"


class Sealer:
    """Cookies sealed with AES-GCM, so that restarts and replicas need no store."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, content: Mapping[str, Any]) -> str:
        nonce = os.urandom(NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, orjson.dumps(content), CONTEXT)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, text: str) -> dict[str, Any] | None:
        """None for anything that we did not seal."""
        try:
            sealed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            opened = orjson.loads(self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], CONTEXT))
        except (ValueError, InvalidTag):
            return None
        return opened if isinstance(opened, dict) else None


@dataclass(frozen=True, slots=True)
class SignedIn:
    token: str
    until: int
    """Unix time at which the token ends."""
    login: str
    name: str
    roles: tuple[str, ...]
    person: str
    unit: str

    @property
    def role(self) -> str:
        return self.roles[0]


@dataclass(frozen=True, slots=True)
class Undoable:
    text: str
    url: str
    until: float

    def holds_at(self, now: datetime) -> bool:
        return now.timestamp() < self.until


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visitor carries from page to page: who signed in, what code and PIN opened, what to say once."""

    id: str
    person: SignedIn | None = None
    keys: Mapping[str, str] = field(default_factory=dict)
    """Request or case → the capability that code and PIN opened."""
    notice: tuple[str, str] | None = None
    undo: Undoable | None = None
    flows: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Sign-ins under way: state → PKCE verifier and where to go afterwards."""

    @classmethod
    def new(cls) -> Self:
        return cls(id=os.urandom(16).hex())

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Self:
        person, undo, notice = content.get("person"), content.get("undo"), content.get("notice")
        return cls(
            id=content["id"],
            person=SignedIn(**{**person, "roles": tuple(person["roles"])}) if person else None,
            keys=content.get("keys", {}),
            notice=(notice[0], notice[1]) if notice else None,
            undo=Undoable(**undo) if undo else None,
            flows={state: (flow[0], flow[1]) for state, flow in content.get("flows", {}).items()},
        )

    def with_key(self, thing: object, token: str) -> Self:
        others = [(known, each) for known, each in self.keys.items() if known != str(thing)]
        return replace(self, keys=dict([*others, (str(thing), token)][-MAX_KEYS:]))

    def without_key(self, thing: object) -> Self:
        return replace(self, keys={known: each for known, each in self.keys.items() if known != str(thing)})

    def with_undo(self, undo: Undoable) -> Self:
        return replace(self, undo=undo)

    def without_undo(self) -> Self:
        return replace(self, undo=None)

    def saying(self, text: str, tone: str = "good") -> Self:
        return replace(self, notice=(text, tone))


class Visits:
    """Reads and writes the cookie, and derives from it the token that every form carries."""

    def __init__(self, sealing_key: bytes, form_key: bytes) -> None:
        self._sealer = Sealer(sealing_key)
        self._form_key = form_key

    def open(self, cookie: str | None) -> Visit:
        content = self._sealer.open(cookie) if cookie else None
        return Visit.read(content) if content else Visit.new()

    def seal(self, visit: Visit) -> str:
        """The oldest keys are left out when a browser would drop the whole cookie for its size."""
        sealed = self._sealer.seal(_content(visit))
        while len(sealed) > MAX_COOKIE and visit.keys:
            visit = visit.without_key(next(iter(visit.keys)))
            sealed = self._sealer.seal(_content(visit))
        return sealed

    def form_token(self, visit: Visit) -> str:
        return hmac.new(self._form_key, visit.id.encode(), hashlib.sha256).hexdigest()[:32]

    def is_own_form(self, visit: Visit, given: str) -> bool:
        return hmac.compare_digest(self.form_token(visit).encode(), given.encode())


def _content(visit: Visit) -> dict[str, Any]:
    full = orjson.loads(orjson.dumps(visit))
    return {name: value for name, value in full.items() if value}
