"""Records: what leaves a service, one for each event, addressed by (service, lane, number)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from shared.kernel import Actor, Context, RecordId, UnitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    service: str
    lane: int
    number: int
    record_id: RecordId
    type: str
    stream: str
    version: int
    key: UUID
    occurred_at: datetime
    recorded_at: datetime
    role: str
    unit: str | None
    trace: str | None
    causation: UUID | None
    outcome: str | None
    rule: str | None
    commitment: bytes
    data: bytes | None
    """JSON of the contract; None when the event is private."""
    private: bytes | None = None
    """The stored event itself; only in the hands of its own service."""
    private_fact: str | None = None

    @property
    def context(self) -> Context:
        """For commands that this record causes."""
        unit = UnitCode(self.unit) if self.unit else None
        return Context(actor=Actor(role="system", unit=unit), trace=self.trace, causation=self.record_id)


FIELDS = (
    "f.lane, f.number, f.type, f.data, e.event_id, e.stream, e.version, e.key, e.occurred_at, e.recorded_at,"
    " e.role, e.unit, e.trace, e.causation, e.outcome, e.rule, e.commitment, e.fact"
)


def record_of(service: str, row: Mapping[str, Any], *, private: bytes | None = None) -> Record:
    return Record(
        service=service,
        lane=row["lane"],
        number=row["number"],
        record_id=RecordId(row["event_id"]),
        type=row["type"],
        stream=row["stream"],
        version=row["version"],
        key=row["key"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        role=row["role"],
        unit=row["unit"],
        trace=row["trace"],
        causation=row["causation"],
        outcome=row["outcome"],
        rule=row["rule"],
        commitment=row["commitment"],
        data=row["data"],
        private=private,
        private_fact=row["fact"] if private is not None else None,
    )


def to_cloudevent(record: Record, division: str) -> dict[str, Any]:
    """CloudEvents 1.0 in structured form, as the feed serves it over HTTP."""
    event: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(record.record_id),
        "source": f"//{division}/{record.service}",
        "type": record.type,
        "subject": record.stream,
        "time": record.occurred_at.isoformat(),
        "partitionkey": str(record.key),
        "lane": record.lane,
        "sequence": str(record.number),
        "streamversion": record.version,
        "recordedtime": record.recorded_at.isoformat(),
        "role": record.role,
        "commitment": record.commitment.hex(),
    }
    optional = {
        "unit": record.unit,
        "traceparent": record.trace,
        "causationid": str(record.causation) if record.causation else None,
        "outcome": record.outcome,
        "rule": record.rule,
    }
    event.update({name: value for name, value in optional.items() if value is not None})
    if record.data is not None:
        event["datacontenttype"] = "application/json"
        event["data"] = orjson.Fragment(record.data)
    return event


def from_cloudevent(event: Mapping[str, Any]) -> Record:
    """The record that `to_cloudevent` wrote; raises KeyError or ValueError on anything else."""
    causation = event.get("causationid")
    return Record(
        service=event["source"].rsplit("/", 1)[1],
        lane=int(event["lane"]),
        number=int(event["sequence"]),
        record_id=RecordId(UUID(event["id"])),
        type=event["type"],
        stream=event["subject"],
        version=int(event["streamversion"]),
        key=UUID(event["partitionkey"]),
        occurred_at=datetime.fromisoformat(event["time"]),
        recorded_at=datetime.fromisoformat(event["recordedtime"]),
        role=event["role"],
        unit=event.get("unit"),
        trace=event.get("traceparent"),
        causation=UUID(causation) if causation else None,
        outcome=event.get("outcome"),
        rule=event.get("rule"),
        commitment=bytes.fromhex(event["commitment"]),
        data=orjson.dumps(event["data"]) if "data" in event else None,
    )
