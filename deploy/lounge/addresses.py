"""Where each process is, and the way from one service straight to another, without a stop at the gateway."""

from collections.abc import Iterable, Mapping

import httpx2

INNER = "http://lounge.internal"
GATEWAY = "gateway"
RELAY = "relay"
OPS_HOST = "audit.api"
"""The process that serves the operators' API: it has a store for denials and repeats, which the gateway has not."""
CONNECT_SECONDS = 2.0
INNER_LIMITS = httpx2.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=30.0)


class Addresses:
    """Process name (`intake.api`, `intake.readers`, `relay`, `gateway`) → base URL."""

    def __init__(self, processes: Mapping[str, str]) -> None:
        self.processes = {name: url.rstrip("/") for name, url in processes.items()}

    def service(self, name: str) -> str | None:
        """The service's HTTP; None when it is not known here."""
        return self.processes.get(f"{name}.api")

    def readers(self, name: str) -> str | None:
        """The process that reads for the service: the one that serves it too, where nothing else is said."""
        return self.processes.get(f"{name}.readers") or self.service(name)

    @property
    def services(self) -> tuple[str, ...]:
        return tuple(name.removesuffix(".api") for name in self.processes if name.endswith(".api"))

    def lacking(self, services: Iterable[str]) -> tuple[str, ...]:
        """The processes without which one of `services` could not reach the others."""
        needed = (GATEWAY, *(f"{service}.api" for service in services))
        return tuple(name for name in needed if name not in self.processes)

    @property
    def gateway(self) -> str:
        return self.processes[GATEWAY]

    def of_path(self, path: str) -> str:
        """The base URL that serves `path` of the inner origin."""
        first = path.split("/", 2)[1]
        if first == "ops":
            return self.processes.get(OPS_HOST, self.gateway)
        return self.service(first) or self.gateway


class InnerTransport(httpx2.AsyncBaseTransport):
    """Calls of the inner origin go to the port of the service they are for; all others where they say."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self._network = httpx2.AsyncHTTPTransport(limits=INNER_LIMITS, trust_env=False)

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.host == httpx2.URL(INNER).host:
            target = httpx2.URL(self._addresses.of_path(request.url.path))
            request.url = request.url.copy_with(scheme=target.scheme, host=target.host, port=target.port)
            request.headers["Host"] = request.url.netloc.decode()
        return await self._network.handle_async_request(request)

    async def aclose(self) -> None:
        await self._network.aclose()


def inner_client(addresses: Addresses) -> httpx2.AsyncClient:
    timeout = httpx2.Timeout(30, connect=CONNECT_SECONDS)
    return httpx2.AsyncClient(transport=InnerTransport(addresses), base_url=INNER, timeout=timeout, trust_env=False)
