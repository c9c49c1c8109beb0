"""What happened to a request, in the words of the person who asked."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.portal.bureau import Bureau
from services.portal.desk_client import Answer
from services.portal.pages.contexts import PromiseLine, TimelineItem, Tone
from services.portal.pages.words import zh_names


class Promised(Answer):
    clock: str
    due: datetime | None = None
    state: str
    at: datetime | None = None


class Happened(Answer):
    fact: str
    at: datetime
    role: str = ""
    unit: str | None = None
    service: str = ""
    detail: str | None = None


class Message(Answer):
    about: str
    title: str
    text: str
    note: str | None = None
    """What the handler wrote, word for word."""
    at: datetime

    @property
    def whole(self) -> str:
        return f"{self.text}\n{self.note}" if self.note else self.text


PROMISES: Mapping[str, str] = {
    "CL-007": "确定由谁来办，并告诉您",
    "CL-008": "告诉您结果，或者还差什么",
    "CL-009": "告诉您结果，或者还差什么",
    "CL-010": "告诉您结果，或者还差什么",
    "CL-011": "告诉您结果，或者还差什么",
    "CL-016": "开始办理",
    "CL-017": "开始办理",
    "CL-018": "告诉您结果，或者还差什么",
    "CL-019": "告诉您结果，或者还差什么",
    "CL-020": "告诉您结果，或者还差什么",
    "CL-022": "第一次治安调解",
    "CL-023": "第二次治安调解",
    "CL-024": "约定的事做到",
    "CL-029": "人民调解有个结果",
}

FACTS: Mapping[str, tuple[str, Tone]] = {
    "request_filed": ("您提交了诉求。", "good"),
    "request_accepted": ("已经受理。", "good"),
    "beneficiary_agreed": ("您同意办理，从现在起把进度告诉您。", "good"),
    "feedback_noted": ("记下了您说的话。", "plain"),
    "info_requested": ("请您补充情况或材料。", "soon"),
    "info_reminded": ("提醒您：补充的期限快到了。", "soon"),
    "supplemented": ("您补充了情况。", "plain"),
    "not_accepted": ("没有受理，去哪里办写在告知里。", "soon"),
    "withdrawn": ("您撤回了这件事。", "plain"),
    "request_reopened": ("重新办理，换了人，编号不变。", "plain"),
    "request_archived": ("办完归档。有新的情况可以再提。", "good"),
    "duplicate_linked": ("您的诉求已与同一事项合并办理，编号不变，有结果单独告诉您。", "plain"),
    "link_undone": ("恢复单独办理，编号不变。", "plain"),
    "shared_outcome_noted": ("合并办理的事项有结果了。", "good"),
    "screening_asked": ("请值班民警亲自看。", "plain"),
    "request_routed": ("确定了由谁来办。", "plain"),
    "handling_revoked": ("换一个部门来办。", "plain"),
    "clock_breached": ("没有在答应的时间内做到，已自动报上一级。", "late"),
    "handling_signed": ("签收了您的事，从此由他负责。", "good"),
    "first_response": ("承办人回应了您。", "good"),
    "handling_returned": ("承办人说明不该由他办，正在重新安排。", "plain"),
    "outcome_reported": ("有结果了。", "good"),
    "duty_performed": ("约定的一件事做到了。", "good"),
    "duty_defaulted": ("约定的一件事到期没有做到，正在催办。", "late"),
    "case_opened": ("开始征求双方意见，愿不愿意调解由各人自己定。", "plain"),
    "notice_given": ("把别的解决办法都告诉了双方。", "plain"),
    "party_consented": ("有一方同意调解。", "good"),
    "party_refused": ("有一方不同意调解，调解不再进行。", "soon"),
    "mediator_named": ("定了主持人。", "plain"),
    "session_held": ("见面谈了一次。", "plain"),
    "agreement_drafted": ("协议写好了，请看过再签。", "soon"),
    "agreement_signed": ("有一方签了协议。", "good"),
    "agreement_in_effect": ("各方都签了，协议生效。", "good"),
    "rated": ("收到了评价。", "plain"),
    "revisited": ("有人回访，问了您现在怎么样。", "good"),
}
"""What is not here is the desk's own business and stays off a citizen's page."""

TOLD_BY: Mapping[str, str] = {
    "received": "request_filed",
    "danger": "screening_asked",
    "routed": "request_routed",
    "signed": "handling_signed",
    "first_response": "first_response",
    "info_requested": "info_requested",
    "info_reminded": "info_reminded",
    "not_accepted": "not_accepted",
    "withdrawn": "withdrawn",
    "consent_asked": "case_opened",
    "agreement_to_sign": "agreement_drafted",
    "agreement_in_effect": "agreement_in_effect",
    "outcome": "outcome_reported",
    "promise_missed": "clock_breached",
    "reopened": "request_reopened",
    "archived": "request_archived",
    "linked": "duplicate_linked",
    "link_undone": "link_undone",
}
BY_THEMSELVES = frozenset({"requester", "anonymous_reporter", "firm_member", "guardian", "minor", "agent", ""})
BY_THE_PERSON = frozenset({"request_filed", "supplemented", "withdrawn"})


def timeline(
    happened: Sequence[Happened], messages: Sequence[Message], bureau: Bureau, sides: Mapping[UUID, str] | None = None
) -> tuple[TimelineItem, ...]:
    """Newest first; what was told about a thing stands beside it."""
    words: dict[str, list[Message]] = {}
    for message in sorted(messages, key=lambda each: each.at):
        words.setdefault(TOLD_BY.get(message.about, message.about), []).append(message)
    items = []
    for step in happened:
        if step.fact not in FACTS:
            continue
        text, tone = FACTS[step.fact]
        if is_brought(step):
            text = "登记了这件事。"
        if step.role == "other_party":
            text = text.replace("您", "另一方")
        told = words.get(step.fact)
        detail = told.pop(0).whole if told else ""
        items.append(TimelineItem(step.at, _who(step, bureau), text, detail, tone))
    for left in words.values():
        items += [TimelineItem(each.at, "汇客厅", each.title, each.whole) for each in left]
    return tuple(sorted(items, key=lambda item: item.at, reverse=True))


def is_brought(step: Happened) -> bool:
    """Filed by somebody of a service, and not by who asks."""
    return step.fact == "request_filed" and step.role not in BY_THEMSELVES


def _who(step: Happened, bureau: Bureau) -> str:
    if step.fact in BY_THE_PERSON and step.role != "other_party" and not is_brought(step):
        return "您"
    role = zh_names()["roles"].get(step.role, "")
    unit = bureau.unit(step.unit)
    if step.fact == "request_accepted":
        return "汇客厅"
    if step.role in ("requester", "other_party", "anonymous_reporter"):
        return "当事人"
    return "，".join(each for each in (unit, role) if each and step.role != "system") or "汇客厅"


def promises(given: Sequence[Promised], next_due: datetime | None = None) -> tuple[PromiseLine, ...]:
    lines = [
        PromiseLine(
            text=PROMISES[each.clock],
            due=each.due,
            state="kept" if each.state == "kept" else "missed" if each.state == "missed" else "open",
            kept_at=each.at,
            new_due=next_due if each.state == "missed" and each.at is None else None,
        )
        for each in given
        if each.clock in PROMISES and each.due is not None
    ]
    return tuple(sorted(lines, key=lambda line: line.due))


def first_open(lines: Sequence[PromiseLine]) -> PromiseLine | None:
    return next((line for line in lines if line.state == "open"), None)
