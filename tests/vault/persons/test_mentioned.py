"""Does a text that is to be published name somebody of this request? The vault says yes or no, and no name."""

import pytest

from shared.kernel import Actor, Context, RequestId, new_id
from tests.vault.conftest import Desks

pytestmark = pytest.mark.asyncio(loop_scope="module")

CLERK = Context(actor=Actor(role="community_officer"))
REQUESTER = Context(actor=Actor(role="requester"))


async def test_names_and_numbers_of_the_request_are_found_however_they_are_written(vault: Desks) -> None:
    client, request_id = vault.client("workorders"), RequestId(new_id())
    given = {"phone": "13900000066", "name": "欧阳晓梅"}
    await vault.client("intake").identify(REQUESTER, given, request_id=request_id)
    named = await client.mentioned(CLERK, "欧阳 晓梅的事办好了，电话 １３９ 0000-0066", request_id=request_id)
    assert (named.name, named.phone, named.id_number) == (True, True, False)
    plain = await client.mentioned(CLERK, "事情办好了，每天巡查两次。", request_id=request_id)
    assert (plain.name, plain.phone, plain.id_number) == (False, False, False)


async def test_nobody_of_another_request_is_looked_for(vault: Desks) -> None:
    request_id = RequestId(new_id())
    await vault.client("intake").identify(REQUESTER, {"name": "欧阳晓梅"}, request_id=request_id)
    other = await vault.client("workorders").mentioned(CLERK, "欧阳晓梅", request_id=RequestId(new_id()))
    assert not other.name


async def test_looking_is_a_read_like_any_other(vault: Desks) -> None:
    request_id = RequestId(new_id())
    await vault.client("intake").identify(REQUESTER, {"name": "欧阳晓梅"}, request_id=request_id)
    await vault.client("workorders").mentioned(CLERK, "办好了", request_id=request_id)
    facts = await vault.desk.store("vault").pool.fetch(
        "SELECT fact FROM events WHERE stream = $1 ORDER BY version", f"vault.item-{request_id}"
    )
    assert [row["fact"] for row in facts] == ["items_sealed", "items_read"]
