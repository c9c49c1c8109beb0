"""What the pages of operators, auditors and supervisors are given."""

from datetime import datetime
from typing import Literal

from services.portal.pages.contexts.frame import Proof, Tone
from shared.kernel import value


@value
class LaneLag:
    lane: int
    behind: int


@value
class ReaderLag:
    reader: str
    source: str
    behind: int
    lanes: tuple[LaneLag, ...]
    """Those that are behind."""
    applied: int | None
    pulled: int | None
    """None where the process that reads tells nothing of it."""
    state: str
    tone: Tone


@value
class ProcessLine:
    name: str
    pid: int | None
    since: datetime | None
    restarts: int
    megabytes: int | None
    answers: bool


@value
class ParkedKey:
    reader: str
    key: str
    records: int
    since: datetime
    error: str
    retry_url: str


@value
class Overdue:
    label: str
    url: str
    due: datetime
    told: str


@value
class PartnerLine:
    """What one partner agency takes of events."""

    agency: str
    purpose: str
    url: str
    state: str
    tone: Tone
    made: int
    waiting: int
    """Made and not yet taken by its webhook, or not yet on its topic; 0 where it takes them itself."""
    failing_since: datetime | None
    next_try: datetime | None


@value
class OpsView:
    """ops.html"""

    sealed_seconds: int
    sealed_tone: Tone
    sealed_size: int
    lags: tuple[ReaderLag, ...]
    parked: tuple[ParkedKey, ...]
    overdue: tuple[Overdue, ...]
    processes: tuple[ProcessLine, ...] = ()
    """Empty where everything runs in one process."""
    brokers: str = ""
    """How many of how many answer; empty without Kafka."""
    brokers_tone: Tone = "good"
    partners: tuple[PartnerLine, ...] = ()
    trace_search: str = ""


@value
class SpanLine:
    at: datetime
    service: str
    name: str
    milliseconds: int
    depth: int
    failed: bool = False


@value
class Trace:
    trace_id: str
    cause: str
    started_at: datetime
    spans: tuple[SpanLine, ...]


@value
class TracesView:
    """traces.html"""

    code: str
    request_id: str
    traces: tuple[Trace, ...]


@value
class LogView:
    """log.html"""

    origin: str
    size: int
    root: str
    signed_at: datetime | None
    checkpoint: str
    checkpoint_url: str
    verifier_key: str
    witnesses: tuple[str, ...]
    services: tuple[Proof, ...]


@value
class Permission:
    operation: str
    relation: str
    effect: Literal["allow", "approve", "deny"]
    level: str
    condition: str
    source: str


@value
class RolePermissions:
    role: str
    code: str
    rows: tuple[Permission, ...]


@value
class PeopleView:
    """people.html"""

    roles: tuple[RolePermissions, ...]
    chosen: str = ""
