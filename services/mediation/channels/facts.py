"""What happens to a case between its channels: who leads, who helps, what binds the host, and until when."""

from datetime import datetime
from uuid import UUID

from services.mediation.cases.values import (
    CaseId,
    Interest,
    LeadGround,
    Limit,
    SuitStage,
    Trade,
    Way,
)
from shared.contracts.codes import Channel, Effect, ReasonCode
from shared.kernel import ClockId, PersonId, RequestId, RuleId, TextRef, UnitCode, fact


@fact("channel_handed_over")
class ChannelHandedOver:
    """Another channel leads from here on. What was said and done before stays in the file."""

    case_id: CaseId
    request_id: RequestId
    before: Channel
    channel: Channel
    reason: ReasonCode
    ground: LeadGround
    rule: RuleId
    kept: tuple[PersonId, ...]
    """Whose consent also holds for the new channel."""
    asked: tuple[PersonId, ...]
    """Everybody else, anew."""
    paper: TextRef | None
    """The written application, where the law wants one (R-05)."""
    worth: Effect
    """What an agreement is worth from here on, told with the question for consent."""
    mediation_due: datetime
    limits: tuple[Limit, ...]
    occurred_at: datetime


@fact("assistance_asked")
class AssistanceAsked:
    """Another channel helps; it neither hosts nor signs."""

    case_id: CaseId
    request_id: RequestId
    channel: Channel
    unit: UnitCode
    occurred_at: datetime


@fact("trade_named")
class TradeNamed:
    case_id: CaseId
    request_id: RequestId
    trade: Trade
    letter_received_at: datetime | None
    """Of the liability letter after a road accident (R-17)."""
    apply_by: datetime | None
    mediation_due: datetime | None
    """The trade's own time, where it has one and leads already (R-16)."""
    limits: tuple[Limit, ...]
    occurred_at: datetime


@fact("mediation_applied")
class MediationApplied:
    """One side's part of a joint application (R-17)."""

    case_id: CaseId
    request_id: RequestId
    party: PersonId
    how: Way
    evidence: TextRef | None
    mediation_due: datetime | None
    """With the last side's application the ten days begin."""
    limits: tuple[Limit, ...]
    occurred_at: datetime


@fact("penalty_decided")
class PenaltyDecided:
    """The question of punishment is closed; nothing private can end it any more (R-05)."""

    case_id: CaseId
    request_id: RequestId
    reference: TextRef
    decided_by: PersonId
    occurred_at: datetime


@fact("suit_noted")
class SuitNoted:
    case_id: CaseId
    request_id: RequestId
    stage: SuitStage
    mediation_due: datetime | None
    limits: tuple[Limit, ...]
    begins_anew: bool = False
    """Whoever hosted stops, and what was agreed before him carries no paper of the court (R-61)."""
    occurred_at: datetime


@fact("interest_disclosed")
class InterestDisclosed:
    case_id: CaseId
    request_id: RequestId
    person: PersonId
    interest: Interest
    note: TextRef | None
    occurred_at: datetime


@fact("host_recused")
class HostRecused:
    case_id: CaseId
    request_id: RequestId
    host: PersonId
    interest: Interest
    rule: RuleId
    occurred_at: datetime


@fact("agent_appointed")
class AgentAppointed:
    case_id: CaseId
    request_id: RequestId
    party: PersonId
    agent: PersonId
    mandate: TextRef
    occurred_at: datetime


@fact("violence_reported")
class ViolenceReported:
    case_id: CaseId
    request_id: RequestId
    note: TextRef
    reported_by: PersonId
    occurred_at: datetime


@fact("handling_suspended")
class CaseSuspended:
    case_id: CaseId
    request_id: RequestId
    reason: ReasonCode
    clocks: tuple[ClockId, ...]
    """Those that list this ground, and only they, stand still."""
    evidence: TextRef
    occurred_at: datetime


@fact("handling_resumed")
class CaseResumed:
    case_id: CaseId
    request_id: RequestId
    mediation_due: datetime | None
    limits: tuple[Limit, ...]
    occurred_at: datetime


@fact("limit_warned")
class LimitWarned:
    case_id: CaseId
    request_id: RequestId
    clock: ClockId
    due: datetime
    occurred_at: datetime


@fact("limit_breached")
class LimitBreached:
    case_id: CaseId
    request_id: RequestId
    clock: ClockId
    due: datetime
    occurred_at: datetime


@fact("remote_chosen")
class RemoteChosen:
    """One side wants the talks on line (R-14); with the last one the time for naming a mediator begins."""

    case_id: CaseId
    request_id: RequestId
    party: PersonId
    how: Way
    evidence: TextRef | None
    missing: tuple[PersonId, ...]
    limits: tuple[Limit, ...]
    occurred_at: datetime


@fact("hosting_asked")
class HostingAsked:
    """The named mediator of talks on line has three working days to accept (R-14)."""

    case_id: CaseId
    request_id: RequestId
    host: PersonId
    limits: tuple[Limit, ...]
    occurred_at: datetime


@fact("hosting_accepted")
class HostingAccepted:
    case_id: CaseId
    request_id: RequestId
    host: PersonId
    mediation_due: datetime | None
    """The thirty days begin here, unless the court, having filed, set its own time."""
    limits: tuple[Limit, ...]
    occurred_at: datetime


@fact("hosting_declined")
class HostingDeclined:
    """In words or by silence: another mediator is named, in the same time as the first."""

    case_id: CaseId
    request_id: RequestId
    host: PersonId
    by_silence: bool
    limits: tuple[Limit, ...]
    occurred_at: datetime


@fact("firm_consent_noted")
class FirmConsentNoted:
    """A firm agreed in writing that its economic dispute is mediated (R-28)."""

    case_id: CaseId
    request_id: RequestId
    party: PersonId
    paper: TextRef | None
    recorded_by: PersonId | None
    matter: UUID | None
    """The workstation's matter that holds the paper; None where it was handed in here."""
    occurred_at: datetime


@fact("casework_extended")
class CaseworkExtended:
    """The next higher police body gave thirty days more (R-08)."""

    case_id: CaseId
    request_id: RequestId
    approval: TextRef
    recorded_by: PersonId
    mediation_due: datetime
    limits: tuple[Limit, ...]
    occurred_at: datetime


ChannelEvent = (
    ChannelHandedOver
    | AssistanceAsked
    | TradeNamed
    | MediationApplied
    | PenaltyDecided
    | SuitNoted
    | InterestDisclosed
    | HostRecused
    | AgentAppointed
    | ViolenceReported
    | CaseSuspended
    | CaseResumed
    | LimitWarned
    | LimitBreached
    | RemoteChosen
    | HostingAsked
    | HostingAccepted
    | HostingDeclined
    | FirmConsentNoted
    | CaseworkExtended
)
