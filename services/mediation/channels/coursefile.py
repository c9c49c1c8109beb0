"""The part of a case's file that tells its way through the channels. Nobody's words stand in it."""

from datetime import datetime

from pydantic import BaseModel

from services.mediation.cases.state import CaseState, Open
from services.mediation.channels.facts import (
    AgentAppointed,
    AssistanceAsked,
    CaseResumed,
    CaseSuspended,
    CaseworkExtended,
    ChannelHandedOver,
    FirmConsentNoted,
    HostingAccepted,
    HostingAsked,
    HostingDeclined,
    HostRecused,
    InterestDisclosed,
    MediationApplied,
    PenaltyDecided,
    RemoteChosen,
    SuitNoted,
    TradeNamed,
    ViolenceReported,
)
from services.mediation.channels.rules.worth import worth_of
from shared.kernel import PersonId


class LegFile(BaseModel):
    """One channel's time in the lead, and by what right it took it."""

    channel: str
    since: datetime
    reason: str | None = None
    ground: str | None = None
    rule: str | None = None


class LimitFile(BaseModel):
    clock: str
    due: datetime
    warn_at: datetime | None
    warned: bool
    breached: bool
    still: bool


class InterestFile(BaseModel):
    person: PersonId
    interest: str


class AgentFile(BaseModel):
    agent: PersonId
    party: PersonId


class CourseFile(BaseModel):
    legs: list[LegFile] = []
    assisting: list[str] = []
    units: list[str] = []
    """Asked to help; their people see the case as a task of theirs."""
    worth: str | None = None
    """What an agreement of the present lead would be worth (code of `effects`)."""
    trade: str | None = None
    apply_by: datetime | None = None
    applied: list[PersonId] = []
    penalty_decided: bool = False
    suit: str | None = None
    interests: list[InterestFile] = []
    agents: list[AgentFile] = []
    remote: list[PersonId] = []
    """Who agreed to talk on line."""
    hosting_accepted: bool | None = None
    """None: nobody was asked to host talks on line."""
    extensions: int = 0
    """How often a violation case was made longer."""
    in_writing: list[PersonId] = []
    """Firms whose written consent is there."""
    violence: bool = False
    suspended: str | None = None
    limits: list[LimitFile] = []

    def for_parties(self) -> "CourseFile":
        """Who struck whom is the officers' to say; who leads, until when and for what worth is everybody's."""
        return self.model_copy(update={"violence": False})


def apply_course(file: CourseFile, event: object) -> None:
    match event:
        case ChannelHandedOver():
            file.legs.append(
                LegFile(
                    channel=event.channel,
                    since=event.occurred_at,
                    reason=event.reason,
                    ground=event.ground,
                    rule=event.rule,
                )
            )
            file.remote, file.hosting_accepted = [], None
            file.assisting = [channel for channel in file.assisting if channel != event.channel]
        case AssistanceAsked():
            file.assisting.append(str(event.channel))
            file.units.append(event.unit)
        case TradeNamed():
            file.trade, file.apply_by = event.trade, event.apply_by
        case MediationApplied():
            file.applied.append(event.party)
        case PenaltyDecided():
            file.penalty_decided = True
        case SuitNoted():
            file.suit = event.stage
            file.hosting_accepted = None if event.begins_anew else file.hosting_accepted
        case InterestDisclosed():
            file.interests.append(InterestFile(person=event.person, interest=event.interest))
        case AgentAppointed():
            file.agents.append(AgentFile(agent=event.agent, party=event.party))
        case ViolenceReported():
            file.violence = True
        case RemoteChosen():
            file.remote.append(event.party)
        case HostingAsked():
            file.hosting_accepted = False
        case HostingAccepted():
            file.hosting_accepted = True
        case HostingDeclined() | HostRecused():
            file.hosting_accepted = None
        case CaseworkExtended():
            file.extensions += 1
        case FirmConsentNoted():
            file.in_writing.append(event.party)
        case CaseSuspended():
            file.suspended = event.reason
        case CaseResumed():
            file.suspended = None
        case _:
            pass


def with_present(file: CourseFile, case: CaseState) -> None:
    """What follows from all of it: running limits, and the worth of an agreement reached now."""
    if not isinstance(case, Open):
        return
    file.worth = worth_of(case)
    file.limits = [
        LimitFile(
            clock=clock,
            due=limit.due,
            warn_at=limit.warn_at,
            warned=limit.warned,
            breached=limit.breached,
            still=limit.still,
        )
        for clock, limit in sorted(case.course.limits.items())
    ]
