"""Follow codes and PINs against a real table."""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import asyncpg
import pytest

from services.intake.adapters.pins import Pins
from services.intake.requests.facts import FollowCode
from shared.kernel import RequestId, new_id
from shared.web.pins import ALPHABET, code_as_typed
from tests.support.postgres import Database


class CrampedPins(Pins):
    """Every first code is the same, as if two requests had drawn one."""

    def code_of(self, request_id: RequestId, again: int = 0) -> FollowCode:
        return FollowCode("NG-2222-2222") if again == 0 else super().code_of(request_id, again)


@pytest.fixture
async def pool(database: Database) -> AsyncIterator["asyncpg.Pool[Any]"]:
    async with asyncpg.create_pool(database.dsn("intake"), min_size=0, max_size=2) as opened:
        yield opened


def pins(pool: "asyncpg.Pool[Any]", kind: type[Pins] = Pins, key: bytes = b"k" * 32) -> Pins:
    return kind(pool, pin_key=key, code_key=b"c" * 32, prefix="NG", threads=ThreadPoolExecutor(1))


async def test_code_and_pin_open_their_request(pool: "asyncpg.Pool[Any]") -> None:
    desk, request = pins(pool), RequestId(new_id())
    pin = desk.pin_of(request, "key")
    code = await desk.keep(request, pin)
    assert await desk.open(code, pin) == request
    assert await desk.open(code, "AAAAAAAA") is None
    assert await desk.open(FollowCode("NG-0000-0000"), pin) is None


async def test_keeping_twice_changes_nothing(pool: "asyncpg.Pool[Any]") -> None:
    desk, request = pins(pool), RequestId(new_id())
    pin = desk.pin_of(request, "key")
    assert await desk.keep(request, pin) == await desk.keep(request, pin)
    assert await desk.open(desk.code_of(request), pin) == request


async def test_two_requests_never_share_a_code(pool: "asyncpg.Pool[Any]") -> None:
    desk = pins(pool, CrampedPins)
    first, second = RequestId(new_id()), RequestId(new_id())
    codes = [await desk.keep(request, "PIN") for request in (first, second)]
    assert codes[0] != codes[1]
    assert [await desk.open(code, "PIN") for code in codes] == [first, second]


async def test_the_table_does_not_hold_the_pin(pool: "asyncpg.Pool[Any]") -> None:
    desk, request = pins(pool), RequestId(new_id())
    pin = desk.pin_of(request, "key")
    await desk.keep(request, pin)
    row = await pool.fetchrow("SELECT p::text AS row FROM pins p WHERE request_id = $1", request)
    assert row is not None
    assert pin not in row["row"]
    assert pin.encode().hex() not in row["row"]


async def test_only_the_sender_of_the_filing_can_derive_the_pin(pool: "asyncpg.Pool[Any]") -> None:
    request = RequestId(new_id())
    desk = pins(pool)
    assert desk.pin_of(request, "key") != desk.pin_of(request, "another key")
    assert desk.pin_of(request, "key") != pins(pool, key=b"x" * 32).pin_of(request, "key")


async def test_no_letter_of_a_code_looks_like_another(pool: "asyncpg.Pool[Any]") -> None:
    assert not set("01OILU") & set(ALPHABET)
    code = pins(pool).code_of(RequestId(new_id()))
    assert set(code.removeprefix("NG-").replace("-", "")) <= set(ALPHABET)


@pytest.mark.parametrize("typed", ["NG-7K3F-9Q2M", "ng7k3f9q2m", " 7k3f 9q2m ", "7K3F-9Q2M", "ＮＧ-7K3F-9Q2M"])
def test_codes_are_read_as_people_type_them(typed: str) -> None:
    assert code_as_typed(typed, "NG") == "NG-7K3F-9Q2M"
