import ipaddress
from collections.abc import AsyncIterator

import pytest

from shared.web.outbound import AddressRefused, NotReached, Outbound, is_public
from tests.support.receiver import Receiver, receiver


@pytest.fixture
async def there() -> AsyncIterator[Receiver]:
    async with receiver() as running:
        yield running


@pytest.fixture
async def strict() -> AsyncIterator[Outbound]:
    outbound = Outbound()
    yield outbound
    await outbound.close()


@pytest.fixture
async def lenient() -> AsyncIterator[Outbound]:
    outbound = Outbound(allow_private=True, seconds=1.0, most_bytes=1000)
    yield outbound
    await outbound.close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "255.255.255.255", "192.0.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::",
    ],
)  # fmt: skip
def test_addresses_inside_are_known_however_they_are_written(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2400:3200::1"])
def test_addresses_in_the_open_net_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook", "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://2130706433/",
        "https://0x7f.1/", "https://user:word@example.com/", "ftp://example.com/", "https:///hook", "file:///etc/passwd",
        "https://example.com:22/", "https://example.com:0/", "https://exa mple.com/", "https://a\\@b.example/",
        "https://" + "a" * 600, "https://[::ffff:127.0.0.1]/", "https://169.254.169.254/latest/meta-data", "gopher://x",
        "https://example.com:99999/", "//example.com/hook", "",
    ],
)  # fmt: skip
async def test_no_call_is_made_to_what_is_not_a_plain_address_outside(strict: Outbound, url: str) -> None:
    with pytest.raises(AddressRefused):
        await strict.check(url)
    with pytest.raises(AddressRefused):
        await strict.post(url, b"{}", {})


async def test_a_name_nobody_knows_may_be_known_later(strict: Outbound) -> None:
    await strict.check("https://nobody.invalid/hook")
    with pytest.raises(NotReached, match="unknown_name"):
        await strict.post("https://nobody.invalid/hook", b"{}", {})


async def test_a_status_is_an_answer_and_a_redirect_is_not_followed(lenient: Outbound, there: Receiver) -> None:
    there.status, there.headers = 302, {"location": "http://127.0.0.1:1/inside", "retry-after": "17"}
    answered = await lenient.post(there.url, b'{"a":1}', {"webhook-id": "x"})
    assert (answered.status, answered.retry_after) == (302, 17)
    assert len(there.posted) == 1
    assert there.posted[0].body == b'{"a":1}'
    assert there.posted[0].headers["webhook-id"] == "x"
    assert there.posted[0].headers["host"] == f"127.0.0.1:{there.port}"


async def test_a_long_answer_is_cut(lenient: Outbound, there: Receiver) -> None:
    there.status, there.answer = 200, b"x" * 100_000
    assert len((await lenient.post(there.url, b"", {})).body) == 1000


async def test_who_never_answers_is_left_after_the_time(lenient: Outbound, there: Receiver) -> None:
    there.silent = True
    with pytest.raises(NotReached, match="timeout"):
        await lenient.post(there.url, b"", {})


async def test_a_closed_door_is_not_reached(lenient: Outbound) -> None:
    with pytest.raises(NotReached, match="unreachable"):
        await lenient.post("http://127.0.0.1:9/", b"", {})
