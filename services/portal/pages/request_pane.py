"""One request on the right half of the desk: its words after a recorded read, why it was judged so, what to do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Gate, Link, Reason, RequestPane, Segment, Tone
from services.portal.pages.staffroom import Stub, named, stub_of, trace_url
from services.portal.pages.words import zh_names

STAGES: Mapping[str, str] = {
    "judging": "正在判断",
    "waiting_for_person": "待人判断",
    "gated": "等闸门决定",
    "routed": "已分流",
    "finished": "有结果了",
    "ended": "已结束",
}
WHY_A_PERSON: Mapping[str, str] = {
    "danger": "可能有危险",
    "low_confidence": "把握不大",
    "immediate": "要立即处置",
    "gate_pending": "等闸门决定",
    "text_unavailable": "暂时读不到原话",
    "returned": "被退回",
    "no_owner": "还没有合适的承办人",
}
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
DANGERS: Mapping[str, str] = {
    "suicide": "轻生",
    "missing": "走失",
    "violence_now": "正在发生的伤害",
    "trapped": "被困",
    "fire": "火情",
    "child_harm": "伤害孩子",
    "fraud_now": "正在被骗",
    "medical": "急病",
}
WITHHELD = "原话不归您这个岗位看，或者现在读不到。每次打开都会留下记录。"


class Word(Answer):
    field: str
    start: int
    end: int
    word_class: str = ""
    sign: str | None = None


class Guess(Answer):
    field: str
    label: str
    confidence: int
    second: str | None = None


class Row(Answer):
    law: str | None = None
    means: str = ""


class GateFile(Answer):
    gate: str
    result: str
    decided_by: str = ""
    closes: bool = False


class ClockFile(Answer):
    name: str
    due: datetime
    stopped_at: datetime | None = None


class Decision(Answer):
    request_id: UUID
    state: str
    category: str | None = None
    flags: tuple[str, ...] = ()
    priority: str | None = None
    police: str | None = None
    channel: str | None = None
    confidence: int | None = None
    second: str | None = None
    decided_by: str | None = None
    guesses: tuple[Guess, ...] = ()
    reasons: tuple[Word, ...] = ()
    rows: tuple[Row, ...] = ()
    gates: tuple[GateFile, ...] = ()
    screening: tuple[str, ...] = ()
    danger: tuple[str, ...] = ()
    unit: str | None = None
    owner: UUID | None = None
    signed: bool = False
    grid: str | None = None
    undo_until: datetime | None = None
    filed_at: datetime
    clocks: tuple[ClockFile, ...] = ()
    door: str | None = None
    title_item: UUID | None = None
    narrative_item: UUID | None = None
    place_item: UUID | None = None


class _Texts(Answer):
    texts: Mapping[UUID, str | None]


class _CaseRow(Answer):
    case_id: UUID
    state: str = ""


class _Cases(Answer):
    cases: tuple[_CaseRow, ...] = ()


class _OrderRow(Answer):
    order_id: UUID
    state: str = ""


class _Orders(Answer):
    orders: tuple[_OrderRow, ...] = ()


async def decision_of(desk: DeskClient, request_id: UUID) -> Decision:
    return await desk.get(f"/routing/v1/decisions/{request_id}", Decision)


async def texts_of(desk: DeskClient, decision: Decision) -> Mapping[UUID, str | None]:
    """The words, read for triage by whoever is signed in: the read is a fact before they come."""
    items = [each for each in (decision.title_item, decision.narrative_item, decision.place_item) if each]
    if not items:
        return {}
    body = {
        "items": [str(item) for item in items],
        "purpose": "triage",
        "request_id": str(decision.request_id),
    }
    try:
        return (await desk.ask("/vault/v1/items/fetch", body, _Texts)).texts
    except (Refused, Unreachable):
        return {}


async def open_pane(
    site: Site, caller: Caller, request_id: UUID, list_url: str, found_code: Mapping[UUID, str]
) -> RequestPane:
    desk = caller.desk
    decision = await decision_of(desk, request_id)
    texts = await texts_of(desk, decision)
    stub = await stub_of(desk, request_id)
    names = await site.staff.names()
    clock = next((each for each in decision.clocks if each.stopped_at is None), None)
    narrative = texts.get(decision.narrative_item) if decision.narrative_item else None
    return RequestPane(
        code=stub.code if stub else found_code.get(request_id, ""),
        subject=title_of(decision),
        state=state_of(decision),
        priority=decision.priority,
        received_at=decision.filed_at,
        door=decision.door or "",
        place=(texts.get(decision.place_item) or "") if decision.place_item else "",
        holder=f"{named(decision.owner, names, '还没有人签收')}（{site.bureau.unit(decision.unit) or '未定'}）",
        due=clock.due if clock else None,
        due_for=clock.name if clock else "",
        text=segments(narrative or "", decision.reasons),
        text_withheld="" if narrative else WITHHELD,
        reasons=reasons_of(decision),
        gates=tuple(_gate(each) for each in decision.gates),
        handling=(*await _handling(desk, request_id), *_brought(request_id, stub)),
        list_url=list_url,
        trace_url=trace_url(request_id, caller.staff.roles),
        acts=_acts(decision),
    )


def title_of(decision: Decision) -> str:
    kind = zh_names()["categories"].get(decision.category or "", "还没有分类")
    danger = "、".join(DANGERS.get(each, each) for each in decision.danger)
    return f"有危险（{danger}）：{kind}" if danger else kind


def state_of(decision: Decision) -> str:
    why = "，".join(WHY_A_PERSON.get(each, each) for each in decision.screening)
    return STAGES.get(decision.state, decision.state) + (f"：{why}" if why else "")


def segments(text: str, words: Sequence[Word]) -> tuple[Segment, ...]:
    """The text with the words that carried the judgement marked; where two overlap, the first one counts."""
    parts, place = [], 0
    for word in sorted((each for each in words if each.field != "title"), key=lambda each: (each.start, -each.end)):
        if word.start < place or word.end > len(text):
            continue
        if word.start > place:
            parts.append(Segment(text[place : word.start]))
        carries = f"危险：{DANGERS.get(word.sign, word.sign)}" if word.sign else "判断依据"
        parts.append(Segment(text[word.start : word.end], carries))
        place = word.end
    return (*parts, Segment(text[place:])) if text[place:] else tuple(parts)


def reasons_of(decision: Decision) -> tuple[Reason, ...]:
    names = zh_names()
    guesses = {each.field: each for each in decision.guesses}
    laws = "、".join(dict.fromkeys(row.law for row in decision.rows if row.law))
    about = (
        ("优先级", "priority", decision.priority, "priorities"),
        ("类别", "category", decision.category, "categories"),
        ("渠道", "channel", decision.channel, "channels"),
        ("谁的事", "police", decision.police, "police"),
    )
    lines = []
    for label, field, value, kind in about:
        if value is None:
            continue
        guess = guesses.get(field)
        lines.append(
            Reason(
                about=label,
                decided=names[kind].get(value, value),
                because=_because(decision, guess, value, laws, names[kind]),
                confidence=_confidence(decision, guess, value),
            )
        )
    if decision.flags:
        flags = "、".join(names["flags"].get(flag, flag) for flag in decision.flags)
        lines.append(Reason("标记", flags, "从原话里看出来的；不确定的要问", ""))
    return tuple(lines)


def _because(decision: Decision, guess: Guess | None, value: str, laws: str, names: Mapping[str, str]) -> str:
    if decision.decided_by == "person":
        return "由人改定"
    if guess is None or guess.label != value:
        return f"按规则定{f'（{laws}）' if laws else ''}" + (
            f"，模型原先看作{names.get(guess.label, guess.label)}" if guess else ""
        )
    second = names.get(guess.second, "") if guess.second else ""
    return "由标出的词判断" + (f"，其次可能是{second}" if second else "")


def _confidence(decision: Decision, guess: Guess | None, value: str) -> str:
    if decision.decided_by == "person":
        return ""
    if guess is None or guess.label != value:
        return "规则"
    return f"模型，{guess.confidence // 10}% 把握"


def _gate(gate: GateFile) -> Gate:
    result, tone = RESULTS.get(gate.result, (gate.result, "plain"))
    by = "由人决定" if gate.decided_by == "person" else "自动判断，等人决定" if gate.closes else "自动判断"
    return Gate(
        zh_names()["gates"].get(gate.gate, gate.gate), result, tone, by + ("，挡住当前渠道" if gate.closes else "")
    )


def _brought(request_id: UUID, stub: Stub | None) -> tuple[Link, ...]:
    """What was not filed by who asks: where his consent and his thanks are noted."""
    if stub is None or stub.brought_by is None:
        return ()
    note = "还没有问过他本人" if stub.wanted == "never" else ""
    return (Link("登记情况", f"/registered/{request_id}", note),)


async def _handling(desk: DeskClient, request_id: UUID) -> tuple[Link, ...]:
    """Where it is handled, for those who may see it."""
    names = zh_names()["states"]
    links: list[Link] = []
    try:
        cases = (await desk.get("/mediation/v1/cases", _Cases, request_id=request_id)).cases
        links += [Link("调解室", f"/cases/{each.case_id}", names.get(each.state, "")) for each in cases]
        orders = (await desk.get("/workorders/v1/orders", _Orders, request_id=request_id)).orders
        links += [Link("工单", f"/orders/{each.order_id}", names.get(each.state, "")) for each in orders]
    except (Refused, Unreachable):
        return tuple(links)
    return tuple(links)


def _acts(decision: Decision) -> tuple[Act, ...]:
    base = f"/desk/{decision.request_id}"
    waiting = decision.state in ("waiting_for_person", "gated")
    open_ = decision.state not in ("finished", "ended")
    why = "" if decision.state == "waiting_for_person" else "已经分流" if decision.state == "routed" else "现在不用"
    acts = [
        Act("接受", f"{base}/accept", why_not=why if decision.category else "还没有判断", key="a"),
        Act("改判", f"{base}/overrule", why_not="" if open_ else "已经有结果", key="e", asks_first=True),
    ]
    for gate in decision.gates:
        if gate.closes:
            name = zh_names()["gates"].get(gate.gate, gate.gate)
            acts.append(Act(f"决定{name}", f"{base}/gate-{gate.gate}", asks_first=True))
    if open_:
        acts.append(Act("请当事人补充", f"{base}/info", asks_first=True))
    if waiting:
        acts.append(Act("不予受理", f"{base}/refusal", asks_first=True))
    return tuple(acts)
