"""What can be done about the channel of a case, its time and its help, each act with its form."""

from collections.abc import Mapping

from services.portal.pages.acts import ActSpec, Body, choices_of
from services.portal.pages.channel_words import INTERESTS, TRADES
from services.portal.pages.contexts import Choice, Field

CASE = "/mediation/v1/cases/{id}"
END_OF_DAY = "T23:59:59+08:00"
EVIDENCE = "写清时间、方式和记录编号；这段文字只存在保险库里。"
HAND_OVER_REASONS = choices_of(
    "reasons", ("NOT_SETTLED", "COMPLEX", "VIOLATION_FOUND", "LEGAL_PROCEDURE", "WRONG_CATEGORY")
)
HELPERS = choices_of("channels", ("PSM", "PM", "IM", "JM"))
PAUSES = (
    Choice("APPRAISAL", "等鉴定", "鉴定的时间不计算"),
    Choice("PARTY_ABSENT", "一方暂时不在", "只暂停人民调解的一个月"),
)


def _party(label: str, parties: tuple[Choice, ...]) -> Field:
    return Field("party", label, "one", choices=parties, required=True)


def _longer(values: Body) -> Body:
    """Each side's own word, with one and the same record behind it."""
    agreed = [{"party": party, "evidence": values.get("evidence", "")} for party in values.get("parties", [])]
    return {"until": f"{values.get('until', '')}{END_OF_DAY}", "agreed": agreed}


def _trade(values: Body) -> Body:
    day = values.get("letter_received_at")
    return {**values, "letter_received_at": f"{day}T09:00:00+08:00"} if day else values


def channel_acts(parties: tuple[Choice, ...]) -> Mapping[str, ActSpec]:
    """By operation, in words for this case."""
    return {**_of_the_lead(parties), **_of_the_time(parties), **_of_the_platform(parties)}


def _of_the_lead(parties: tuple[Choice, ...]) -> Mapping[str, ActSpec]:
    trades = tuple(Choice(code, name) for code, name in TRADES.items())
    return {
        "name_trade": ActSpec(
            f"{CASE}/trade",
            "定行业",
            "这是哪个行业的纠纷",
            "定了行业，才知道由哪个调解组织来调、期限是多久（R-16、R-17、R-60）。",
            "定下来",
            "已定行业。",
            (
                Field("trade", "行业", "one", choices=trades, required=True),
                Field("letter_received_at", "哪天收到事故认定书", "day", "只有交通事故才填；十日内双方共同申请"),
            ),
            body=_trade,
        ),
        "record_application": ActSpec(
            f"{CASE}/recorded-application",
            "记下一方的申请",
            "记下一方的申请",
            "交通事故损害赔偿，要各方在十日内共同申请（R-17）。",
            "记下申请",
            "已记下申请。",
            (_party("谁申请", parties), Field("evidence", "凭据", "area", EVIDENCE, limit=2000, required=True)),
        ),
        "ask_assistance": ActSpec(
            f"{CASE}/assistance",
            "请别的渠道协助",
            "请别的渠道协助",
            "主办不变，请别的单位来帮忙；来帮忙的不能主持（R-58 至 R-61）。",
            "发出邀请",
            "已请来协助。",
            (
                Field("channel", "请哪一种", "one", choices=HELPERS, required=True),
                Field("unit", "单位代码", "line", "例如 COURT-1", required=True, limit=40),
            ),
        ),
        "record_penalty": ActSpec(
            f"{CASE}/penalty",
            "登记已作处罚决定",
            "登记已作处罚决定",
            "处罚决定作出以后，不能再转到公安调解或者人民调解（R-05）。",
            "登记",
            "已登记处罚决定。",
            (Field("reference", "处罚决定书编号", required=True),),
            consequence="登记后，这件纠纷不能再靠调解免于处罚。",
        ),
        "disclose_interest": ActSpec(
            f"{CASE}/interests",
            "说明利害关系",
            "说明利害关系",
            "和一方有关系的，要说出来；除了以前调解过，都要回避（R-15）。",
            "说明",
            "已记下利害关系。",
            (
                Field(
                    "interest",
                    "是什么关系",
                    "one",
                    choices=tuple(Choice(code, words) for code, words in INTERESTS.items()),
                    required=True,
                ),
                Field("note", "说明（可以不写）", "area", limit=1000),
            ),
            consequence="正在主持的，记下后不再主持。",
        ),
        "refer_to_aid": ActSpec(
            f"{CASE}/recorded-legal-aid",
            "转介法律援助",
            "转介法律援助",
            "只有他本人要才转。法律援助中心只看到他的情况，看不到对方的（R-25）。七日内决定。",
            "转介",
            "已转介法律援助。",
            (
                _party("谁要法律援助", parties),
                Field("need", "需要什么帮助", "area", "用他自己的话；不写对方的事。", limit=2000, required=True),
            ),
        ),
    }


def _of_the_time(parties: tuple[Choice, ...]) -> Mapping[str, ActSpec]:
    return {
        "extend_mediation": ActSpec(
            f"{CASE}/extension",
            "双方同意延长",
            "双方同意延长",
            "每一方都同意，才能延长（R-12、R-14）。",
            "延长",
            "已延长期限。",
            (
                Field("parties", "谁同意", "many", choices=parties, required=True),
                Field("until", "延到哪天", "day", required=True),
                Field("evidence", "凭据", "area", EVIDENCE, limit=2000, required=True),
            ),
            body=_longer,
        ),
        "suspend_case": ActSpec(
            f"{CASE}/suspension",
            "暂停期限",
            "暂停期限",
            "只有法律列出的事由才能暂停，而且只暂停那一个期限（R-08、R-12）。",
            "暂停",
            "期限已暂停。",
            (
                Field("reason", "为什么", "one", choices=PAUSES, required=True),
                Field("evidence", "凭据", "area", EVIDENCE, limit=2000, required=True),
            ),
        ),
        "resume_case": ActSpec(
            f"{CASE}/resumption",
            "恢复期限",
            "恢复期限",
            "事由没有了，期限接着算。",
            "恢复",
            "期限已恢复。",
        ),
        "report_violence": ActSpec(
            f"{CASE}/violence",
            "报告调解中动手",
            "报告调解中动手",
            "调解中一方动手、威胁的，马上记下。公安调解不再适用，调解停下来（R-02）。",
            "马上报告",
            "已记下，调解停下来。",
            (Field("note", "发生了什么", "area", limit=2000, required=True),),
            consequence="记下后调解停止，由民警依法处理。",
            danger=True,
        ),
        "join_party": ActSpec(
            f"{CASE}/parties",
            "加入一方",
            "加入一方",
            "还有人和这件事有关，加进来；他也要同意，才能继续谈。",
            "加入",
            "已加入一方，请邀请他。",
            consequence="加入后，要等他同意才能继续。",
        ),
    }


def _of_the_platform(parties: tuple[Choice, ...]) -> Mapping[str, ActSpec]:
    """Talks on line before a court's mediators, a firm's written consent, longer casework."""
    return {
        "record_remote": ActSpec(
            f"{CASE}/recorded-remote",
            "记下同意在线调解",
            "记下一方同意在线调解",
            "各方都同意才能在线谈；三个工作日内定下主持人（R-14）。",
            "记下同意",
            "已记下：这一方同意在线谈。",
            (_party("谁同意", parties), Field("evidence", "凭据", "area", EVIDENCE, limit=2000, required=True)),
        ),
        "accept_hosting": ActSpec(
            f"{CASE}/hosting",
            "答应主持",
            "答应主持",
            "在线调解的主持人要在三个工作日内答应（R-14）。",
            "答应",
            "您已答应主持。",
        ),
        "decline_hosting": ActSpec(
            f"{CASE}/hosting/refusal",
            "不主持",
            "不主持",
            "不能主持就说，好换一个人（R-14）。",
            "不主持",
            "已记下，请另定主持人。",
            consequence="说了以后，要另定主持人。",
        ),
        "record_firm_consent": ActSpec(
            f"{CASE}/firm-consent",
            "记下企业书面同意",
            "记下企业书面同意",
            "经济纠纷过了民刑闸门以后，企业书面同意才能调解（R-28）。",
            "记下",
            "已记下企业的书面同意。",
            (
                _party("哪一方是企业", parties),
                Field("paper", "书面同意在哪里", "area", "写明日期和编号；只存在保险库里。", limit=2000, required=True),
            ),
        ),
        "extend_casework": ActSpec(
            f"{CASE}/casework-extension",
            "延长办案期限",
            "延长治安案件办案期限",
            "经上一级公安机关批准，可以延长三十日，最多两次（R-08）。",
            "延长",
            "已延长办案期限。",
            (Field("approval", "批准文书编号", required=True),),
        ),
    }
