"""What somebody may wish of a transfer."""

from datetime import datetime

from services.workorders.transfers.facts import Destination, Late, Offer, Result
from shared.contracts.codes import ReasonCode
from shared.kernel import PersonId, TextRef, UnitCode, command, value


@value
class Voice:
    """Who speaks for a body: the body itself, or a person who wrote down what it said."""

    body: UnitCode | None
    """None: whoever has it, by hand."""
    by_hand: PersonId | None = None


@command
class OfferTransfer:
    offer: Offer
    at: datetime


@command
class ActOnDanger:
    by: PersonId
    note: TextRef
    at: datetime


@command
class SendOut:
    by: PersonId
    unit: UnitCode | None
    to: Destination
    reason: ReasonCode
    notice: TextRef | None
    task: TextRef | None
    task_names_somebody: bool
    """As the vault says: a person of this request stands in it."""
    receipt_due: datetime
    objection_due: datetime
    at: datetime


@command
class TakeReceipt:
    voice: Voice
    number: TextRef | None
    at: datetime


@command
class Object:
    voice: Voice
    reason: ReasonCode
    note: TextRef | None
    at: datetime


@command
class Answer:
    voice: Voice
    result: Result
    answer: TextRef
    proof: TextRef | None
    at: datetime


@command
class SendAnswerBack:
    by: PersonId
    note: TextRef | None
    at: datetime


@command
class Close:
    """A person has looked at the answer and its proof."""

    by: PersonId
    has_read: bool
    """Whether the vault gave him the words."""
    at: datetime


@command
class TakeBack:
    by: PersonId
    reason: ReasonCode
    at: datetime


@command
class Revoke:
    reason: ReasonCode
    at: datetime


@command
class Withdraw:
    at: datetime


@command
class NoteOverdue:
    late: Late
    due: datetime
    at: datetime


TransferCommand = (
    OfferTransfer
    | ActOnDanger
    | SendOut
    | TakeReceipt
    | Object
    | Answer
    | SendAnswerBack
    | Close
    | TakeBack
    | Revoke
    | Withdraw
    | NoteOverdue
)
