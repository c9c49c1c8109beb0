"""Offline proofs that an entry is in the log (C2SP tlog-proof); the extra data is the entry itself."""

import re
from dataclasses import dataclass

from services.audit.log.note import Checkpoint, Verifier, decode_base64, encode_base64, open_checkpoint
from services.audit.log.tree import HASH_SIZE, Hashes, Unproven, inclusion_proof, leaf_hash, verify_inclusion

_HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)
_MAX_HASHES = 63


class ProofMalformed(Unproven):
    pass


@dataclass(frozen=True, slots=True)
class Proof:
    index: int
    hashes: tuple[bytes, ...]
    """The leaf's sibling first."""
    checkpoint: str
    """The signed note, as the log published it."""
    entry: bytes | None = None
    """The leaf, which holds nothing personal; authentic only after `verify_proof`."""

    def __str__(self) -> str:
        lines = [_HEADER]
        if self.entry is not None:
            lines.append(f"extra {encode_base64(self.entry)}")
        lines += [f"index {self.index}", *map(encode_base64, self.hashes), "", ""]
        return "\n".join(lines) + self.checkpoint


def make_proof(entry: bytes, index: int, checkpoint: str, size: int, hashes: Hashes) -> Proof:
    """The proof for `entry` under a signed checkpoint of `size` leaves."""
    return Proof(index, inclusion_proof(index, size, hashes), checkpoint, entry)


def parse_proof(written: str) -> Proof:
    head, separator, checkpoint = written.partition("\n\n")
    lines = head.split("\n")
    if not separator or lines.pop(0) != _HEADER:
        raise ProofMalformed("this is no proof of a transparency log")
    entry = None
    if lines and lines[0].startswith("extra "):
        entry = decode_base64(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise ProofMalformed("the proof names no index")
    index = lines.pop(0).removeprefix("index ")
    if not _INDEX.fullmatch(index):
        raise ProofMalformed("the index of the proof is no plain number")
    return Proof(int(index), _parse_hashes(lines), checkpoint, entry)


def _parse_hashes(lines: list[str]) -> tuple[bytes, ...]:
    hashes = tuple(map(decode_base64, lines))
    if len(hashes) > _MAX_HASHES or any(len(digest) != HASH_SIZE for digest in hashes):
        raise ProofMalformed("the proof is not a list of hashes")
    return hashes


def verify_proof(proof: Proof, entry: bytes, log: Verifier) -> Checkpoint:
    """The checkpoint of `log` that covers `entry`, or `Unproven`."""
    checkpoint = open_checkpoint(proof.checkpoint, log)
    verify_inclusion(proof.index, checkpoint.size, leaf_hash(entry), proof.hashes, checkpoint.root)
    return checkpoint
