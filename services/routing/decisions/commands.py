"""What people, reactions and timers wish of a decision. Facts of the directory come with the wish."""

from datetime import date, datetime

from services.routing.decisions.facts import (
    Carrying,
    CategoryGuess,
    ChannelGuess,
    EndedBy,
    HandlingStep,
    PoliceGuess,
    PriorityGuess,
)
from services.routing.decisions.gate_commands import GateCommand
from services.routing.decisions.model_facts import ShadowAnswer
from services.routing.decisions.placing_commands import PlacingCommand
from services.routing.decisions.rules.acts import ActKind
from services.routing.decisions.rules.owners import Assignment, Owner, Roster
from services.routing.directory.sightings import Sighting
from shared.contracts.codes import Category, Channel, Door, Flag, Outcome, Police, Priority, ReasonCode
from shared.contracts.danger import DangerKind
from shared.kernel import ClockId, GridCode, ModelVersion, PersonId, RequestId, TextRef, command


@command
class BeginTriage:
    request_id: RequestId
    door: Door
    title: TextRef | None
    narrative: TextRef
    place: TextRef | None
    requester: PersonId | None
    other_party: PersonId | None
    danger: tuple[DangerKind, ...]
    filed_at: datetime
    roster: Roster
    at: datetime


@command
class RecordJudgement:
    request_id: RequestId
    category: CategoryGuess
    priority: PriorityGuess
    police: PoliceGuess
    channel: ChannelGuess
    flags: tuple[Flag, ...]
    words: tuple[Carrying, ...]
    danger: tuple[DangerKind, ...]
    unsure: bool
    model: ModelVersion
    grid: GridCode | None
    sighting: Sighting | None = None
    roster: Roster
    at: datetime
    shadow: ShadowAnswer | None = None
    """Of the model on trial, where there is one."""
    acts: tuple[ActKind, ...] = ()
    acted_on: date | None = None
    """When it was done, where the text says so."""


@command
class CorrectJudgement:
    """What a slower model makes of a request that the first one was unsure of."""

    request_id: RequestId
    category: CategoryGuess
    priority: PriorityGuess
    police: PoliceGuess
    channel: ChannelGuess
    flags: tuple[Flag, ...]
    unsure: bool
    model: ModelVersion
    roster: Roster
    at: datetime


@command
class NoteTextUnavailable:
    request_id: RequestId
    again: bool
    """False where trying again would not help: the text was erased, or is closed to triage."""
    roster: Roster
    at: datetime


@command
class Confirm:
    request_id: RequestId
    note: TextRef | None
    roster: Roster
    at: datetime


@command
class Overrule:
    """What is None stays as it was, or follows from the new category."""

    request_id: RequestId
    category: Category | None = None
    flags: tuple[Flag, ...] | None = None
    priority: Priority | None = None
    police: Police | None = None
    channel: Channel | None = None
    chosen: Assignment | None = None
    reason: ReasonCode
    note: TextRef | None = None
    roster: Roster
    at: datetime


@command
class UndoOverrule:
    request_id: RequestId
    roster: Roster
    at: datetime


@command
class UndoConfirmation:
    request_id: RequestId
    roster: Roster
    at: datetime


@command
class TakeBack:
    """The handler returned it, or handed it over (`reason` None)."""

    request_id: RequestId
    attempt: int
    owner: PersonId | None
    reason: ReasonCode | None
    roster: Roster
    at: datetime


@command
class ReopenTriage:
    request_id: RequestId
    reopening: int
    reason: ReasonCode
    former_handler: PersonId | None
    roster: Roster
    at: datetime


@command
class NoteHandling:
    request_id: RequestId
    attempt: int | None
    """None where the handler's record does not say."""
    step: HandlingStep
    outcome: Outcome | None
    by: Owner | None = None
    """Who signed."""
    at: datetime


@command
class NoteTold:
    """The person was told the outcome."""

    request_id: RequestId
    at: datetime


@command
class NoteInfoRequested:
    request_id: RequestId
    due: datetime
    at: datetime


@command
class NoteSupplemented:
    request_id: RequestId
    answers_request: bool
    danger: tuple[DangerKind, ...]
    roster: Roster
    at: datetime


@command
class NoteEscalation:
    """The host of the case reported at `reported_at` that the dispute threatens to become violent."""

    request_id: RequestId
    reported_at: datetime
    roster: Roster
    at: datetime


@command
class EndTriage:
    request_id: RequestId
    why: EndedBy
    at: datetime


@command
class ResumeTriage:
    """It was taken for the same matter as another, and is decided on by itself again."""

    request_id: RequestId
    roster: Roster
    at: datetime


@command
class WarnClock:
    request_id: RequestId
    clock: ClockId
    at: datetime


@command
class BreachClock:
    request_id: RequestId
    clock: ClockId
    at: datetime


DecisionCommand = (
    BeginTriage
    | RecordJudgement
    | CorrectJudgement
    | NoteTextUnavailable
    | Confirm
    | Overrule
    | UndoOverrule
    | UndoConfirmation
    | GateCommand
    | PlacingCommand
    | TakeBack
    | ReopenTriage
    | NoteHandling
    | NoteTold
    | NoteInfoRequested
    | NoteSupplemented
    | NoteEscalation
    | EndTriage
    | ResumeTriage
    | WarnClock
    | BreachClock
)
