"""A leaf holds codes and commitments only, and has one spelling."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from services.audit.log.leaf import LeafFacts, LeafMalformed, commitment, leaf_bytes, parse_leaf, pseudonym
from services.audit.log.tiles import MAX_ENTRY
from shared.kernel import Digest
from tests.audit.log.samples import facts

DENIED = replace(facts(12), unit="PCS-03", outcome="refused", rule="pack-2026-01/12")


def test_a_leaf_is_canonical_json_of_its_facts() -> None:
    entry = leaf_bytes(DENIED)
    members = json.loads(entry)
    assert list(members) == sorted(members)
    assert members == {
        "v": 1,
        "service": "intake",
        "lane": 3,
        "number": 12,
        "record": str(DENIED.record),
        "type": "cn.lounge.intake.request_filed.v1",
        "version": 1,
        "recorded": "2026-03-02T01:00:12.000000Z",
        "role": "requester",
        "unit": "PCS-03",
        "key": DENIED.key,
        "outcome": "refused",
        "rule": "pack-2026-01/12",
        "commitment": DENIED.commitment,
    }
    assert parse_leaf(entry) == DENIED


CODES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}", fullmatch=True, alphabet=st.characters(codec="ascii"))


@given(CODES, CODES | st.none(), st.integers(1, 2**53 - 1), st.integers(0, 15), st.datetimes(timezones=st.just(UTC)))
def test_every_leaf_is_what_rfc_8785_writes(
    code: str, unit: str | None, number: int, lane: int, recorded: datetime
) -> None:
    entry = leaf_bytes(replace(DENIED, role=code, unit=unit, number=number, lane=lane, recorded=recorded))
    assert entry == rfc8785.dumps(json.loads(entry))
    assert parse_leaf(entry).recorded == recorded


def test_the_same_instant_is_written_the_same_in_every_zone() -> None:
    in_beijing = replace(DENIED, recorded=DENIED.recorded.astimezone(timezone(timedelta(hours=8))))
    assert leaf_bytes(in_beijing) == leaf_bytes(DENIED)


@pytest.mark.parametrize(
    "changed",
    [
        {"role": "张三"},
        {"role": "zhang san"},
        {"unit": ""},
        {"rule": "R-09\n"},
        {"outcome": "a" * 129},
        {"service": "x;y"},
        {"key": Digest("ab")},
        {"commitment": Digest("A" * 64)},
        {"lane": 16},
        {"lane": -1},
        {"number": 0},
        {"number": 2**53},
        {"version": 0},
        {"recorded": datetime(2026, 3, 2)},  # noqa: DTZ001
    ],
)
def test_a_name_a_sentence_or_a_wrong_number_cannot_become_a_leaf(changed: dict[str, object]) -> None:
    members = {name: getattr(DENIED, name) for name in LeafFacts.__dataclass_fields__}
    with pytest.raises(LeafMalformed):
        LeafFacts(**{**members, **changed})


def test_the_largest_leaf_fits_an_entry() -> None:
    code = "a" * 128
    largest = replace(
        DENIED, service=code, type=code, role=code, unit=code, outcome=code, rule=code, number=2**53 - 1, lane=15
    )
    assert len(leaf_bytes(largest)) < MAX_ENTRY


def respelled(**members: object) -> bytes:
    kept = json.loads(leaf_bytes(DENIED)) | members
    return json.dumps(kept, sort_keys=True, separators=(",", ":")).encode()


def test_respelling_nothing_is_reading_the_same_leaf() -> None:
    assert parse_leaf(respelled()) == DENIED


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b"[" * 20_000,
        leaf_bytes(DENIED) + b"\n",
        leaf_bytes(DENIED).replace(b":", b": "),
        leaf_bytes(DENIED).replace(b"refused", b"refuse\\u0064"),
        leaf_bytes(DENIED).replace(b'"v":1', b'"v":1,"v":1'),
        respelled(v=2),
        respelled(extra="members"),
        respelled(lane=True),
        respelled(number=12.0),
        respelled(number="12"),
        respelled(record=str(DENIED.record).upper()),
        respelled(recorded="2026-03-02T09:00:12.000000+08:00"),
        respelled(recorded="2026-03-02T01:00:12Z"),
        respelled(recorded="2026-03-02T01:00:12.000000"),
        respelled(role=None),
        respelled(narrative="楼上漏水把我家天花板泡坏了"),
        bytes(MAX_ENTRY + 1),
    ],
)
def test_another_spelling_or_another_thing_is_no_leaf(entry: bytes) -> None:
    with pytest.raises(LeafMalformed):
        parse_leaf(entry)


def test_a_pseudonym_is_steady_and_keyed() -> None:
    assert pseudonym(b"server", UUID(int=1)) == pseudonym(b"server", UUID(int=1))
    assert pseudonym(b"server", UUID(int=1)) != pseudonym(b"server", UUID(int=2))
    assert pseudonym(b"server", UUID(int=1)) != pseudonym(b"other", UUID(int=1))


def test_a_commitment_is_hmac_sha_256() -> None:
    # RFC 4231, test case 2
    assert commitment(b"Jefe", b"what do ya want for nothing?") == (
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
