"""What can be done to a meeting and its tasks, as forms."""

from datetime import datetime, time

from services.portal.pages.acts import ActSpec, Body
from services.portal.pages.caller import Site
from services.portal.pages.contexts import Choice, Field
from services.portal.pages.meeting_files import API
from shared.kernel import BUREAU_ZONE

SIGN = ActSpec(f"{API}/{{id}}/tasks/{{task}}/signature", "签收", "签收", "", "签收", "已签收，由您负责答复。")
ANSWER = ActSpec(
    f"{API}/{{id}}/tasks/{{task}}/answer",
    "答复",
    "答复这项任务",
    "做到了没有，怎么做的。没做到也要写明原因。",
    "答复",
    "已答复。",
    (
        Field("kept", "做到了吗", "one", choices=(Choice("yes", "做到了"), Choice("no", "没做到")), required=True),
        Field("answer", "情况", "area", limit=5000, required=True),
    ),
    body=lambda values: {**values, "kept": values["kept"] == "yes"},
)
CLOSE = ActSpec(
    f"{API}/{{id}}/closing",
    "办结",
    "办结这次会议",
    "每项任务都答复了，才能办结。",
    "办结",
    "会议已办结。",
    consequence="办结后不能再改任务和答复。",
)
ACKNOWLEDGE = ActSpec(
    "/workorders/v1/deliberations/{id}/acknowledgement",
    "我们已经动手",
    "告诉大家已经动手",
    "险情不等商议：先做能马上做的。",
    "告诉大家",
    "已记下。",
    (Field("done", "马上做了什么", "area", limit=2000),),
)


def _units(site: Site) -> tuple[Choice, ...]:
    return tuple(Choice(code, name) for code, name in site.bureau.units.items())


def calling(site: Site, candidates: tuple[Choice, ...]) -> ActSpec:
    agenda = (
        (Field("agenda", "议什么", "many", "超期的排在前面，可以不选。", choices=candidates),) if candidates else ()
    )
    return ActSpec(
        API,
        "召集联席会议",
        "召集联席会议",
        "请哪些单位、哪天、议什么。",
        "发通知",
        "会议已召集，被请的单位现在就能看到。",
        (
            Field("title", "会议名称", required=True),
            Field("day", "哪天", "day", required=True),
            Field("hour", "几点", hint="例如 15:00", value="15:00", required=True, limit=5),
            Field("units", "请哪些单位", "many", choices=_units(site), required=True),
            *agenda,
        ),
        body=_call,
    )


def _call(values: Body) -> Body:
    return {
        "kind": "joint",
        "title": values["title"],
        "starts_at": _moment(values["day"], values["hour"]),
        "units": values["units"],
        "agenda": values.get("agenda", []),
    }


def _moment(day: str, hour: str) -> str:
    """What is no time goes as it was typed: the desk says that it is none."""
    try:
        clock = time.fromisoformat(hour.replace("：", ":"))
        return datetime.combine(datetime.fromisoformat(day).date(), clock, BUREAU_ZONE).isoformat()
    except ValueError:
        return f"{day} {hour}"


def holding(invited: tuple[Choice, ...]) -> ActSpec:
    return ActSpec(
        f"{API}/{{id}}/minutes",
        "登记开会情况",
        "登记开会情况",
        "谁来了、议定了什么。登记以后就可以定任务。",
        "保存纪要",
        "会议纪要已登记。",
        (
            Field("units", "到会单位", "many", choices=invited),
            Field("minutes", "会议纪要", "area", "不写当事人姓名、电话。", limit=20_000, required=True),
        ),
    )


def tasking(units: tuple[Choice, ...]) -> ActSpec:
    return ActSpec(
        f"{API}/{{id}}/tasks",
        "定一项任务",
        "定一项任务",
        "谁办、办什么、最晚哪天。这个单位要签收，要答复。",
        "定下来",
        "任务已派给这个单位。",
        (
            Field("what", "办什么", "area", limit=5000, required=True),
            Field("unit", "谁办", "one", choices=units, required=True),
            Field("due", "最晚哪天", "day", required=True),
        ),
    )
