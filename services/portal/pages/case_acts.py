"""What can be done in a case room, each act with its form."""

from collections.abc import Mapping

from services.portal.pages.acts import ActSpec, choices_of, returning
from services.portal.pages.channel_acts import EVIDENCE, channel_acts
from services.portal.pages.contexts import Choice, Field
from services.portal.pages.duty_forms import IDENTITY, duties_of, duty_fields

HOW = (
    Choice("paper", "书面"),
    Choice("oral_recorded", "当面口头，有记录"),
    Choice("phone_recorded", "电话，有录音或记录"),
)
RESULTS = (
    Choice("agreed", "谈成了"),
    Choice("not_agreed", "没有谈成"),
    Choice("continue", "还要再谈"),
)
KINDS = choices_of("session_kinds", ("JOINT", "SHUTTLE", "REMOTE"), "JOINT")
GROUNDS = (
    Choice("not_settled", "谈不成"),
    Choice("party_absent", "一方不来"),
    Choice("violation_found", "发现治安违法"),
    Choice("crime_found", "涉嫌犯罪"),
    Choice("new_violation", "调解中又违法"),
    Choice("repeated_violations", "多次违法"),
    Choice("flight", "逃跑"),
    Choice("gang_fight", "结伙斗殴"),
    Choice("hired_offender", "雇凶"),
)
PRODUCTS = {
    "PM": ("PM_AGREEMENT", "PM_ORAL_RECORD"),
    "PSM": ("POLICE_AGREEMENT", "ON_SPOT_RECORD"),
    "IM": ("IM_AGREEMENT", "IM_SETTLEMENT"),
    "JM": ("PRE_SUIT_AGREEMENT", "COURT_PAPER"),
}


def _party(label: str, parties: tuple[Choice, ...]) -> Field:
    return Field("party", label, "one", choices=parties, required=True)


def case_acts(channel: str, parties: tuple[Choice, ...], mediators: tuple[Choice, ...]) -> Mapping[str, ActSpec]:
    """By operation, in words for this case."""
    case = "/mediation/v1/cases/{id}"
    host = Field("host", "谁主持", "one", choices=mediators, required=True)
    return {
        **channel_acts(parties),
        "sign_for_case": ActSpec(
            f"{case}/signature",
            "签收",
            "签收",
            "签收后由您负责到底，并开始征求双方意愿。",
            "签收",
            "已签收，由您负责。",
        ),
        "give_notice": ActSpec(
            f"{case}/notice",
            "告知其他途径",
            "告知其他途径",
            "告诉双方：可以找人民调解委员会、仲裁、去法院、法律援助（R-01）。",
            "已经告知",
            "已记下：告知了其他途径。",
        ),
        "record_violation": ActSpec(
            f"{case}/violation",
            "登记违法事实",
            "登记违法事实",
            "公安调解只用于由民间纠纷引起的轻微违法，先要有登记（R-01）。",
            "登记",
            "已登记。",
            (Field("reference", "受案登记编号", required=True),),
        ),
        "invite_party": ActSpec(
            f"{case}/invitation",
            "邀请另一方",
            "邀请另一方",
            "生成通知上的编号和查询码，由您当面或电话告诉他；只显示这一次。",
            "生成邀请",
            "已生成邀请。",
            (_party("邀请谁", parties),),
        ),
        "record_consent": ActSpec(
            f"{case}/recorded-consent",
            "记下一方同意",
            "记下一方同意",
            "当事人自己不上网时，由您把他的同意记下来。要有凭据。",
            "记下同意",
            "已记下一方同意。",
            (
                _party("谁同意", parties),
                Field("how", "怎么表示的", "one", choices=HOW, required=True),
                Field("evidence", "凭据", "area", EVIDENCE, limit=2000, required=True),
            ),
        ),
        "record_guardian": ActSpec(
            f"{case}/guardians",
            "记下监护人",
            "记下监护人",
            "有未成年人时，监护人要在场（R-06）。",
            "记下",
            "已记下监护人。",
            (
                _party("谁的监护人", parties),
                Field("evidence", "凭据", "area", EVIDENCE, limit=2000, required=True),
            ),
        ),
        "name_host": ActSpec(
            f"{case}/host",
            "定主持人",
            "定主持人",
            "人民调解由登记在册的人民调解员主持，民警只协调（R-59）；公安调解由承办民警主持（R-58）；"
            "行业、司法调解由在册组织、法院的人主持（R-60、R-61）。",
            "定下来",
            "已定主持人。",
            (host,) if mediators else (),
        ),
        "open_session": ActSpec(
            f"{case}/sessions",
            "开始调解",
            "开始调解",
            "双方都到了，或者您分头去谈。",
            "开始",
            "调解开始了。",
            (
                Field(
                    "kind",
                    "怎么谈",
                    "one",
                    choices=KINDS,
                ),
                Field("officers", "在场民警几人", "number", "辅警不算", "1", limit=2),
                Field("recording", "录音录像编号", "line", "一名民警带辅警时必须有（R-07）；远程必须有（R-14）"),
            ),
        ),
        "end_session": ActSpec(
            "/mediation/v1/cases/{id}/sessions/{session}/end",
            "结束这次调解",
            "结束这次调解",
            "记下这次谈得怎样。分头谈的内容不给另一方看。",
            "结束",
            "已记下这次调解。",
            (
                Field("result", "结果", "one", choices=RESULTS, required=True),
                Field("notes", "记录（可以不写）", "area", limit=5000),
            ),
        ),
        "draft_agreement": ActSpec(
            f"{case}/agreements",
            "起草协议",
            "起草协议",
            "写清谁、做什么、最晚哪天。双方在自己的页面读到全文再签。",
            "起草",
            "协议已起草，等双方签名。",
            (
                Field(
                    "product",
                    "哪一种",
                    "one",
                    choices=choices_of("products", PRODUCTS.get(channel, PRODUCTS["PM"])),
                    required=True,
                ),
                Field("terms", "事实和约定", "area", "用“甲方、乙方”，不写姓名。", limit=10_000, required=True),
                Field("record", "记录编号", "line", "口头协议、当场调解要有记录编号（R-10）"),
                IDENTITY,
                *duty_fields(parties),
            ),
            body=duties_of,
        ),
        "record_signature": ActSpec(
            "/mediation/v1/agreements/{agreement}/recorded-signature",
            "记下纸上签名",
            "记下纸上签名",
            "当事人在纸上签的，由您记下来。",
            "记下签名",
            "已记下签名。",
            (
                _party("谁签的", parties),
                Field("how", "怎么签的", "one", choices=HOW, required=True),
                Field("evidence", "凭据", "area", EVIDENCE, limit=2000, required=True),
            ),
        ),
        "record_refusal": ActSpec(
            f"{case}/recorded-refusal",
            "记下一方不同意",
            "记下一方不同意",
            "一方明确不同意，调解马上结束（R-09）。",
            "记下不同意",
            "已记下，调解结束。",
            (
                _party("谁不同意", parties),
                Field("how", "怎么表示的", "one", choices=HOW, required=True),
                Field("note", "他怎么说的", "area", limit=2000, required=True),
            ),
            consequence="记下后这次调解结束，会告诉双方还有什么办法。",
            danger=True,
        ),
        "report_danger": ActSpec(
            f"{case}/danger",
            "报告激化风险",
            "报告激化风险",
            "发现可能激化成违法犯罪时用，马上报所长（R-10）。",
            "马上报告",
            "已报告。",
            (Field("note", "看到了什么", "area", limit=2000, required=True),),
        ),
        "end_case": ActSpec(
            f"{case}/end",
            "终止调解",
            "终止调解",
            "调解不下去时用。会告诉双方还有什么办法（R-10）。",
            "终止",
            "调解已终止。",
            (
                Field("reason", "为什么", "one", choices=GROUNDS, required=True),
                Field("note", "告诉双方的话（可以不写）", "area", limit=2000),
            ),
            consequence="终止后这次调解不能恢复。",
            danger=True,
        ),
        "return_case": returning(f"{case}/return"),
    }


ORDER = (
    "sign_for_case",
    "give_notice",
    "record_violation",
    "record_firm_consent",
    "name_trade",
    "invite_party",
    "record_consent",
    "record_guardian",
    "name_host",
    "accept_hosting",
    "open_session",
    "end_session",
    "draft_agreement",
    "record_signature",
)
"""The way of a case: the first of these that is allowed and not done is the next legal step."""
SEVERAL = frozenset({"invite_party", "record_guardian", "record_signature"})
"""May be done, never has to."""
