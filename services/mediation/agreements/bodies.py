"""What callers send to an agreement, and what they get."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.mediation.agreements.facts import DutyKind
from services.mediation.cases.facts import RecordedWay
from shared.contracts.codes import Product
from shared.web import Fen, LongText, ShortText, StrictModel

MAX_DUTIES = 40
EARLIEST = date(2020, 1, 1)
LATEST = date(2100, 1, 1)


class DutyBody(StrictModel):
    kind: DutyKind
    by: UUID
    to: UUID
    amount_fen: Fen | None = None
    what: LongText | None = None
    due: Annotated[date, Field(ge=EARLIEST, le=LATEST)] | None = None


class DraftBody(StrictModel):
    product: Product
    terms: LongText
    record: ShortText | None = None
    """Reference of the record or recording on which an oral or on-the-spot agreement stands."""
    duties: Annotated[tuple[DutyBody, ...], Field(max_length=MAX_DUTIES)] = ()


class SignatureBody(StrictModel):
    draft: Annotated[int, Field(ge=1, le=1000)] | None = None
    """The version that was read; left out: the present one."""


class RecordedSignatureBody(SignatureBody):
    party: UUID
    how: RecordedWay = RecordedWay.PAPER
    evidence: LongText


class PerformanceBody(StrictModel):
    note: LongText | None = None


class RecordedPerformanceBody(StrictModel):
    proof: LongText


class AgreementDone(BaseModel):
    """The answer of every command on an agreement."""

    agreement_id: UUID
    case_id: UUID
    request_id: UUID
    state: str
    version: int
    record_id: UUID | None
