"""Who leads a case, and by what right the lead changes (R-01, R-02, R-05, R-09, R-14, R-60, R-61)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from services.mediation.cases.refusals import SessionStillOpen
from services.mediation.cases.state import Open
from services.mediation.cases.values import LeadGround, Limit, SessionResult, SuitStage, is_court
from services.mediation.channels.commands import AskAssistance, HandOver, NoteSuit, RecordPenalty
from services.mediation.channels.facts import (
    AssistanceAsked,
    ChannelEvent,
    ChannelHandedOver,
    PenaltyDecided,
    SuitNoted,
)
from services.mediation.channels.refusals import (
    CourtHasTheCase,
    LeadNeedsNoHelpOfItself,
    NoChannelOfMediation,
    NoViolationForPolice,
    OnlyOfficersDecidePenalties,
    OnlyPeoplesMediationTakesOver,
    OnlyTheCourtFiles,
    PenaltyAlreadyDecided,
    ReasonNotForHandOver,
    TimeOfThatChannelIsUp,
    TradeNotNamed,
    ViolenceExcludesPolice,
    ViolenceStopsMediation,
    WrittenApplicationMissing,
)
from services.mediation.channels.rules.limits import counted_on, end_by, leading_clock
from services.mediation.channels.rules.officers import is_officer
from services.mediation.channels.rules.worth import worth_of
from shared.contracts.codes import Category, Channel, ReasonCode
from shared.kernel import PersonId, RuleId

MEDIATION: Final = frozenset({Channel.PSM, Channel.PM, Channel.IM, Channel.JM})

REASONS: Final = frozenset(
    {
        ReasonCode.NOT_SETTLED,
        ReasonCode.VIOLATION_FOUND,
        ReasonCode.LEGAL_PROCEDURE,
        ReasonCode.WRONG_CATEGORY,
        ReasonCode.COMPLEX,
    }
)

SAME_CONSENT: Final = frozenset({(Channel.PM, Channel.IM), (Channel.IM, Channel.PM)})
"""Both are mediation of the same law: who agreed to one agreed to the other (R-09). Everywhere else the product
differs so much that everybody is asked anew."""


Ground = Callable[[HandOver, Open], tuple[LeadGround, RuleId]]
Time = Callable[[Open, tuple[Limit, ...]], tuple[Limit, ...]]


def hand_over(command: HandOver, case: Open, ground_of: Ground, time_of: Time) -> tuple[ChannelEvent, ...]:
    """The same case goes on under another lead; gates are the decider's, for they hold for every act."""
    if command.channel is case.channel:
        return ()
    if command.reason not in REASONS:
        raise ReasonNotForHandOver
    if case.session is not None:
        raise SessionStillOpen
    ground, rule = ground_of(command, case)
    limits = time_of(case, command.limits)
    end = end_by(limits, leading_clock(command.channel, case.course.trade, case.course.suit))
    require_time_left(case, end, command.at)
    kept = _kept(case, command.channel)
    return (
        ChannelHandedOver(
            case_id=case.case_id,
            request_id=case.request_id,
            before=case.channel,
            channel=command.channel,
            reason=command.reason,
            ground=ground,
            rule=rule,
            kept=kept,
            asked=tuple(party for party in case.parties if party not in kept),
            paper=command.paper,
            worth=worth_of(replace(case, channel=command.channel, course=replace(case.course, body=None))),
            mediation_due=end.due if end else command.mediation_due,
            limits=limits,
            occurred_at=command.at,
        ),
    )


def require_time_left(case: Open, end: Limit | None, at: datetime) -> None:
    """R-08, R-12, R-14: a case does not go where it would end at once."""
    if end is None or at < end.due:
        return
    running = case.course.known.get(end.clock)
    if running is None or not running.still:
        raise TimeOfThatChannelIsUp(due=end.due)


def lead_ground(command: HandOver, case: Open) -> tuple[LeadGround, RuleId]:
    """The legal ground of the change, or the refusal that names the law in its way."""
    match command.channel:
        case Channel.PSM:
            return to_police(command, case)
        case Channel.PM | Channel.IM | Channel.JM:
            return _away(command.channel, case)
        case _:
            raise NoChannelOfMediation


def to_police(command: HandOver, case: Open) -> tuple[LeadGround, RuleId]:
    """R-05: only out of people's mediation, before the penalty, on a written application; R-01: only violations;
    R-02: never after violence in the talks."""
    if case.category is not Category.PSO:
        raise NoViolationForPolice
    if case.course.filed:
        raise CourtHasTheCase
    if case.channel is not Channel.PM:
        raise OnlyPeoplesMediationTakesOver
    if case.course.violence:
        raise ViolenceExcludesPolice
    if case.course.penalty_decided:
        raise PenaltyAlreadyDecided
    if command.paper is None:
        raise WrittenApplicationMissing
    return LeadGround.WRITTEN_APPLICATION, RuleId("R-05")


def _away(target: Channel, case: Open) -> tuple[LeadGround, RuleId]:
    if case.course.filed and target is not Channel.JM:
        raise CourtHasTheCase
    if case.course.violence:
        raise ViolenceStopsMediation
    if case.channel is Channel.PSM:
        return _from_police(target, case)
    match target:
        case Channel.JM:
            return LeadGround.REFERRED_TO_COURT, RuleId("R-61")
        case Channel.IM:
            if case.course.trade is None:
                raise TradeNotNamed
            return LeadGround.TRADE_OF_THE_BODY, RuleId("R-60")
        case _ if case.channel is Channel.JM:
            return LeadGround.NOT_FILED, RuleId("R-61")
        case _:
            return LeadGround.BOTH_VOLUNTARY, RuleId("R-09")


def _from_police(target: Channel, case: Open) -> tuple[LeadGround, RuleId]:
    """R-05: what the sides settle before a people's mediator may end the penalty question; nothing else may."""
    if target is not Channel.PM:
        raise OnlyPeoplesMediationTakesOver
    if case.course.penalty_decided:
        raise PenaltyAlreadyDecided
    return LeadGround.BEFORE_PENALTY, RuleId("R-05")


def _kept(case: Open, target: Channel) -> tuple[PersonId, ...]:
    if (case.channel, target) not in SAME_CONSENT:
        return ()
    return tuple(party for party in case.parties if party in case.consented)


def ask_assistance(command: AskAssistance, case: Open) -> tuple[ChannelEvent, ...]:
    """One channel leads, any other may help; helping opens no door to hosting."""
    if command.channel not in MEDIATION:
        raise NoChannelOfMediation
    if command.channel is case.channel:
        raise LeadNeedsNoHelpOfItself
    if command.channel in case.course.assisting:
        return ()
    return (
        AssistanceAsked(
            case_id=case.case_id,
            request_id=case.request_id,
            channel=command.channel,
            unit=command.unit,
            occurred_at=command.at,
        ),
    )


def record_penalty(command: RecordPenalty, case: Open) -> tuple[ChannelEvent, ...]:
    """R-05. Decided by officers, outside of every mediation; here it only closes the way."""
    if case.category is not Category.PSO:
        raise NoViolationForPolice
    if not is_officer(command.by.roles):
        raise OnlyOfficersDecidePenalties
    if case.course.penalty_decided:
        return ()
    return (
        PenaltyDecided(
            case_id=case.case_id,
            request_id=case.request_id,
            reference=command.reference,
            decided_by=command.by.person,
            occurred_at=command.at,
        ),
    )


def note_suit(command: NoteSuit, case: Open) -> tuple[ChannelEvent, ...]:
    """R-14, R-61. The court's word: from filing on only the court hosts, so that whoever else hosted stops hosting.
    A later word never leads back before filing."""
    if command.by is not None and not is_court(command.by.body):
        raise OnlyTheCourtFiles
    if command.stage is case.course.suit or case.course.filed:
        return ()
    limits = counted_on(case, command.limits) if case.channel is Channel.JM else ()
    end = end_by(limits, leading_clock(Channel.JM, None, command.stage))
    due = end.due if end else command.mediation_due
    return (
        SuitNoted(
            case_id=case.case_id,
            request_id=case.request_id,
            stage=command.stage,
            mediation_due=due if case.channel is Channel.JM else None,
            limits=limits,
            begins_anew=command.stage is not SuitStage.PRE_SUIT and not _in_the_courts_hands(case),
            occurred_at=command.at,
        ),
    )


def _in_the_courts_hands(case: Open) -> bool:
    """Hosted by its own people, and nothing agreed before others. Who sits at this moment ends his session first."""
    if case.session is not None:
        return True
    if case.result is SessionResult.AGREED and not case.heard_by_court:
        return False
    return case.host is None or (case.channel is Channel.JM and case.course.host_of_court)
