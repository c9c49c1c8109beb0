"""What the command line needs of a running desk: its address, signed-in demo people, operations by their names."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote

import httpx2

from shared.kernel import new_id

METHODS = ("get", "put", "post", "patch", "delete")


class NoSuchOperation(Exception):
    """The desk's OpenAPI document does not name it."""


@dataclass(frozen=True, slots=True)
class OperationRef:
    method: str
    path: str
    parameters: frozenset[str]
    """Names of query parameters."""
    has_body: bool


class DeskClient:
    """Knows no service: it finds every operation in the OpenAPI document."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        # Certificates of authorities take longer to read than most commands take: only where one is needed.
        self.http = httpx2.AsyncClient(base_url=self.url, timeout=60, verify=not self.url.startswith("http://"))
        self._tokens: dict[str, str] = {}
        self._operations: dict[str, OperationRef] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    async def operation(self, name: str) -> OperationRef:
        if not self._operations:
            answer = await self.http.get("/openapi.json")
            answer.raise_for_status()
            self._operations = dict(_operations(answer.json()))
        if name not in self._operations:
            raise NoSuchOperation(name)
        return self._operations[name]

    async def token(self, login: str) -> str:
        if login not in self._tokens:
            answer = await self.http.post("/issuer/demo-token", data={"login": login})
            answer.raise_for_status()
            self._tokens[login] = answer.json()["access_token"]
        return self._tokens[login]

    async def call(
        self,
        name: str,
        *,
        login: str | None = None,
        bearer: str | None = None,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> httpx2.Response:
        """Calls an operation; `params` fill the path first, what is left becomes the query."""
        operation = await self.operation(name)
        left = dict(params or {})
        path = operation.path
        for field in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
            path = path.replace("{" + field + "}", quote(str(left.pop(field)), safe=""))
        headers = {"Accept-Language": "zh-CN"}
        if operation.method != "get":
            headers["Idempotency-Key"] = key or str(new_id())
        token = bearer or (await self.token(login) if login else None)
        if token:
            headers["Authorization"] = f"Bearer {token}"
        content = dict(body or {}) if operation.has_body else None
        return await self.http.request(operation.method.upper(), path, params=left, json=content, headers=headers)

    async def people(self) -> dict[str, str | None]:
        """Login → person id of the demo staff."""
        answer = await self.http.get("/issuer/people")
        return {each["login"]: each["person"] for each in answer.json()}

    async def set_clock(self, instant: str) -> None:
        answer = await self.http.put("/internal/clock", json={"now": instant})
        answer.raise_for_status()

    async def time(self) -> str:
        answer = await self.http.get("/readyz")
        return str(answer.json()["time"])


def _operations(document: Mapping[str, Any]) -> list[tuple[str, OperationRef]]:
    found = []
    for path, item in document["paths"].items():
        for method in METHODS:
            if (operation := item.get(method)) and "operationId" in operation:
                queries = [p["name"] for p in operation.get("parameters", ()) if p["in"] == "query"]
                ref = OperationRef(method, path, frozenset(queries), "requestBody" in operation)
                found.append((operation["operationId"], ref))
    return found
