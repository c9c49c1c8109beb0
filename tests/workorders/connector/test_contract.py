"""The written contract says what the code does."""

import json
from pathlib import Path

from services.workorders.adapters.signatures import Signer
from services.workorders.connector.decider import PAUSES, MessageKind, StageCode
from services.workorders.connector.schema import schema, written

DOCS = Path(__file__).parents[3] / "docs"


def test_the_schema_beside_the_contract_is_that_of_the_messages() -> None:
    assert (DOCS / "connector.schema.json").read_text(encoding="utf-8") == written()


def test_every_kind_of_message_and_every_state_stands_in_the_contract() -> None:
    text = (DOCS / "connector.md").read_text(encoding="utf-8")
    kinds = {each["const"] for name in schema()["$defs"].values() for each in _kinds(name)}
    assert {*MessageKind} <= kinds
    assert [kind for kind in (*kinds, *StageCode) if f"`{kind}`" not in text] == []


def _kinds(definition: dict[str, object]) -> list[dict[str, str]]:
    properties = definition.get("properties")
    found = properties.get("kind") if isinstance(properties, dict) else None
    return [found] if isinstance(found, dict) and "const" in found else []


def test_the_headers_of_the_contract_are_those_that_are_sent() -> None:
    text = (DOCS / "connector.md").read_text(encoding="utf-8")
    sent = Signer(bytes(32)).headers("/x", b"{}", 1772413200, "n" * 16)
    begin = sent["Signature-Input"].split(";keyid")[0]
    assert f"Signature-Input: {begin};keyid=" in text


def test_the_pauses_of_the_contract_are_those_of_the_line() -> None:
    minutes = [int(pause.total_seconds() // 60) for pause in PAUSES]
    assert minutes[:7] == [1, 5, 15, 60, 180, 360, 720]
    assert set(minutes[7:]) == {1440}


def test_the_schema_is_json_that_any_validator_reads() -> None:
    made = json.loads(written())
    assert made["$schema"].endswith("2020-12/schema")
    assert {"InboundMessage", "OutboundMessage", "Taken"} <= made["$defs"].keys()
