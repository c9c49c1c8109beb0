"""A record as handlers see it: address, cause, and its content as a class."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.published import BY_TYPE
from shared.eventstore.codec import Codec
from shared.eventstore.records import Record
from shared.kernel import Context, RecordId

READ_LATELY = 1024


@dataclass(frozen=True, slots=True)
class Incoming:
    raw: Record
    body: object
    """A private fact of the own service, a contract of another one, or None where there is nothing to read."""

    @property
    def service(self) -> str:
        return self.raw.service

    @property
    def key(self) -> UUID:
        return self.raw.key

    @property
    def stream_id(self) -> UUID:
        return UUID(self.raw.stream.partition("-")[2])

    @property
    def record_id(self) -> RecordId:
        return self.raw.record_id

    @property
    def context(self) -> Context:
        return self.raw.context


Codecs = Mapping[str, Codec[Any]]
"""Stream category → codec, of one service."""


def read_record(record: Record, codecs: Codecs) -> Incoming:
    """Raises pydantic's ValidationError on a contract that cannot be read, CorruptHistory on an own fact."""
    if record.private is not None and record.private_fact is not None:
        codec = codecs[record.stream.partition("-")[0]]
        return Incoming(record, _event(codec, record.private_fact, record.private))
    contract = BY_TYPE.get(record.type)
    if contract is None or record.data is None:
        return Incoming(record, None)
    return Incoming(record, _contract(contract, record.data))


# Many readers get the same bytes at nearly the same moment. What they make of them is frozen, so one copy does for all.


@lru_cache(maxsize=READ_LATELY)
def _event(codec: Codec[Any], fact: str, body: bytes) -> object:
    return codec.decode(fact, body)


@lru_cache(maxsize=READ_LATELY)
def _contract(contract: type[Contract], data: bytes) -> Contract:
    return contract.model_validate_json(data)
