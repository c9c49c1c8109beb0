"""What can be done with a firm's matter, a visit or a hazard: each act with its form, in the words of the station."""

from collections.abc import Mapping
from dataclasses import replace

from services.portal.bureau import Bureau
from services.portal.pages.acts import MISPLACED, ActSpec, Body, choices_of, returning
from services.portal.pages.contexts import Choice, Field

MATTER = "/enterprise/v1/matters/{id}"
KINDS = {
    "CONTRACT_DISPUTE": "合同、货款纠纷",
    "OBSTRUCTION": "项目施工被阻",
    "DEPARTMENT_COMPLAINT": "投诉部门",
    "STAFF_LODGING": "员工居住登记",
    "OPINION": "意见建议",
}
KIND_HINTS = {
    "CONTRACT_DISPUTE": "先由经侦判断是否犯罪，企业书面同意后才协调",
    "OBSTRUCTION": "先到现场核查项目手续，再做劝说",
    "DEPARTMENT_COMPLAINT": "不交给被投诉的单位，另一单位必须答复",
    "STAFF_LODGING": "整张名单一次登记，错的逐行说明",
    "OPINION": "能当场答复的答复，不能的交办",
}
MEASURES = {
    "SITE_VISIT": "到现场看",
    "EVIDENCE_TAKEN": "收集材料",
    "TALK": "同一方谈",
    "JOINT_TALK": "同双方谈",
    "LAW_EXPLAINED": "讲法律和政策",
}
LEGALITY = {"LAWFUL": "手续齐全、合法", "UNLAWFUL": "手续不合法"}
MEDIATION = ("PM", "IM", "JM")
DETAILS = ("RECTIFIED", "WARNED", "ANSWERED_ONLY", "PARTY_REFUSED", "LAPSED")
OUTCOMES = ("done", "failed", "refused")
YES_NO = (Choice("yes", "是"), Choice("no", "否", chosen=True))
NOTE = Field("note", "记录（可以不写）", "area", limit=2000)
EVIDENCE = "写清材料在卷里哪一页；这段文字只存在保险库里。"


def _of(names: Mapping[str, str], hints: Mapping[str, str] | None = None) -> tuple[Choice, ...]:
    return tuple(Choice(code, label, (hints or {}).get(code, "")) for code, label in names.items())


def _round(values: Body) -> Body:
    return {**values, "away": values.get("away") == "yes"}


MATTER_ACTS: Mapping[str, ActSpec] = {
    "sign_for_matter": ActSpec(
        f"{MATTER}/signature",
        "签收",
        "签收",
        "签收后由您负责到底。先定类型：不同类型，法律要求的步骤不同。",
        "签收",
        "已签收，由您负责。",
        (Field("kind", "哪一类", "one", choices=_of(KINDS, KIND_HINTS), required=True),),
    ),
    "name_firm": ActSpec(
        f"{MATTER}/firm",
        "关联企业",
        "关联企业档案",
        "写统一社会信用代码，这件事就归到这家企业。没有建档的，先在工作台建档。",
        "关联",
        "已关联企业。",
        (Field("credit_code", "统一社会信用代码", "line", "18 位", limit=40, required=True),),
    ),
    "respond_to_firm": ActSpec(
        f"{MATTER}/first-response",
        "首次回应企业",
        "首次回应企业",
        "您已经联系了企业，告诉他谁在办、什么时候有结果。",
        "记下",
        "已记下首次回应。",
        (NOTE,),
    ),
    "record_consent": ActSpec(
        f"{MATTER}/consent",
        "记下书面同意",
        "企业的书面同意",
        "经济纠纷，企业书面同意后才能协调（R-28）。",
        "记下同意",
        "已记下企业的书面同意。",
        (Field("evidence", "凭据", "area", EVIDENCE, limit=2000, required=True),),
    ),
    "check_legality": ActSpec(
        f"{MATTER}/legality",
        "核查项目手续",
        "核查项目手续",
        "先到现场看核准、用地、施工许可，再谈劝说。手续不合法的，不劝群众让步。",
        "记下核查结果",
        "已记下核查结果。",
        (
            Field("result", "看到的", "one", choices=_of(LEGALITY), required=True),
            Field("evidence", "依据", "area", EVIDENCE, limit=2000, required=True),
        ),
    ),
    "hold_round": ActSpec(
        f"{MATTER}/rounds",
        "记一次协调",
        "记一次协调",
        "只能看现场、收材料、谈话、讲法律。公安不讨债，不查封冻结，不以处罚相威胁（R-27、R-28）。",
        "记下",
        "已记下这次协调。",
        (
            Field("measures", "做了什么", "many", choices=_of(MEASURES), required=True),
            Field("away", "去了外地", "one", choices=YES_NO),
            Field("expenses_fen", "花费（元）", "money", "没有就不填"),
            NOTE,
        ),
        body=_round,
    ),
    "name_complained_of": ActSpec(
        f"{MATTER}/complained-of",
        "写明投诉哪个单位",
        "写明投诉哪个单位",
        "投诉不会交给被投诉的单位（R-24），所以先要写明是谁。",
        "记下",
        "已记下被投诉的单位。",
        (Field("unit", "被投诉的单位", "one", required=True),),
    ),
    "assign_task": ActSpec(
        f"{MATTER}/tasks",
        "交办给部门",
        "交办给部门",
        "定下日期，到期不答复会自动报督察，再报局领导。",
        "交办",
        "已交办。",
        (
            Field("unit", "交给哪个单位", "one", required=True),
            Field("demand", "要查什么、办什么", "area", limit=5000, required=True),
            Field("due", "最晚哪天答复", "day", required=True),
        ),
    ),
    "urge_task": ActSpec(
        f"{MATTER}/tasks/{{task}}/urging", "督办", "督办", "催这个部门，并记入督办。", "督办", "已督办。", (NOTE,)
    ),
    "answer_task": ActSpec(
        f"{MATTER}/tasks/{{task}}/answer",
        "答复",
        "答复交办",
        "写清查了什么、怎么处理。护企工作站会据此答复企业，企业能读到。",
        "发出答复",
        "答复已发给护企工作站。",
        (Field("answer", "答复", "area", limit=5000, required=True),),
    ),
    "object_to_task": ActSpec(
        f"{MATTER}/tasks/{{task}}/objection",
        "提出异议",
        "提出异议",
        "不归本部门办的，五个工作日内提出；忙不是理由（R-24）。",
        "提出异议",
        "异议已提出。",
        (
            Field(
                "reason",
                "为什么",
                "one",
                choices=choices_of("reasons", ("WRONG_CATEGORY", "WRONG_GRID", "CONFLICT_OF_INTEREST", "NOT_POLICE")),
                required=True,
            ),
            NOTE,
        ),
    ),
    "answer_firm": ActSpec(
        f"{MATTER}/answer",
        "答复企业",
        "答复企业",
        "写清谁做了什么、没做到的怎么办。这段话会原样给企业。",
        "答复企业",
        "已答复企业。",
        (Field("answer", "答复", "area", limit=5000, required=True),),
    ),
    "ask_mediation": ActSpec(
        f"{MATTER}/mediation",
        "请求转入调解",
        "请求转入调解",
        "护企工作站只协调，不主持调解。转出后由分流岗安排调解员。",
        "请求转入调解",
        "已请求转入调解。",
        (Field("channel", "哪一种", "one", choices=choices_of("channels", MEDIATION), required=True),),
        consequence="转出后这件事不再由工作站办，企业会被告知由谁接手。",
    ),
    "report_matter": ActSpec(
        f"{MATTER}/outcome",
        "报结果",
        "报结果",
        "先答复企业，再报结果。",
        "报结果",
        "结果已报。",
        (
            Field("outcome", "结果", "one", choices=choices_of("outcomes", OUTCOMES, "done"), required=True),
            Field("detail", "具体（可以不选）", "one", choices=choices_of("outcome_details", DETAILS)),
        ),
        consequence="报了结果，这件事就结束；企业不满意，会换人重办。",
    ),
    "return_matter": returning(f"{MATTER}/return", (*MISPLACED, "CRIME_FOUND"), whose="工作站"),
}


def naming_units(spec: ActSpec, bureau: Bureau) -> ActSpec:
    """The same act with the bureau's units to choose from, where a unit is asked for."""
    units = tuple(Choice(code, name) for code, name in bureau.units.items())
    return spec.asking(*(replace(field, choices=units) if field.name == "unit" else field for field in spec.fields))


WAYS: Mapping[str, tuple[str, ...]] = {
    "": ("sign_for_matter",),
    "CONTRACT_DISPUTE": ("name_firm", "record_consent", "hold_round", "answer_firm", "report_matter"),
    "OBSTRUCTION": ("name_firm", "check_legality", "hold_round", "answer_firm", "report_matter"),
    "DEPARTMENT_COMPLAINT": ("name_firm", "name_complained_of", "assign_task", "answer_firm", "report_matter"),
    "STAFF_LODGING": ("name_firm", "lodge_staff", "answer_firm", "report_matter"),
    "OPINION": ("name_firm", "answer_firm", "report_matter"),
}
"""The way of each kind: the first of these that is not done is the next legal step."""
FOREIGN = frozenset({"not-that-kind", "nothing-to-consent-to"})
"""What belongs to another kind of matter is not shown at all."""

FACTS: Mapping[str, str] = {
    "matter_offered": "派来",
    "matter_signed": "签收",
    "firm_named": "关联了企业",
    "first_response_given": "首次回应企业",
    "handling_started": "开始办理",
    "gate_noted": "收到是否犯罪的结论",
    "gate_overdue": "经侦没有按时给出结论",
    "consent_recorded": "企业书面同意",
    "legality_checked": "核查了项目手续",
    "round_held": "协调了一次",
    "complained_of_named": "写明了被投诉的单位",
    "task_assigned": "交办给部门",
    "task_warned": "部门的期限将到",
    "task_overdue": "部门没有按时答复，已报上一级",
    "task_urged": "督办",
    "task_objected": "部门提出异议",
    "task_answered": "部门作了答复",
    "staff_lodged": "登记了一批员工",
    "firm_told": "答复了企业",
    "mediation_asked": "请求转入调解",
    "outcome_reported": "报了结果",
    "matter_returned": "退回",
    "matter_revoked": "被收回，改由别处办",
    "matter_withdrawn": "企业撤回",
}
LATE_FACTS = frozenset({"gate_overdue", "task_overdue", "matter_returned"})
GOOD_FACTS = frozenset({"matter_signed", "first_response_given", "consent_recorded", "task_answered", "firm_told"})
TASK_STATES = {"OPEN": "等答复", "ANSWERED": "已答复", "OBJECTED": "提出异议"}
ROW_ERRORS = {
    "NAME_MISSING": "没有写姓名",
    "ID_MALFORMED": "身份证号不是 18 位，或者生日不存在",
    "ID_CHECK_FAILS": "身份证号最后一位对不上，请对着证件再看",
    "PHONE_MALFORMED": "手机号不是 11 位",
    "TWICE_IN_BATCH": "和上面某一行是同一个人",
}
