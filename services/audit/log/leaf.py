"""What the log says about one record: codes, numbers and commitments, never a name or a sentence."""

import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from services.audit.log.tiles import MAX_ENTRY
from services.audit.log.tree import Unproven
from shared.kernel import LANES, Digest

LEAF_VERSION = 1
_MAX_NUMBER = 2**53 - 1
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


class LeafMalformed(Unproven):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class LeafFacts:
    service: str
    lane: int
    number: int
    record: UUID
    type: str
    version: int
    """Of the stream, after this record."""
    recorded: datetime
    role: str
    unit: str | None
    key: Digest
    """The pseudonym of the request's key."""
    outcome: str | None
    rule: str | None
    """An R-id, or the version of the rule pack."""
    commitment: Digest

    def __post_init__(self) -> None:
        known = [code for code in (self.unit, self.outcome, self.rule) if code is not None]
        if not all(_CODE.fullmatch(code) for code in (self.service, self.type, self.role, *known)):
            raise LeafMalformed("a leaf holds codes only")
        if not all(_DIGEST.fullmatch(digest) for digest in (self.key, self.commitment)):
            raise LeafMalformed("a digest is 64 lower-case hex digits")
        if not (0 <= self.lane < LANES and 1 <= self.number <= _MAX_NUMBER and 1 <= self.version <= _MAX_NUMBER):
            raise LeafMalformed("a lane, number or version is out of range")
        if self.recorded.utcoffset() is None:
            raise LeafMalformed("a time needs its zone")


def leaf_bytes(facts: LeafFacts) -> bytes:
    """The entry as the log stores it: RFC 8785 JSON, which the bounds of `LeafFacts` keep below 65,535 bytes."""
    # Codes and whole numbers need no escapes and no floats: here orjson writes RFC 8785, six times faster.
    return orjson.dumps(
        {
            "v": LEAF_VERSION,
            "service": facts.service,
            "lane": facts.lane,
            "number": facts.number,
            "record": str(facts.record),
            "type": facts.type,
            "version": facts.version,
            "recorded": facts.recorded.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "role": facts.role,
            "unit": facts.unit,
            "key": facts.key,
            "outcome": facts.outcome,
            "rule": facts.rule,
            "commitment": facts.commitment,
        },
        option=orjson.OPT_SORT_KEYS,
    )


def parse_leaf(entry: bytes) -> LeafFacts:
    """The facts of an entry; any other spelling of the same facts is refused."""
    if len(entry) > MAX_ENTRY:
        raise LeafMalformed(f"an entry is longer than {MAX_ENTRY} bytes")
    try:
        facts = _facts(json.loads(entry))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as reason:
        raise LeafMalformed(f"the entry is no leaf: {reason!r}") from None
    if leaf_bytes(facts) != entry:
        raise LeafMalformed("the entry is not written as a leaf is written")
    return facts


def _facts(members: Any) -> LeafFacts:
    return LeafFacts(
        service=members["service"],
        lane=_whole(members["lane"]),
        number=_whole(members["number"]),
        record=UUID(members["record"]),
        type=members["type"],
        version=_whole(members["version"]),
        recorded=datetime.fromisoformat(members["recorded"]),
        role=members["role"],
        unit=members["unit"],
        key=members["key"],
        outcome=members["outcome"],
        rule=members["rule"],
        commitment=members["commitment"],
    )


def _whole(number: Any) -> int:
    if type(number) is not int:
        raise LeafMalformed("a lane, number or version is no whole number")
    return number


def pseudonym(secret: bytes, key: UUID) -> Digest:
    """The same for all records of one request; without the secret it leads nobody to the request."""
    return _keyed(secret, str(key).encode())


def commitment(salt: bytes, data: bytes) -> Digest:
    return _keyed(salt, data)


def _keyed(key: bytes, data: bytes) -> Digest:
    return Digest(hmac.digest(key, data, "sha256").hex())
