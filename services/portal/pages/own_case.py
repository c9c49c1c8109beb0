"""A mediation as a party of it reads it: which one, what it means, how long, what is open when it fails."""

from datetime import datetime
from uuid import UUID

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.acts import ActSpec, offered
from services.portal.pages.case_models import Advice, AgreementRef, Course
from services.portal.pages.channel_words import (
    SUITS,
    channel_name,
    countdown,
    limit_name,
    words_of,
    worth_of,
)
from services.portal.pages.contexts import Act, Countdown, Field

OVER = frozenset({"CLOSED", "TERMINATED"})
OF_PARTIES = frozenset({"CL-029", "CL-035", "CL-036", "CL-037", "CL-040", "CL-041", "CL-046", "CL-047"})
"""Limits that a party waits for; those of the officers' own work are not theirs."""
AID = ActSpec(
    path="/mediation/v1/cases/{case}/legal-aid",
    label="申请法律援助",
    title="申请法律援助",
    explanation="用自己的话写需要什么帮助。只有法律援助中心和您看得到，不告诉对方。七日内给您决定，不收费。",
    submit="申请法律援助",
    said="您的申请已经转给法律援助中心。",
    fields=(Field("need", "需要什么帮助", "area", "比如：想起诉，请不起律师。", limit=2000, required=True),),
)
REMOTE = ActSpec(
    path="/mediation/v1/cases/{case}/remote",
    label="同意在线谈",
    title="同意在线谈",
    explanation="各方都同意，才能用视频谈，不用跑一趟。您也可以要求当面谈。",
    submit="同意在线谈",
    said="已经记下：您同意在线谈。",
)
STANDINGS = {
    "applied": "已转交，等决定",
    "granted": "已同意，等指派律师",
    "refused": "没有同意",
    "assigned": "已指派律师",
}


class PartyFile(Answer):
    party: UUID
    side: str = ""
    consented: bool = False
    refused: bool = False


class SessionFile(Answer):
    kind: str
    opened_at: datetime
    ended_at: datetime | None = None


class Step(Answer):
    operation: str
    allowed: bool
    done: bool = False


class OwnCase(Answer):
    case_id: UUID
    request_id: UUID
    channel: str
    category: str
    state: str
    unit: str
    signed_by: UUID | None = None
    owner: UUID | None = None
    host: UUID | None = None
    host_committee: str | None = None
    parties: tuple[PartyFile, ...]
    you: UUID | None = None
    consent_due: datetime | None = None
    sessions: tuple[SessionFile, ...] = ()
    course: Course = Course()
    agreement: AgreementRef | None = None
    outcome: str | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    next: tuple[Step, ...] = ()

    @property
    def me(self) -> PartyFile | None:
        return next((each for each in self.parties if each.party == self.you), None)

    @property
    def undecided(self) -> bool:
        return self.state not in OVER and self.me is not None and not (self.me.consented or self.me.refused)

    def may(self, operation: str) -> bool:
        return any(step.operation == operation and step.allowed for step in self.next)


class Aid(Answer):
    standing: str
    decision_due: datetime | None = None
    assignment_due: datetime | None = None
    lawyer: str | None = None


def mediation_facts(case: OwnCase) -> tuple[tuple[str, str], ...]:
    """Which mediation, what it means, what an agreement is worth: the same words for both sides."""
    ended = case.agreement is None and case.closed_at is not None
    worth = (
        ("", "")
        if ended
        else worth_of(case.agreement.effect if case.agreement and case.agreement.effect else case.course.worth)
    )
    court = SUITS.get(case.course.suit or "", "")
    found = (
        ("哪种调解", f"{channel_name(case.channel)}{f'（{court}）' if court else ''}"),
        ("是什么意思", words_of(case.channel).means),
        ("协议值什么", worth[0]),
        ("没做到会怎样", worth[1]),
    )
    return tuple((label, text) for label, text in found if text)


def changed_from(case: OwnCase) -> str:
    """What went before, when this mediation asks anew."""
    legs = case.course.legs
    return channel_name(legs[-2].channel) if len(legs) > 1 else ""


def own_clocks(case: OwnCase) -> tuple[Countdown, ...]:
    clocks = []
    if case.state not in OVER:
        clocks = [
            countdown(limit_name(each.clock), each.due, still=each.still, breached=each.breached)
            for each in case.course.limits
            if each.clock in OF_PARTIES
        ]
    paper = case.agreement
    if paper is not None and paper.confirmation is not None and paper.confirmation.state == "not_asked":
        clocks.append(countdown("一起请法院确认，最晚", paper.confirmation.due))
    return tuple(clocks)


async def ways_of(desk: DeskClient, case: OwnCase) -> tuple[tuple[str, str], ...]:
    """Where to turn, once something failed or broke."""
    broken = case.agreement is not None and case.agreement.defaulted
    if case.outcome != "failed" and not broken:
        return ()
    try:
        told = await desk.get(f"/mediation/v1/cases/{case.case_id}/advice", Advice)
    except (Refused, Unreachable):
        return ()
    return tuple((each.title, each.detail) for each in told.ways)


async def aid_of(desk: DeskClient, case: OwnCase) -> Aid | None:
    """The own referral to legal aid; None while there is none."""
    try:
        return await desk.get(f"/mediation/v1/cases/{case.case_id}/legal-aid", Aid)
    except (Refused, Unreachable):
        return None


def aid_line(aid: Aid | None) -> tuple[tuple[str, str], ...]:
    if aid is None:
        return ()
    lawyer = f"：{aid.lawyer}" if aid.lawyer else ""
    return (("法律援助", f"{STANDINGS.get(aid.standing, '已转交')}{lawyer}。不告诉对方。"),)


def aid_act(case: OwnCase, aid: Aid | None, base: str) -> tuple[Act, ...]:
    """Open to whoever mediation left without a result."""
    broken = case.agreement is not None and case.agreement.defaulted
    if aid is not None or (case.outcome != "failed" and not broken):
        return ()
    return (offered(AID, f"{base}/aid"),)


class _Row(Answer):
    case_id: UUID


class _Rows(Answer):
    cases: tuple[_Row, ...] = ()


async def own_case(desk: DeskClient, request_id: UUID) -> OwnCase | None:
    """The mediation of a request as its party sees it; None while there is none, or it cannot be asked."""
    try:
        rows = await desk.get("/mediation/v1/cases", _Rows, request_id=request_id)
        if not rows.cases:
            return None
        return await desk.get(f"/mediation/v1/cases/{rows.cases[0].case_id}", OwnCase)
    except (Refused, Unreachable):
        return None
