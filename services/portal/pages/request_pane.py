"""One request on the right half of the desk: its words after a recorded read, why it was judged so, what to do."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.acts import choices_of
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Reason, RequestPane, Segment
from services.portal.pages.gate_specs import CrimeReview, GateFile, UndecidedGate, gate_acts, gate_line, other_gates
from services.portal.pages.proposals import flag_choices, key_choices, proposals_of
from services.portal.pages.request_handling import brought, handling_of, stub_for
from services.portal.pages.same_pane import same_of
from services.portal.pages.staffroom import named, trace_url
from services.portal.pages.whereabouts_pane import doubt_of
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
REASONS = (
    "WRONG_CATEGORY",
    "WRONG_GRID",
    "OTHER_UNIT",
    "VIOLATION_FOUND",
    "CRIME_FOUND",
    "NEW_FACTS",
    "COMPLEX",
    "OVERRULED",
)
"""Why somebody corrects."""

GATEKEEPER = "case_investigator"
TRIAGE = frozenset({"duty_officer", "triage_officer"})
CORRECTS = TRIAGE | {"station_leader"}
"""Who accepts, corrects, sends away and asks for more."""

CAME_FROM_OTHERS = ("HOTLINE", "PLATFORM")
"""Doors behind which another body waits for an answer, and may hear that it is not ours (R-24)."""

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
    second_confidence: int = 0


class Row(Answer):
    law: str | None = None
    means: str = ""


class ClockFile(Answer):
    name: str
    due: datetime
    stopped_at: datetime | None = None


class Decision(Answer):
    request_id: UUID
    state: str
    attempt: int = 1
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
    undecided_gates: tuple[UndecidedGate, ...] = ()
    crime_review: CrimeReview | None = None
    screening: tuple[str, ...] = ()
    danger: tuple[str, ...] = ()
    unit: str | None = None
    owner: UUID | None = None
    signed: bool = False
    grid: str | None = None
    undo_until: datetime | None = None
    undoes_acceptance: bool = False
    version: int = 0
    filed_at: datetime
    clocks: tuple[ClockFile, ...] = ()
    door: str | None = None
    title_item: UUID | None = None
    narrative_item: UUID | None = None
    place_item: UUID | None = None


class _Texts(Answer):
    texts: Mapping[UUID, str | None]


async def decision_of(desk: DeskClient, request_id: UUID) -> Decision:
    return await desk.get(f"/routing/v1/decisions/{request_id}", Decision)


async def texts_of(desk: DeskClient, decision: Decision, roles: Sequence[str] = ()) -> Mapping[UUID, str | None]:
    """The words, read for triage by whoever is signed in: the read is a fact before they come. Who only decides a gate
    reads them at the gate."""
    items = [each for each in (decision.title_item, decision.narrative_item, decision.place_item) if each]
    if not items:
        return {}
    if GATEKEEPER in roles and TRIAGE.isdisjoint(roles):
        try:
            return (await desk.get(f"/routing/v1/decisions/{decision.request_id}/words", _Texts)).texts
        except (Refused, Unreachable):
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


async def pane_of(
    site: Site,
    caller: Caller,
    request_id: UUID,
    list_url: str,
    *,
    decision: Decision | None = None,
    following: Sequence[UUID] = (),
    code: str = "",
) -> RequestPane:
    """What the open request shows. The decision names its texts; the rest is asked for beside them."""
    desk, roles = caller.desk, caller.staff.roles
    decision = decision or await decision_of(desk, request_id)
    texts, stub, handling, names, same, where = await asyncio.gather(
        texts_of(desk, decision, roles),
        stub_for(desk, request_id, decision.door),
        handling_of(desk, request_id, handed_out=decision.attempt > 1 or decision.owner is not None),
        site.staff.names(),
        same_of(desk, request_id),
        doubt_of(site, desk, request_id, decision.screening),
    )
    clock = next((each for each in decision.clocks if each.stopped_at is None), None)

    def words(item: UUID | None) -> str:
        return (texts.get(item) or "") if item else ""

    open_ = decision.state not in ("finished", "ended")
    corrects = open_ and not CORRECTS.isdisjoint(roles)
    base, gatekeeping = f"/desk/{request_id}", () if decision.state == "ended" else roles
    return RequestPane(
        request_id=str(request_id),
        version=decision.version,
        seen=seen_in(decision),
        code=stub.code if stub else code,
        subject=title_of(decision),
        state=state_of(decision),
        priority=decision.priority,
        received_at=decision.filed_at,
        door=decision.door or "",
        place=words(decision.place_item),
        holder=f"{named(decision.owner, names, '还没有人签收')}（{site.bureau.unit(decision.unit) or '未定'}）",
        due=clock.due if clock else None,
        due_for=clock.name if clock else "",
        title=segments(words(decision.title_item), decision.reasons, "title"),
        text=segments(words(decision.narrative_item), decision.reasons),
        text_withheld="" if words(decision.narrative_item) else WITHHELD,
        reasons=reasons_of(decision),
        gates=tuple(gate_line(each, caller.now, base, gatekeeping) for each in decision.gates),
        other_gates=other_gates(base, decision.undecided_gates, gatekeeping),
        can_accept=_can_accept(decision, roles),
        can_correct=corrects,
        takes_back=_takes_back(decision) if corrects else "",
        proposals=proposals_of(decision) if corrects else (),
        priorities=key_choices("priorities", decision.priority),
        categories=key_choices("categories", decision.category),
        channels=key_choices("channels", decision.channel),
        flags=flag_choices(decision.flags),
        why_corrected=choices_of("reasons", REASONS),
        handling=(*handling, *brought(request_id, stub)),
        list_url=list_url,
        list_state=urlsplit(list_url).query,
        following=" ".join(str(each) for each in following),
        trace_url=trace_url(request_id, roles),
        acts=acts_of(decision, roles),
        same=same,
        where=where,
    )


def seen_in(decision: Decision) -> str:
    """What a reader judges by: it changes when somebody decides, and not when a clock ticks on."""
    told = {
        "state": decision.state,
        "category": decision.category,
        "priority": decision.priority,
        "channel": decision.channel,
        "police": decision.police,
        "flags": " ".join(decision.flags),
        "by": decision.decided_by,
        "attempt": decision.attempt,
    }
    return ",".join(f"{name}={each if each is not None else ''}" for name, each in told.items())


def waits(decision: Decision) -> bool:
    """Somebody has to look at it."""
    return decision.state in ("waiting_for_person", "gated") or bool(decision.screening)


def _can_accept(decision: Decision, roles: Sequence[str]) -> bool:
    looks = waits(decision) and decision.state != "gated"
    return bool(decision.category) and looks and not TRIAGE.isdisjoint(roles)


def _takes_back(decision: Decision) -> str:
    if decision.undo_until is None:
        return ""
    return f"/desk/{decision.request_id}/undo?of={'confirmation' if decision.undoes_acceptance else 'overrule'}"


def title_of(decision: Decision) -> str:
    kind = zh_names()["categories"].get(decision.category or "", "还没有分类")
    danger = "、".join(DANGERS.get(each, each) for each in decision.danger)
    return f"有危险（{danger}）：{kind}" if danger else kind


def state_of(decision: Decision) -> str:
    asked = () if decision.state == "gated" else decision.screening
    why = "，".join(WHY_A_PERSON.get(each, each) for each in asked)
    return STAGES.get(decision.state, decision.state) + (f"：{why}" if why else "")


def segments(text: str, words: Sequence[Word], field: str = "text") -> tuple[Segment, ...]:
    """The text with the words that carried the judgement marked; where two overlap, the first one counts."""
    parts, place = [], 0
    for word in sorted((each for each in words if each.field == field), key=lambda each: (each.start, -each.end)):
        if word.start < place or word.end > len(text):
            continue
        if word.start > place:
            parts.append(Segment(text[place : word.start]))
        carries = f"危险：{DANGERS.get(word.sign, word.sign)}" if word.sign else "判断依据"
        parts.append(Segment(text[word.start : word.end], carries, bool(word.sign)))
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
        by = "由人决定" if decision.decided_by == "person" else "从原话里看出来的；不确定的要问"
        lines.append(Reason("标记", flags, by, ""))
    return tuple(lines)


def _because(decision: Decision, guess: Guess | None, value: str, laws: str, names: Mapping[str, str]) -> str:
    if decision.decided_by == "person":
        return "由人决定"
    if guess is None or guess.label != value:
        return f"按规则定{f'（{laws}）' if laws else ''}" + (
            f"，模型原先看作{names.get(guess.label, guess.label)}" if guess else ""
        )
    second = names.get(guess.second, "") if guess.second else ""
    sure = f"（{guess.second_confidence // 10}%）" if guess.second_confidence else ""
    return "由标出的词判断" + (f"，其次可能是{second}{sure}" if second else "")


def _confidence(decision: Decision, guess: Guess | None, value: str) -> str:
    if decision.decided_by == "person":
        return ""
    if guess is None or guess.label != value:
        return "规则"
    return f"模型，{guess.confidence // 10}% 把握"


def acts_of(decision: Decision, roles: Sequence[str]) -> tuple[Act, ...]:
    """What can be done beside accepting and correcting."""
    base = f"/desk/{decision.request_id}"
    waiting = decision.state in ("waiting_for_person", "gated")
    open_ = decision.state not in ("finished", "ended")
    acts = list(gate_acts(base, decision.gates, decision.crime_review, decision.category, roles))
    if TRIAGE.isdisjoint(roles):
        return tuple(acts)
    if open_ and decision.channel != "XFER" and decision.category not in ("CPL", "MIN"):
        acts.append(Act("移送外单位", f"{base}/transfer", key="t", asks_first=True))
    if open_ and decision.door in CAME_FROM_OTHERS:
        acts.append(Act("退回来件单位", f"{base}/objection", key="o", asks_first=True))
    if open_:
        acts.append(Act("请当事人补充", f"{base}/info", key="i", asks_first=True))
    if waiting:
        acts.append(Act("不予受理", f"{base}/refusal", asks_first=True))
    return tuple(acts)
