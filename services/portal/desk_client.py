"""The desk as the pages know it: its public API, called with the visitor's own right, in the visitor's language."""

from collections.abc import Mapping
from typing import Any, TypeVar

import httpx2
from pydantic import BaseModel, ConfigDict

from shared.telemetry.spans import current_traceparent

TIMEOUT_SECONDS = 20.0
PROBLEM = "application/problem+json"


class Answer(BaseModel):
    """What a page uses of an answer; the rest is not its business."""

    model_config = ConfigDict(extra="ignore", frozen=True)


A = TypeVar("A", bound=Answer)


class Mending(Answer):
    """One field that has to be written differently."""

    field: str
    words: str


class Refused(Exception):
    """The desk said no, in words that are meant for the visitor."""

    def __init__(self, status: int, problem: Mapping[str, Any], retry_after: int | None = None) -> None:
        super().__init__(f"{status} {problem.get('type', '')}")
        self.status = status
        self.kind = str(problem.get("type", ""))
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.rule = problem.get("rule")
        self.trace_id = str(problem.get("trace_id", ""))
        self.retry_after = retry_after
        self.mendings = tuple(Mending.model_validate(each) for each in problem.get("errors", ()))

    @property
    def words(self) -> str:
        return self.detail or self.title


class Unreachable(Exception):
    """The service that was asked does not answer."""


class DeskClient:
    def __init__(
        self, http: httpx2.AsyncClient, language: str = "zh", token: str | None = None, visitor: str | None = None
    ) -> None:
        self._http = http
        self._language = language
        self._token = token
        self._visitor = visitor

    def holding(self, token: str | None) -> "DeskClient":
        """The same desk, asked with another right."""
        return DeskClient(self._http, self._language, token, self._visitor)

    async def get(self, path: str, kind: type[A], **query: object) -> A:
        """Raises Refused, Unreachable."""
        given = {
            name: [str(each) for each in value] if isinstance(value, list | tuple) else str(value)
            for name, value in query.items()
            if value not in (None, "")
        }
        return kind.model_validate((await self._send("GET", path, params=given)).json())

    async def listed(self, path: str, name: str, kind: type[A]) -> A:
        """An answer that is a bare list, read as the field `name`."""
        return kind.model_validate({name: (await self._send("GET", path)).json()})

    async def raw(self, path: str) -> dict[str, Any]:
        """An answer that is passed on as it is."""
        told: dict[str, Any] = (await self._send("GET", path)).json()
        return told

    async def text(self, path: str) -> str:
        return (await self._send("GET", path)).text

    async def file(self, path: str) -> bytes:
        return (await self._send("GET", path)).content

    async def command(
        self, path: str, body: Mapping[str, Any], key: str, method: str = "POST", version: str | None = None
    ) -> dict[str, Any]:
        """One wish, whose repeat under the same key has no second effect; with a version only if the thing still
        stands there. Raises Refused, Unreachable."""
        headers = {"Idempotency-Key": key, **({"If-Match": f'"{version}"'} if version else {})}
        answer = await self._send(method, path, json=dict(body), headers=headers)
        told: dict[str, Any] = answer.json() if answer.content else {}
        return told

    async def ask(self, path: str, body: Mapping[str, Any], kind: type[A]) -> A:
        """A question that travels as a POST."""
        return kind.model_validate((await self._send("POST", path, json=dict(body))).json())

    async def upload(self, path: str, content: bytes, kind: str, key: str = "") -> dict[str, Any]:
        """A file as it is; with a key it is a wish, without one a question."""
        headers = {"Content-Type": kind, **({"Idempotency-Key": key} if key else {})}
        told: dict[str, Any] = (await self._send("POST", path, content=content, headers=headers)).json()
        return told

    async def form(self, path: str, fields: Mapping[str, str], kind: type[A]) -> A:
        """For the identity provider, which speaks in forms."""
        return kind.model_validate((await self._send("POST", path, data=dict(fields))).json())

    async def _send(self, method: str, path: str, **given: Any) -> httpx2.Response:
        headers = {"Accept-Language": self._language, **given.pop("headers", {})}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token}"
        if self._visitor is not None:
            headers["X-Forwarded-For"] = self._visitor
        if (trace := current_traceparent()) is not None:
            headers["traceparent"] = trace
        try:
            response = await self._http.request(method, path, headers=headers, timeout=TIMEOUT_SECONDS, **given)
        except httpx2.TransportError as error:
            raise Unreachable(type(error).__name__) from None
        if response.status_code >= 400 or response.status_code == 202:
            raise Refused(response.status_code, _problem(response), _seconds(response))
        return response


def _problem(response: httpx2.Response) -> Mapping[str, Any]:
    if response.headers.get("content-type", "").startswith(PROBLEM):
        told: Mapping[str, Any] = response.json()
        return told
    return {}


def _seconds(response: httpx2.Response) -> int | None:
    given = response.headers.get("retry-after", "")
    return int(given) if given.isdigit() else None
