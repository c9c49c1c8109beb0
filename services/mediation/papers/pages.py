"""The file of a case as words on paper."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from services.mediation.papers import words
from services.mediation.papers.course_rows import aid_rows, course_rows, panel_rows, trial_rows
from services.mediation.papers.inputs import Inputs, RecordMark, mark_of, parts_of
from shared.contracts.codes import Effect, Product
from shared.kernel import BUREAU_ZONE

STEPS: Final = {
    "request_filed": "提出诉求",
    "request_accepted": "受理",
    "info_requested": "请当事人补充材料",
    "supplemented": "当事人补充了材料",
    "not_accepted": "不予受理",
    "withdrawn": "撤回诉求",
    "request_reopened": "重新办理",
    "request_archived": "归档",
    "requester_told": "告知",
    "rated": "评价",
}
SIDES: Final = {"requester": "反映人", "other_party": "另一方"}
VERDICTS: Final = {"satisfied": "满意", "dissatisfied": "不满意"}
OUTCOMES: Final = {
    "settled": "调解成功",
    "failed": "调解不成",
    "done": "办结",
    "refused": "没有办理",
    "handed_over": "转由其他部门办理",
}
WAYS: Final = {
    "peoples_committee": "人民调解",
    "suit": "向法院起诉",
    "arbitration": "申请仲裁",
    "legal_aid": "申请法律援助（12348）",
    "penalty_procedure": "公安机关依法继续处理",
}


def _moment(told: str | None) -> str:
    return words.moment(datetime.fromisoformat(told)) if told else ""


def pages(file: Inputs, dated: datetime, behind: RecordMark, origin: str) -> Inputs:
    """The same file as words on paper."""
    return {
        "title": "一人一事一档",
        "dated": parts_of(dated.astimezone(BUREAU_ZONE).date()),
        "foot": f"诉求 {file['request']}",
        "note": "本档不含分头谈话、会谈记录和没有签署的文稿。调解中的让步不得作为不利的证据。",
        "sections": [
            {"title": "这件事", "rows": _head(file)},
            {"title": "经过", "rows": course_rows(file)},
            {"title": "联调", "rows": panel_rows(file["panel"])},
            {"title": "协议", "rows": _paper_rows(file["agreement"])},
            {"title": "要做的事", "rows": _duty_rows(file["agreement"])},
            *([{"title": "法律援助", "rows": aid_rows(file["own_legal_aid"])}] if file["own_legal_aid"] else []),
            {"title": "到法院", "rows": trial_rows(file["litigation"])},
            {"title": "告知和评价", "rows": _told_rows(file["told"])},
        ],
        "mark": mark_of(origin, behind),
    }


def _head(file: Inputs) -> list[list[str]]:
    rows = [
        ["诉求编号", file["request"]],
        ["调解方式", words.CHANNELS.get(file["channel"], file["channel"])],
        ["开始", _moment(file["opened_at"])],
        ["结束", _moment(file["closed_at"]) or "还在办理"],
        ["结果", OUTCOMES.get(file["outcome"] or "", "还没有结果")],
        ["事先告知", "已经告知" if file["prior_notice"] else "没有记录"],
    ]
    if file["claim"]:
        rows.append(["反映的事", file["claim"]])
    if file["other_ways"]:
        rows.append(["还可以走的途径", "、".join(WAYS.get(way, way) for way in file["other_ways"])])
    return rows


def _paper_rows(paper: Inputs | None) -> list[list[str]]:
    if paper is None:
        return []
    return [
        ["文书", words.TITLES[Product(paper["product"])]],
        ["生效", _moment(paper["in_effect_at"])],
        ["约定", paper["terms"] or words.GONE],
        ["效力", words.WORTH[Effect(paper["effect"])]],
        *([each["side"], f"{_moment(each['at'])} 签署"] for each in paper["signatures"]),
    ]


def _duty_rows(paper: Inputs | None) -> list[list[str]]:
    if paper is None:
        return []
    return [
        [
            each["due"] or "",
            words.DUTY_STATES[each["state"]],
            f"{each['by']}对{each['to']}：{each['what']}" + (f"（第 {each['place']} 期，共 {each['times']} 期）"
                                                           if each["times"] > 1 else ""),
        ]
        for each in paper["duties"]
    ]  # fmt: skip


def _told_rows(told: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    return [
        [
            _moment(each["at"]),
            SIDES.get(each["side"] or "", ""),
            f"{STEPS.get(each['fact'], each['fact'])}{_about(each['about'])}",
        ]
        for each in told
    ]


ABOUT: Final = {
    "received": "已经收到",
    "routed": "由谁办理",
    "signed": "已有承办人",
    "consent_asked": "请表示是否同意调解",
    "session_planned": "会谈时间",
    "agreement_to_sign": "请签署协议",
    "agreement_in_effect": "协议已经生效",
    "duty_warned": "约定快要到期",
    "duty_defaulted": "约定到期没有履行",
    "outcome": "办理结果",
    "promise_missed": "没有按时答复",
    "reopened": "重新办理",
    "archived": "已经归档",
    **VERDICTS,
}


def _about(about: str | None) -> str:
    return f"：{ABOUT[about]}" if about in ABOUT else ""
