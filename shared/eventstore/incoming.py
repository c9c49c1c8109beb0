"""A record as handlers see it: address, cause, and its content as a class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.contracts.published import BY_TYPE
from shared.eventstore.codec import Codec
from shared.eventstore.records import Record
from shared.kernel import Context, RecordId


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
        return Incoming(record, codec.decode(record.private_fact, record.private))
    contract = BY_TYPE.get(record.type)
    if contract is None or record.data is None:
        return Incoming(record, None)
    return Incoming(record, contract.model_validate_json(record.data))
