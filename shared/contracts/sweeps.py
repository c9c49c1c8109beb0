"""What workorders publishes of sweeps (排查): a finding that has to become a request."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.danger import DangerKind
from shared.kernel import GridCode, ItemCode, PersonId, RequestId, TextRef


class FindingRaisedV1(Contract):
    """Found on a walk and not settled on the spot. The finding gave the request its id."""

    fact: ClassVar[str] = "finding_raised"
    request_id: RequestId
    sweep_id: UUID
    finding_id: UUID
    kind: ItemCode
    grid: GridCode
    narrative: TextRef
    place: TextRef | None
    danger: tuple[DangerKind, ...]
    finder: PersonId
    """Who walked there, and is told what comes of it."""
    at: datetime
