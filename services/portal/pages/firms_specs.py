"""What can be done at a firm, each act with its form."""

from collections.abc import Sequence

from services.portal.pages.acts import ActSpec, Body
from services.portal.pages.contexts import Choice, Field
from services.portal.pages.station_files import API, Catalogue, VisitRow
from services.portal.pages.words import day

FIRM = f"{API}/firms/{{id}}"
GOODS = (
    Choice("product_sets", "产品（套、件）"),
    Choice("materials", "原料（件）"),
    Choice("equipment", "设备（台）"),
    Choice("other", "其他（件）"),
)
NO_INSPECTION = (
    "护企工作站和社区民警只做走访服务，不检查企业（R-30）。"
    "要检查的，由有资格的部门按公布的事项登记计划，再由护企工作站合并成一次门"
)
FILE_FIRM = ActSpec(
    f"{API}/firms",
    "建企业档案",
    "建企业档案",
    "同一个代码只有一份档案，重复建档不会变成两家。",
    "建档",
    "企业档案已建好。",
    (
        Field("credit_code", "统一社会信用代码", "line", "18 位数字和大写字母", limit=40, required=True),
        Field("name", "企业名称", required=True),
        Field("contacts", "联系人和电话（可以不写）", "line", "只存在保险库里"),
    ),
)
BRING = ActSpec(
    "/intake/v1/firm-requests",
    "登记企业诉求",
    "登记企业诉求",
    "企业到工作站或者走访时提出的，您替他写下来。诉求人是企业，不是您；由分流岗判断后派下来。",
    "登记",
    "企业诉求已登记。",
    (
        Field("title", "一句话", "line", "例如：合同纠纷、施工被拦；不写人名", limit=60),
        Field("narrative", "企业说了什么", "area", "照企业的话写。", limit=5000, required=True),
        Field("place", "在哪里（可以不写）"),
        Field("contact_name", "企业代表怎么称呼", limit=60, required=True),
        Field("contact_phone", "他的手机号", "line", "他用这个手机号登录，就能看到进度", limit=20, required=True),
        Field("other_name", "对方怎么称呼（可以不写）", limit=60),
    ),
    body=lambda values: _brought(values),
)
LIAISON = ActSpec(
    f"{FIRM}/liaison",
    "定联络民警",
    "定联络民警",
    "一家企业一天只有一名联络民警；没有写到哪天的，接任的人一开始，前任就结束。",
    "定下来",
    "联络民警已定。",
    method="PUT",
)
MEMBER = ActSpec(
    f"{FIRM}/members",
    "登记企业代表",
    "登记企业代表",
    "凭本人登录用的手机号认定。登记后他能看到这家企业的事和检查，能对检查提异议。",
    "登记",
    "企业代表已登记。",
    (
        Field("name", "怎么称呼", limit=60),
        Field("phone", "手机号", limit=20, required=True),
    ),
)
KEY_PROJECT = ActSpec(
    f"{FIRM}/key-project",
    "定重点项目",
    "是不是重点项目",
    "重点项目在企业名单里排在最前面，走访、检查和诉求的规矩都一样。",
    "定下来",
    "已记下是不是重点项目。",
    (
        Field(
            "marked",
            "这家企业",
            "one",
            choices=(Choice("yes", "是重点项目"), Choice("no", "不是重点项目")),
            required=True,
        ),
    ),
    body=lambda values: {"marked": values["marked"] == "yes"},
    method="PUT",
)


def _brought(values: Body) -> Body:
    kept: Body = {name: values[name] for name in ("title", "narrative", "place") if name in values}
    phone = "".join(each for each in str(values["contact_phone"]) if each.isdigit() or each == "+")
    contact = {"name": values["contact_name"], "phone": phone}
    other = {"other_party": {"name": values["other_name"]}} if "other_name" in values else {}
    return {"kind": "other", **kept, "contact": contact, **other}


def naming_liaison(officers: Sequence[Choice]) -> ActSpec:
    return LIAISON.asking(
        Field("officer", "谁", "one", choices=tuple(officers), required=True),
        Field("since", "从哪天", "day", required=True),
        Field("until", "到哪天", "day", "不填就一直到换人"),
    )


def planning_visit(lists: Catalogue, today: str) -> ActSpec:
    items = tuple(Choice(each.code, each.title, chosen=True) for each in lists.checklist)
    return ActSpec(
        f"{FIRM}/visits",
        "登记走访",
        "登记走访",
        "走访是服务，不是检查（R-30）。先定哪天去、问什么。",
        "登记走访",
        "走访已登记。",
        (
            Field("on", "哪天去", "day", value=today, required=True),
            Field("checklist", "走访清单", "many", choices=items, required=True),
        ),
    )


def recording_hazard(lists: Catalogue, visits: Sequence[VisitRow]) -> ActSpec:
    held = tuple(Choice(str(each.visit_id), f"{day(each.on)}的走访") for each in visits if each.state == "HELD")
    return ActSpec(
        f"{FIRM}/hazards",
        "登记隐患",
        "登记隐患",
        "走访时看到的隐患，定下整改期限；到期没有复查会自动提醒，再报上级。",
        "登记",
        "隐患已登记。",
        (
            Field("source", "哪次走访看到的", "one", choices=held, required=True),
            Field(
                "item",
                "哪一类",
                "one",
                choices=tuple(Choice(each.code, each.title) for each in lists.hazards),
                required=True,
            ),
            Field(
                "slight",
                "轻微，还没有造成后果",
                "one",
                "轻微、首次、按期改正的，清单会提出首违不罚建议；由领导决定（R-29）。",
                choices=(Choice("yes", "是"), Choice("no", "不是")),
                required=True,
            ),
            Field("finding", "看到了什么", "area", limit=5000, required=True),
            Field("fix_by", "最晚哪天改好", "day", required=True),
        ),
        body=lambda values: {**values, "slight": values["slight"] == "yes", "found_at": "VISIT"},
    )


RECHECK = ActSpec(
    f"{API}/hazards/{{id}}/recheck",
    "复查",
    "复查隐患",
    "到现场看改好没有。没有改好的，重新定期限。",
    "记下复查结果",
    "复查结果已记下。",
    (
        Field(
            "result",
            "改好了吗",
            "one",
            choices=(Choice("FIXED", "改好了"), Choice("NOT_FIXED", "没有改好")),
            required=True,
        ),
        Field("fix_by", "新的期限", "day", "没有改好的要填"),
    ),
)


def _goods(values: Body) -> Body:
    """Money and goods stay apart: nothing is turned into the other."""
    plain = {name: given for name, given in values.items() if name not in ("goods_kind", "goods_pieces")}
    if "goods_kind" not in values or "goods_pieces" not in values:
        return plain
    return {**plain, "goods": [{"kind": values["goods_kind"], "pieces": values["goods_pieces"]}]}


GOODS_FIELDS = (
    Field("goods_kind", "货物（没有就不填）", "one", "货物不折成钱，分开记。", choices=GOODS),
    Field("goods_pieces", "几件", "number", limit=9),
)
RECORD_LOSS = ActSpec(
    f"{FIRM}/losses",
    "登记损失",
    "登记损失",
    "企业主张的损失。登记的数是分母，追回的数是分子。",
    "登记",
    "损失已登记。",
    (Field("claimed_fen", "金额（元）", "money", "没有就不填"), *GOODS_FIELDS),
    body=_goods,
)
RECOVER = ActSpec(
    f"{API}/losses/{{id}}/recoveries",
    "登记挽回",
    "登记挽回",
    "实际追回的，要有凭据。追回的不能超过登记的损失。",
    "登记挽回",
    "挽回已登记。",
    (
        Field("fen", "金额（元）", "money", "没有就不填"),
        *GOODS_FIELDS,
        Field("proof", "凭据", "area", "回单、入库单在卷里哪一页。", limit=2000, required=True),
    ),
    body=_goods,
)
