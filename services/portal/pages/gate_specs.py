"""Gates in words: what each can be decided as, on what ground, and the acts of a gate's own course."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from services.portal.desk_client import Answer
from services.portal.pages.acts import ActSpec, Body
from services.portal.pages.contexts import Act, Choice, Field, Gate, Link, Tone
from services.portal.pages.words import near, zh_names

RESULTS: Mapping[str, tuple[str, Tone]] = {
    "CRIME": ("涉嫌犯罪", "late"),
    "NOT_A_CRIME": ("不是犯罪", "good"),
    "UNDECIDED": ("待定", "soon"),
    "BLOCKED": ("不得共同调解", "late"),
    "LIFTED_WITH_REASON": ("有理由解除", "good"),
    "NOT_DV": ("不是家庭暴力", "good"),
    "CHILD_LANE": ("走未保专线", "soon"),
    "GUARDIAN_NEEDED": ("要监护人在场", "soon"),
    "CLEAR": ("通过", "good"),
    "REDIRECTED": ("已回避", "good"),
    "LAWFUL": ("合规", "good"),
    "UNLAWFUL": ("不合规", "late"),
    "YES": ("可以调解", "good"),
    "NO": ("不能调解", "late"),
}
GATE_RESULTS: Mapping[str, tuple[str, ...]] = {
    "CRIME_OR_CIVIL": ("CRIME", "NOT_A_CRIME", "UNDECIDED"),
    "DV_GATE": ("BLOCKED", "LIFTED_WITH_REASON", "NOT_DV"),
    "MINOR_GATE": ("CHILD_LANE", "GUARDIAN_NEEDED", "CLEAR"),
    "SELF_COMPLAINT": ("REDIRECTED", "CLEAR"),
    "LEGALITY": ("LAWFUL", "UNLAWFUL", "UNDECIDED"),
    "MEDIABLE": ("YES", "NO"),
}
LAW: Mapping[str, str] = {
    "CRIME_OR_CIVIL": "经济事项先由办案民警认定是不是犯罪，七日内决定；在此之前不调解、不催收、不冻结（R-27、R-28）。",
    "DV_GATE": "家庭暴力不是一般家庭纠纷：民警先到场，写明理由才能解除（R-18）。",
    "MINOR_GATE": "涉嫌侵害未成年人的立即走未保专线；年龄不清楚的要问，不能当作成年人（R-06、R-32）。",
    "SELF_COMPLAINT": "投诉绝不转给被投诉的单位和人（R-24）。",
    "LEGALITY": "先到现场核查项目是否合法，再做当事人的工作。",
    "MEDIABLE": "有法定情形的不调解，选明是哪一种（R-02、R-13）。",
}
GROUNDS: Mapping[str, str] = {
    "hired_offender": "雇人伤害",
    "gang_fight": "结伙斗殴、寻衅滋事",
    "repeated_violations": "多次违法",
    "new_violation": "调解中又动手、威胁",
    "flight": "嫌疑人逃跑",
    "clear_refusal": "当事人明确不愿意",
    "tie_between_persons": "婚姻、收养、亲子等身份关系",
    "id_seen": "看过证件",
    "register_checked": "查过户籍",
    "no_child_takes_part": "没有孩子参加",
}
GROUNDS_OF: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "MEDIABLE": ("NO", "不能调解的情形（选“不能调解”时必选）", tuple(GROUNDS)[:7]),
    "MINOR_GATE": ("CLEAR", "年龄怎样查清的（选“通过”时必选）", tuple(GROUNDS)[7:]),
}
EXTENSIONS: Mapping[str, str] = {"heavy": "延长到三十日（重大、复杂）", "longer": "再延长三十日"}


def gate_spec(gate: str) -> ActSpec:
    """The form in which one gate is decided. Raises KeyError for what is no gate."""
    name = zh_names()["gates"][gate]
    results = tuple(Choice(result, RESULTS[result][0]) for result in GATE_RESULTS[gate])
    fields = [Field("result", "结论", "one", choices=results, required=True)]
    if gate in GROUNDS_OF:
        _, label, grounds = GROUNDS_OF[gate]
        fields.append(Field("ground", label, "one", choices=tuple(Choice(each, GROUNDS[each]) for each in grounds)))
    note = "理由（解除家暴限制时必写）" if gate == "DV_GATE" else "依据（可以不写）"
    fields.append(Field("note", note, "area", "不要写姓名和电话。", limit=1000))
    return ActSpec(
        f"/routing/v1/decisions/{{id}}/gates/{gate}",
        f"决定{name}",
        f"决定{name}",
        f"{LAW[gate]}写下的决定和依据会留在记录里。",
        "这样决定",
        f"已决定{name}。",
        tuple(fields),
        body=_of_gate(gate),
    )


def _of_gate(gate: str) -> Callable[[Body], Body]:
    """A ground that belongs to another result is left out."""
    takes = GROUNDS_OF.get(gate, ("",))[0]

    def body(values: Body) -> Body:
        return {name: each for name, each in values.items() if name != "ground" or values.get("result") == takes}

    return body


def _approval(values: Body) -> Body:
    return {**values, "approved": values["approved"] == "yes"}


def _verdict(values: Body) -> Body:
    return {**values, "overturned": values["overturned"] == "yes"}


COURSE: Mapping[str, ActSpec] = {
    "extension": ActSpec(
        "/routing/v1/decisions/{id}/crime-review/extension",
        "请求延长审查",
        "请求延长立案审查",
        "七日内定不了的，期限届满前请求延长：重大复杂的三十日，再经上一级批准延长三十日，每一步一次（R-27）。",
        "请求延长",
        "已请求延长，等局领导批准。",
        (
            Field("extension", "延长到", "pick", choices=tuple(Choice(*each) for each in EXTENSIONS.items()),
                  required=True),
            Field("note", "为什么还定不了", "area", "不要写姓名和电话。", limit=1000, required=True),
        ),
    ),
    "extension-answer": ActSpec(
        "/routing/v1/decisions/{id}/crime-review/extension/decision",
        "答复延长请求",
        "答复延长立案审查的请求",
        "请求人不能自己批准（R-27）。再延长三十日的，批准前应当已经上一级公安机关批准。",
        "答复",
        "已答复延长请求。",
        (
            Field("approved", "批不批", "one", choices=(Choice("yes", "批准"), Choice("no", "不批准")), required=True),
            Field("note", "理由（可以不写）", "area", limit=1000),
        ),
        body=_approval,
    ),
    "letter": ActSpec(
        "/routing/v1/decisions/{id}/refusal-letter",
        "送达不予立案通知书",
        "送达不予立案通知书",
        "认定不构成犯罪后三日内送达；写明理由，并告知七日内可以申请复议（R-27）。",
        "记为已送达",
        "已记下送达，复议的七日从今天的次日起算。",
        (Field("letter", "通知书正文", "area", "当事人会读到这段话。", limit=5000, required=True),),
    ),
    "review": ActSpec(
        "/routing/v1/decisions/{id}/refusal-review",
        "登记复议申请",
        "登记复议申请",
        "当事人不服不予立案的，送达后七日内可以申请复议（R-27）。",
        "登记",
        "已登记复议申请，由局领导答复。",
        consequence="登记后由局领导重新看这个决定。",
    ),
    "review-answer": ActSpec(
        "/routing/v1/decisions/{id}/refusal-review/answer",
        "答复复议",
        "答复不予立案的复议",
        "撤销原决定的，重新开始七日审查（R-27）。",
        "答复",
        "已答复复议。",
        (
            Field("overturned", "结论", "one",
                  choices=(Choice("no", "维持不予立案"), Choice("yes", "撤销，重新审查")), required=True),
            Field("note", "理由", "area", "当事人会读到这段话。", limit=2000, required=True),
        ),
        body=_verdict,
    ),
}  # fmt: skip


def complained_of(units: Mapping[str, str]) -> ActSpec:
    return ActSpec(
        "/routing/v1/decisions/{id}/complained-of",
        "写明被投诉单位",
        "被投诉的是哪个单位",
        "写明以后，这个单位、它的人和代理人都看不到、也办不了这件投诉（R-24）。",
        "写明",
        "已写明，他们不再看得到这件投诉。",
        (
            Field("units", "被投诉的单位", "many", choices=tuple(Choice(*each) for each in units.items()),
                  required=True),
        ),
    )  # fmt: skip


class GateFile(Answer):
    gate: str
    result: str
    ground: str | None = None
    decided_by: str = ""
    closes: bool = False
    may_decide: tuple[str, ...] = ()
    until: datetime | None = None


class UndecidedGate(Answer):
    gate: str
    may_decide: tuple[str, ...] = ()


class CrimeReview(Answer):
    asked: str | None = None
    granted: str | None = None
    next: str | None = None
    letter_owed: bool = False
    letter_served: bool = False
    review_until: datetime | None = None
    review_requested: bool = False
    overturned: bool | None = None


def gate_line(gate: GateFile, now: datetime, base: str, roles: Sequence[str]) -> Gate:
    """How it stands; while it waits, who may decide it and until when, else where it is decided again."""
    names = zh_names()
    result, tone = RESULTS.get(gate.result, (gate.result, "plain"))
    by = "由人决定" if gate.decided_by == "person" else "自动判断"
    ground = f"：{GROUNDS[gate.ground]}" if gate.ground and gate.ground in GROUNDS else ""
    waits = ""
    if gate.closes:
        who = "、".join(names["roles"].get(role, role) for role in gate.may_decide)
        until = f"，{near(gate.until, now)} 前" if gate.until else ""
        waits = f"；挡住当前渠道，由{who}决定{until}"
    again = "" if gate.closes or set(gate.may_decide).isdisjoint(roles) else f"{base}/gate-{gate.gate}"
    return Gate(names["gates"].get(gate.gate, gate.gate), result + ground, tone, by + waits, again)


def other_gates(base: str, gates: Sequence[UndecidedGate], roles: Sequence[str]) -> tuple[Link, ...]:
    """What nobody has to decide, and whoever looks may: an officer sees what no rule did (R-02, R-06, R-13)."""
    names = zh_names()["gates"]
    return tuple(
        Link(f"决定{names[each.gate]}", f"{base}/gate-{each.gate}", LAW[each.gate])
        for each in gates
        if not set(each.may_decide).isdisjoint(roles)
    )


def gate_acts(
    base: str, gates: Sequence[GateFile], review: CrimeReview | None, category: str | None, roles: Sequence[str]
) -> tuple[Act, ...]:
    """What can be done about gates, by whoever looks; a gate that is somebody else's says whose."""
    names = zh_names()
    acts: list[Act] = []
    for gate in gates:
        if gate.closes:
            own = bool(set(gate.may_decide) & set(roles))
            whose = "、".join(names["roles"].get(role, role) for role in gate.may_decide)
            label = f"决定{names['gates'].get(gate.gate, gate.gate)}"
            key = "g" if own and not any(act.key == "g" for act in acts) else ""
            acts.append(Act(label, f"{base}/gate-{gate.gate}", why_not="" if own else f"由{whose}决定", key=key,
                            asks_first=True))  # fmt: skip
    acts += [Act(COURSE[name].label, f"{base}/{name}", asks_first=True) for name in _course(review, roles)]
    if category == "CPL" and "triage_officer" in roles:
        acts.append(Act("写明被投诉单位", f"{base}/complained-of", asks_first=True))
    return tuple(acts)


def _course(review: CrimeReview | None, roles: Sequence[str]) -> Iterator[str]:
    if review is None:
        return
    investigator, leader = "case_investigator" in roles, "bureau_leader" in roles
    waits_for_review = review.letter_served and not review.review_requested
    offered = (
        ("extension", investigator and review.next is not None),
        ("extension-answer", leader and review.asked is not None),
        ("letter", investigator and review.letter_owed and not review.letter_served),
        ("review", waits_for_review and (investigator or "triage_officer" in roles)),
        ("review-answer", leader and review.review_requested and review.overturned is None),
    )
    yield from (name for name, open_ in offered if open_)
