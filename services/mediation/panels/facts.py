"""What happens to a panel: a template is called together, seats are offered, taken and left, the panel decides."""

from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from services.mediation.cases.values import CaseId, Interest
from shared.contracts.codes import Panel
from shared.kernel import PersonId, RequestId, RuleId, TextRef, UnitCode, fact

PanelId = NewType("PanelId", UUID)
SessionDecisionId = NewType("SessionDecisionId", UUID)


class Seat(StrEnum):
    """A chair of a template; the names that people read stand in codes.yaml."""

    STATION = "station"
    JUSTICE_OFFICE = "justice_office"
    LAW_FIRM = "law_firm"
    TOWNSHIP = "township"
    VILLAGE = "village"
    POLICE = "police"
    COURT = "court"
    PROCURATORATE = "procuratorate"
    JUSTICE_BUREAU = "justice_bureau"
    CHOSEN_BY_BOTH = "chosen_by_both"
    CENTRE = "centre"
    PLATFORM = "platform"
    GRID_OFFICER = "grid_officer"
    DEPARTMENT = "department"
    ENTERPRISE_STATION = "enterprise_station"
    GUARDIAN = "guardian"
    OFFICER = "officer"
    SCHOOL = "school"
    COURT_MEDIATOR = "court_mediator"


class PanelDecision(StrEnum):
    """What a panel settles together; what the parties agree on is theirs."""

    PLAN = "plan"
    PROPOSAL = "proposal"
    STOP = "stop"
    REFER = "refer"


@fact("panel_formed")
class PanelFormed:
    panel_id: PanelId
    case_id: CaseId
    request_id: RequestId
    template: Panel
    quorum: int
    lead: Seat
    occurred_at: datetime


@fact("seat_offered")
class SeatOffered:
    panel_id: PanelId
    case_id: CaseId
    request_id: RequestId
    seat: Seat
    person: PersonId
    occurred_at: datetime


@fact("seat_taken")
class SeatTaken:
    """By the person himself, who says that nothing binds him to a side."""

    panel_id: PanelId
    case_id: CaseId
    request_id: RequestId
    seat: Seat
    person: PersonId
    unit: UnitCode | None
    lacking: int
    occurred_at: datetime


@fact("seat_left")
class SeatLeft:
    panel_id: PanelId
    case_id: CaseId
    request_id: RequestId
    seat: Seat
    person: PersonId
    interest: Interest | None
    """None: somebody else was asked."""
    rule: RuleId | None
    lacking: int
    occurred_at: datetime


@fact("panel_decided")
class PanelDecided:
    panel_id: PanelId
    case_id: CaseId
    request_id: RequestId
    decision_id: SessionDecisionId
    decision: PanelDecision
    present: tuple[Seat, ...]
    note: TextRef
    by: PersonId | None = None
    """None: recorded before it was asked who writes it down."""
    occurred_at: datetime


@fact("panel_dissolved")
class PanelDissolved:
    panel_id: PanelId
    case_id: CaseId
    request_id: RequestId
    occurred_at: datetime


PanelEvent = PanelFormed | SeatOffered | SeatTaken | SeatLeft | PanelDecided | PanelDissolved
