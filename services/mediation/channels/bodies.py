"""What callers send about the channel, the host's neutrality and the time of a case."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.mediation.cases.values import Interest, RecordedWay, SuitStage, Trade
from shared.contracts.codes import Channel, ReasonCode
from shared.web import CodeText, LongText, ShortText, StrictModel

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)


class HandOverBody(StrictModel):
    channel: Channel
    reason: ReasonCode
    application: LongText | None = None
    """The written application, where the law wants one; it goes to the vault."""


class AssistanceBody(StrictModel):
    channel: Channel
    unit: CodeText


class TradeBody(StrictModel):
    trade: Trade
    letter_received_at: Annotated[AwareDatetime, Field(ge=EARLIEST, le=LATEST)] | None = None


class SuitStageBody(StrictModel):
    stage: SuitStage


class ApplicationBody(StrictModel):
    party: UUID
    how: RecordedWay = RecordedWay.PAPER
    evidence: LongText


class RemoteBody(StrictModel):
    party: UUID
    how: RecordedWay = RecordedWay.PHONE_RECORDED
    evidence: LongText


class FirmConsentBody(StrictModel):
    party: UUID
    paper: LongText
    """Where the signed paper is; the words go to the vault."""


class ApprovalBody(StrictModel):
    approval: ShortText
    """Number of the paper by which the next higher police body approved."""


class PenaltyBody(StrictModel):
    reference: ShortText


class InterestBody(StrictModel):
    interest: Interest
    person: UUID | None = None
    """Left out: whoever calls."""
    note: LongText | None = None


class AgentBody(StrictModel):
    party: UUID
    agent: UUID
    mandate: ShortText


class ViolenceBody(StrictModel):
    note: LongText


class SuspensionBody(StrictModel):
    reason: ReasonCode
    evidence: LongText
