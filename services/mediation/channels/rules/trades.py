"""Industry mediation: whose trade it is, and the joint application after a road accident (R-16, R-17, R-60)."""

from datetime import datetime

from services.mediation.cases.refusals import MediatorIsParty, NotOneOfTheParties
from services.mediation.cases.state import Open
from services.mediation.cases.values import Body, BodyKind, Trade, Way
from services.mediation.channels.commands import Apply, NameTrade, RecordApplication
from services.mediation.channels.facts import ChannelEvent, MediationApplied, TradeNamed
from services.mediation.channels.refusals import (
    ApplicationTooLate,
    BodyNotKnown,
    LetterMissing,
    NoRoadAccident,
    OnlyOneSideApplied,
    TradeNotNamed,
)
from services.mediation.channels.rules.limits import TRAFFIC_APPLICATION, counted_on, end_by, leading_clock
from shared.contracts.codes import Channel
from shared.kernel import PersonId, TextRef


def name_trade(command: NameTrade, case: Open) -> tuple[ChannelEvent, ...]:
    road = command.trade is Trade.TRAFFIC
    if road and command.letter_received_at is None:
        raise LetterMissing
    if command.trade is case.course.trade and command.letter_received_at == case.course.letter_received_at:
        return ()
    leading = case.channel is Channel.IM and not road
    limits = counted_on(case, command.limits) if leading else ()
    end = end_by(limits, leading_clock(Channel.IM, command.trade, None))
    if road:
        limits = tuple(limit for limit in command.limits if limit.clock == TRAFFIC_APPLICATION)
    return (
        TradeNamed(
            case_id=case.case_id,
            request_id=case.request_id,
            trade=command.trade,
            letter_received_at=command.letter_received_at,
            apply_by=command.apply_by if road else None,
            mediation_due=(end.due if end else command.mediation_due) if leading else None,
            limits=limits,
            occurred_at=command.at,
        ),
    )


def require_trade(case: Open) -> Trade:
    """R-60: which body may mediate depends on the trade, so it comes first."""
    if case.course.trade is None:
        raise TradeNotNamed
    return case.course.trade


def require_body(case: Open, body: Body | None) -> None:
    """R-60. On the register that day and of this trade; whether it is also listed decides what its paper is worth."""
    trade = require_trade(case)
    if body is None or body.kind is not BodyKind.INDUSTRY or trade not in body.trades:
        raise BodyNotKnown


def apply(command: Apply, case: Open) -> tuple[ChannelEvent, ...]:
    return _applied(command, case, command.how, None)


def record_application(command: RecordApplication, case: Open) -> tuple[ChannelEvent, ...]:
    if command.by in case.parties:
        raise MediatorIsParty
    return _applied(command, case, command.how, command.evidence)


def _applied(
    command: Apply | RecordApplication, case: Open, how: Way, evidence: TextRef | None
) -> tuple[ChannelEvent, ...]:
    if case.course.trade is not Trade.TRAFFIC:
        raise NoRoadAccident
    if command.party not in case.parties:
        raise NotOneOfTheParties
    if command.party in case.course.applied:
        return ()
    require_in_time(case, command.at)
    last = not others_missing(case, command.party)
    return (
        MediationApplied(
            case_id=case.case_id,
            request_id=case.request_id,
            party=command.party,
            how=how,
            evidence=evidence,
            mediation_due=command.mediation_due if last and case.channel is Channel.IM else None,
            limits=command.limits if last and case.channel is Channel.IM else (),
            occurred_at=command.at,
        ),
    )


def require_in_time(case: Open, at: datetime) -> None:
    """R-17: ten days from the letter."""
    if case.course.apply_by is not None and at > case.course.apply_by:
        raise ApplicationTooLate(due=case.course.apply_by)


def others_missing(case: Open, party: PersonId | None = None) -> int:
    return len(set(case.parties) - case.course.applied - {party})


def require_joint_application(case: Open) -> None:
    """R-17: one side's application opens nothing."""
    if case.course.trade is Trade.TRAFFIC and (missing := others_missing(case)):
        raise OnlyOneSideApplied(missing=missing)
