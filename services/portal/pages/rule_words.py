"""Rows of a rule pack in plain Chinese."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from services.portal.desk_client import Answer
from services.portal.pages.gate_specs import RESULTS
from services.portal.pages.request_pane import DANGERS
from services.portal.pages.words import zh_names

REASONS: Mapping[str, str] = {
    "life_in_danger": "有人有生命危险，马上出警",
    "child_in_danger": "孩子正受侵害，马上走未保专线",
    "child_after_patrol": "先救人，未保专线跟上",
    "money_moving": "钱正在转给骗子，马上止付",
    "emergency_now": "紧急警情，马上处置",
    "minor_harmed": "未成年人疑似受侵害，怀疑就够了",
    "child_lane": "未成年人保护走未保专线",
    "complaint_to_supervision": "投诉公安只交监督部门",
    "family_violence": "家庭暴力先出警，不直接调解",
    "crime_not_mediated": "犯罪不调解",
    "violation_needed": "没有违法行为，不作治安调解",
    "crime_asked_first": "涉企经济事项先问清是不是犯罪",
    "lawfulness_first": "项目阻工先查项目合不合法",
    "guardian_first": "涉未成年人调解要监护人到场",
    "opens_no_case": "感谢和意见不立事项",
    "answered": "咨询直接答复",
    "new_violation": "2026年起是违反治安管理行为",
    "not_yet_a_violation": "行为在前、新法在后，不按新法",
    "local_practice": "本地的做法",
    "law_changed": "法律有变化",
    "season": "季节、节日、考试",
    "capacity": "人手安排",
    "pilot": "试点",
    "lesson_learned": "从以前的诉求里总结的",
}
ACTS: Mapping[str, str] = {"thrown_object": "高空抛物", "school_bullying": "学生欺凌"}
ASKED: Mapping[str, tuple[str, str]] = {
    "categories": ("类别是", "categories"),
    "not_categories": ("类别不是", "categories"),
    "channels": ("渠道是", "channels"),
    "not_channels": ("渠道不是", "channels"),
    "flags_all": ("有标记", "flags"),
    "flags_any": ("有其中一个标记", "flags"),
    "flags_none": ("没有标记", "flags"),
    "danger_all": ("有危险", "danger"),
    "danger_any": ("有其中一种危险", "danger"),
    "danger_none": ("没有危险", "danger"),
    "priorities": ("缓急是", "priorities"),
    "police": ("归属是", "police"),
    "acts_any": ("行为是", "acts"),
}
"""What a line may ask, how it is said, and which kind of code it asks for."""
BECOMES: Mapping[str, tuple[str, str]] = {
    "category": ("类别改为", "categories"),
    "channel": ("渠道改为", "channels"),
    "police": ("归属改为", "police"),
    "floor": ("缓急不低于", "priorities"),
    "priority": ("缓急改为", "priorities"),
    "flag": ("加上标记", "flags"),
}


class Closes(Answer):
    gate: str
    result: str


class Row(Answer):
    number: int
    law: str | None = None
    reason: str
    when: tuple[Mapping[str, tuple[str, ...]], ...]
    then: Mapping[str, str | None]
    closes: Closes | None = None


class Pack(Answer):
    version: str
    pack_id: UUID | None = None
    in_force_from: str
    in_force: bool
    coming: bool
    rows: int
    table: tuple[Row, ...] = ()


def names_of(kind: str) -> Mapping[str, str]:
    if kind == "danger":
        return DANGERS
    return ACTS if kind == "acts" else zh_names()[kind]


def said(codes: Sequence[str], kind: str, between: str = "、") -> str:
    names = names_of(kind)
    return between.join(names.get(code, code) for code in codes)


def when_in_words(line: Mapping[str, tuple[str, ...]]) -> str:
    parts = [f"{words}：{said(line[name], kind)}" for name, (words, kind) in ASKED.items() if line.get(name)]
    return "；".join(parts) or "（还没有条件）"


def then_in_words(row: Row) -> str:
    return "；".join(_becomes(row)) or "（还没有结果）"


def _becomes(row: Row) -> Iterator[str]:
    for name, (words, kind) in BECOMES.items():
        if code := row.then.get(name):
            yield f"{words}：{said((code,), kind)}"
    if row.closes:
        yield f"{said((row.closes.gate,), 'gates')}：{RESULTS[row.closes.result][0]}"


def example_in_words(codes: Sequence[str]) -> str:
    """Codes of a request as the check of the law made it up."""
    for_words = (*(names_of(kind) for kind in ("categories", "channels", "flags", "danger")),)
    return "、".join(next((names[code] for names in for_words if code in names), code) for code in codes)
