"""What callers send to a case, and what they get."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field

from services.mediation.agreements.agreementfile import AgreementFile
from services.mediation.cases.casefile import CaseFile
from services.mediation.cases.facts import Ground, OtherWay, SessionResult
from shared.contracts.codes import ReasonCode, SessionKind
from shared.web import CodeText, LongText, ShortText, StrictModel

MAX_PARTIES = 20
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


def _code(given: object) -> object:
    return given.upper() if isinstance(given, str) else given


Kind = Annotated[SessionKind, BeforeValidator(_code)]


class EmptyBody(StrictModel):
    pass


class NoticeBody(StrictModel):
    ways: Annotated[tuple[OtherWay, ...], Field(max_length=10)] | None = None
    """What the parties were told; left out, it is the list that the law demands."""


class ViolationBody(StrictModel):
    reference: ShortText
    suspects: Annotated[tuple[UUID, ...], Field(max_length=MAX_PARTIES)] = ()
    """Parties suspected of it."""


class HostBody(StrictModel):
    host: UUID | None = None
    """Left out: whoever calls."""
    registered_with: CodeText | None = None


class SessionBody(StrictModel):
    kind: Kind
    recording: ShortText | None = None
    officers: Annotated[int, Field(ge=1, le=20)] = 1


class EndSessionBody(StrictModel):
    result: SessionResult
    notes: LongText | None = None
    attended: Annotated[tuple[UUID, ...], Field(max_length=MAX_PARTIES)] | None = None


class LongerBody(StrictModel):
    party: UUID
    evidence: LongText


class ExtensionBody(StrictModel):
    until: Annotated[AwareDatetime, Field(le=LATEST)]
    agreed: Annotated[tuple[LongerBody, ...], Field(max_length=MAX_PARTIES)]


class DangerBody(StrictModel):
    note: LongText


class ReturnBody(StrictModel):
    reason: ReasonCode
    note: LongText | None = None


class EndBody(StrictModel):
    reason: Ground
    ways: Annotated[tuple[OtherWay, ...], Field(max_length=10)] | None = None
    note: LongText | None = None


class Done(BaseModel):
    """The answer of every command on a case."""

    case_id: UUID
    request_id: UUID
    state: str
    version: int
    record_id: UUID | None


class SessionOpenedAnswer(Done):
    session_id: UUID


class WhyNot(BaseModel):
    slug: str
    title: str
    detail: str


class Step(BaseModel):
    """One act that the reader's role may do: now, or why not yet."""

    operation: str
    allowed: bool
    done: bool
    why_not: WhyNot | None
    rule: str | None


class CaseAnswer(CaseFile):
    claim: str | None
    """What the requester wrote, for those who may read it."""
    you: UUID | None
    """The party as whom the reader speaks."""
    relations: list[str]
    agreement: AgreementFile | None
    next: list[Step]


class CaseList(BaseModel):
    cases: list[dict[str, Any]]
    next_cursor: str | None
