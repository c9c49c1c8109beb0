"""What the parties send, what is written down for them, and what they get."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.mediation.cases.bodies import Done
from services.mediation.cases.facts import Guardianship, RecordedWay
from shared.web import LongText, StrictModel


class RecordedConsentBody(StrictModel):
    party: UUID
    how: RecordedWay
    evidence: LongText


class RefusalBody(StrictModel):
    note: LongText | None = None


class RecordedRefusalBody(StrictModel):
    party: UUID
    how: RecordedWay = RecordedWay.PHONE_RECORDED
    note: LongText


class GuardianBody(StrictModel):
    party: UUID
    guardianship: Guardianship = Guardianship.PRESENT
    evidence: LongText


class PartyJoinedAnswer(Done):
    party: UUID


class InvitationBody(StrictModel):
    party: UUID


class InvitationAnswer(Done):
    party: UUID
    code: str
    pin: str


class EntryBody(StrictModel):
    code: Annotated[str, Field(max_length=40)]
    pin: Annotated[str, Field(max_length=40)]


class EntryAnswer(BaseModel):
    case_id: UUID
    request_id: UUID
    party: UUID
    token: str
