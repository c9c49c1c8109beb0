"""What callers send to the front desk, and what they get."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from services.intake.requests.facts import Kind, Wanted
from shared.contracts.codes import Door, ReasonCode
from shared.kernel import ItemCode
from shared.web import CodeText, LongText, ShortText, StrictModel

MAX_ITEMS = 30


class ContactBody(StrictModel):
    name: ShortText | None = None
    phone: ShortText | None = None
    email: Annotated[str, Field(max_length=200, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    id_number: ShortText | None = None


class OtherPartyBody(StrictModel):
    name: ShortText | None = None
    phone: ShortText | None = None


class FileBody(StrictModel):
    kind: Kind = Kind.OTHER
    title: ShortText | None = None
    narrative: LongText
    place: ShortText | None = None
    contact: ContactBody | None = None
    other_party: OtherPartyBody | None = None


class PersonBody(ContactBody):
    """Somebody as another person knows him: what cannot be used is left out, and stops nothing."""

    email: ShortText | None = None


class DoorBody(FileBody):
    """What somebody brings who is not, or not only, the one who asks."""

    door: Door
    system: ShortText | None = None
    number: ShortText | None = None
    """Under which the outside system knows it."""
    group: ShortText | None = None
    contact: PersonBody | None = None
    """Who asks; at doors where nobody does, for whom it is."""
    beneficiary: PersonBody | None = None
    """For whom it is, where that is not who asks."""
    agreed: bool = False
    """He knows of it and wants it."""


class SupplementBody(StrictModel):
    text: LongText


class InfoBody(StrictModel):
    items: Annotated[tuple[CodeText, ...], Field(max_length=MAX_ITEMS)] = ()
    note: LongText | None = None
    due: AwareDatetime | None = None

    @property
    def codes(self) -> tuple[ItemCode, ...]:
        return tuple(ItemCode(item) for item in self.items)


class RefusalBody(StrictModel):
    reason: ReasonCode
    note: LongText


class WithdrawalBody(StrictModel):
    note: LongText | None = None


class ReopeningBody(StrictModel):
    reason: ReasonCode
    note: LongText | None = None


class FollowBody(StrictModel):
    code: Annotated[str, Field(max_length=40)]
    pin: Annotated[str, Field(max_length=40)]


class PromiseMade(StrictModel):
    what: str
    who: str
    until: datetime
    clock: str


class DangerHelp(StrictModel):
    kinds: tuple[str, ...]
    numbers: tuple[str, ...]
    words: tuple[str, ...]


class ReceiptContent(StrictModel):
    field: str
    text: str
    content_salt: str
    content_commitment: str


class Receipt(StrictModel):
    record_id: UUID
    fact: str
    salt: str
    content: tuple[ReceiptContent, ...] | None
    proof_url: str


class FiledAnswer(StrictModel):
    request_id: UUID
    code: str
    pin: str
    state: str
    promises: tuple[PromiseMade, ...]
    danger: DangerHelp | None
    receipt: Receipt
    record_id: UUID


class DoorAnswer(StrictModel):
    request_id: UUID
    code: str
    pin: str | None
    """None at doors where whoever files hands nothing to anybody, and for a number that was known."""
    state: str
    promises: tuple[PromiseMade, ...]
    danger: DangerHelp | None
    receipt: Receipt | None
    record_id: UUID
    door: Door
    asked: Wanted
    repeated: bool
    """The outside number was known: nothing was filed twice."""


class RegistrationAnswer(StrictModel):
    """State only: what an outside system may know of what it sent."""

    request_id: UUID
    door: str
    state: str
    filed_at: datetime
    unit: str | None
    handling: str | None
    outcome: str | None
    answered: bool
    next_step: str
    asked: Wanted


class FeedbackBody(StrictModel):
    text: LongText


class Done(StrictModel):
    """The answer of every other command."""

    request_id: UUID
    state: str
    version: int
    record_id: UUID | None


class Added(Done):
    danger: DangerHelp | None


class PromiseKept(StrictModel):
    clock: str
    due: datetime | None
    state: str
    at: datetime | None


class Step(StrictModel):
    fact: str
    at: datetime
    role: str
    unit: str | None
    service: str
    detail: str | None


class Holder(StrictModel):
    unit: str | None
    owner: UUID | None
    channel: str | None


class Asked(StrictModel):
    items: tuple[str, ...]
    due: datetime


class RequestAnswer(StrictModel):
    request_id: UUID
    code: str
    kind: str
    door: str
    brought_by: str | None
    """The role of who filed it, where that is not who asks."""
    wanted: Wanted
    state: str
    filed_at: datetime
    attempt: int
    danger: tuple[str, ...]
    handling: str | None
    """State of the handling in hand, when there is one."""
    holder: Holder
    next_step: str
    next_words: str
    asked: Asked | None
    outcome: str | None
    answered: bool
    told: bool
    unread_addition: bool
    duties_watched: int
    promises: tuple[PromiseKept, ...]
    timeline: tuple[Step, ...]
    version: int


class FollowAnswer(RequestAnswer):
    token: str


class RequestList(StrictModel):
    requests: tuple[dict[str, Any], ...]
    next_cursor: str | None
