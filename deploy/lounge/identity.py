"""Who somebody is, when the issuer is another process: its keys over HTTP, and a service's own tokens."""

import asyncio
import re
from base64 import urlsafe_b64decode
from collections.abc import Callable
from typing import Any

import httpx2
import orjson
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from deploy.lounge.dispatch import App, Receive, Scope, Send
from shared.kernel import Unavailable
from shared.web.tokens import MAX_TOKEN

FRESH_SECONDS = 300.0
AT_MOST_EVERY = 5.0
"""How often unknown key ids may cause a look at the issuer: anybody can invent one."""
TIMEOUT_SECONDS = 5.0
HEADER = re.compile(rb"[Bb]earer ([A-Za-z0-9_-]{1,2000})\.")

log = structlog.get_logger("identity")


class IdentityUnknown(Unavailable):
    """The issuer was not heard yet, or gives no token now."""


class RemoteKeys:
    """The issuer's key set, kept and looked at again in time, or when a token names a key that is not in it."""

    def __init__(self, url: str, client: httpx2.AsyncClient, now: Callable[[], float] | None = None) -> None:
        self._url = url
        self._client = client
        self._now = now or (lambda: asyncio.get_running_loop().time())
        self._keys: KeySet | None = None
        self._ids: frozenset[str] = frozenset()
        self._looked = float("-inf")
        self._looking = asyncio.Lock()

    @property
    def known(self) -> bool:
        return self._keys is not None

    def keys(self) -> KeySet:
        if self._keys is None:
            raise IdentityUnknown(self._url)
        return self._keys

    async def meet(self, key_id: str) -> None:
        """Looks at the issuer when `key_id` is unknown, but not at every stranger's word."""
        if key_id not in self._ids:
            await self._look(AT_MOST_EVERY if self.known else 0.2)

    async def run(self) -> None:
        while True:
            await self._look(0.0)
            await asyncio.sleep(FRESH_SECONDS if self.known else 0.5)

    async def _look(self, pause: float) -> None:
        async with self._looking:
            if self._now() - self._looked < pause:
                return
            try:
                answer = await self._client.get(self._url, timeout=TIMEOUT_SECONDS)
                answer.raise_for_status()
                told = answer.json()
                self._keys = KeySet.import_key_set(told)
                self._ids = frozenset(str(key.get("kid")) for key in told["keys"])
            except (httpx2.HTTPError, JoseError, ValueError, KeyError, TypeError, AttributeError) as error:
                # The keys of before stay good; the age of a token is checked by itself.
                log.warning("issuer_not_heard", error=type(error).__name__)
            self._looked = self._now()


class MeetsNewKeys:
    """ASGI: before anybody verifies a token, its key is known if the issuer knows it."""

    def __init__(self, app: App, keys: RemoteKeys) -> None:
        self._app = app
        self._keys = keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
            if (key_id := _key_id(given)) is not None:
                await self._keys.meet(key_id)
        await self._app(scope, receive, send)


def _key_id(authorization: bytes) -> str | None:
    found = HEADER.match(authorization) if len(authorization) <= MAX_TOKEN + 10 else None
    if found is None:
        return None
    try:
        header = orjson.loads(_decoded(found[1]))
    except ValueError:
        return None
    key_id = header.get("kid") if isinstance(header, dict) else None
    return key_id if isinstance(key_id, str) else None


def _decoded(part: bytes) -> bytes:
    return urlsafe_b64decode(part + b"=" * (-len(part) % 4))


class ClientCredentials:
    """A service's own token by OAuth client credentials, fetched anew at half its life and used up to its end."""

    def __init__(self, url: str, client: httpx2.AsyncClient, client_id: str, secret: str, scope: str) -> None:
        self._url = url
        self._client = client
        self._form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret}
        self._form["scope"] = scope
        self._token = ""
        self._renew = float("-inf")
        self._ends = float("-inf")
        self._asking = asyncio.Lock()

    async def token(self) -> str:
        """Raises IdentityUnknown when there is none to be had and none left."""
        if self._now() < self._renew:
            return self._token
        async with self._asking:
            if self._now() >= self._renew:
                await self._ask()
        return self._token

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    async def _ask(self) -> None:
        begun = self._now()
        try:
            answer = await self._client.post(self._url, data=self._form, timeout=TIMEOUT_SECONDS)
            answer.raise_for_status()
            told: dict[str, Any] = answer.json()
            self._token, seconds = str(told["access_token"]), float(told["expires_in"])
        except (httpx2.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("no_service_token", error=type(error).__name__)
            if begun >= self._ends:
                raise IdentityUnknown(type(error).__name__) from None
            self._renew = begun + 1.0
            return
        self._renew, self._ends = begun + seconds / 2, begun + seconds - 30
