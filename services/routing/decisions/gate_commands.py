"""What people wish of a gate."""

from datetime import datetime

from services.routing.decisions.rules.crime_review import Extension
from services.routing.decisions.rules.gates import GateResult
from services.routing.decisions.rules.grounds import Ground
from services.routing.decisions.rules.owners import Roster
from shared.contracts.codes import Gate
from shared.kernel import PersonId, RequestId, TextRef, UnitCode, command


@command
class DecideGate:
    request_id: RequestId
    gate: Gate
    result: GateResult
    ground: Ground | None = None
    by_role: str
    note: TextRef | None
    roster: Roster
    at: datetime


@command
class AskExtension:
    request_id: RequestId
    extension: Extension
    by_role: str
    by: PersonId
    note: TextRef
    at: datetime


@command
class DecideExtension:
    request_id: RequestId
    approved: bool
    by_role: str
    by: PersonId
    note: TextRef | None
    at: datetime


@command
class ServeRefusalLetter:
    request_id: RequestId
    by_role: str
    letter: TextRef
    at: datetime


@command
class RequestReview:
    request_id: RequestId
    roster: Roster
    at: datetime


@command
class AnswerReview:
    request_id: RequestId
    overturned: bool
    by_role: str
    by: PersonId
    note: TextRef
    roster: Roster
    at: datetime


@command
class NameComplainedOf:
    """`units` and `people` as the directory of the day has them: the units named, their members and deputies."""

    request_id: RequestId
    units: frozenset[UnitCode]
    people: frozenset[PersonId]
    roster: Roster
    at: datetime


GateCommand = (
    DecideGate | AskExtension | DecideExtension | ServeRefusalLetter | RequestReview | AnswerReview | NameComplainedOf
)
GATE_COMMANDS = (
    DecideGate, AskExtension, DecideExtension, ServeRefusalLetter, RequestReview, AnswerReview, NameComplainedOf,
)  # fmt: skip
