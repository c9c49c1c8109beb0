"""Another service's numbered records, asked of it over HTTP with client credentials and the scope `feed:<service>`."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

import httpx2
import orjson

from shared.eventstore.records import Record, from_cloudevent
from shared.kernel import LANES, Unavailable

TIMEOUT_SECONDS = 10.0


class FeedUnavailable(Unavailable):
    """The service that owns the feed does not answer, or answers what no feed says."""


class FeedTokens(Protocol):
    async def token(self) -> str:
        """A token with the feed's scope; raises Unavailable."""
        ...


class RemoteFeed:
    """`url` is the service's own address: the public origin does not route `/internal`."""

    def __init__(self, service: str, url: str, client: httpx2.AsyncClient, tokens: FeedTokens) -> None:
        self.service = service
        self._url = f"{url.rstrip('/')}/internal/feed"
        self._client = client
        self._tokens = tokens

    async def epoch(self) -> UUID:
        return (await self.standing())[0]

    async def heads(self) -> Mapping[int, int]:
        return (await self.standing())[1]

    async def standing(self) -> tuple[UUID, Mapping[int, int]]:
        told = await self._ask("/heads", {})
        try:
            if told["lanes"] != LANES:
                raise FeedUnavailable(f"{self.service}: {told['lanes']} lanes instead of {LANES}")
            return UUID(told["epoch"]), {int(lane): int(number) for lane, number in told["heads"].items()}
        except (KeyError, TypeError, ValueError, AttributeError):
            raise FeedUnavailable(f"{self.service}: no epoch and heads") from None

    async def read(self, after: Mapping[int, int], limit: int) -> Sequence[Record]:
        if not after:
            return ()
        asked = ",".join(f"{lane}.{number}" for lane, number in sorted(after.items()))
        told = await self._ask("/lanes", {"after": asked, "limit": str(limit)})
        if not isinstance(told, list):
            raise FeedUnavailable(f"{self.service}: no records")
        try:
            return [from_cloudevent(event) for event in told]
        except (KeyError, TypeError, ValueError, IndexError, AttributeError):
            raise FeedUnavailable(f"{self.service}: no records") from None

    async def _ask(self, path: str, query: Mapping[str, str]) -> Any:
        headers = {"Authorization": f"Bearer {await self._tokens.token()}"}
        try:
            answer = await self._client.get(
                self._url + path, params=dict(query), headers=headers, timeout=TIMEOUT_SECONDS
            )
        except httpx2.HTTPError as error:
            raise FeedUnavailable(f"{self.service}: {type(error).__name__}") from None
        if answer.status_code != 200:
            raise FeedUnavailable(f"{self.service}: {answer.status_code}")
        try:
            return orjson.loads(answer.content)
        except orjson.JSONDecodeError:
            raise FeedUnavailable(f"{self.service}: no JSON") from None
