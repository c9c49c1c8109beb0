"""Identifiers. Every id in an event is one of these; a plain string never is."""

from datetime import UTC, datetime
from typing import NewType
from uuid import UUID, uuid5
from zlib import crc32

from uuid_utils import uuid7

RequestId = NewType("RequestId", UUID)
PersonId = NewType("PersonId", UUID)
RecordId = NewType("RecordId", UUID)

UnitCode = NewType("UnitCode", str)
GridCode = NewType("GridCode", str)
RuleId = NewType("RuleId", str)
"""A rule of law, `R-09`, or a row of a rule pack, `pack-2026-01/12`."""
ClockId = NewType("ClockId", str)
"""A row of clocks.csv, `CL-024`."""
PackVersion = NewType("PackVersion", str)
ModelVersion = NewType("ModelVersion", str)
ItemCode = NewType("ItemCode", str)
"""A row of a catalogue or playbook: a material, a step."""
Digest = NewType("Digest", str)
"""64 lower-case hex digits."""

STRING_IDS = (UnitCode, GridCode, RuleId, ClockId, PackVersion, ModelVersion, ItemCode, Digest)

LANES = 16
"""Fixed for the life of an installation and stored with the feed."""


def new_id() -> UUID:
    """A new time-ordered id (UUIDv7)."""
    return UUID(bytes=uuid7().bytes)


def derive_id(namespace: UUID, *parts: object) -> UUID:
    """The same id for the same parts: what makes a repeated cause have the same effect."""
    return uuid5(namespace, "\x1f".join(str(part) for part in parts))


def lane_of(key: UUID) -> int:
    """The lane of a key: crc32 of its canonical text, modulo 16."""
    return crc32(str(key).encode()) % LANES


def wall_time() -> datetime:
    """Real time for things that are not the bureau's: token lifetimes, back-off, retention of idempotency keys."""
    return datetime.now(UTC)
