"""The words that a group reads. Only codes and the short text become words: no field could carry a name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from services.workorders.orders.rules.broadcast_facts import AgeBand, Sex, Sought
from shared.kernel import BUREAU_ZONE, ItemCode

AGES: Final[Mapping[AgeBand, str]] = {
    AgeBand.CHILD: "儿童",
    AgeBand.YOUTH: "未成年人",
    AgeBand.ADULT: "成年人",
    AgeBand.OLD: "老人",
}
SEXES: Final[Mapping[Sex, str]] = {Sex.FEMALE: "女", Sex.MALE: "男"}
RECALLED: Final = "这条信息已撤回，请不要再转发。谢谢大家。"


def broadcast_words(sought: Sought, looks: str | None, areas: Mapping[ItemCode, str], phone: str) -> str:
    who = "一位" + (AGES[sought.age] if sought.age else "走失人员") + (f"（{SEXES[sought.sex]}）" if sought.sex else "")
    where = areas.get(sought.area, "本辖区")
    wearing = f"{looks.rstrip('。；，,;. ')}。" if looks else ""
    return (
        f"【寻人】{who}，{_moment(sought.seen_at)}在{where}一带。{wearing}"
        f"见到请拨 {phone} 或 110，并陪在旁边等民警。请不要发布照片、姓名和住址。"
    )


def answer_words(result: str, at: datetime) -> str:
    day = at.astimezone(BUREAU_ZONE)
    return f"【办理结果】{result.strip()}（{day.month}月{day.day}日）"


def _moment(at: datetime) -> str:
    local = at.astimezone(BUREAU_ZONE)
    return f"{local.month}月{local.day}日{local:%H:%M}"
