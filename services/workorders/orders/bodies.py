"""What people send about a step: its result, its proof, what other units are asked."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.workorders.orders.rules.playbook import Share
from services.workorders.orders.rules.proof import Age, Applicant, Consent, Evidence, Point
from services.workorders.orders.rules.task_facts import TaskResult
from services.workorders.orders.store import evidence_text, note_text
from shared.contracts.codes import ReasonCode
from shared.kernel import BUREAU_ZONE, GridCode, TextRef
from shared.web import CodeText, Fen, LongText, ShortText, StrictModel, Text

CodeName = Annotated[str, Field(max_length=40, pattern="^[a-z_]+$")]
Degrees = Annotated[float, Field(ge=-180, le=180)]
A_THOUSANDTH = 1000


class EvidenceBody(StrictModel):
    """Pictures and words go to the vault; the order keeps their commitments."""

    grid: CodeText | None = None
    latitude: Degrees | None = None
    longitude: Degrees | None = None
    photo: LongText | None = None
    """The picture in base64, or its number in the evidence store."""
    recording: ShortText | None = None
    receipt: LongText | None = None
    consent: Consent | None = None
    age: Age | None = None
    applicant: Applicant | None = None

    def texts(self) -> dict[str, Text | None]:
        return {
            "photo": evidence_text(self.photo),
            "recording": evidence_text(self.recording),
            "receipt": evidence_text(self.receipt),
        }

    def evidence(self, refs: Mapping[str, TextRef]) -> Evidence:
        point = None
        if self.latitude is not None and self.longitude is not None:
            point = Point(round(self.latitude * A_THOUSANDTH), round(self.longitude * A_THOUSANDTH))
        return Evidence(
            grid=GridCode(self.grid) if self.grid else None,
            point=point,
            photo=refs.get("photo"),
            recording=refs.get("recording"),
            receipt=refs.get("receipt"),
            consent=self.consent,
            age=self.age,
            applicant=self.applicant,
        )


class StepBody(StrictModel):
    note: LongText | None = None
    result: CodeName | None = None
    items: Annotated[tuple[CodeName, ...], Field(max_length=20)] = ()
    amount_fen: Fen | None = None
    deadline: date | None = None
    """The day by which it is needed; it has to be there before that day begins."""
    evidence: EvidenceBody = EvidenceBody()

    def texts(self) -> dict[str, Text | None]:
        return {"note": note_text(self.note), **self.evidence.texts()}

    def deadline_at(self) -> datetime | None:
        return datetime.combine(self.deadline, time(), BUREAU_ZONE) if self.deadline else None


class TryBody(StrictModel):
    attempt: Annotated[int, Field(strict=True, ge=1, le=99)]
    note: LongText | None = None


class PlaybookBody(StrictModel):
    playbook: CodeName


class HandOnBody(StrictModel):
    to: UUID
    note: LongText | None = None


class StageBody(StrictModel):
    granted: bool
    note: LongText | None = None


class ShareBody(StrictModel):
    """Only what the part needs; the playbook says which."""

    name: ShortText | None = None
    phone: ShortText | None = None
    place: ShortText | None = None
    matter: LongText | None = None

    def given(self) -> dict[Share, str]:
        every = {
            Share.NAME: self.name,
            Share.PHONE: self.phone,
            Share.PLACE: self.place,
            Share.MATTER: self.matter,
        }
        return {what: text for what, text in every.items() if text is not None}


class PartBody(StrictModel):
    unit: CodeText
    lead: bool = False
    share: ShareBody = ShareBody()


class AskBody(StrictModel):
    step: CodeName
    parts: Annotated[tuple[PartBody, ...], Field(min_length=1, max_length=10)]


class TaskAnswerBody(StrictModel):
    result: TaskResult
    words: LongText | None = None
    evidence: EvidenceBody = EvidenceBody()


class ObjectionBody(StrictModel):
    reason: ReasonCode
    note: LongText | None = None
