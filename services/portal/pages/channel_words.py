"""The four channels of mediation in plain words: under which law, who may host, what an agreement is worth there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from services.portal.pages.contexts import Countdown
from services.portal.pages.words import zh_names
from shared.kernel import value


@value
class ChannelWords:
    law: str
    plain: str
    hosts: str
    means: str
    """To a party: what it is, before anybody says yes."""


CHANNELS: Final[Mapping[str, ChannelWords]] = {
    "PSM": ChannelWords(
        "《治安管理处罚法》第九条",
        "民间纠纷引起的轻微违法，双方愿意的可以调解，履行后不再处罚",
        "办这件治安案件的派出所民警（R-58）",
        "由办案民警主持。谈成并且做到了，公安机关不再处罚；没有做到，公安机关依法继续处理。",
    ),
    "PM": ChannelWords(
        "《人民调解法》",
        "自愿、平等；任何一方可以接受，也可以拒绝，可以随时要求终止",
        "今天登记在册的人民调解员；民警只协调，不主持（R-59）",
        "由人民调解员主持，不收费。谈成的协议像合同一样有效，双方还可以一起请法院确认。",
    ),
    "IM": ChannelWords(
        "行业调解的规定和《人民调解法》",
        "由懂这一行的调解组织来调；自愿，一方不同意就不调解",
        "今天在名册上、懂这一行的调解组织的调解员（R-60）",
        "由这一行的调解组织主持。组织在名册上，协议像合同一样有效，可以请法院确认；不在名册上，只是普通合同。",
    ),
    "JM": ChannelWords(
        "最高人民法院关于特邀调解的规定",
        "立案前法院委派，立案后法院委托；双方同意才进行",
        "法院人员；立案前还可以是法院名册上的特邀调解员（R-61）",
        "由法院主持或者委派。立案前谈成的协议可以请法院确认；立案后出调解书，签收后可以强制执行。",
    ),
}
EFFECTS: Final = {
    "BINDING_CONTRACT": (
        "这份协议有合同的效力。三十天内双方可以一起到法院申请司法确认，确认后可以强制执行，不收费。",
        "一方不照办，另一方可以找调解员督促，也可以去法院。",
    ),
    "ENDS_PENALTY": ("照协议做到以后，公安机关不再处罚。", "没有做到的，公安机关依法继续处理，并告知可以去法院。"),
    "ORDINARY_CONTRACT": ("这份协议是一份普通合同。", "一方不照办，另一方可以去法院。"),
    "ENFORCEABLE": ("不履行的，可以申请法院强制执行。", "可以直接向法院申请执行。"),
}
GROUNDS: Final = {
    "before_penalty": "处罚决定作出以前，可以先由人民调解",
    "written_application": "当事人书面申请，公安机关认可",
    "trade_of_the_body": "属于这个行业，由行业调解组织来调",
    "both_voluntary": "双方自愿，改由人民调解",
    "referred_to_court": "转到法院诉前调解",
    "not_filed": "法院没有立案，转回人民调解",
}
LIMITS: Final = {
    "CL-022": "首次公安调解",
    "CL-023": "第二次公安调解",
    "CL-025": "治安案件办案期限（三十日）",
    "CL-026": "治安案件延长办案期限（三十日）",
    "CL-027": "治安案件办案期限（旧法，三十日）",
    "CL-028": "治安案件延长办案期限（旧法，三十日）",
    "CL-029": "人民调解期限（一个月）",
    "CL-035": "诉前调解期限（三十日）",
    "CL-036": "委托调解期限（十五日）",
    "CL-037": "委托调解期限（七日）",
    "CL-038": "在线调解：定主持人",
    "CL-039": "在线调解：主持人答应",
    "CL-040": "在线调解期限（三十日）",
    "CL-041": "劳动争议调解期限（十五日）",
    "CL-046": "共同申请交通事故调解（十日）",
    "CL-047": "交通事故调解期限（十日）",
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
INTERESTS: Final = {
    "party_before": "以前是其中一方的对手或者当事人",
    "agent_before": "以前代理过其中一方",
    "relative": "和一方是亲属",
    "employed": "受雇于一方",
    "mandate": "是一方的代理人",
    "mediated_before": "以前调解过其中一方的事（说明后可以继续）",
}
RUNGS: Final = {
    "grid": "网格",
    "village": "村（居）调解委员会",
    "station": "派出所",
    "township_centre": "乡镇综治中心",
    "lounge": "汇客厅",
    "court": "法院",
    "enforcement": "法院执行",
}
"""The ladder that a broken duty climbs, from the nearest to the last."""
SPANS: Final = {"working_day": "个工作日", "calendar_day": "天", "month": "个月"}


def channel_name(code: str) -> str:
    return zh_names()["channels"].get(code, code)


def words_of(code: str) -> ChannelWords:
    return CHANNELS.get(code, CHANNELS["PM"])


def worth_of(effect: str | None) -> tuple[str, str]:
    """What it is worth, and what follows when it is broken."""
    return EFFECTS.get(effect or "", ("要看由谁主持，谈之前会告诉双方。", ""))


def limit_name(clock: str) -> str:
    return LIMITS.get(clock, "期限")


def countdown(
    name: str, due: datetime | None, *, still: bool = False, breached: bool = False, rule: str = ""
) -> Countdown:
    note = "时间暂停，不计算" if still else "已经过了" if breached else ""
    return Countdown(name, due, note, rule)
