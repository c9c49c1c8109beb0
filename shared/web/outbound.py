"""Calls to addresses that somebody outside gave us: to nobody inside, not further than asked, and cut when too long."""

import asyncio
import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import httpx2

from shared.kernel import Rejection

SECONDS = 10.0
MOST_BYTES = 65_536
LONGEST_URL = 500
WEB_PORTS = frozenset({80, 443, 8080, 8443})
INSIDE_OTHERS = tuple(
    ipaddress.ip_network(network)
    for network in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "100.64.0.0/10", "192.0.0.0/24")
)
"""Networks that carry another address in them, or lead to a neighbour's house."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class AddressRefused(Rejection):
    """No such call is made: another scheme, a name with a password, or an address inside."""


class NotReached(Exception):
    """Nobody answered in time; `reason` is a code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Answered:
    status: int
    body: bytes
    retry_after: int | None
    """Seconds, where the other side asked for patience."""


@dataclass(frozen=True, slots=True)
class _Target:
    url: SplitResult
    host: str
    port: int
    address: str


class Outbound:
    """`allow_private` is for tests and for agencies in the same house; it also lets plain http pass."""

    def __init__(self, *, allow_private: bool = False, seconds: float = SECONDS, most_bytes: int = MOST_BYTES) -> None:
        self._allow_private = allow_private
        self._seconds = seconds
        self._most_bytes = most_bytes
        self._client = httpx2.AsyncClient(follow_redirects=False, trust_env=False, timeout=seconds)

    async def close(self) -> None:
        await self._client.aclose()

    async def check(self, url: str) -> None:
        """Raises AddressRefused for an address that would not be called. What cannot be resolved now may be later."""
        try:
            await self._resolved(url)
        except NotReached:
            return

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Whatever status came back. Raises AddressRefused, NotReached."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._post(await self._resolved(url), body, headers)
        except TimeoutError:
            raise NotReached("timeout") from None
        except (httpx2.TransportError, httpx2.InvalidURL) as error:
            raise NotReached("timeout" if isinstance(error, httpx2.TimeoutException) else "unreachable") from None

    async def _post(self, target: _Target, body: bytes, headers: Mapping[str, str]) -> Answered:
        # The address that was judged is the one that is called: a name may answer otherwise a moment later.
        at = f"[{target.address}]" if ":" in target.address else target.address
        url = target.url._replace(netloc=f"{at}:{target.port}", fragment="").geturl()
        own_port = 443 if target.url.scheme == "https" else 80
        called = target.host if target.port == own_port else f"{target.host}:{target.port}"
        request = self._client.build_request(
            "POST",
            url,
            content=body,
            headers={**headers, "host": called},
            extensions={"sni_hostname": target.host, "timeout": httpx2.Timeout(self._seconds).as_dict()},
        )
        answer = await self._client.send(request, stream=True)
        try:
            taken = b""
            async for chunk in answer.aiter_raw():
                taken += chunk
                if len(taken) >= self._most_bytes:
                    break
        finally:
            await answer.aclose()
        given = answer.headers.get("retry-after", "")
        patience = int(given) if given.isascii() and given.isdigit() and len(given) < 7 else None
        return Answered(answer.status_code, taken[: self._most_bytes], patience)

    async def _resolved(self, url: str) -> _Target:
        parts = self._parts(url)
        host = parts.hostname or ""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        if not self._allow_private and port not in WEB_PORTS:
            raise AddressRefused()
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise NotReached("unknown_name") from None
        addresses = [str(each[4][0]).partition("%")[0] for each in found]
        if not addresses:
            raise NotReached("unknown_name")
        if not self._allow_private and not all(is_public(ipaddress.ip_address(each)) for each in addresses):
            raise AddressRefused()
        return _Target(parts, host, port, addresses[0])

    def _parts(self, url: str) -> SplitResult:
        if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or any(sign in url for sign in " \\"):
            raise AddressRefused()
        try:
            parts = urlsplit(url)
            has_port = parts.port != 0
        except ValueError:
            raise AddressRefused() from None
        schemes = ("https", "http") if self._allow_private else ("https",)
        if parts.scheme not in schemes or not parts.hostname or "@" in parts.netloc or not has_port:
            raise AddressRefused()
        return parts


def is_public(address: Address) -> bool:
    """Whether an address is somebody's in the open net, whichever way it is written."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if not address.is_global or address.is_multicast or address.is_reserved or address.is_unspecified:
        return False
    return not any(address in network for network in INSIDE_OTHERS if network.version == address.version)
