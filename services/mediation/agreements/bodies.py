"""What callers send to an agreement, and what they get."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.mediation.agreements.facts import ConfirmationRefusal, DutyKind, Every, GoodsUnit, Scope
from services.mediation.agreements.rules.drafting import MOST_GOODS
from services.mediation.agreements.rules.schedule import MAX_INSTALMENTS
from services.mediation.cases.facts import RecordedWay
from shared.contracts.codes import Product
from shared.web import CodeText, Fen, LongText, ShortText, StrictModel

MAX_DUTIES = 40
EARLIEST = date(2020, 1, 1)
LATEST = date(2100, 1, 1)


Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]


class GoodsBody(StrictModel):
    """How many of what `what` says, or of a listed item."""

    item: CodeText | None = None
    count: Annotated[int, Field(strict=True, ge=1, le=MOST_GOODS)]
    unit: GoodsUnit


class ScheduleBody(StrictModel):
    """Again every week, month or year: so many times, or until a day that still counts."""

    every: Every
    times: Annotated[int, Field(strict=True, ge=1, le=MAX_INSTALMENTS)] | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _one_end(self) -> "ScheduleBody":
        if (self.times is None) == (self.until is None):
            raise ValueError("times or until, one of them")
        return self


class DutyBody(StrictModel):
    kind: DutyKind
    by: UUID
    to: UUID
    amount_fen: Fen | None = None
    """Of each instalment, where there are several."""
    what: LongText | None = None
    goods: GoodsBody | None = None
    """Left out for goods: one lot of `what`."""
    due: Day | None = None
    """The day of the first instalment, where there are several."""
    schedule: ScheduleBody | None = None


class DraftBody(StrictModel):
    product: Product
    terms: LongText
    record: ShortText | None = None
    """Reference of the record or recording on which an oral or on-the-spot agreement stands."""
    duties: Annotated[tuple[DutyBody, ...], Field(max_length=MAX_DUTIES)] = ()
    identity_relation: bool = False
    """Marriage, adoption, custody or another tie between persons is settled in it (R-13)."""


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


class JoiningBody(StrictModel):
    scope: Scope = Scope.WHOLE


class RecordedJoiningBody(JoiningBody):
    party: UUID
    how: RecordedWay = RecordedWay.PAPER
    evidence: LongText


class DecisionBody(StrictModel):
    confirmed: bool
    reason: ConfirmationRefusal | None = None
    ruling: ShortText | None = None
    """Number of the court's ruling."""


class NothingBody(StrictModel):
    pass


class AgreementDone(BaseModel):
    """The answer of every command on an agreement."""

    agreement_id: UUID
    case_id: UUID
    request_id: UUID
    state: str
    version: int
    record_id: UUID | None
