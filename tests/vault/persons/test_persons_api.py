"""Who somebody is, how to reach them, and that nothing is left after an erasure."""

import json
from uuid import UUID

import pytest

from shared.contracts.codes import DataLevel, Purpose
from shared.contracts.vault import ItemKind
from shared.kernel import PersonId, RequestId, new_id
from shared.web import Text
from shared.web.vault import VaultRefused
from tests.vault.conftest import Desks, acting

pytestmark = pytest.mark.asyncio(loop_scope="module")

LIN = "+8613900000001"
ZHAO = "+8613900000002"
REQUESTER = acting("requester")
NOTICES = acting("system")


async def identified(vault: Desks, phone: str, request_id: RequestId | None = None, **more: str) -> PersonId:
    found = await vault.client("intake").identify(REQUESTER, {"phone": phone, **more}, request_id=request_id)
    return found.person


async def test_the_same_telephone_is_the_same_person_signed_in_or_not(vault: Desks) -> None:
    headers = await vault.desk.as_("citizen_lin")
    claims = headers["Authorization"].split(".")[1]
    filed = await identified(vault, "139 0000 0001", RequestId(new_id()))
    import base64

    padded = claims + "=" * (-len(claims) % 4)
    assert json.loads(base64.urlsafe_b64decode(padded))["person"] == str(filed)


async def test_a_contact_is_sealed_for_notices_without_the_citizen_number(vault: Desks) -> None:
    request_id = RequestId(new_id())
    found = await vault.client("intake").identify(
        REQUESTER,
        {"phone": "139-0000-0001", "name": "林某", "email": "lin@example.com", "id_number": "11010519491231002X"},
        request_id=request_id,
    )
    assert found.contact_item is not None
    texts = await vault.client("notifications").fetch(
        NOTICES, [found.contact_item], purpose=Purpose.NOTIFY, request_id=request_id
    )
    assert json.loads(texts[found.contact_item] or "") == {
        "email": "lin@example.com",
        "name": "林某",
        "phone": LIN,
    }
    assert (found.id_valid, found.phone_valid) == (True, True)
    levels = await vault.rows("SELECT level FROM contents c JOIN items USING (item) WHERE request_id = $1", request_id)
    assert sorted(str(row["level"]) for row in levels) == ["L2", "L3"]


async def test_identifying_twice_is_one_contact_and_one_fact(vault: Desks) -> None:
    request_id = RequestId(new_id())
    client = vault.client("intake")
    first = await client.identify(REQUESTER, {"phone": ZHAO, "name": "赵某"}, request_id=request_id)
    before = await vault.facts("person_identified", "items_sealed")
    assert await client.identify(REQUESTER, {"phone": ZHAO, "name": "赵某"}, request_id=request_id) == first
    assert await vault.facts("person_identified", "items_sealed") == before


async def test_a_sign_in_keeps_nothing(vault: Desks) -> None:
    before = await vault.rows("SELECT item FROM items")
    await identified(vault, LIN)
    assert await vault.rows("SELECT item FROM items") == before


async def test_what_was_not_given_is_unknown_and_not_false(vault: Desks) -> None:
    found = await vault.client("intake").identify(REQUESTER, {"name": "林某"}, request_id=RequestId(new_id()))
    assert found.phone_valid is None
    assert found.id_valid is None
    assert found.adult_from is None


async def test_only_services_identify(vault: Desks) -> None:
    headers = {**await vault.desk.as_("dpo"), "X-Acting-Role": "dpo"}
    body = {"request_id": None, "phone": LIN}
    assert (await vault.desk.http.post("/vault/v1/persons/identify", json=body, headers=headers)).status_code == 403


async def file(vault: Desks, person: PersonId, words: str) -> tuple[RequestId, UUID]:
    request_id = RequestId(new_id())
    sealed = await vault.client("intake").seal(
        request_id, "k", {"n": Text(ItemKind.NARRATIVE, words)}, request_id=request_id, owner=person, context=REQUESTER
    )
    return request_id, sealed.refs["n"].item


async def texts_of(vault: Desks, *items: UUID) -> list[str | None]:
    texts = await vault.client("workorders").fetch(
        acting("community_officer"), items, purpose=Purpose.HANDLING, request_id=None
    )
    return [texts[item] for item in items]


async def erase(vault: Desks, person: PersonId, login: str = "dpo") -> tuple[int, dict[str, object]]:
    answer = await vault.desk.http.post(f"/vault/v1/persons/{person}/erasure", headers=await vault.desk.as_(login))
    return answer.status_code, answer.json()


async def test_erasing_destroys_exactly_what_one_person_gave(vault: Desks) -> None:
    lin = await identified(vault, "13900000011", RequestId(new_id()))
    zhao = await identified(vault, "13900000012", RequestId(new_id()))
    request_id, first = await file(vault, lin, "第一件事")
    _, second = await file(vault, lin, "第二件事")
    _, other = await file(vault, zhao, "另一方的话")
    note = await vault.client("workorders").seal(
        new_id(),
        "k",
        {"note": Text(ItemKind.NOTE, "民警的记录", DataLevel.L3)},
        request_id=request_id,
        owner=PersonId(new_id()),
        context=acting("community_officer"),
    )
    kept = note.refs["note"].item
    status, answer = await erase(vault, lin)
    assert (status, answer["items"]) == (200, 3)
    assert await texts_of(vault, first, second, other, kept) == [None, None, "另一方的话", "民警的记录"]
    for table in ("data_keys WHERE owner = $1", "contents c JOIN items i USING (item) WHERE i.owner = $1"):
        assert await vault.rows(f"SELECT 1 FROM {table}", lin) == []


async def test_erasing_is_told_once_and_may_be_repeated(vault: Desks) -> None:
    lin = await identified(vault, "13900000013", RequestId(new_id()))
    assert (await erase(vault, lin))[1]["items"] == 1
    status, again = await erase(vault, lin)
    assert (status, again["items"], again["record_id"]) == (200, 0, None)
    assert await vault.rows("SELECT 1 FROM events WHERE stream = $1 AND fact = 'person_erased'", f"vault.person-{lin}")


async def test_a_retry_of_an_erasure_gets_the_first_answer(vault: Desks) -> None:
    lin = await identified(vault, "13900000014", RequestId(new_id()))
    headers = await vault.desk.as_("dpo")
    url = f"/vault/v1/persons/{lin}/erasure"
    first = await vault.desk.http.post(url, headers=headers)
    again = await vault.desk.http.post(url, headers=headers)
    assert first.json() == again.json()
    assert again.headers["idempotency-replayed"] == "true"


async def test_nothing_new_is_sealed_under_an_erased_reference(vault: Desks) -> None:
    lin = await identified(vault, "13900000015", RequestId(new_id()))
    request_id, _ = await file(vault, lin, "第一件事")
    await erase(vault, lin)
    with pytest.raises(VaultRefused, match="409 item-erased"):
        await vault.client("intake").seal(
            request_id,
            "k",
            {"n": Text(ItemKind.NARRATIVE, "第一件事")},
            request_id=request_id,
            owner=lin,
            context=REQUESTER,
        )


async def test_an_erased_person_may_come_back_with_a_new_request(vault: Desks) -> None:
    lin = await identified(vault, "13900000016", RequestId(new_id()))
    await erase(vault, lin)
    assert await identified(vault, "13900000016", RequestId(new_id())) == lin
    _, item = await file(vault, lin, "新的事")
    assert await texts_of(vault, item) == ["新的事"]


async def test_erasing_waits_for_the_log(vault: Desks) -> None:
    lin = await identified(vault, "13900000017", RequestId(new_id()))
    _, item = await file(vault, lin, "第一件事")
    await vault.log_falls_behind()
    status, answer = await erase(vault, lin)
    assert (status, answer["type"]) == (503, "log-behind")
    assert await texts_of(vault, item) == ["第一件事"]


@pytest.mark.parametrize("login", ["citizen_lin", "community_officer", "bureau_leader", "operator"])
async def test_only_the_data_officer_erases(vault: Desks, login: str) -> None:
    lin = await identified(vault, LIN, RequestId(new_id()))
    assert (await erase(vault, lin, login))[0] == 403


async def test_nobody_is_erased_who_left_nothing(vault: Desks) -> None:
    status, answer = await erase(vault, PersonId(new_id()))
    assert (status, answer["type"], answer["rule"]) == (409, "person-unknown", "R-40")
