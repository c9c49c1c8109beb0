"""A citizen verifies a receipt alone; each lie in it is named."""

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from services.audit.log.leaf import commitment, leaf_bytes
from services.audit.log.proof import Proof, make_proof, parse_proof
from services.audit.log.receipt import Step, verify_bare_proof, verify_receipt
from services.audit.log.whole import CHECKPOINT
from shared.kernel import Digest
from tests.audit.log.samples import LOG, STRANGER, entries, export, facts, rows

SALT, CONTENT_SALT = bytes(range(32)), bytes(range(32, 64))
NARRATIVE = "楼上漏水把我家天花板泡坏了"
WRITTEN = commitment(CONTENT_SALT, NARRATIVE.encode())
FACT = json.dumps(
    {
        "kind": "dispute",
        "narrative": {"commitment": WRITTEN, "item": "0190aaaa-0000-7000-8000-000000000001"},
        "wishes": [{"commitment": "ab" * 32}, {"commitment": WRITTEN}],
        "evidence": WRITTEN,
    },
    separators=(",", ":"),
    ensure_ascii=False,
)
LEAF = replace(facts(40), commitment=Digest(commitment(SALT, FACT.encode())))
LOGGED = [*entries(9), leaf_bytes(LEAF), *entries(19)[9:]]


def proof_of(index: int) -> Proof:
    return make_proof(LOGGED[index], index, export(LOGGED)[CHECKPOINT].decode(), len(LOGGED), rows(LOGGED))


PROOF = proof_of(9)


def receipt(**changed: Any) -> str:
    members = {
        "record_id": str(LEAF.record),
        "fact": FACT,
        "salt": SALT.hex(),
        "content": [content()],
        "proof_url": "/audit/v1/proofs/1",
        "proof": str(PROOF),
    }
    return json.dumps(members | changed)


def content(**changed: str) -> dict[str, str]:
    honest = {
        "field": "narrative",
        "text": NARRATIVE,
        "content_salt": CONTENT_SALT.hex(),
        "content_commitment": WRITTEN,
    }
    return honest | changed


@pytest.mark.parametrize(
    "honest",
    [
        receipt(),
        receipt(fact=b64encode(FACT.encode()).decode()),
        receipt(content=None),
        receipt(content=[]),
        receipt(content=[content(), content(field="wishes"), content(field="evidence")]),
    ],
)
def test_an_honest_receipt_holds(honest: str) -> None:
    verdict = verify_receipt(honest, LOG.verifier)
    assert verdict.holds, verdict.failed
    assert (verdict.index, verdict.recorded) == (9, LEAF.recorded)
    assert verdict.checkpoint is not None
    assert verdict.checkpoint.size == 20
    assert all(finding.zh and finding.en for finding in verdict.findings)


def test_a_proof_may_come_beside_the_receipt() -> None:
    assert verify_receipt(receipt(proof=None), LOG.verifier, str(PROOF)).holds


def test_a_longer_log_proves_the_same_receipt() -> None:
    longer = [*LOGGED, *entries(300)[20:]]
    proof = make_proof(LOGGED[9], 9, export(longer)[CHECKPOINT].decode(), len(longer), rows(longer))
    assert verify_receipt(receipt(proof=str(proof)), LOG.verifier).holds


FORGERIES: dict[str, tuple[str, set[Step]]] = {
    "the fact was changed": (receipt(fact=FACT.replace("dispute", "request")), {Step.COMMITMENT}),
    "the fact is spelled otherwise": (receipt(fact=FACT.replace(":", ": ")), {Step.COMMITMENT}),
    "the salt is another": (receipt(salt=CONTENT_SALT.hex()), {Step.COMMITMENT}),
    "the record is another": (receipt(record_id=str(facts(41).record)), {Step.RECORD}),
    "the proof is of another record": (receipt(proof=str(proof_of(8))), {Step.RECORD, Step.COMMITMENT}),
    "the entry was made up": (
        receipt(
            fact='{"kind":"promise"}',
            content=None,
            proof=str(
                replace(PROOF, entry=leaf_bytes(replace(LEAF, commitment=commitment(SALT, b'{"kind":"promise"}'))))
            ),
        ),
        {Step.INCLUSION},
    ),
    "the index is another": (receipt(proof=str(replace(PROOF, index=8))), {Step.INCLUSION}),
    "a hash is missing": (receipt(proof=str(replace(PROOF, hashes=PROOF.hashes[1:]))), {Step.INCLUSION}),
    "the checkpoint is older": (
        receipt(proof=str(replace(PROOF, checkpoint=export(LOGGED[:9])[CHECKPOINT].decode()))),
        {Step.INCLUSION},
    ),
    "a stranger signed": (
        receipt(proof=str(replace(PROOF, checkpoint=export(LOGGED, STRANGER)[CHECKPOINT].decode()))),
        {Step.SIGNATURE},
    ),
    "the size was changed": (
        receipt(proof=str(PROOF).replace("\n20\n", "\n21\n")),
        {Step.SIGNATURE},
    ),
    "the text was changed": (receipt(content=[content(text=NARRATIVE + "！")]), {Step.CONTENT}),
    "the content salt is another": (receipt(content=[content(content_salt=SALT.hex())]), {Step.CONTENT}),
    "the text was never in the fact": (
        receipt(content=[content(text="x", content_commitment=commitment(CONTENT_SALT, b"x"))]),
        {Step.CONTENT},
    ),
    "the text was in another field": (receipt(content=[content(field="kind")]), {Step.CONTENT}),
    "one of two texts was changed": (receipt(content=[content(), content(text="x")]), {Step.CONTENT}),
    "it is no JSON": ("{", {Step.FORM}),
    "a member is missing": (receipt(salt=None), {Step.FORM}),
    "it says more than is proven": (receipt(promise="paid"), {Step.FORM}),
    "the salt was padded": (receipt(salt=SALT.hex() + "00"), {Step.FORM}),
    "the fact is neither text nor base64": (receipt(fact="!"), {Step.FORM}),
    "there is no proof": (receipt(proof=None), {Step.FORM}),
    "the proof has no entry": (receipt(proof=str(replace(PROOF, entry=None))), {Step.FORM}),
    "the entry is no leaf": (receipt(proof=str(replace(PROOF, entry=b"{}"))), {Step.FORM}),
    "the proof is no proof": (receipt(proof="c2sp.org"), {Step.FORM}),
    "the checkpoint is no note": (receipt(proof=str(replace(PROOF, checkpoint="x\n"))), {Step.FORM}),
    "the text is no Unicode": (receipt(proof="\ud800"), {Step.FORM}),
}


@pytest.mark.parametrize(("forged", "failing"), FORGERIES.values(), ids=FORGERIES)
def test_a_forged_receipt_is_refused_at_the_step_that_failed(forged: str, failing: set[Step]) -> None:
    verdict = verify_receipt(forged, LOG.verifier)
    assert {finding.step for finding in verdict.failed} == failing
    assert not verdict.holds


def test_every_step_has_a_forgery_that_fails_it_alone() -> None:
    alone = {step for _, failing in FORGERIES.values() if len(failing) == 1 for step in failing}
    assert alone == set(Step)


def test_raw_surrogates_are_refused_and_break_nothing() -> None:
    assert [f.step for f in verify_receipt("\ud800", LOG.verifier).failed] == [Step.FORM]


@pytest.mark.parametrize("fact", ['{"a":' * 50_000, "{not json", '{"narrative":3}', '{"narrative":[3,null]}'])
def test_a_fact_that_cannot_be_read_holds_no_text(fact: str) -> None:
    failed = verify_receipt(receipt(fact=fact), LOG.verifier).failed
    assert {finding.step for finding in failed} == {Step.COMMITMENT, Step.CONTENT}


def test_a_bare_proof_proves_its_entry() -> None:
    assert verify_bare_proof(str(PROOF), LOG.verifier).holds


@pytest.mark.parametrize(
    ("forged", "failing"),
    [
        (str(replace(PROOF, index=8)), Step.INCLUSION),
        (str(PROOF).replace("\n20\n", "\n21\n"), Step.SIGNATURE),
        ("", Step.FORM),
        (str(replace(PROOF, entry=None)), Step.FORM),
    ],
)
def test_a_forged_bare_proof_is_refused(forged: str, failing: Step) -> None:
    assert [finding.step for finding in verify_bare_proof(forged, LOG.verifier).failed] == [failing]


def test_no_single_changed_character_of_a_proof_goes_unnoticed() -> None:
    written = str(PROOF)
    assert parse_proof(written) == PROOF
    for at in range(0, len(written), 3):
        changed = written[:at] + chr(ord(written[at]) ^ 1) + written[at + 1 :]
        assert not verify_receipt(receipt(proof=changed), LOG.verifier).holds, at
