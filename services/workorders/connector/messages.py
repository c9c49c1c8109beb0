"""The messages between the bureau and other bodies: docs/connector.md in classes, from which its schema is made."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from shared.contracts.codes import Category, Outcome, Priority, ReasonCode
from shared.web import CodeText, LongText, ShortText, StrictModel


class Photo(StrictModel):
    """A photo stays with the body; its digest proves later that it was this one."""

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    taken_at: AwareDatetime
    place: ShortText
    reference: ShortText | None = None
    """Where the body keeps it."""


Photos = Annotated[tuple[Photo, ...], Field(max_length=20)]


class TransferReceived(StrictModel):
    kind: Literal["transfer_received"]
    transfer: UUID
    number: ShortText | None = None
    """The body's own number."""


class TransferObjected(StrictModel):
    kind: Literal["transfer_objected"]
    transfer: UUID
    reason: Literal[ReasonCode.WRONG_CATEGORY, ReasonCode.WRONG_GRID, ReasonCode.CONFLICT_OF_INTEREST]
    note: LongText | None = None


class TransferAnswered(StrictModel):
    kind: Literal["transfer_answered"]
    transfer: UUID
    result: Literal["done", "settled", "failed"]
    answer: LongText
    """The person reads it."""
    proof: Photos = ()


class Asker(StrictModel):
    name: ShortText | None = None
    phone: ShortText | None = None


class RequestSent(StrictModel):
    kind: Literal["request_sent"]
    number: ShortText
    """The body's own; the same number is the same request."""
    narrative: LongText
    place: ShortText | None = None
    asker: Asker | None = None


class RequestTakenBack(StrictModel):
    kind: Literal["request_taken_back"]
    number: ShortText


class SupervisionNoticed(StrictModel):
    kind: Literal["supervision_noticed"]
    number: ShortText
    """Of the request that the body sent."""
    notice: LongText
    reply_due: AwareDatetime


Inbound = Annotated[
    TransferReceived | TransferObjected | TransferAnswered | RequestSent | RequestTakenBack | SupervisionNoticed,
    Field(discriminator="kind"),
]


class InboundMessage(StrictModel):
    version: Literal[1]
    message: UUID
    """The same id is the same message, however often it is sent."""
    sender: CodeText
    receiver: CodeText
    sent_at: AwareDatetime
    about: Inbound


class Taken(StrictModel):
    """The answer to every message that was taken, also to one that was taken before."""

    message: UUID
    request: UUID
    transfer: UUID | None = None
    state: str | None = None


class TransferOffered(StrictModel):
    kind: Literal["transfer_offered"] = "transfer_offered"
    transfer: UUID
    category: Category
    priority: Priority
    reason: ReasonCode
    task: str | None
    """What is asked, in words that staff wrote; not for bodies that see a stub only."""
    proof_demanded: bool
    receipt_due: datetime
    answer_due: datetime


class TransferTakenBack(StrictModel):
    kind: Literal["transfer_taken_back"] = "transfer_taken_back"
    transfer: UUID


class AnswerSentBack(StrictModel):
    kind: Literal["answer_sent_back"] = "answer_sent_back"
    transfer: UUID
    note: str | None


class TransferClosed(StrictModel):
    kind: Literal["transfer_closed"] = "transfer_closed"
    transfer: UUID


class RequestState(StrictModel):
    kind: Literal["request_state"] = "request_state"
    request: UUID
    number: str | None
    stage: Literal["accepted", "in_hand", "result", "not_accepted", "closed"]
    unit: str | None
    outcome: Outcome | None
    answer: str | None
    note: str | None = None
    """Stands in for an answer that leads to a person."""


class RequestObjected(StrictModel):
    kind: Literal["request_objected"] = "request_objected"
    request: UUID
    number: str | None
    reason: ReasonCode
    note: str | None


class SupervisionAnswered(StrictModel):
    kind: Literal["supervision_answered"] = "supervision_answered"
    request: UUID
    number: str | None
    notice: UUID
    fixed: bool
    reply: str


Outbound = Annotated[
    TransferOffered
    | TransferTakenBack
    | AnswerSentBack
    | TransferClosed
    | RequestState
    | RequestObjected
    | SupervisionAnswered,
    Field(discriminator="kind"),
]


class OutboundMessage(StrictModel):
    version: Literal[1] = 1
    message: UUID
    sender: str
    receiver: str
    place: int
    """Of the messages about this matter, from 1 and without gaps."""
    sent_at: datetime
    about: Outbound
