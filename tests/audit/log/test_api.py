"""The log over HTTP: what everybody may see, what auditors may, and what a citizen can prove."""

import base64
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.audit.log.proof import parse_proof, verify_proof
from services.audit.log.receipt import verify_receipt
from services.audit.log.tiles import Bundle, Tile, bundle_entries, tile_hashes, tiles_of
from services.audit.log.tree import leaf_hash
from shared.kernel import lane_of, new_id
from tests.audit.log.desk import BY_ITSELF, audited, checkpoint, count, key_of, sealed
from tests.support.house import Desk
from tests.support.postgres import Database


@pytest.fixture
def slow_sealer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seals at the start and when it is woken: what happens before a checkpoint can be looked at."""
    monkeypatch.setenv("LOUNGE_AUDIT_SEAL_SECONDS", "30")


def in_one_lane() -> tuple[UUID, UUID]:
    first = new_id()
    return first, next(id for id in iter(new_id, None) if lane_of(id) == lane_of(first))


async def receipt_of(desk: Desk, service: str, record_id: UUID) -> dict[str, Any]:
    stored = await desk.store(service).event(record_id)
    assert stored is not None
    return {"record_id": str(record_id), "fact": stored.body.decode(), "salt": stored.salt.hex()}


async def judged(desk: Desk, receipt: object) -> dict[str, Any]:
    answer = await desk.http.post("/audit/v1/verification", json={"receipt": receipt})
    assert answer.status_code == 200, answer.text
    judgement: dict[str, Any] = answer.json()
    return judgement


@pytest.mark.usefixtures("slow_sealer")
async def test_a_proof_is_promised_first_and_then_convinces_without_us(database: Database, tmp_path: Path) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        await sealed(desk)
        record = await count(desk, "intake")
        for _ in range(2):
            waiting = await desk.http.get(f"/audit/v1/proofs/{record}")
            assert (waiting.status_code, waiting.headers["retry-after"]) == (202, "1")
            await desk.settled()
        assert (await judged(desk, await receipt_of(desk, "intake", record)))["verdict"] == "pending"
        await sealed(desk)
        answer = await desk.http.get(f"/audit/v1/proofs/{record}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain")
        proof = parse_proof(answer.text)
        log = key_of(tmp_path).verifier
        assert proof.entry is not None
        assert verify_proof(proof, proof.entry, log).size == 1
        assert verify_receipt(json.dumps(await receipt_of(desk, "intake", record)), log, answer.text).holds


async def test_everybody_may_have_a_receipt_checked(database: Database, tmp_path: Path) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        *_, record = [await count(desk, "intake") for _ in range(4)]
        await sealed(desk)
        receipt = await receipt_of(desk, "intake", record)
        proven = await judged(desk, receipt)
        assert (proven["verdict"], proven["size"]) == ("proven", 4)
        assert "没有改动" in proven["zh"]
        assert (await judged(desk, json.dumps(receipt)))["verdict"] == "proven"
        forged = await judged(desk, receipt | {"salt": "00" * 32})
        assert (forged["verdict"], forged["recorded_at"]) == ("broken", None)
        assert "事实的内容与日志里的承诺不符" in forged["zh"]
        assert (await judged(desk, "这不是回执"))["verdict"] == "broken"
        assert (await judged(desk, receipt | {"fact": 7}))["verdict"] == "broken"
        assert (await judged(desk, receipt | {"record_id": str(new_id())}))["verdict"] == "pending"


async def test_a_receipt_too_long_to_be_one_is_refused_unread(database: Database, tmp_path: Path) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        for size, status in ((500_000, 422), (1_100_000, 413)):
            answer = await desk.http.post("/audit/v1/verification", json={"receipt": "x" * size})
            assert answer.status_code == status


async def test_whoever_asks_too_often_waits(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOUNGE_AUDIT_VERIFICATIONS", "2/minute")
    async with audited(database, tmp_path, "intake") as desk:
        await sealed(desk)
        for _ in range(2):
            await judged(desk, "{}")
        answer = await desk.http.post("/audit/v1/verification", json={"receipt": "{}"})
        assert answer.status_code == 429


async def test_everybody_reads_the_key_the_checkpoint_and_the_hashes_and_recomputes_the_root(
    database: Database, tmp_path: Path
) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        records = [await count(desk, "intake") for _ in range(9)]
        await sealed(desk)
        assert (await desk.http.get("/audit/v1/key")).text == key_of(tmp_path).verifier.vkey + "\n"
        head = await checkpoint(desk, tmp_path)
        assert head.size == len(records)
        (tile,) = tiles_of(head.size)
        answer = await desk.http.get(f"/audit/v1/{tile.path}")
        assert "immutable" in answer.headers["cache-control"]
        hashes = tile_hashes(tile, answer.content)
        assert len(hashes) == 9
        narrow = await desk.http.get(f"/audit/v1/{Tile(0, 0, 4).path}")
        assert narrow.content == answer.content[: 4 * 32]
        for path in ("tile/0/000.p/10", "tile/0/000", "tile/1/000.p/1", "tile/0/0", "tile/x/../../secrets/log_key.pem"):
            assert (await desk.http.get(f"/audit/v1/{path}")).status_code == 404


async def test_entries_and_facts_and_the_export_are_for_those_who_may_read_the_log(
    database: Database, tmp_path: Path
) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        await count(desk, "intake")
        await sealed(desk)
        bundle = Bundle(0, 1)
        for path in (bundle.path, f"facts?subject={new_id()}", "export"):
            assert (await desk.http.get(f"/audit/v1/{path}")).status_code == 401
            for login, status in (("duty_officer", 403), ("auditor", 200), ("supervisor", 200)):
                answer = await desk.http.get(f"/audit/v1/{path}", headers=await desk.as_(login))
                assert answer.status_code == status
        answer = await desk.http.get(f"/audit/v1/{bundle.path}", headers=await desk.as_("auditor"))
        (entry,) = bundle_entries(bundle, answer.content)
        hashes = await desk.http.get(f"/audit/v1/{Tile(0, 0, 1).path}")
        assert hashes.content == leaf_hash(entry)


async def test_the_history_of_a_request_is_told_in_order_and_known_to_be_complete(
    database: Database, tmp_path: Path
) -> None:
    async with audited(database, tmp_path, "intake", "routing") as desk:
        request = new_id()
        await count(desk, "routing", request, BY_ITSELF)
        for _ in range(2):
            await count(desk, "intake", request)
        await count(desk, "intake")
        await sealed(desk)
        headers = await desk.as_("auditor")
        history = (await desk.http.get("/audit/v1/facts", params={"subject": str(request)}, headers=headers)).json()
        told = [(fact["service"], fact["number"], fact["fact"], fact["role"]) for fact in history["facts"]]
        assert [each[:1] + each[2:] for each in told] == [
            ("intake", "counted", "duty_officer"),
            ("intake", "counted", "duty_officer"),
            ("routing", "counted", "system"),
        ]
        assert told[0][1] < told[1][1]
        assert {fact["lane"] for fact in history["facts"]} == {lane_of(request)}
        assert history["facts"][0]["unit"] == "LOUNGE-1"
        assert history["complete"] is True


@pytest.mark.usefixtures("slow_sealer")
async def test_a_history_that_no_checkpoint_covers_yet_is_not_called_complete(
    database: Database, tmp_path: Path
) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        request, neighbour = in_one_lane()
        await count(desk, "intake", neighbour)
        await sealed(desk)
        await count(desk, "intake", request)
        await desk.settled()
        headers = await desk.as_("auditor")
        told = {}
        for subject in (request, neighbour):
            answer = await desk.http.get("/audit/v1/facts", params={"subject": str(subject)}, headers=headers)
            told[subject] = (len(answer.json()["facts"]), answer.json()["complete"])
        assert told == {request: (1, False), neighbour: (1, True)}


async def test_coverage_names_the_last_number_of_every_lane(database: Database, tmp_path: Path) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        request = new_id()
        for _ in range(3):
            await count(desk, "intake", request)
        await sealed(desk)
        told = (await desk.http.get("/audit/v1/covered")).json()
        assert told["size"] == 3
        lanes = told["covered"]["intake"]
        assert lanes.pop(str(lane_of(request))) == 3
        assert set(lanes.values()) == {0}
        assert len(lanes) == 15


async def test_nothing_public_holds_a_key_or_a_sentence(database: Database, tmp_path: Path) -> None:
    async with audited(database, tmp_path, "intake") as desk:
        request = new_id()
        record = await count(desk, "intake", request)
        await sealed(desk)
        proof = (await desk.http.get(f"/audit/v1/proofs/{record}")).text
        entry = parse_proof(proof).entry
        assert entry is not None
        assert str(request).encode() not in entry
        assert base64.b64encode(request.bytes) not in entry
