"""Wishes about a hazard."""

from datetime import date, datetime
from uuid import UUID

from services.enterprise.firms.decider import FirmId
from services.enterprise.hazards.facts import FoundAt, HazardId, Recheck
from services.enterprise.inspections.state import Inspection
from services.enterprise.matters.rules.hands import Doer
from services.enterprise.visits.decider import Visit
from shared.kernel import ItemCode, TextRef, command


@command
class RecordHazard:
    doer: Doer
    hazard_id: HazardId
    firm_id: FirmId
    found_at: FoundAt
    source: UUID
    occasion: Visit | Inspection | None
    """What `source` names at this firm; None where it names nothing there."""
    item: ItemCode
    known_items: frozenset[ItemCode]
    slight: bool
    forgivable: bool
    first: bool
    finding: TextRef
    fix_by: datetime
    today: date
    at: datetime


@command
class RecheckHazard:
    doer: Doer
    result: Recheck
    fix_by: datetime | None
    at: datetime


@command
class NoteHazardOverdue:
    climbs_at: datetime
    at: datetime


@command
class DecideLeniency:
    doer: Doer
    granted: bool
    reason: TextRef
    at: datetime


HazardCommand = RecordHazard | RecheckHazard | NoteHazardOverdue | DecideLeniency
