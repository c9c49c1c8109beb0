"""What callers send to a panel, and what they get."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.mediation.cases.values import Interest
from services.mediation.panels.facts import PanelDecision, Seat
from shared.contracts.codes import Panel
from shared.web import LongText, StrictModel


class FormBody(StrictModel):
    template: Panel


class OfferBody(StrictModel):
    person: UUID


class TakeBody(StrictModel):
    neutral: bool = False
    """I have no mandate from a party and no interest in the matter."""


class LeaveBody(StrictModel):
    person: UUID | None = None
    """Left out: whoever calls."""
    interest: Interest | None = None


class DecisionBody(StrictModel):
    decision: PanelDecision
    present: Annotated[tuple[Seat, ...], Field(max_length=10)]
    note: LongText


class SeatFile(BaseModel):
    seat: str
    person: UUID | None
    taken: bool
    roles: list[str] = []
    """Who may sit there."""
    interest: str | None = None
    """What ties the person to one side, as far as the register, the case and the own history tell (R-15)."""
    recused: bool = False
    """Sits there and counts no more."""


class DecisionFile(BaseModel):
    decision: str
    present: list[str]
    at: datetime


class PanelFile(BaseModel):
    panel_id: UUID
    case_id: UUID
    template: str
    quorum: int
    lacking: int
    lead: str
    seats: list[SeatFile]
    decisions: int
    decided: list[DecisionFile] = []


class PanelDone(BaseModel):
    panel_id: UUID
    case_id: UUID
    lacking: int | None
    version: int
    record_id: UUID | None
