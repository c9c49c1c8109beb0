"""The course of a case in plain words, row by row, for the page of its file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from services.mediation.litigation.facts import Procedure
from services.mediation.papers import words
from services.mediation.papers.inputs import Inputs
from shared.contracts.codes import Channel, SessionKind

KINDS: Final = {
    SessionKind.JOINT: "当面调解",
    SessionKind.SHUTTLE: "分头调解",
    SessionKind.REMOTE: "在线调解",
}
RESULTS: Final = {"continue": "还要再谈", "agreed": "达成一致", "not_agreed": "没有达成一致"}
GROUNDS: Final = {
    "before_penalty": "处罚决定作出以前，可以先由人民调解",
    "written_application": "当事人书面申请，公安机关认可",
    "trade_of_the_body": "属于这个行业，由行业调解组织来调",
    "both_voluntary": "双方自愿，改由人民调解",
    "referred_to_court": "转到法院诉前调解",
    "not_filed": "法院没有立案，转回人民调解",
}
TRADES: Final = {
    "labour": "劳动争议",
    "traffic": "道路交通事故",
    "property": "物业",
    "medical": "医疗",
    "consumer": "消费",
    "finance": "金融",
    "construction": "建设工程",
    "other": "其他行业",
}
SUITS: Final = {"pre_suit": "立案前委派调解", "ordinary": "已立案，普通程序", "simple": "已立案，简易程序"}
PROCEDURES: Final = {Procedure.SIMPLE: "简易程序", Procedure.ORDINARY: "普通程序"}
HOSTS: Final = {
    Channel.PSM: "办案民警",
    Channel.PM: "人民调解员",
    Channel.IM: "行业调解组织的调解员",
    Channel.JM: "法院的特邀调解员",
}
COURT: Final = "法院人员"
PLAIN: Final = {
    "told_before": "调解以前，把别的解决办法都告诉了当事人",
    "told_at_the_end": "结束的时候，把还可以走的途径告诉了当事人",
    "host_recused": "主持人有利害关系，不再主持",
    "host_declined": "请的主持人没有接受",
    "resumed": "恢复办理",
    "penalty_decided": "公安机关作出处罚决定",
}
DECISIONS: Final = {"plan": "定方案", "proposal": "提调解建议", "refer": "转出去", "stop": "停下来"}
AID: Final = {
    "applied": "已转交，等决定",
    "granted": "已同意，等指派律师",
    "refused": "没有同意",
    "assigned": "已指派律师",
}
AT_COURT: Final = {
    "filed": "法院立案",
    "procedure_changed": "转为普通程序",
    "extended": "审限延长",
    "suspended": "诉讼中止",
    "resumed": "恢复诉讼",
    "overdue": "审限已过，还没有裁判",
    "judged": "法院已经裁判",
}


def course_rows(file: Inputs) -> list[list[str]]:
    """In the order in which it happened; last, who has said nothing yet."""
    answered = {each["side"] for each in file["course"] if each["step"] == "answered"}
    return [
        *([moment(each["at"]), _told(each)] for each in file["course"]),
        *(["", f"{each['side']}还没有表示是否同意调解"] for each in file["parties"] if each["side"] not in answered),
    ]


def _told(step: Inputs) -> str:
    channel = words.CHANNELS[step["channel"]]
    match step["step"]:
        case "led":
            return f"由{channel}主办" + (f"（{SUITS[step['suit']]}）" if step["suit"] else "")
        case "handed_over":
            why = f"（{_reason(step)}）" if step["reason"] else ""
            return f"转到{channel}{why}：{GROUNDS[step['ground']]}（{step['rule']}）"
        case "answered":
            return f"{step['side']}{'同意' if step['consented'] else '不同意'}{channel}"
        case "trade_named":
            return f"行业：{TRADES[step['trade']]}"
        case "assistance_asked":
            return f"请{words.CHANNELS[step['helper']]}协助（单位代码 {step['unit']}）"
        case "host_named":
            unit = f"（单位代码 {step['unit']}）" if step["unit"] else ""
            return f"由{COURT if step['of_the_court'] else HOSTS[step['channel']]}{unit}主持"
        case "session":
            return f"{channel}，{KINDS[step['kind']]}，{RESULTS.get(step['result'] or '', '进行中')}"
        case "suit_noted":
            return f"法院：{SUITS[step['suit']]}"
        case "suspended":
            return f"中止：{_reason(step)}"
        case known:
            return PLAIN[known]


def _reason(step: Inputs) -> str:
    return str(words.listed("reasons")[step["reason"]]["zh"])


def panel_rows(panel: Inputs | None) -> list[list[str]]:
    """The seats of a template stand in the same order there and in the one list."""
    if panel is None:
        return []
    template = words.listed("panels")[panel["template"]]
    names = dict(zip((each["seat"] for each in panel["seats"]), template["seats"], strict=True))
    return [
        ["联调方式", f"{template['zh']}，{'已组成' if panel['complete'] else '还没有组成'}"],
        *(
            [names[each["seat"]], "已入席" if each["taken"] else "已请，还没入席" if each["person"] else "还没有请"]
            for each in panel["seats"]
        ),
        *(
            [moment(each["at"]), f"{'、'.join(names[seat] for seat in each['present'])}：{DECISIONS[each['decision']]}"]
            for each in panel["decisions"]
        ),
    ]


def aid_rows(steps: Iterable[Inputs]) -> list[list[str]]:
    return [[moment(each["at"]), AID[each["standing"]]] for each in steps]


def trial_rows(steps: Iterable[Inputs]) -> list[list[str]]:
    return [[moment(each["at"]), _at_court(each)] for each in steps]


def _at_court(step: Inputs) -> str:
    procedure = f"，{PROCEDURES[Procedure(step['procedure'])]}" if "procedure" in step else ""
    until = f"，审限到 {moment(step['due'])}" if step["due"] else ""
    return f"{AT_COURT[step['step']]}{procedure}{until}"


def moment(told: str) -> str:
    return words.moment(datetime.fromisoformat(told))
