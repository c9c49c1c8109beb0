"""What the pages of the child lane read from the API, and the acts of the lane as people see them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from services.portal.desk_client import Answer
from services.portal.pages.acts import ActSpec, Body, choices_of, returning
from services.portal.pages.contexts import Choice, Field

API: Final = "/mediation/v1/children"
PERSON: Final = Field("phone", "手机号（监护人没有账号时）", hint="只用来认出这个人，不会写进记录。", limit=20)


class ChildRow(Answer):
    child_id: UUID
    priority: str
    owner: UUID | None = None
    unit: str
    state: str
    reported: bool
    report_due: datetime | None = None
    feedback_due: datetime | None = None
    school_due: datetime | None = None
    late: tuple[str, ...] = ()
    escalated: bool = False
    answer_due: datetime
    offered_at: datetime


class ChildRows(Answer):
    files: tuple[ChildRow, ...] = ()
    cursor: str | None = None


class ClockFile(Answer):
    clock: str
    due: datetime
    breached: bool = False
    escalated: bool = False


class SeatFile(Answer):
    person: UUID
    seat: str


class ExcludedFile(Answer):
    person: UUID
    conflict: str


class SessionFile(Answer):
    kind: str
    author: UUID
    at: datetime


class ReadFile(Answer):
    read_id: UUID
    reader: UUID
    scope: str
    until: datetime | None = None
    approver: UUID | None = None
    declined: bool = False
    opened: int = 0
    why: str | None = None


class MomentFile(Answer):
    fact: str
    at: datetime


class ChildFile(Answer):
    child_id: UUID
    priority: str
    in_danger: bool
    state: str
    unit: str
    owner: UUID | None = None
    signed: bool
    reported: bool
    casework: bool
    told_reporter: bool
    bullying: bool
    school_answered: bool
    clocks: tuple[ClockFile, ...] = ()
    seats: tuple[SeatFile, ...] = ()
    excluded: tuple[ExcludedFile, ...] = ()
    sessions: tuple[SessionFile, ...] = ()
    reads: tuple[ReadFile, ...] = ()
    answer_due: datetime
    timeline: tuple[MomentFile, ...] = ()


class Opened(Answer):
    texts: tuple[str, ...] = ()
    erased: int = 0
    until: datetime


class SeatRow(Answer):
    child_id: UUID
    seat: str
    state: str


class SeatRows(Answer):
    seats: tuple[SeatRow, ...] = ()


class OwnSeat(Answer):
    child_id: UUID
    seat: str
    state: str
    answer_wanted: bool
    school_due: datetime | None = None


SEATS: Final[Mapping[str, str]] = {
    "guardian": "监护人",
    "suitable_adult": "合适成年人",
    "school": "学校",
    "counsellor": "心理咨询师",
}
CONFLICTS: Final[Mapping[str, str]] = {"suspected": "有嫌疑", "named_in_it": "与这件事有关"}
SCOPES: Final[Mapping[str, str]] = {
    "call": "求助时写的话",
    "sessions": "全部疏导和询问记录",
    "own_sessions": "我自己写的疏导记录",
}
CLOCKS: Final[Mapping[str, tuple[str, str]]] = {
    "CL-070": ("强制报告", "立即，怀疑就报（R-32）"),
    "CL-071": ("答复报告单位", "受案后三天（R-32）"),
    "CL-072": ("学校调查结果", "十天（R-33）"),
}
FACTS: Final[Mapping[str, str]] = {
    "child_file_offered": "派到专岗",
    "harm_suspected": "疑似受侵害，报告时限开始",
    "child_file_signed": "签收",
    "child_first_response": "首次回应",
    "mandatory_reported": "作了强制报告",
    "child_casework_filed": "登记受案",
    "reporter_unit_told": "答复了报告单位",
    "bullying_reported": "登记了欺凌",
    "school_result_given": "学校交了结果",
    "child_seat_given": "安排了席位",
    "child_seat_excluded": "一个人因利害关系不得参加",
    "child_interview_held": "询问了孩子，已封存",
    "counselling_held": "一次心理疏导，已封存",
    "sealed_read_asked": "有人申请查阅封存内容",
    "sealed_read_approved": "批准了查阅",
    "sealed_read_declined": "没有同意查阅",
    "sealed_read": "打开了封存内容",
    "child_clock_breached": "超过时限",
    "child_clock_escalated": "已报负责人",
    "child_outcome_reported": "报了结果",
    "child_file_returned": "退回",
}

REPORTED_TO: Final = (
    Choice("case_unit", "办案部门"),
    Choice("procuratorate", "检察院"),
    Choice("civil_affairs", "民政部门"),
    Choice("education", "教育部门"),
)


def _words(name: str, label: str, hint: str = "") -> Field:
    return Field(name, label, "area", hint=hint, required=True, limit=5000)


def _interview(values: Body) -> Body:
    how = values.pop("how", "")
    return {**values, "girl": how.startswith("girl"), "woman_asks": how.endswith("woman")}


def _seat(values: Body) -> Body:
    who = values.pop("who", "")
    return {**values, "person": who} if who else values


SPECS: Final[Mapping[str, ActSpec]] = {
    "signature": ActSpec(f"{API}/{{id}}/signature", "签收", "签收", "由您负责到底。", "签收", "已签收。"),
    "first-response": ActSpec(
        f"{API}/{{id}}/first-response",
        "已联系上",
        "首次回应",
        "已经联系上孩子或者来反映的人。",
        "记下",
        "已记下。",
    ),
    "mandatory-report": ActSpec(
        f"{API}/{{id}}/mandatory-report",
        "强制报告",
        "强制报告",
        "怀疑就报，不用等查清（R-32）。",
        "记下报告",
        "已记下报告。",
        (
            Field("to", "报告给谁", "many", choices=REPORTED_TO, required=True),
            Field("note", "说明（可以不写，写了就封存）", "area", limit=1000),
        ),
    ),
    "casework": ActSpec(
        f"{API}/{{id}}/casework",
        "登记受案",
        "登记受案",
        "从今天起三天内答复报告单位（R-32）。",
        "登记",
        "已登记，三天内答复报告单位。",
    ),
    "reporter-answer": ActSpec(
        f"{API}/{{id}}/reporter-answer",
        "答复报告单位",
        "答复报告单位",
        "告诉报告单位办到哪一步，不写孩子的姓名、学校和住处。",
        "记下答复",
        "已记下答复。",
        (_words("text", "怎么答复的"),),
    ),
    "bullying": ActSpec(
        f"{API}/{{id}}/bullying",
        "登记欺凌",
        "登记欺凌",
        "学校从今天起有十天调查（R-33）。",
        "登记",
        "已登记，学校十天内给结果。",
        consequence="登记后学校的十天就开始算。",
    ),
    "seats": ActSpec(
        f"{API}/{{id}}/seats",
        "安排席位",
        "安排席位",
        "监护人、合适成年人、学校、心理咨询师。有嫌疑的人不能入席（R-06）。",
        "安排",
        "已安排。",
        (
            Field("seat", "什么席位", "one", required=True, choices=tuple(Choice(*each) for each in SEATS.items())),
            PERSON,
        ),
        body=_seat,
    ),
    "interview": ActSpec(
        f"{API}/{{id}}/interview",
        "记录询问",
        "记录询问",
        "只问一次，全程录音录像，有成年人在场；女孩由女性询问（R-34）。",
        "封存",
        "已封存。",
        (
            Field("adult", "谁陪着孩子", "one", required=True),
            Field(
                "how",
                "孩子和询问人",
                "one",
                required=True,
                choices=(
                    Choice("girl-woman", "女孩，由女性询问"),
                    Choice("girl-man", "女孩，由男性询问"),
                    Choice("boy-man", "男孩"),
                ),
            ),
            Field("recording", "录音录像编号", limit=60),
            _words("notes", "询问记录", "写完就封存，以后每次查阅都要另一个人批准。"),
        ),
        body=_interview,
    ),
    "counselling": ActSpec(
        f"{API}/{{id}}/counselling",
        "记录疏导",
        "记录疏导",
        "写完就封存。",
        "封存",
        "已封存。",
        (_words("notes", "这次疏导"),),
    ),
    "reads": ActSpec(
        f"{API}/{{id}}/reads",
        "申请查阅",
        "查阅封存内容",
        "先写为什么要看。名单上的另一个人批准后才能打开，每打开一次都记一笔（R-36）。",
        "申请",
        "已申请。",
        (Field("scope", "看什么", "one", required=True), _words("why", "为什么要看")),
    ),
    "outcome": ActSpec(
        f"{API}/{{id}}/outcome",
        "办结",
        "办结并告诉结果",
        "用来反映的人听得懂的话，不写伤害的细节。",
        "办结",
        "已办结，会告诉来反映的人。",
        (
            Field(
                "outcome",
                "结果",
                "one",
                required=True,
                choices=choices_of("outcomes", ("done", "failed", "handed_over")),
            ),
            _words("answer", "告诉他们的话"),
        ),
        consequence="办结后不能再改；封存的内容继续封存。",
    ),
    "return": returning(
        f"{API}/{{id}}/return", ("WRONG_CATEGORY", "CONFLICT_OF_INTEREST", "OVERLOAD"), note=False, whose="专岗"
    ),
    "school-result": ActSpec(
        f"{API}/{{id}}/school-result",
        "交调查结果",
        "学校调查结果",
        "写清查到了什么、怎么处理、怎么保护孩子。",
        "交结果",
        "结果已交给专岗。",
        (_words("text", "调查结果", "不要写别的学生的姓名。"),),
    ),
}
EXCLUSION: Final = ActSpec(
    f"{API}/{{id}}/seats/{{person}}/exclusion",
    "不得参加",
    "不得参加",
    "有嫌疑或者与这件事有关的人，席位马上收回，什么也看不到。",
    "收回席位",
    "席位已收回。",
    (Field("conflict", "为什么", "one", required=True, choices=tuple(Choice(*each) for each in CONFLICTS.items())),),
    consequence="收回后这个人不能再参加。",
    danger=True,
)
