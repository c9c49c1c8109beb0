"""The vault as other services see it: sealed once, read only after the read is a fact."""

import asyncio
from uuid import UUID

import pytest

from services.vault.adapters.crypto import commitment_of
from services.vault.items.store import item_handler
from shared.contracts.codes import DataLevel, Purpose
from shared.contracts.vault import ItemKind, ItemReadV1
from shared.kernel import SYSTEM, Context, RequestId, TextRef, new_id
from shared.web import Text
from shared.web.vault import Sealed, VaultRefused, Wanted
from tests.vault.conftest import Desks, acting

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORDS = "楼上漏水，把我家天花板泡坏了。"
OFFICER = acting("community_officer")
REQUESTER = acting("requester")
ROUTING = Context(actor=SYSTEM)


async def sealed_request(vault: Desks, request_id: RequestId, **texts: Text) -> Sealed:
    given = texts or {"narrative": Text(ItemKind.NARRATIVE, WORDS)}
    return await vault.client("intake").seal(
        request_id, "key-1", given, request_id=request_id, owner=None, context=REQUESTER
    )


async def read(
    vault: Desks,
    ref: TextRef,
    request_id: RequestId | None,
    *,
    service: str = "workorders",
    context: Context = OFFICER,
    purpose: Purpose = Purpose.HANDLING,
) -> str | None:
    texts = await vault.client(service).fetch(context, [ref.item], purpose=purpose, request_id=request_id)
    return texts[ref.item]


async def test_what_was_typed_comes_back_for_a_purpose(vault: Desks) -> None:
    request_id = RequestId(new_id())
    ref = (await sealed_request(vault, request_id)).refs["narrative"]
    assert await read(vault, ref, request_id) == WORDS


async def test_whoever_typed_it_can_prove_what_it_was(vault: Desks) -> None:
    sealed = await sealed_request(vault, RequestId(new_id()))
    salt = bytes.fromhex(sealed.salts["narrative"])
    assert commitment_of(salt, WORDS) == sealed.refs["narrative"].commitment


async def test_sealing_again_gives_the_same_answer_and_no_new_fact(vault: Desks) -> None:
    request_id = RequestId(new_id())
    first = await sealed_request(vault, request_id)
    before = await vault.facts("items_sealed")
    assert await sealed_request(vault, request_id) == first
    assert await vault.facts("items_sealed") == before


async def test_many_that_seal_the_same_at_once_get_one_answer(vault: Desks) -> None:
    request_id = RequestId(new_id())
    answers = await asyncio.gather(*(sealed_request(vault, request_id) for _ in range(4)))
    assert all(answer == answers[0] for answer in answers)
    rows = await vault.rows("SELECT 1 FROM events WHERE stream = $1", f"vault.item-{request_id}")
    assert len(rows) == 1


async def test_other_content_under_the_same_reference_is_refused(vault: Desks) -> None:
    request_id = RequestId(new_id())
    await sealed_request(vault, request_id)
    with pytest.raises(VaultRefused, match="409 item-sealed-otherwise"):
        await sealed_request(vault, request_id, narrative=Text(ItemKind.NARRATIVE, "另一件事"))


async def test_a_reference_of_one_request_is_not_taken_for_another(vault: Desks) -> None:
    scope, one, other = new_id(), RequestId(new_id()), RequestId(new_id())
    client, texts = vault.client("intake"), {"note": Text(ItemKind.NOTE, WORDS)}
    await client.seal(scope, "key", texts, request_id=one, owner=None, context=REQUESTER)
    with pytest.raises(VaultRefused, match="409 item-sealed-otherwise"):
        await client.seal(scope, "key", texts, request_id=other, owner=None, context=REQUESTER)


async def test_items_without_a_request_lie_in_a_batch(vault: Desks) -> None:
    client, texts = vault.client("mediation"), {"note": Text(ItemKind.NOTE, WORDS)}
    sealed = await client.seal(new_id(), "key", texts, request_id=None, owner=None, context=OFFICER)
    assert await read(vault, sealed.refs["note"], None) == WORDS


async def test_no_table_and_no_event_holds_what_was_typed(vault: Desks) -> None:
    request_id = RequestId(new_id())
    ref = (await sealed_request(vault, request_id)).refs["narrative"]
    await read(vault, ref, request_id)
    tables = await vault.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = 'vault'")
    for table in tables:
        for row in await vault.rows(f"SELECT * FROM {table['table_name']}"):
            for value in row.values():
                raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                assert WORDS.encode() not in raw, table


async def test_a_read_is_a_published_fact_with_purpose_and_level(vault: Desks) -> None:
    request_id = RequestId(new_id())
    ref = (await sealed_request(vault, request_id)).refs["narrative"]
    await read(vault, ref, request_id, service="routing", context=ROUTING, purpose=Purpose.TRIAGE)
    (row,) = await vault.rows(
        "SELECT f.data, e.role FROM events e JOIN feed f USING (event_id) WHERE e.fact = 'items_read' AND e.key = $1",
        request_id,
    ) or await _after_settling(vault, request_id)
    told = ItemReadV1.model_validate_json(row["data"])  # type: ignore[arg-type]
    assert (told.items, told.purpose, told.level) == ((ref.item,), Purpose.TRIAGE, DataLevel.L3)
    assert row["role"] == "system"


async def _after_settling(vault: Desks, request_id: RequestId) -> list[dict[str, object]]:
    await vault.desk.settled()
    return await vault.rows(
        "SELECT f.data, e.role FROM events e JOIN feed f USING (event_id) WHERE e.fact = 'items_read' AND e.key = $1",
        request_id,
    )


async def test_a_denied_read_is_a_fact_and_gives_nothing(vault: Desks) -> None:
    request_id = RequestId(new_id())
    ref = (await sealed_request(vault, request_id)).refs["narrative"]
    mediator = acting("peoples_mediator")
    assert await read(vault, ref, request_id, service="mediation", context=mediator, purpose=Purpose.MEDIATION) is None
    facts = await vault.rows(
        "SELECT fact, rule FROM events WHERE stream = $1 ORDER BY version", f"vault.item-{request_id}"
    )
    assert [(row["fact"], row["rule"]) for row in facts] == [("items_sealed", None), ("read_denied", "R-45")]


async def test_the_answer_says_which_items_were_denied_and_why(vault: Desks) -> None:
    request_id = RequestId(new_id())
    sealed = await sealed_request(
        vault,
        request_id,
        narrative=Text(ItemKind.NARRATIVE, WORDS),
        place=Text(ItemKind.PLACE, "汇景花园3栋", DataLevel.L2),
    )
    place, narrative, nowhere = sealed.refs["place"].item, sealed.refs["narrative"].item, new_id()
    body = {"items": [str(place), str(narrative), str(nowhere)], "purpose": "mediation", "request_id": str(request_id)}
    headers = {"Authorization": f"Bearer {vault.desk.house.issuer.service_token('mediation', 'vault')}"}
    headers["X-Acting-Role"] = "peoples_mediator"
    answer = (await vault.desk.http.post("/vault/v1/items/fetch", json=body, headers=headers)).json()
    assert answer["texts"] == {str(place): "汇景花园3栋", str(narrative): None, str(nowhere): None}
    assert answer["denied"] == {str(narrative): "level-above-role", str(nowhere): "item-unknown"}


async def test_a_service_reads_only_for_its_own_purposes(vault: Desks) -> None:
    request_id = RequestId(new_id())
    ref = (await sealed_request(vault, request_id)).refs["narrative"]
    assert await read(vault, ref, request_id, service="notifications", context=ROUTING, purpose=Purpose.TRIAGE) is None


async def test_a_read_about_one_request_cannot_reach_into_another(vault: Desks) -> None:
    ref = (await sealed_request(vault, RequestId(new_id()))).refs["narrative"]
    assert await read(vault, ref, RequestId(new_id())) is None


async def test_a_list_reads_from_many_requests_at_once(vault: Desks) -> None:
    refs = [(await sealed_request(vault, RequestId(new_id()))).refs["narrative"] for _ in range(3)]
    client = vault.client("workorders")
    items = [ref.item for ref in refs]
    answers = await asyncio.gather(
        *(client.fetch(OFFICER, items, purpose=Purpose.HANDLING, request_id=None) for _ in range(3))
    )
    assert all(set(answer.values()) == {WORDS} for answer in answers)


async def test_the_log_may_lag_for_those_who_handle_the_case_and_not_for_others(vault: Desks) -> None:
    request_id = RequestId(new_id())
    ref = (await sealed_request(vault, request_id)).refs["narrative"]
    await vault.log_falls_behind()
    assert await read(vault, ref, request_id) == WORDS
    auditor = await vault.desk.as_("auditor")
    body = {"items": [str(ref.item)], "purpose": "legal_review", "request_id": str(request_id)}
    refused = await vault.desk.http.post("/vault/v1/items/fetch", json=body, headers=auditor)
    assert (refused.status_code, refused.json()["type"]) == (503, "log-behind")
    await vault.log_keeps_up()
    allowed = await vault.desk.http.post("/vault/v1/items/fetch", json=body, headers=auditor)
    assert allowed.json()["texts"] == {str(ref.item): WORDS}


async def test_a_person_who_gets_nothing_is_told_why(vault: Desks) -> None:
    request_id = RequestId(new_id())
    ref = (await sealed_request(vault, request_id)).refs["narrative"]
    auditor = await vault.desk.as_("auditor")
    body = {"items": [str(ref.item)], "purpose": "training", "request_id": str(request_id)}
    refused = await vault.desk.http.post("/vault/v1/items/fetch", json=body, headers=auditor)
    assert (refused.status_code, refused.json()["type"], refused.json()["rule"]) == (409, "purpose-not-yours", "R-37")


@pytest.mark.parametrize("login", ["citizen_lin", "community_officer", "dpo"])
async def test_people_reach_texts_through_the_services_that_know_the_case(vault: Desks, login: str) -> None:
    body = {"items": [str(new_id())], "purpose": "handling", "request_id": None}
    refused = await vault.desk.http.post("/vault/v1/items/fetch", json=body, headers=await vault.desk.as_(login))
    assert refused.status_code == 403


async def test_who_runs_the_system_reads_nobodys_words(vault: Desks) -> None:
    ref = (await sealed_request(vault, RequestId(new_id()))).refs["narrative"]
    body = {"items": [str(ref.item)], "purpose": "handling", "request_id": None}
    refused = await vault.desk.http.post("/vault/v1/items/fetch", json=body, headers=await vault.desk.as_("operator"))
    assert (refused.status_code, refused.json()["type"]) == (409, "level-above-role")


async def test_nobody_seals_without_a_service_token(vault: Desks) -> None:
    body: dict[str, object] = {"request_id": None, "owner": None, "items": []}
    assert (await vault.desk.http.put("/vault/v1/items", json=body)).status_code in (401, 422)
    headers = {**await vault.desk.as_("dpo"), "X-Acting-Role": "dpo"}
    filled = {**body, "items": [{"item": str(new_id()), "kind": "note", "level": "L3", "text": "x"}]}
    assert (await vault.desk.http.put("/vault/v1/items", json=filled, headers=headers)).status_code == 403


async def test_a_service_acts_for_known_roles_only(vault: Desks) -> None:
    with pytest.raises(VaultRefused, match="403 not-allowed"):
        await vault.client("intake").seal(
            new_id(), "k", {"n": Text(ItemKind.NOTE, "x")}, request_id=None, owner=None, context=acting("emperor")
        )


async def test_a_history_folds_after_its_contents_are_gone(vault: Desks) -> None:
    request_id = RequestId(new_id())
    ref = (await sealed_request(vault, request_id)).refs["narrative"]
    await read(vault, ref, request_id)
    pool = vault.desk.store("vault").pool
    await pool.execute("DELETE FROM data_keys WHERE stream_id = $1", UUID(str(request_id)))
    _, version = await item_handler(vault.desk.store("vault")).state(request_id)
    assert version == 2
    assert await read(vault, ref, request_id) is None


async def test_many_requests_are_read_in_one_call_and_each_read_is_a_fact_of_its_own(vault: Desks) -> None:
    requests = [RequestId(new_id()) for _ in range(3)]
    refs = [(await sealed_request(vault, each)).refs["narrative"] for each in requests]
    causes = [f"00-{number:032x}-{number:016x}-01" for number in (1, 2, 3)]
    wanted = [Wanted([ref.item], each, cause) for ref, each, cause in zip(refs, requests, causes, strict=True)]
    # The third asks for the text of another request.
    wanted[2] = Wanted([refs[0].item], requests[2], causes[2])
    texts = await vault.client("routing").fetch_many(ROUTING, wanted, purpose=Purpose.TRIAGE)
    assert texts == [{refs[0].item: WORDS}, {refs[1].item: WORDS}, {refs[0].item: None}]
    rows = await vault.desk.store("vault").pool.fetch(
        "SELECT key, fact, trace FROM events WHERE key = ANY($1) AND fact IN ('items_read', 'read_denied')", requests
    )
    facts = sorted((requests.index(row["key"]), row["fact"], row["trace"][:35]) for row in rows)
    assert facts == [
        (0, "items_read", causes[0][:35]),
        (0, "read_denied", causes[2][:35]),
        (1, "items_read", causes[1][:35]),
    ]
