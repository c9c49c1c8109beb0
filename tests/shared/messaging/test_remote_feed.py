"""A feed asked of another process tells what the stored one tells, and says plainly when it cannot be asked."""

from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio

from shared.eventstore import StoredFeed
from shared.kernel import LANES, Unavailable, new_id
from shared.messaging.remote_feed import RemoteFeed
from tests.shared.web.toy import build_toy
from tests.support.house import Desk, house
from tests.support.postgres import Database

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Token:
    def __init__(self, value: str) -> None:
        self._value = value

    async def token(self) -> str:
        return self._value


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(database: Database, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    async with house(database, tmp_path_factory.mktemp("home"), {"intake": build_toy}) as desk:
        for _ in range(20):
            headers = {"Idempotency-Key": str(new_id())}
            answer = await desk.http.post(f"/intake/v1/switches/{new_id()}/counts", json={}, headers=headers)
            assert answer.is_success, answer.text
        await desk.settled()
        yield desk


@pytest_asyncio.fixture(loop_scope="module")
async def http(desk: Desk) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=desk.runtime("intake").app)) as client:
        yield client


def remote(desk: Desk, http: httpx2.AsyncClient, scope: str = "feed:intake") -> RemoteFeed:
    return RemoteFeed("intake", "http://intake.test", http, Token(desk.house.issuer.service_token("audit", scope)))


async def test_it_tells_heads_epoch_and_records_like_the_stored_one(desk: Desk, http: httpx2.AsyncClient) -> None:
    stored, asked = StoredFeed("intake", desk.store("intake").pool), remote(desk, http)
    assert await asked.epoch() == await stored.epoch()
    heads = await stored.heads()
    assert await asked.heads() == heads
    assert sum(heads.values()) >= 20
    for after in (dict.fromkeys(range(LANES), 0), {lane: head - 1 for lane, head in heads.items() if head}, {3: 0}):
        for limit in (500, 1):
            assert list(await asked.read(after, limit)) == list(await stored.read(after, limit))
    assert await asked.read({}, 500) == ()
    assert list(await asked.read(heads, 500)) == []


async def test_a_token_of_another_scope_opens_nothing(desk: Desk, http: httpx2.AsyncClient) -> None:
    with pytest.raises(Unavailable):
        await remote(desk, http, "feed:routing").heads()
    with pytest.raises(Unavailable):
        await remote(desk, http, "vault").read({0: 0}, 500)


@pytest.mark.parametrize(
    "said", [b"", b"[]", b"{}", b'{"lanes": 8, "heads": {}, "epoch": "x"}', b"[7]", b'[{"id": 1}]']
)
async def test_what_is_no_feed_is_unavailable_and_never_half_believed(said: bytes) -> None:
    answering = httpx2.MockTransport(lambda request: httpx2.Response(200, content=said))
    async with httpx2.AsyncClient(transport=answering) as client:
        feed = RemoteFeed("intake", "http://intake.test", client, Token("t"))
        with pytest.raises(Unavailable):
            await feed.epoch()
        with pytest.raises(Unavailable):
            await feed.heads()
        if said != b"[]":
            with pytest.raises(Unavailable):
                list(await feed.read({0: 0}, 500))


async def test_a_service_that_is_away_is_unavailable() -> None:
    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    async with httpx2.AsyncClient(transport=httpx2.MockTransport(refuse)) as client:
        with pytest.raises(Unavailable):
            await RemoteFeed("intake", "http://intake.test", client, Token("t")).heads()
