"""Parked records that a person gave up, with a reason: the fact stays."""

from datetime import datetime
from enum import StrEnum
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.eventstore import Codec
from shared.kernel import Decider, command, fact, state

NAMESPACE = uuid5(NAMESPACE_URL, "urn:lounge:parked")


class DiscardReason(StrEnum):
    REPAIRED_BY_HAND = "repaired_by_hand"
    OBSOLETE = "obsolete"
    NEVER_VALID = "never_valid"


@fact("parked_discarded")
class ParkedDiscarded:
    key: UUID
    records: int
    reason: DiscardReason
    occurred_at: datetime
    outcome: str = "discarded"


@command
class Discard:
    key: UUID
    records: int
    reason: DiscardReason
    at: datetime


@state
class Nothing:
    pass


def decide(command: Discard, state: Nothing) -> tuple[ParkedDiscarded, ...]:
    return (ParkedDiscarded(key=command.key, records=command.records, reason=command.reason, occurred_at=command.at),)


parking_decider: Decider[Discard, Nothing, ParkedDiscarded] = Decider(Nothing(), decide, lambda state, event: state)
parking_codec: Codec[ParkedDiscarded] = Codec(ParkedDiscarded)


def parking_category(service: str) -> str:
    return f"{service}.parking"
