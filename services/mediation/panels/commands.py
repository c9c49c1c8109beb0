"""What people may ask of a panel."""

from datetime import datetime

from services.mediation.cases.values import CaseId, Interest
from services.mediation.channels.commands import Official
from services.mediation.panels.facts import PanelDecision, PanelId, Seat, SessionDecisionId
from shared.contracts.codes import Panel
from shared.kernel import PersonId, RequestId, TextRef, command, value


@value
class CaseSeen:
    """What the panel has to know of its case: its sides, their agents, and who has an interest: disclosed, or found of
    somebody who sits."""

    parties: frozenset[PersonId]
    agents: frozenset[PersonId]
    interested: frozenset[PersonId]

    @property
    def apart(self) -> frozenset[PersonId]:
        return self.parties | self.agents | self.interested


@command
class FormPanel:
    panel_id: PanelId
    case_id: CaseId
    request_id: RequestId
    template: Panel
    at: datetime


@command
class OfferSeat:
    seat: Seat
    person: PersonId
    case: CaseSeen
    at: datetime


@command
class TakeSeat:
    seat: Seat
    by: Official
    neutral: bool
    """Declares to have neither mandate nor interest."""
    case: CaseSeen
    at: datetime


@command
class LeaveSeat:
    seat: Seat
    person: PersonId
    interest: Interest | None
    case: CaseSeen
    at: datetime


@command
class Decide:
    decision_id: SessionDecisionId
    decision: PanelDecision
    present: tuple[Seat, ...]
    note: TextRef
    by: PersonId
    case: CaseSeen
    at: datetime


@command
class Dissolve:
    at: datetime


PanelCommand = FormPanel | OfferSeat | TakeSeat | LeaveSeat | Decide | Dissolve
