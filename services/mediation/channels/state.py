"""What `decide` has to remember of a case's way through its channels."""

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID

from services.mediation.cases.values import Body, Interest, Limit, SuitStage, Trade
from services.mediation.channels.facts import (
    AgentAppointed,
    AssistanceAsked,
    CaseResumed,
    CaseSuspended,
    CaseworkExtended,
    ChannelEvent,
    ChannelHandedOver,
    FirmConsentNoted,
    HostingAccepted,
    HostingAsked,
    HostingDeclined,
    HostRecused,
    InterestDisclosed,
    LimitBreached,
    LimitWarned,
    MediationApplied,
    PenaltyDecided,
    RemoteChosen,
    SuitNoted,
    TradeNamed,
    ViolenceReported,
)
from shared.contracts.codes import Channel, ReasonCode
from shared.kernel import ClockId, PersonId, state

APPLICATION: Final = ClockId("CL-046")
"""Kept with the last side's application (R-17)."""


NAMING: Final = ClockId("CL-038")
ACCEPTING: Final = ClockId("CL-039")
PRE_SUIT: Final = ClockId("CL-035")
VIOLATION_CASE: Final = ClockId("CL-025")
OLD_VIOLATION_CASE: Final = ClockId("CL-027")


@state
class Running:
    due: datetime
    warn_at: datetime | None
    warned: bool = False
    breached: bool = False
    still: bool = False
    """It waits for the ground of a suspension to pass."""


@state
class Course:
    assisting: frozenset[Channel] = frozenset()
    trade: Trade | None = None
    letter_received_at: datetime | None = None
    apply_by: datetime | None = None
    applied: frozenset[PersonId] = frozenset()
    penalty_decided: bool = False
    suit: SuitStage | None = None
    body: Body | None = None
    """Of the host, on the day of the last session in this channel."""
    interests: Mapping[PersonId, frozenset[Interest]] = field(default_factory=dict)
    agents: Mapping[PersonId, PersonId] = field(default_factory=dict)
    """Agent → party."""
    suspects: frozenset[PersonId] = frozenset()
    hosted: frozenset[PersonId] = frozenset()
    """Everybody who was ever named host."""
    host_of_court: bool = False
    """Who was named last comes from a court himself."""
    police_sessions: int = 0
    remote: frozenset[PersonId] = frozenset()
    """Who agreed to talk on line (R-14)."""
    accepted: PersonId | None = None
    """The host who accepted to hold talks on line."""
    extensions: frozenset[UUID] = frozenset()
    """Approved papers that made a violation case longer (R-08)."""
    in_writing: frozenset[PersonId] = frozenset()
    """Firms that consented in writing (R-28)."""
    violence: bool = False
    violence_notes: frozenset[UUID] = frozenset()
    suspended: ReasonCode | None = None
    suspended_at: datetime | None = None
    limits: Mapping[ClockId, Running] = field(default_factory=dict)
    left: Mapping[ClockId, Running] = field(default_factory=dict)
    """Limits of channels that led before; whoever takes the lead again finds them so."""

    @property
    def known(self) -> Mapping[ClockId, Running]:
        """Every clock that ran in this case and was not met, whoever leads now."""
        return {**self.left, **self.limits}

    @property
    def filed(self) -> bool:
        """The court has accepted the suit (立案)."""
        return self.suit in (SuitStage.ORDINARY, SuitStage.SIMPLE)


def running(limits: tuple[Limit, ...]) -> dict[ClockId, Running]:
    return {limit.clock: Running(limit.due, limit.warn_at) for limit in limits}


def going_on(course: Course, limits: tuple[Limit, ...]) -> dict[ClockId, Running]:
    """A clock whose end stays where it was is the same one: warned of, broken and standing still as before."""
    before = course.known
    return {
        clock: before[clock] if clock in before and before[clock].due == limit.due else limit
        for clock, limit in running(limits).items()
    }


def evolve_course(course: Course, event: ChannelEvent) -> Course:
    match event:
        case ChannelHandedOver():
            taken_up = going_on(course, event.limits)
            return replace(
                course,
                limits=taken_up,
                left={clock: limit for clock, limit in course.known.items() if clock not in taken_up},
                body=None,
                assisting=course.assisting - {event.channel},
                remote=frozenset(),
                accepted=None,
            )
        case AssistanceAsked():
            return replace(course, assisting=course.assisting | {event.channel})
        case TradeNamed():
            return replace(
                course,
                trade=event.trade,
                letter_received_at=event.letter_received_at,
                apply_by=event.apply_by,
                limits={**course.limits, **going_on(course, event.limits)},
            )
        case MediationApplied():
            left = {clock: limit for clock, limit in course.limits.items() if not event.limits or clock != APPLICATION}
            return replace(course, applied=course.applied | {event.party}, limits={**left, **running(event.limits)})
        case PenaltyDecided():
            return replace(course, penalty_decided=True)
        case SuitNoted():
            limits = _without(course, ACCEPTING) if event.begins_anew else course.limits
            accepted = None if event.begins_anew else course.accepted
            return replace(course, suit=event.stage, accepted=accepted, limits=going_on(course, event.limits) or limits)
        case InterestDisclosed():
            known = course.interests.get(event.person, frozenset())
            return replace(course, interests={**course.interests, event.person: known | {event.interest}})
        case HostRecused():
            return replace(course, accepted=None, limits=_without(course, ACCEPTING))
        case AgentAppointed():
            return replace(course, agents={**course.agents, event.agent: event.party})
        case ViolenceReported():
            return replace(course, violence=True, violence_notes=course.violence_notes | {event.note.item})
        case CaseSuspended() | CaseResumed() | LimitWarned() | LimitBreached():
            return _evolve_time(course, event)
        case RemoteChosen() | HostingAsked() | HostingAccepted() | HostingDeclined():
            return _evolve_remote(course, event)
        case CaseworkExtended():
            limits = {**_without(course, VIOLATION_CASE, OLD_VIOLATION_CASE), **running(event.limits)}
            return replace(course, extensions=course.extensions | {event.approval.item}, limits=limits)
        case FirmConsentNoted():
            return replace(course, in_writing=course.in_writing | {event.party})
        case _:
            assert_never(event)


def _evolve_remote(course: Course, event: RemoteChosen | HostingAsked | HostingAccepted | HostingDeclined) -> Course:
    started = running(event.limits)
    match event:
        case RemoteChosen():
            return replace(course, remote=course.remote | {event.party}, limits={**course.limits, **started})
        case HostingAsked():
            return replace(course, accepted=None, limits={**_without(course, NAMING), **started})
        case HostingAccepted():
            met = (NAMING, ACCEPTING, PRE_SUIT) if started else (NAMING, ACCEPTING)
            return replace(course, accepted=event.host, limits={**_without(course, *met), **started})
        case HostingDeclined():
            return replace(course, accepted=None, limits={**_without(course, ACCEPTING), **started})
        case _:
            assert_never(event)


def _without(course: Course, *clocks: ClockId) -> dict[ClockId, Running]:
    return {clock: limit for clock, limit in course.limits.items() if clock not in clocks}


def _evolve_time(course: Course, event: CaseSuspended | CaseResumed | LimitWarned | LimitBreached) -> Course:
    match event:
        case CaseSuspended():
            limits, left = (_stopped(each, event.clocks) for each in (course.limits, course.left))
            return replace(course, suspended=event.reason, suspended_at=event.occurred_at, limits=limits, left=left)
        case CaseResumed():
            moved = running(event.limits)
            left = {clock: moved.pop(clock, limit) for clock, limit in course.left.items()}
            return replace(course, suspended=None, suspended_at=None, limits={**course.limits, **moved}, left=left)
        case LimitWarned():
            return _marked(course, replace(course.limits[event.clock], warned=True), event.clock)
        case LimitBreached():
            return _marked(course, replace(course.limits[event.clock], breached=True), event.clock)
        case _:
            assert_never(event)


def _stopped(limits: Mapping[ClockId, Running], clocks: tuple[ClockId, ...]) -> dict[ClockId, Running]:
    return {clock: replace(limit, still=True) if clock in clocks else limit for clock, limit in limits.items()}


def _marked(course: Course, limit: Running, clock: ClockId) -> Course:
    return replace(course, limits={**course.limits, clock: limit})
