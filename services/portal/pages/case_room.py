"""What the case room shows: folded from what the desk tells of one case."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.portal.desk_client import DeskClient, Refused, Unreachable
from services.portal.pages.acts import ActSpec, offered
from services.portal.pages.caller import Caller, Site
from services.portal.pages.case_acts import ORDER, SEVERAL
from services.portal.pages.case_clocks import clocks_of
from services.portal.pages.case_models import Advice, Case, LegFile, Panel, Party, Step
from services.portal.pages.channel_words import (
    GROUNDS,
    RUNGS,
    SUITS,
    TRADES,
    channel_name,
    words_of,
    worth_of,
)
from services.portal.pages.contexts import Act, CaseRoomView, Choice, Document, Leg, Side, Tone
from services.portal.pages.notices import notices_to_officers
from services.portal.pages.registers import COURT_PEOPLE
from services.portal.pages.staffroom import Moment, history, named, stub_of, trace_url
from services.portal.pages.words import zh_names

LETTERS = "甲乙丙丁戊己"
UNREADABLE = "反映人的原话按规定不给您看，或者现在读不到。请听他自己说。"
HEARD_IN_PERSON = "对方的说法由主持人当面听取；他的补充只给主持人看。"


def sides_of(case: Case) -> tuple[Choice, ...]:
    labels = {"requester": "反映人", "other_party": "另一方"}
    return tuple(
        Choice(str(each.party), f"{LETTERS[min(place, 5)]}方（{labels.get(each.side, '加入的一方')}）")
        for place, each in enumerate(case.parties)
    )


async def room_view(site: Site, caller: Caller, case: Case, specs: Mapping[str, ActSpec]) -> CaseRoomView:
    names = await site.staff.names()
    stub = await stub_of(caller.desk, case.request_id)
    panel = await panel_of(caller.desk, case.case_id)
    words, worth = words_of(case.channel), _worth(case)
    first = next_step(case)
    due, due_for = _due(case)
    return CaseRoomView(
        code=stub.code if stub else str(case.case_id)[:8].upper(),
        subject=f"{zh_names()['categories'].get(case.category, '纠纷')}调解",
        state=zh_names()["states"].get(case.state, case.state),
        lead=named(case.host or case.signed_by or case.owner, names, "还没有人"),
        lead_body=site.bureau.unit((case.host_committee if case.host else None) or case.unit),
        led="主持" if case.host else "承办" if case.closed_at else "承办，主持人待定",
        channel=case.channel,
        law=words.law,
        law_plain=words.plain,
        legs=_legs(case),
        facts=_facts(case),
        hosts=words.hosts,
        worth=worth[0],
        broken=worth[1],
        clocks=clocks_of(case),
        due=due,
        due_for=due_for,
        sides=tuple(_side(case, each, place) for place, each in enumerate(case.parties)),
        timeline=history((*stub.timeline, *_changes(case)) if stub else _moments(case), site.bureau),
        next_act=_act(case, first, specs) if first else None,
        acts=_others(case, first, specs),
        panel=(*_people(case, names), *_panel(panel, names)),
        panel_url=f"/cases/{case.case_id}/panel",
        panel_says=_panel_says(panel),
        documents=_documents(case, docked=await _docked(caller, case)),
        ways=tuple((each.title, each.detail) for each in (await _advice(caller.desk, case)).ways),
        notices=await notices_to_officers(caller.desk, case.request_id),
        export_url=f"/cases/{case.case_id}/exports",
        trace_url=trace_url(case.request_id, caller.staff.roles),
    )


async def panel_of(desk: DeskClient, case_id: UUID) -> Panel | None:
    try:
        return await desk.get(f"/mediation/v1/cases/{case_id}/panel", Panel)
    except (Refused, Unreachable):
        return None


async def _docked(caller: Caller, case: Case) -> bool:
    """Whether a court sent it and the reader comes from that court: nobody else reads what was reported back."""
    if case.course.suit is None or not COURT_PEOPLE & set(caller.staff.roles):
        return False
    try:
        await caller.desk.raw(f"/mediation/v1/suits/{case.request_id}")
    except (Refused, Unreachable):
        return False
    return True


async def _advice(desk: DeskClient, case: Case) -> Advice:
    """Only where something failed or broke: before, other ways are the host's to tell."""
    if case.outcome != "failed" and not (case.agreement and case.agreement.in_effect_at):
        return Advice()
    try:
        return await desk.get(f"/mediation/v1/cases/{case.case_id}/advice", Advice)
    except (Refused, Unreachable):
        return Advice()


def _worth(case: Case) -> tuple[str, str]:
    """Of the agreement there is; else of one that would be reached under the present lead."""
    if case.agreement is None and case.closed_at is not None:
        return "调解已经结束，没有协议。", ""
    return worth_of(case.agreement.effect if case.agreement and case.agreement.effect else case.course.worth)


def _legs(case: Case) -> tuple[Leg, ...]:
    legs = case.course.legs
    return tuple(
        Leg(
            channel_name(each.channel),
            each.since,
            f"{_ground(case, each)}{f'（{each.rule}）' if each.rule else ''}",
            leads=place == len(legs) - 1,
        )
        for place, each in enumerate(legs)
    )


def _ground(case: Case, leg: LegFile) -> str:
    """The first lead has no hand-over behind it: the desk chose it, or a court sent the case."""
    first = "法院送来调解" if leg.channel == "JM" and case.course.suit else "分流时定的"
    return GROUNDS.get(leg.ground or "", first)


def _facts(case: Case) -> tuple[tuple[str, str], ...]:
    course = case.course
    paper = case.agreement
    due = paper.duties if paper else ()
    broken = [each for each in due if each.state == "defaulted"]
    done = sum(each.state == "performed" for each in due)
    found = (
        ("协助", "、".join(channel_name(each) for each in course.assisting)),
        ("行业", TRADES.get(course.trade or "", "")),
        ("法院", SUITS.get(course.suit or "", "")),
        ("处罚", "已作处罚决定" if course.penalty_decided else ""),
        ("履行", f"{len(due)} 项约定，{done} 项做到了" if paper and paper.in_effect_at and due else ""),
        ("没做到", f"{len(broken)} 项，现在由{RUNGS.get(broken[0].rung or '', '主持人')}督促" if broken else ""),
    )
    return tuple((label, text) for label, text in found if text)


def next_step(case: Case) -> Step | None:
    """The first that is allowed and not done; after talks that failed for good, the end."""
    steps = {step.name: step for step in case.next}
    settled = {"open_session"} if case.state == "AGREED" else set[str]()
    order = (*ORDER, "end_case") if case.state == "NOT_AGREED" else ORDER
    ordered = [steps[name] for name in order if name in steps and name not in SEVERAL | settled]
    return next((step for step in ordered if step.allowed and not step.done), None)


def _act(case: Case, step: Step, specs: Mapping[str, ActSpec]) -> Act | None:
    if step.name == "record_performance" and case.agreement is not None:
        hint = "一方收到了、做到了，凭据在手，就记在协议上。"
        return Act("记下履行", f"/agreements/{case.agreement.agreement_id}", hint, asks_first=True)
    if step.name == "hand_over":
        hint = "四种调解里换一种主办；能不能换、为什么，进去看。"
        return Act("转到别的调解", f"/cases/{case.case_id}/hand-over", hint, asks_first=True)
    spec = specs.get(step.name)
    if spec is None:
        return None
    why = ""
    if not step.allowed:
        told = step.why_not.words if step.why_not else "现在还不行"
        why = f"{told}（{step.rule}）" if step.rule and step.rule not in told else told
    act = offered(spec, f"/cases/{case.case_id}/{step.name}", why_not=why)
    asks = act.asks_first or (step.name == "name_host" and case.channel != "PSM")
    return Act(act.label, act.url, act.hint, act.why_not, asks_first=asks)


def _others(case: Case, first: Step | None, specs: Mapping[str, ActSpec]) -> tuple[Act, ...]:
    """What can be done now stands above what cannot yet."""
    acts = [_act(case, step, specs) for step in case.next if not step.done and step is not first]
    more = _unprobed(case, specs)
    return tuple(sorted((each for each in (*acts, *more) if each is not None), key=lambda each: bool(each.why_not)))


def _unprobed(case: Case, specs: Mapping[str, ActSpec]) -> tuple[Act, ...]:
    """Acts that are open at any time to whoever coordinates or records, and that the desk does not try beforehand."""
    names = []
    if case.closed_at is None and case.has("hand_over"):
        names += ["ask_assistance", "disclose_interest"]
        names += ["extend_casework"] if case.channel == "PSM" else []
    if case.closed_at is None and case.course.trade == "traffic" and case.has("record_consent"):
        names.append("record_application")
    if "own" in case.relations and case.channel == "PM" and case.outcome == "failed":
        names.append("refer_to_aid")
    return tuple(offered(specs[name], f"/cases/{case.case_id}/{name}") for name in names)


def _documents(case: Case, *, docked: bool) -> tuple[Document, ...]:
    court = (Document("法院对接", f"/suits/{case.request_id}", "结果和履行"),) if docked else ()
    if case.agreement is None:
        return court
    return (Document("协议", f"/agreements/{case.agreement.agreement_id}", _standing(case)), *court)


def _standing(case: Case) -> str:
    """`等签名`, `2 项里 1 项做到`: how far the paper has come."""
    paper = case.agreement
    if paper is None or paper.in_effect_at is None:
        return "等双方签名"
    return zh_names()["states"].get(paper.state, "已生效")


def _changes(case: Case) -> tuple[Moment, ...]:
    """Changes of the lead, which the request itself does not tell."""
    return tuple(Moment(fact="channel_handed_over", at=each.since, unit=case.unit) for each in case.course.legs[1:])


def _moments(case: Case) -> tuple[Moment, ...]:
    """For those who see the case and not the request: what the case itself tells."""
    held = [(Moment(fact="session_opened", at=each.opened_at, unit=case.unit), each.ended_at) for each in case.sessions]
    return (
        Moment(fact="handling_offered", at=case.opened_at),
        *_changes(case),
        *(opened for opened, _ in held),
        *(Moment(fact="session_held", at=ended, unit=case.unit) for _, ended in held if ended is not None),
        *((Moment(fact="case_closed", at=case.closed_at),) if case.closed_at else ()),
    )


def _due(case: Case) -> tuple[datetime | None, str]:
    if case.closed_at is not None:
        return None, ""
    waiting = any(not each.consented for each in case.parties)
    if waiting and case.consent_due is not None:
        return case.consent_due, "答复期限"
    return case.mediation_due, "调解期限"


def _side(case: Case, party: Party, place: int) -> Side:
    consent: tuple[str, Tone] = ("还没有答复", "soon")
    if party.consented:
        consent = ("已同意", "good")
    elif party.refused:
        consent = ("不同意", "late")
    elif case.consent_overdue:
        consent = ("过了期限没有答复，按没有同意办，不开会", "late")
    elif len(case.course.legs) > 1:
        consent = (f"换成{channel_name(case.channel)}后还没有答复", "soon")
    return Side(
        role=sides_of(case)[place].label,
        consent=consent[0],
        consent_tone=consent[1],
        claim=(case.claim or UNREADABLE) if place == 0 else HEARD_IN_PERSON,
        times="",
        present="到过场" if party.attended else "还没到",
    )


def _people(case: Case, names: dict[UUID, str]) -> tuple[str, ...]:
    seats = [f"{named(case.host, names, '主持人')}，主持"] if case.host else []
    owner = case.signed_by or case.owner
    if owner is not None and owner != case.host:
        seats.append(f"{named(owner, names, '承办人')}，承办")
    return tuple(seats) or ("还没有定",)


def _panel(panel: Panel | None, names: dict[UUID, str]) -> tuple[str, ...]:
    if panel is None:
        return ()
    return tuple(f"{named(each.person, names, '已请')}，联调席位" for each in panel.seats if each.taken)


def _panel_says(panel: Panel | None) -> str:
    if panel is None:
        return "没有组织联调。复杂的纠纷可以请几家一起来。"
    name = zh_names()["panels"].get(panel.template, "联调")
    if panel.lacking:
        return f"{name}：还差 {panel.lacking} 席，人数不够不能开始、不能决定。"
    return f"{name}：{panel.quorum} 席到齐。" + (f"作过 {len(panel.decided)} 次决定。" if panel.decided else "")
