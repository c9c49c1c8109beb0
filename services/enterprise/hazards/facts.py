"""What can happen to a hazard."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.enterprise.firms.decider import FirmId
from shared.contracts.codes import Role
from shared.kernel import ItemCode, PersonId, RuleId, TextRef, UnitCode, fact

HazardId = NewType("HazardId", UUID)
LENIENCY = RuleId("R-29")


class FoundAt(StrEnum):
    VISIT = "VISIT"
    INSPECTION = "INSPECTION"


class Recheck(StrEnum):
    FIXED = "FIXED"
    NOT_FIXED = "NOT_FIXED"


@fact("hazard_found")
class HazardFound:
    hazard_id: HazardId
    firm_id: FirmId
    found_at: FoundAt
    source: UUID
    """The visit or inspection."""
    item: ItemCode
    slight: bool
    """Without harm so far, by the eye of whoever found it."""
    forgivable: bool
    """Stands on the first-offence list of that day."""
    first: bool
    """The register shows no earlier one of this item at this firm."""
    finding: TextRef
    fix_by: datetime
    finder: PersonId
    unit: UnitCode
    occurred_at: datetime


@fact("hazard_overdue")
class HazardOverdue:
    hazard_id: HazardId
    firm_id: FirmId
    due: datetime
    rung: Role
    climbs_at: datetime | None
    occurred_at: datetime


@fact("hazard_rechecked")
class HazardRechecked:
    hazard_id: HazardId
    firm_id: FirmId
    result: Recheck
    fix_by: datetime | None
    """The new day of what is not fixed."""
    checker: PersonId
    occurred_at: datetime


@fact("leniency_proposed")
class LeniencyProposed:
    """By the list, never more than a proposal."""

    hazard_id: HazardId
    firm_id: FirmId
    rule: RuleId
    occurred_at: datetime


@fact("leniency_decided")
class LeniencyDecided:
    hazard_id: HazardId
    firm_id: FirmId
    granted: bool
    reason: TextRef
    rule: RuleId
    occurred_at: datetime


HazardEvent = HazardFound | HazardOverdue | HazardRechecked | LeniencyProposed | LeniencyDecided
