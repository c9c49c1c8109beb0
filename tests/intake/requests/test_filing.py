"""Filing over HTTP: what the citizen gets, and what nobody ever keeps."""

import asyncio
import hashlib
import hmac
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from tests.intake.requests.calls import LEAK, filed, post
from tests.support.house import MONDAY_MORNING, Desk
from tests.support.neighbours import RememberedVault


class TestFiling:
    async def test_an_anonymous_person_files_and_gets_code_pin_promise_and_receipt(self, desk: Desk) -> None:
        answer = await filed(desk)
        assert answer["state"] == "ACCEPTED"
        assert answer["code"].startswith("NG-")
        assert len(answer["pin"]) == 8
        assert answer["promises"][0]["until"] == (MONDAY_MORNING + timedelta(hours=2)).isoformat().replace(
            "+00:00", "Z"
        )
        assert answer["danger"] is None

    async def test_the_receipt_proves_what_was_written(self, desk: Desk) -> None:
        receipt = (await filed(desk))["receipt"]
        stored = await desk.store("intake").event(UUID(receipt["record_id"]))
        assert stored is not None
        seal = hmac.new(bytes.fromhex(receipt["salt"]), receipt["fact"].encode(), hashlib.sha256).digest()
        assert seal == stored.commitment
        fact = orjson.loads(receipt["fact"])
        for content in receipt["content"]:
            own = hmac.new(bytes.fromhex(content["content_salt"]), content["text"].encode(), hashlib.sha256)
            assert own.hexdigest() == content["content_commitment"] == fact[content["field"]]["commitment"]
        assert {content["field"] for content in receipt["content"]} == {"narrative", "place"}

    async def test_no_word_and_no_name_reaches_the_store(self, desk: Desk) -> None:
        body = {**LEAK, "contact": {"name": "林晓梅", "phone": "13900000001"}, "other_party": {"name": "赵志强"}}
        answer = await filed(desk, body)
        history = await desk.store("intake").read(f"intake.request-{answer['request_id']}")
        raw = b"".join(event.body for event in history).decode()
        for secret in ("漏水", "汇景", "林晓梅", "赵志强", "13900000001", answer["pin"]):
            assert secret not in raw

    async def test_a_repeat_shows_the_same_pin_and_files_once(self, desk: Desk) -> None:
        headers = await desk.as_(None)
        first = await desk.http.post("/intake/v1/requests", json=LEAK, headers=headers)
        again = await desk.http.post("/intake/v1/requests", json=LEAK, headers=headers)
        assert first.json() == again.json()
        stored = await desk.store("intake").pool.fetchval("SELECT convert_from(answer, 'UTF8') FROM idempotency")
        assert first.json()["pin"] not in stored
        assert first.json()["receipt"]["salt"] not in stored

    async def test_a_repeat_is_answered_as_the_first_was_whatever_happened_since(self, desk: Desk) -> None:
        headers = await desk.as_("citizen_lin")
        first = await desk.http.post("/intake/v1/requests", json=LEAK, headers=headers)
        path = f"/requests/{first.json()['request_id']}/withdrawal"
        assert (await post(desk, path, {}, "citizen_lin")).json()["state"] != first.json()["state"]
        again = await desk.http.post("/intake/v1/requests", json=LEAK, headers=headers)
        assert (again.status_code, again.json()) == (201, first.json())

    async def test_two_equal_calls_at_the_same_moment_are_one_request(self, desk: Desk) -> None:
        headers = await desk.as_(None)
        answers = await asyncio.gather(
            *(desk.http.post("/intake/v1/requests", json=LEAK, headers=headers) for _ in range(4))
        )
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1

    async def test_another_body_under_the_same_key_is_refused(self, desk: Desk) -> None:
        headers = await desk.as_(None)
        await desk.http.post("/intake/v1/requests", json=LEAK, headers=headers)
        other = await desk.http.post("/intake/v1/requests", json={"narrative": "另一件事情"}, headers=headers)
        assert (other.status_code, other.json()["type"]) == (422, "key-reused")

    async def test_danger_is_answered_with_numbers_before_anything_else(self, desk: Desk) -> None:
        answer = await filed(desk, {"narrative": "我不想活了"})
        assert answer["state"] == "ACCEPTED"
        assert answer["danger"]["kinds"] == ["suicide"]
        assert answer["danger"]["numbers"][:2] == ["110", "12356"]
        assert "12356" in answer["danger"]["words"][0]

    async def test_the_words_follow_the_readers_language(self, desk: Desk) -> None:
        response = await post(desk, "/requests", {"narrative": "我不想活了"}, **{"Accept-Language": "en"})
        assert response.json()["danger"]["words"][0].startswith("Your safety comes first")

    async def test_a_vague_request_is_received_and_waits_for_a_person(self, desk: Desk) -> None:
        assert (await filed(desk, {"narrative": "你好"}))["state"] == "RECEIVED"

    async def test_nothing_is_stored_when_the_vault_does_not_answer(self, desk: Desk, vault: RememberedVault) -> None:
        headers = await desk.as_(None)
        vault.down = True
        response = await desk.http.post("/intake/v1/requests", json=LEAK, headers=headers)
        assert response.status_code == 503
        vault.down = False
        again = await desk.http.post("/intake/v1/requests", json=LEAK, headers=headers)
        assert again.status_code == 201

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"narrative": ""},
            {"narrative": "x\x00y"},
            {"narrative": "有话说", "colour": "red"},
            {"narrative": "有话说", "kind": "nonsense"},
            {"narrative": "字" * 20_001},
            {"narrative": "有话说", "contact": {"email": "nobody"}},
        ],
    )
    async def test_what_cannot_be_kept_is_refused_in_words(self, desk: Desk, body: dict[str, Any]) -> None:
        response = await post(desk, "/requests", body)
        assert response.status_code == 422
        assert response.json()["errors"][0]["words"]
