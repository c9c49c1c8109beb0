"""What people, courts and timers may ask about the channel of a case."""

from datetime import datetime
from uuid import UUID

from services.mediation.cases.values import Body, Conflict, Interest, Limit, OwnWay, RecordedWay, SuitStage, Trade
from shared.contracts.codes import Channel, Panel, ReasonCode, Role
from shared.kernel import ClockId, PersonId, TextRef, UnitCode, command, value


@value
class Official:
    """Who acts, as the desk knows it at that moment. `registered_with`: committee on whose register the person stands
    today, or none; `invited_by`: the court on whose register; `body`: what the register of bodies says of the unit."""

    person: PersonId
    roles: frozenset[Role]
    unit: UnitCode | None
    registered_with: UnitCode | None = None
    body: Body | None = None
    invited_by: UnitCode | None = None
    conflicts: tuple[Conflict, ...] = ()
    """Where the own history knows this person on the side of a present party."""


@value
class PanelSeen:
    """The panel of the case as it stands when somebody acts."""

    template: Panel
    lacking: int
    """Confirmed seats that are missing for the quorum."""
    members: tuple[PersonId, ...]


@value
class RemoteTerm:
    """The three limits of talks on line, counted from the moment of the act (R-14)."""

    naming: Limit
    accepting: Limit
    mediating: Limit


@command
class HandOver:
    channel: Channel
    reason: ReasonCode
    paper: TextRef | None
    mediation_due: datetime
    limits: tuple[Limit, ...]
    at: datetime


@command
class AskAssistance:
    channel: Channel
    unit: UnitCode
    at: datetime


@command
class NameTrade:
    trade: Trade
    letter_received_at: datetime | None
    apply_by: datetime | None
    mediation_due: datetime
    limits: tuple[Limit, ...]
    at: datetime


@command
class Apply:
    party: PersonId
    how: OwnWay
    mediation_due: datetime
    limits: tuple[Limit, ...]
    at: datetime


@command
class RecordApplication:
    party: PersonId
    how: RecordedWay
    evidence: TextRef
    by: PersonId
    mediation_due: datetime
    limits: tuple[Limit, ...]
    at: datetime


@command
class RecordPenalty:
    reference: TextRef
    by: Official
    at: datetime


@command
class NoteSuit:
    stage: SuitStage
    by: Official | None
    """None: it came with the docked suit, which its own court alone moves on."""
    mediation_due: datetime
    limits: tuple[Limit, ...]
    at: datetime


@command
class DiscloseInterest:
    person: PersonId
    interest: Interest
    note: TextRef | None
    at: datetime


@command
class AppointAgent:
    party: PersonId
    agent: PersonId
    mandate: TextRef
    panel: PanelSeen | None
    at: datetime


@command
class ReportViolence:
    note: TextRef
    by: PersonId
    at: datetime


@command
class Suspend:
    reason: ReasonCode
    evidence: TextRef
    at: datetime


@command
class Resume:
    mediation_due: datetime | None
    limits: tuple[Limit, ...]
    at: datetime


@command
class WatchLimit:
    """A limit's timer woke: warn, or note that it is broken."""

    clock: ClockId
    remote: RemoteTerm | None = None
    """For the next mediator, where this one let his time pass."""
    at: datetime


@command
class ChooseRemote:
    party: PersonId
    how: OwnWay
    term: RemoteTerm
    at: datetime


@command
class RecordRemote:
    party: PersonId
    how: RecordedWay
    evidence: TextRef
    by: PersonId
    term: RemoteTerm
    at: datetime


@command
class AcceptHosting:
    by: PersonId
    term: RemoteTerm
    at: datetime


@command
class DeclineHosting:
    by: PersonId
    term: RemoteTerm
    at: datetime


@command
class RecordFirmConsent:
    party: PersonId
    paper: TextRef
    by: PersonId
    at: datetime


@command
class NoteFirmConsent:
    """The workstation has the firm's paper."""

    matter: UUID
    at: datetime


@command
class ExtendCasework:
    approval: TextRef
    by: Official
    limit: Limit
    """Thirty days from the present end."""
    at: datetime


ChannelCommand = (
    HandOver
    | AskAssistance
    | NameTrade
    | Apply
    | RecordApplication
    | RecordPenalty
    | NoteSuit
    | DiscloseInterest
    | AppointAgent
    | ReportViolence
    | Suspend
    | Resume
    | WatchLimit
    | ChooseRemote
    | RecordRemote
    | AcceptHosting
    | DeclineHosting
    | RecordFirmConsent
    | NoteFirmConsent
    | ExtendCasework
)
