"""A dispute on its way through the channels: who may host where, and the acts that move the lead."""

from dataclasses import replace
from datetime import datetime, timedelta

from services.mediation.cases.commands import CaseCommand, Official, OpenCase
from services.mediation.cases.values import Body, BodyKind, Limit, SuitStage, Trade
from services.mediation.channels.commands import HandOver, NameTrade, NoteSuit, RecordPenalty, RemoteTerm
from shared.contracts.codes import Category, Channel, Flag, ReasonCode, Role
from shared.kernel import ClockId, TextRef, UnitCode
from tests.mediation.cases.samples import (
    BOTH_CONSENT,
    MEDIATOR,
    MONDAY,
    MONTH_END,
    NOTICE,
    OFFICER,
    VIOLATION,
    names,
    offered,
    person,
    signs,
    text,
)

ASSOCIATION = UnitCode("INDUSTRY-1")
COURT = UnitCode("COURT-1")

LISTED = Body(ASSOCIATION, BodyKind.INDUSTRY, (Trade.PROPERTY, Trade.LABOUR, Trade.TRAFFIC), listed=True)
UNLISTED = Body(ASSOCIATION, BodyKind.INDUSTRY, (Trade.PROPERTY,), listed=False)
OF_OTHER_TRADE = Body(ASSOCIATION, BodyKind.INDUSTRY, (Trade.MEDICAL,), listed=True)
THE_COURT = Body(COURT, BodyKind.COURT, (), listed=False)

INDUSTRY_ROLE = frozenset({Role.INDUSTRY_MEDIATOR})
COURT_ROLE = frozenset({Role.COURT_MEDIATOR})
INDUSTRY = Official(person(30), INDUSTRY_ROLE, ASSOCIATION, body=LISTED)
INDUSTRY_UNLISTED = Official(person(30), INDUSTRY_ROLE, ASSOCIATION, body=UNLISTED)
INDUSTRY_UNKNOWN = Official(person(30), INDUSTRY_ROLE, ASSOCIATION)
INDUSTRY_OF_OTHER_TRADE = Official(person(30), INDUSTRY_ROLE, ASSOCIATION, body=OF_OTHER_TRADE)
JUDGE = Official(person(31), COURT_ROLE, COURT, body=THE_COURT)
INVITED = Official(person(32), COURT_ROLE, UnitCode("STUDIO-1"), invited_by=COURT)
STRANGER_TO_COURT = Official(person(33), COURT_ROLE, UnitCode("STUDIO-1"))

ENTITLED = {Channel.PSM: OFFICER, Channel.PM: MEDIATOR, Channel.IM: INDUSTRY, Channel.JM: JUDGE}
APPLICATION = text(70)

CATEGORY_OF = {Channel.PSM: Category.PSO}


def case_in(
    channel: Channel, *flags: Flag, suit: SuitStage | None = None, category: Category | None = None
) -> OpenCase:
    wish = offered(channel, category or CATEGORY_OF.get(channel, Category.DIS), flags)
    return replace(wish, suit=suit)


def names_trade(trade: Trade = Trade.PROPERTY, letter: datetime | None = None, at: datetime = MONDAY) -> NameTrade:
    apply_by = letter + timedelta(days=10) if letter else None
    return NameTrade(
        trade=trade,
        letter_received_at=letter,
        apply_by=apply_by,
        mediation_due=MONDAY + timedelta(days=15),
        limits=(limit("CL-046", apply_by),) if apply_by else (limit("CL-041", MONDAY + timedelta(days=15)),),
        at=at,
    )


def limit(clock: str, due: datetime) -> Limit:
    return Limit(ClockId(clock), due, due - timedelta(days=3))


def term(at: datetime = MONDAY) -> RemoteTerm:
    return RemoteTerm(
        limit("CL-038", at + timedelta(days=5)),
        limit("CL-039", at + timedelta(days=5)),
        limit("CL-040", at + timedelta(days=30)),
    )


def hands_over(
    channel: Channel,
    reason: ReasonCode = ReasonCode.NOT_SETTLED,
    paper: TextRef | None = None,
    at: datetime = MONDAY,
) -> HandOver:
    return HandOver(
        channel=channel,
        reason=reason,
        paper=paper,
        mediation_due=MONTH_END,
        limits=(limit(LEADING[channel], MONTH_END),),
        at=at,
    )


LEADING = {Channel.PSM: "CL-025", Channel.PM: "CL-029", Channel.IM: "CL-029", Channel.JM: "CL-035"}


def court_says(stage: SuitStage, at: datetime = MONDAY, by: Official | None = JUDGE) -> NoteSuit:
    return NoteSuit(stage=stage, by=by, mediation_due=MONTH_END, limits=(limit("CL-036", MONTH_END),), at=at)


PENALTY = RecordPenalty(reference=text(71), by=OFFICER, at=MONDAY)

VIOLATION_CASE: tuple[CaseCommand, ...] = (case_in(Channel.PSM), signs(), VIOLATION)
PLAIN_CASE: tuple[CaseCommand, ...] = (case_in(Channel.PM), signs(), NOTICE)
INDUSTRY_CASE: tuple[CaseCommand, ...] = (case_in(Channel.IM), signs(), names_trade())
COURT_CASE: tuple[CaseCommand, ...] = (case_in(Channel.JM), signs())
OF_CHANNEL = {
    Channel.PSM: VIOLATION_CASE,
    Channel.PM: PLAIN_CASE,
    Channel.IM: INDUSTRY_CASE,
    Channel.JM: COURT_CASE,
}


def ready(channel: Channel) -> tuple[CaseCommand, ...]:
    return (*OF_CHANNEL[channel], *BOTH_CONSENT, names(ENTITLED[channel]))
