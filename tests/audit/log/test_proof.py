"""A proof file carries its entry, and convinces only if every line of it is right."""

from dataclasses import replace

import pytest

from services.audit.log.note import NoteMalformed
from services.audit.log.proof import Proof, ProofMalformed, make_proof, parse_proof, verify_proof
from services.audit.log.tree import Unproven
from services.audit.log.whole import CHECKPOINT
from tests.audit.log.samples import LOG, STRANGER, entries, export, head, rows

LOGGED = entries(13)
NOTE = export(LOGGED)[CHECKPOINT].decode()
PROOF = make_proof(LOGGED[4], 4, NOTE, len(LOGGED), rows(LOGGED))


def test_a_proof_has_the_published_form() -> None:
    lines = str(PROOF).split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert lines[1].startswith("extra ")
    assert lines[2] == "index 4"
    assert [len(line) for line in lines[3:7]] == [44] * 4
    assert lines[7] == ""
    assert str(PROOF).endswith(NOTE)


@pytest.mark.parametrize("index", range(13))
def test_each_entry_can_be_proven_from_its_file_alone(index: int) -> None:
    written = str(make_proof(LOGGED[index], index, NOTE, len(LOGGED), rows(LOGGED)))
    read = parse_proof(written)
    assert str(read) == written
    assert read.entry == LOGGED[index]
    assert verify_proof(read, read.entry, LOG.verifier) == head(LOGGED)


def test_a_log_of_one_entry_needs_no_hashes() -> None:
    lonely = entries(1)
    proof = make_proof(lonely[0], 0, export(lonely)[CHECKPOINT].decode(), 1, rows(lonely))
    assert proof.hashes == ()
    assert verify_proof(parse_proof(str(proof)), lonely[0], LOG.verifier).size == 1


def test_a_proof_without_its_entry_is_still_a_proof() -> None:
    bare = parse_proof(str(replace(PROOF, entry=None)))
    assert bare.entry is None
    verify_proof(bare, LOGGED[4], LOG.verifier)


@pytest.mark.parametrize(
    "forged",
    [
        replace(PROOF, index=5),
        replace(PROOF, index=3),
        replace(PROOF, index=13),
        replace(PROOF, hashes=PROOF.hashes[:-1]),
        replace(PROOF, hashes=PROOF.hashes[1:]),
        replace(PROOF, hashes=(*PROOF.hashes, bytes(32))),
        replace(PROOF, hashes=PROOF.hashes[::-1]),
        replace(PROOF, checkpoint=export(LOGGED, STRANGER)[CHECKPOINT].decode()),
        replace(PROOF, checkpoint=export(entries(12))[CHECKPOINT].decode()),
        replace(PROOF, checkpoint=NOTE.replace("\n13\n", "\n14\n")),
        replace(PROOF, checkpoint=NOTE.replace("\n13\n", "\n26\n")),
    ],
)
def test_a_forged_proof_convinces_nobody(forged: Proof) -> None:
    with pytest.raises(Unproven):
        verify_proof(forged, LOGGED[4], LOG.verifier)


def test_a_proof_does_not_prove_another_entry() -> None:
    with pytest.raises(Unproven):
        verify_proof(PROOF, LOGGED[5], LOG.verifier)


WRITTEN = str(PROOF)


@pytest.mark.parametrize(
    "written",
    [
        "",
        WRITTEN.replace("@v1", "@v2"),
        WRITTEN.replace("\n\n", "\n", 1).partition("\n\n")[0],
        WRITTEN.replace("index 4", "index 04"),
        WRITTEN.replace("index 4", "index -4"),
        WRITTEN.replace("index 4", "index \u0664"),
        WRITTEN.replace("index 4\n", ""),
        WRITTEN.replace("extra ", "Extra "),
        WRITTEN.replace("index 4\n", f"index 4\n{'A' * 42}==\n"),
        WRITTEN.replace("index 4\n", f"index 4\n{'A' * 44}\n"),
        WRITTEN.replace("index 4\n", "index 4\n" + ("A" * 43 + "=\n") * 64),
    ],
)
def test_what_is_not_a_proof_is_refused(written: str) -> None:
    with pytest.raises((ProofMalformed, NoteMalformed)):
        parse_proof(written)
