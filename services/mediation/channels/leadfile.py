"""Which channel may take a case over now: each is tried, and the refusal is the reason why not."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.mediation.cases import deadlines
from services.mediation.cases.bodies import WhyNot
from services.mediation.cases.decider import case_decider
from services.mediation.cases.state import CaseState, Open
from services.mediation.channels.commands import HandOver
from services.mediation.channels.facts import ChannelHandedOver
from services.mediation.channels.rules.limits import LENGTHS, by_law_of, leading_clock
from shared.contracts.codes import Channel, ReasonCode
from shared.kernel import Digest, PersonId, Rejection, TextRef

CHANNELS = (Channel.PSM, Channel.PM, Channel.IM, Channel.JM)
APPLICATION = TextRef(UUID(int=0), Digest("0" * 64))


class LeadFile(BaseModel):
    """One channel as a wish: what lets it take over, who is asked anew, what an agreement would be worth there."""

    channel: str
    leads: bool
    allowed: bool
    why_not: WhyNot | None = None
    rule: str | None = None
    ground: str | None = None
    application: bool = False
    """Only with a written application, which goes to the vault."""
    asked: list[PersonId] = []
    worth: str | None = None
    clock: str | None = None
    length: int | None = None
    unit: str | None = None
    due: datetime | None = None
    """The end that it keeps, where its time runs in this case already."""


def leads_of(case: CaseState, at: datetime, words: Callable[[Rejection], WhyNot]) -> list[LeadFile]:
    """Of a case that has ended: none."""
    return [_lead(case, channel, at, words) for channel in CHANNELS] if isinstance(case, Open) else []


def _lead(case: Open, channel: Channel, at: datetime, words: Callable[[Rejection], WhyNot]) -> LeadFile:
    clock = by_law_of(case.accepted_at or at, leading_clock(channel, case.course.trade, case.course.suit))
    file = LeadFile(
        channel=channel,
        leads=channel is case.channel,
        allowed=False,
        clock=clock,
        length=LENGTHS[clock].n,
        unit=LENGTHS[clock].unit,
    )
    if file.leads:
        return file
    term = deadlines.term_of(case, channel, at)
    wish = HandOver(
        channel=channel,
        reason=ReasonCode.NOT_SETTLED,
        paper=APPLICATION if channel is Channel.PSM else None,
        mediation_due=term.mediation_due,
        limits=term.limits,
        at=at,
    )
    try:
        events = case_decider.decide(wish, case)
    except Rejection as refusal:
        return file.model_copy(update={"why_not": words(refusal), "rule": refusal.rule})
    handed = next(each for each in events if isinstance(each, ChannelHandedOver))
    return file.model_copy(
        update={
            "allowed": True,
            "rule": str(handed.rule),
            "ground": str(handed.ground),
            "application": channel is Channel.PSM,
            "asked": list(handed.asked),
            "worth": str(handed.worth),
            "due": handed.mediation_due if handed.mediation_due != term.mediation_due else None,
        }
    )
