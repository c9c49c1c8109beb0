"""Keys and tokens over HTTP: kept while the issuer is away, looked at again for a new key, never at every word."""

from collections.abc import Callable

import httpx2
import pytest

from deploy.lounge.identity import AT_MOST_EVERY, ClientCredentials, IdentityUnknown, RemoteKeys
from deploy.lounge.issuer import Issuer

Answer = Callable[[httpx2.Request], httpx2.Response]


class Ticking:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Line:
    """To an issuer whose answers a test decides."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.calls = 0

    def client(self) -> httpx2.AsyncClient:
        def take(request: httpx2.Request) -> httpx2.Response:
            self.calls += 1
            return self.answer(request)

        return httpx2.AsyncClient(transport=httpx2.MockTransport(take))


def away(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("refused")


def keys_of(seed: bytes) -> Answer:
    issuer = Issuer("http://issuer.test", seed, {})
    return lambda request: httpx2.Response(200, json=issuer.public_keys())


def id_of(seed: bytes) -> str:
    return str(Issuer("http://issuer.test", seed, {}).public_keys()["keys"][0]["kid"])


async def test_before_the_issuer_was_heard_nobody_can_be_known() -> None:
    line, clock = Line(away), Ticking()
    keys = RemoteKeys("http://issuer.test/jwks.json", line.client(), clock)
    with pytest.raises(IdentityUnknown):
        keys.keys()
    await keys.meet("any")
    assert not keys.known
    line.answer, clock.now = keys_of(b"1" * 32), clock.now + 1
    await keys.meet("any")
    assert keys.known


async def test_a_new_key_is_fetched_once_and_invented_ones_cost_little() -> None:
    line, clock = Line(keys_of(b"1" * 32)), Ticking()
    keys = RemoteKeys("http://issuer.test/jwks.json", line.client(), clock)
    await keys.meet(id_of(b"1" * 32))
    for _ in range(100):
        await keys.meet("invented")
    assert line.calls == 1
    line.answer, clock.now = keys_of(b"2" * 32), clock.now + AT_MOST_EVERY
    await keys.meet(id_of(b"2" * 32))
    assert line.calls == 2
    assert [key.kid for key in keys.keys().keys] == [id_of(b"2" * 32)]


async def test_the_keys_stay_good_while_the_issuer_is_away_or_talks_nonsense() -> None:
    line, clock = Line(keys_of(b"1" * 32)), Ticking()
    keys = RemoteKeys("http://issuer.test/jwks.json", line.client(), clock)
    await keys.meet(id_of(b"1" * 32))
    nonsense = (b"", b"[]", b"{}", b'{"keys": 7}', b'{"keys": [{"kty": "?"}]}')
    for answer in (away, *(lambda request, said=said: httpx2.Response(200, content=said) for said in nonsense)):
        line.answer, clock.now = answer, clock.now + AT_MOST_EVERY
        await keys.meet("new")
        assert [key.kid for key in keys.keys().keys] == [id_of(b"1" * 32)]
    assert line.calls == 7


async def test_a_service_token_is_asked_for_once_and_used_until_it_ends() -> None:
    line = Line(lambda request: httpx2.Response(200, json={"access_token": "first", "expires_in": 3600}))
    credentials = ClientCredentials("http://issuer.test/token", line.client(), "intake", "secret", "vault")
    assert [await credentials.token() for _ in range(5)] == ["first"] * 5
    assert line.calls == 1


async def test_the_old_token_serves_while_no_new_one_is_to_be_had() -> None:
    line = Line(lambda request: httpx2.Response(200, json={"access_token": "old", "expires_in": 100}))
    credentials = ClientCredentials("http://issuer.test/token", line.client(), "intake", "secret", "vault")
    assert await credentials.token() == "old"
    credentials._renew = float("-inf")
    line.answer = away
    assert await credentials.token() == "old"
    credentials._renew = credentials._ends = float("-inf")
    with pytest.raises(IdentityUnknown):
        await credentials.token()
