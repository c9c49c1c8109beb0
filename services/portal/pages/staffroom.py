"""What the pages of all handlers share: names, who may be told what, and where one comes from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.portal.bureau import Bureau
from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.contexts import TimelineItem, Tone
from services.portal.pages.words import zh_names

OPERATORS = frozenset({"operator", "auditor", "bureau_leader"})
DESK: Literal["desk"] = "desk"

HANDLED: Mapping[str, tuple[str, Tone]] = {
    "request_filed": ("提交了诉求", "plain"),
    "request_accepted": ("受理", "good"),
    "beneficiary_agreed": ("本人同意办理", "good"),
    "feedback_noted": ("记下一句感谢或意见", "plain"),
    "info_requested": ("请当事人补充", "soon"),
    "supplemented": ("当事人作了补充", "plain"),
    "withdrawn": ("当事人撤回", "soon"),
    "request_reopened": ("重新办理", "late"),
    "request_archived": ("归档", "good"),
    "duplicate_linked": ("与同一事项合并办理", "plain"),
    "link_undone": ("与合并的事项分开", "soon"),
    "shared_outcome_noted": ("合并的事项有了结果", "good"),
    "screening_asked": ("要人看", "soon"),
    "request_classified": ("判断了类别和优先级", "plain"),
    "request_gated": ("过了闸门", "plain"),
    "request_routed": ("定了去向", "plain"),
    "handling_revoked": ("收回", "soon"),
    "clock_warned": ("时限将到", "soon"),
    "clock_breached": ("超过时限，已报上一级", "late"),
    "handling_offered": ("派来", "plain"),
    "order_offered": ("派来", "plain"),
    "order_signed": ("签收", "good"),
    "first_response_given": ("首次回应当事人", "good"),
    "order_returned": ("退回", "late"),
    "order_revoked": ("被收回，改由别处办", "soon"),
    "order_withdrawn": ("当事人撤回", "soon"),
    "transfer_offered": ("派来，等待移送", "plain"),
    "danger_acted": ("先行处置", "good"),
    "transfer_signed": ("有人负责到底", "good"),
    "transfer_notified": ("告知当事人移给了谁、为什么", "good"),
    "transfer_sent": ("移送", "plain"),
    "request_transferred": ("移送外单位", "plain"),
    "transfer_received": ("对方签收", "good"),
    "transfer_objected": ("对方提出异议", "late"),
    "transfer_answered": ("对方答复", "good"),
    "answer_sent_back": ("答复退回对方重办", "soon"),
    "transfer_returned": ("退回重分", "late"),
    "transfer_revoked": ("被收回，改由别处办", "soon"),
    "transfer_withdrawn": ("当事人撤回", "soon"),
    "transfer_overdue": ("移送超时", "late"),
    "supervision_noticed": ("监督机关发来通知，要求回复", "soon"),
    "supervision_answered": ("回复了监督机关", "good"),
    "handling_signed": ("签收", "good"),
    "first_response": ("首次回应当事人", "good"),
    "handling_started": ("开始办理", "plain"),
    "handling_returned": ("退回", "late"),
    "step_reported": ("报了一步", "plain"),
    "answer_given": ("写了答复", "good"),
    "step_failed": ("试了一次，没成", "plain"),
    "stage_decided": ("作了审批", "plain"),
    "units_asked": ("请别的单位一起办", "plain"),
    "task_signed": ("一个单位签收了它那一份", "good"),
    "task_answered": ("一个单位回复了", "good"),
    "task_objected": ("一个单位说不归它办", "late"),
    "task_recalled": ("收回了一个单位的那一份", "plain"),
    "task_overdue": ("有单位没有按时回复", "late"),
    "playbook_changed": ("换了规程", "plain"),
    "ownership_offered": ("请同事接手", "plain"),
    "owner_changed": ("同事接手，换了负责人", "good"),
    "rung_climbed": ("超时，告诉了上一级", "late"),
    "deadline_near": ("当事人要用的日子近了", "soon"),
    "outcome_reported": ("报了结果", "good"),
    "broadcast_sent": ("在群里发了寻人信息", "soon"),
    "broadcast_recalled": ("从所有群撤回", "good"),
    "signature_overdue": ("没有按时签收", "late"),
    "step_overdue": ("有一步没有按时做", "late"),
    "case_opened": ("立案，征求意愿", "plain"),
    "notice_given": ("告知了其他途径（R-01）", "good"),
    "party_invited": ("给另一方发了邀请", "plain"),
    "party_consented": ("一方同意调解", "good"),
    "party_refused": ("一方不同意调解", "late"),
    "violation_recorded": ("登记了违法事实", "plain"),
    "mediator_named": ("定了主持人", "plain"),
    "session_opened": ("开始调解", "plain"),
    "session_held": ("一次调解结束", "plain"),
    "agreement_drafted": ("起草了协议", "plain"),
    "agreement_signed": ("一方签了协议", "good"),
    "agreement_in_effect": ("协议生效", "good"),
    "duty_performed": ("一项约定做到了", "good"),
    "duty_defaulted": ("一项约定到期没有做到", "late"),
    "consent_recorded": ("企业书面同意协调", "good"),
    "legality_checked": ("到现场核查了项目是否合法", "plain"),
    "matter_assigned": ("交办给部门", "plain"),
    "matter_overdue": ("部门没有按时答复，已报上一级", "late"),
    "matter_answered": ("部门作了答复", "good"),
    "staff_lodged": ("登记了一批员工", "good"),
    "firm_told": ("答复了企业", "good"),
    "mediation_asked": ("请求转入调解", "plain"),
    "loss_recorded": ("登记了损失", "plain"),
    "loss_recovered": ("登记了挽回", "good"),
    "escalation_reported": ("报告了激化风险", "danger"),
    "channel_handed_over": ("换了一种调解主办", "plain"),
    "case_closed": ("结案", "good"),
    "requester_told": ("告诉了当事人", "plain"),
    "rated": ("收到评价", "plain"),
    "revisited": ("回访过", "good"),
}


class Moment(Answer):
    fact: str
    at: datetime
    role: str = ""
    unit: str | None = None
    detail: str | None = None


class Stub(Answer):
    """A request without its words."""

    code: str
    kind: str = ""
    state: str = ""
    filed_at: datetime
    brought_by: str | None = None
    wanted: str = "himself"
    timeline: tuple[Moment, ...] = ()


async def stub_of(desk: DeskClient, request_id: UUID) -> Stub | None:
    """None for those who may see the handling and not the request."""
    try:
        return await desk.get(f"/intake/v1/requests/{request_id}", Stub)
    except (Refused, Unreachable):
        return None


def history(moments: Sequence[Moment], bureau: Bureau) -> tuple[TimelineItem, ...]:
    """Newest first, by role and unit: nobody is named."""
    roles = zh_names()["roles"]
    items = []
    for each in moments:
        if each.fact not in HANDLED:
            continue
        text, tone = HANDLED[each.fact]
        who = "，".join(name for name in (bureau.unit(each.unit), roles.get(each.role, "")) if name) or "系统"
        items.append(TimelineItem(each.at, who, text, tone=tone))
    return tuple(sorted(items, key=lambda item: item.at, reverse=True))


def named(person: UUID | None, names: Mapping[UUID, str], otherwise: str) -> str:
    return names.get(person, otherwise) if person else otherwise


def trace_url(request_id: UUID, roles: Sequence[str]) -> str:
    """Empty for those who may not look behind the desk."""
    return f"/ops/traces?request={request_id}" if OPERATORS & set(roles) else ""
