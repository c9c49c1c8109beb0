"""A citizen's receipt, verified without us: what it proves, step by step, in words."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from services.audit.log.leaf import LeafFacts, commitment, parse_leaf
from services.audit.log.note import Checkpoint, Verifier, decode_base64, open_checkpoint, parse_checkpoint, parse_note
from services.audit.log.proof import Proof, parse_proof
from services.audit.log.tree import Unproven, leaf_hash, verify_inclusion

Salt = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""Exactly 32 bytes: HMAC takes a shorter key and the same key with zeros behind it for one."""
Hex = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Content(BaseModel):
    """A text the citizen wrote, which the fact holds as a commitment only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    text: str
    content_salt: Salt
    content_commitment: Hex


class Receipt(BaseModel):
    """A member that nothing proves is refused, so that nobody takes it for proven."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    record_id: UUID
    fact: str
    """The stored event: its JSON text exactly, or base64 of its bytes."""
    salt: Salt
    content: tuple[Content, ...] | None = None
    proof_url: str | None = None
    proof: str | None = None

    @property
    def fact_bytes(self) -> bytes:
        return self.fact.encode("utf-8", "surrogatepass") if self.fact.startswith("{") else decode_base64(self.fact)


class Step(StrEnum):
    FORM = "form"
    SIGNATURE = "signature"
    INCLUSION = "inclusion"
    RECORD = "record"
    COMMITMENT = "commitment"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Finding:
    step: Step
    held: bool
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Verdict:
    findings: tuple[Finding, ...]
    checkpoint: Checkpoint | None = None
    index: int | None = None
    recorded: datetime | None = None
    """When the log's leaf says the fact was recorded; like the rest, worth something only if `holds`."""

    @property
    def holds(self) -> bool:
        return bool(self.findings) and all(finding.held for finding in self.findings)

    @property
    def failed(self) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if not finding.held)


_WORDS = {
    Step.SIGNATURE: (
        ("检查点由日志的密钥签署", "the checkpoint is signed by the log's key"),
        ("检查点不是由日志的密钥签署的", "the checkpoint is not signed by the log's key"),
    ),
    Step.INCLUSION: (
        ("这条记录在日志里", "the entry is in the log"),
        ("这条记录不在签过名的日志里", "the entry is not in the log that was signed"),
    ),
    Step.RECORD: (
        ("回执和日志说的是同一条记录", "the receipt and the log speak of the same record"),
        ("回执和日志说的不是同一条记录", "the receipt and the log speak of different records"),
    ),
    Step.COMMITMENT: (
        ("事实的内容自记录以来没有改动", "the fact has not changed since it was recorded"),
        ("事实的内容与日志里的承诺不符", "the fact does not match the commitment in the log"),
    ),
}


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a proof says, before anything of it is believed."""

    proof: Proof
    entry: bytes
    leaf: LeafFacts
    checkpoint: Checkpoint


def verify_receipt(written: str | bytes, log: Verifier, proof: str | None = None) -> Verdict:
    """Every step is judged by itself; `proof` is for receipts that do not carry theirs."""
    try:
        receipt = _parse_receipt(written)
        fact = receipt.fact_bytes
        claim = _parse_claim(receipt.proof if proof is None else proof)
    except Unproven as reason:
        return Verdict(
            (Finding(Step.FORM, False, "回执或所附证明不完整，读不懂", f"the receipt cannot be read: {reason}"),)
        )
    return _verdict(
        claim,
        Finding(Step.FORM, True, "回执完整可读", "the receipt can be read"),
        *_log_findings(claim, log),
        _finding(Step.RECORD, claim.leaf.record == receipt.record_id),
        _finding(Step.COMMITMENT, commitment(bytes.fromhex(receipt.salt), fact) == claim.leaf.commitment),
        *(_content_finding(content, fact) for content in receipt.content or ()),
    )


def verify_bare_proof(written: str, log: Verifier) -> Verdict:
    """A proof alone shows that its entry is in the log, and nothing about the fact behind it."""
    try:
        claim = _parse_claim(written)
    except Unproven as reason:
        return Verdict((Finding(Step.FORM, False, "证明不完整，读不懂", f"the proof cannot be read: {reason}"),))
    return _verdict(
        claim, Finding(Step.FORM, True, "证明完整可读", "the proof can be read"), *_log_findings(claim, log)
    )


def _verdict(claim: _Claim, *findings: Finding) -> Verdict:
    return Verdict(findings, claim.checkpoint, claim.proof.index, claim.leaf.recorded)


def _parse_receipt(written: str | bytes) -> Receipt:
    try:
        return Receipt.model_validate_json(written)
    except ValidationError as reason:
        places = {".".join(map(str, problem["loc"])) or "JSON" for problem in reason.errors(include_input=False)}
        raise Unproven(f"its form is wrong at {', '.join(sorted(places))}") from None
    except UnicodeEncodeError:
        raise Unproven("it is no Unicode text") from None


def _parse_claim(written: str | None) -> _Claim:
    if not written:
        raise Unproven("no proof is attached")
    proof = parse_proof(written)
    if proof.entry is None:
        raise Unproven("the proof does not carry its entry")
    checkpoint = parse_checkpoint(parse_note(proof.checkpoint).text)
    return _Claim(proof, proof.entry, parse_leaf(proof.entry), checkpoint)


def _log_findings(claim: _Claim, log: Verifier) -> tuple[Finding, Finding]:
    return (
        _finding(Step.SIGNATURE, _is_signed(claim, log)),
        _finding(Step.INCLUSION, _is_included(claim)),
    )


def _is_signed(claim: _Claim, log: Verifier) -> bool:
    try:
        open_checkpoint(claim.proof.checkpoint, log)
    except Unproven:
        return False
    return True


def _is_included(claim: _Claim) -> bool:
    head = claim.checkpoint
    try:
        verify_inclusion(claim.proof.index, head.size, leaf_hash(claim.entry), claim.proof.hashes, head.root)
    except Unproven:
        return False
    return True


def _finding(step: Step, held: bool) -> Finding:
    zh, en = _WORDS[step][0 if held else 1]
    return Finding(step, held, zh, en)


def _content_finding(content: Content, fact: bytes) -> Finding:
    salt = bytes.fromhex(content.content_salt)
    name = content.field
    if commitment(salt, content.text.encode("utf-8", "surrogatepass")) != content.content_commitment:
        zh, en = f"“{name}”的文字与它的承诺不符", f"the text of “{name}” does not match its commitment"
        return Finding(Step.CONTENT, False, zh, en)
    if content.content_commitment not in _commitments(_members(fact), name):
        zh, en = f"事实里没有“{name}”的这个承诺", f"the fact does not hold this commitment for “{name}”"
        return Finding(Step.CONTENT, False, zh, en)
    zh, en = f"“{name}”正是当时写下的文字", f"“{name}” is the text that was written then"
    return Finding(Step.CONTENT, True, zh, en)


def _members(fact: bytes) -> Any:
    try:
        return json.loads(fact)
    except (ValueError, RecursionError):
        return None


def _commitments(part: Any, field: str) -> Iterator[str]:
    """The commitments of every member called `field`: a text reference, a list of them, or a bare digest."""
    if isinstance(part, list):
        for member in part:
            yield from _commitments(member, field)
    elif isinstance(part, dict):
        for name, member in part.items():
            if name == field:
                yield from _own_commitments(member)
            yield from _commitments(member, field)


def _own_commitments(member: Any) -> Iterator[str]:
    for reference in member if isinstance(member, list) else [member]:
        digest = reference.get("commitment") if isinstance(reference, dict) else reference
        if isinstance(digest, str):
            yield digest
