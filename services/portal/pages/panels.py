"""The panel of a case: called together by a template, seats offered and taken, decisions with a quorum."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Annotated, Final
from uuid import UUID

import yaml
from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.pages.acts import ActSpec, Body, act, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.case_models import Case, Panel, PanelSeat
from services.portal.pages.case_room import panel_of
from services.portal.pages.cases import case_of
from services.portal.pages.channel_words import INTERESTS
from services.portal.pages.contexts import Choice, Field, PanelTemplate, PanelView, SeatLine, TimelineItem, Tone
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.words import zh_names

CONTACT_TREE: Final = "FIVE_HEADS"
DECISIONS: Final = (
    Choice("plan", "定方案", "谁先做什么、什么时候开会"),
    Choice("proposal", "提调解建议", "给双方参考，听不听由双方"),
    Choice("refer", "转出去", "建议换一种调解或者去法院"),
    Choice("stop", "停下来", "不适合再调"),
)
DECIDED: Final = {choice.value: choice.label for choice in DECISIONS}
GRAVE: Final = frozenset(INTERESTS) - {"mediated_before"}
PANEL: Final = "/mediation/v1/cases/{id}/panel"
FORM = ActSpec(PANEL, "组成联调", "请几家一起来", "选一种联调方式。", "组成联调", "已组成联调，请安排席位。")
DISSOLVE = ActSpec(
    f"{PANEL}/dissolution",
    "解散联调",
    "解散联调",
    "换一种联调方式，要先解散现在的。",
    "解散",
    "联调已解散。",
    consequence="席位和决定留在记录里，不再有效。",
    danger=True,
)


def panel_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/cases/{case_id}/panel")
    async def show(case_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        case = await case_of(caller.desk, case_id)
        view = await _view(site, caller, case, await panel_of(caller.desk, case_id))
        return caller.show("panels/panel.html", view, caller.page(surface=DESK))

    @router.post("/cases/{case_id}/panel")
    async def form(case_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = FORM.asking(Field("template", "哪一种联调", "one", choices=_template_choices(), required=True))
        return await act(caller, caller.desk, spec, case_id, _back(case_id), surface=DESK)

    @router.get("/cases/{case_id}/panel/{name}")
    async def ask(case_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, await _spec(site, caller, case_id, name, ""), _back(case_id), surface=DESK)

    @router.post("/cases/{case_id}/panel/{name}")
    async def do(case_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _spec(site, caller, case_id, name, "")
        return await act(caller, caller.desk, spec, case_id, _back(case_id), surface=DESK)

    @router.get("/cases/{case_id}/panel/{seat}/{name}")
    async def ask_seat(
        case_id: UUID, seat: str, name: str, caller: Annotated[Caller, Depends(site.caller)]
    ) -> Response:
        caller.require_staff()
        return question(caller, await _spec(site, caller, case_id, name, seat), _back(case_id), surface=DESK)

    @router.post("/cases/{case_id}/panel/{seat}/{name}")
    async def do_seat(case_id: UUID, seat: str, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _spec(site, caller, case_id, name, seat)
        return await act(caller, caller.desk, spec, case_id, _back(case_id), surface=DESK)

    return router


def _back(case_id: UUID) -> tuple[str, str]:
    return f"/cases/{case_id}/panel", "回联调席位"


async def _spec(site: Site, caller: Caller, case_id: UUID, name: str, seat_code: str) -> ActSpec:
    panel = await panel_of(caller.desk, case_id)
    if panel is None:
        raise HTTPException(404)
    if not seat_code:
        found = {"decide": _decide(panel), "dissolve": DISSOLVE}.get(name)
    else:
        seat = next((each for each in panel.seats if each.seat == seat_code), None)
        found = (await _seat_specs(site, panel, seat)).get(name) if seat else None
    if found is None:
        raise HTTPException(404)
    return found


async def _seat_specs(site: Site, panel: Panel, seat: PanelSeat) -> Mapping[str, ActSpec]:
    name, place = seat_names(panel)[seat.seat], f"{PANEL}/seats/{seat.seat}"
    ties = tuple(Choice(code, words) for code, words in INTERESTS.items())
    person = str(seat.person) if seat.person else ""
    return {
        "offer": ActSpec(
            f"{place}/offer",
            "换人" if seat.person else "请人",
            f"{name}：请谁来",
            "只能请这家单位的人。和一方有利害关系的不能请（R-15）。",
            "发出邀请",
            f"已请{name}。",
            (Field("person", "请谁", "one", choices=await _candidates(site, seat), required=True),),
        ),
        "take": ActSpec(
            place,
            "入席",
            f"{name}：入席",
            "入席前要说清：没有接受任何一方的委托，和这件事没有利害关系（R-15）。",
            "入席",
            f"您已坐上{name}的席位。",
            (
                Field(
                    "neutral",
                    "声明",
                    "many",
                    choices=(Choice("yes", "我没有接受一方委托，和这件事没有利害关系"),),
                    required=True,
                ),
            ),
            body=lambda values: {"neutral": bool(values.get("neutral"))},
        ),
        "recuse": ActSpec(
            f"{place}/leave",
            "回避、让出席位",
            f"{name}：让出席位",
            "和一方有关系的要回避，写明是什么关系；只是换人的不用选。",
            "让出席位",
            "席位已空出，人数重新计算。",
            (Field("interest", "为什么（只是换人就不选）", "one", choices=ties),),
            body=lambda values: _leaving(values, person),
            consequence="席位空出来以后，人数不够就不能开会、不能决定。",
        ),
    }


def _leaving(values: Body, person: str) -> Body:
    return {**values, "person": person} if person else values


def _decide(panel: Panel) -> ActSpec:
    """Everybody who sits and counts may be present; whoever is ticked was there."""
    names = seat_names(panel)
    present = tuple(Choice(each.seat, names[each.seat], chosen=True) for each in _counting(panel))
    return ActSpec(
        f"{PANEL}/decisions",
        "作决定",
        "联调决定",
        f"到场的席位要够 {panel.quorum} 个，才能作决定。双方谈什么、签不签，仍由双方自己定。",
        "作出决定",
        "已记下联调决定。",
        (
            Field("decision", "决定什么", "one", choices=DECISIONS, required=True),
            Field("present", "到场的席位", "many", choices=present, required=True),
            Field("note", "决定的内容", "area", "只存在保险库里。", limit=5000, required=True),
        ),
    )


def _counting(panel: Panel) -> tuple[PanelSeat, ...]:
    return tuple(each for each in panel.seats if each.taken and not each.recused)


@cache
def templates_of_codes() -> tuple[PanelTemplate, ...]:
    """From the one list; the contact tree is no panel."""
    text = (files("shared.contracts") / "domain" / "codes.yaml").read_text(encoding="utf-8")
    listed = yaml.load(text, Loader=yaml.CSafeLoader)["panels"]
    return tuple(
        PanelTemplate(each["code"], each["zh"], "、".join(each["seats"]), each["quorum"])
        for each in listed
        if each["code"] != CONTACT_TREE
    )


def _template_choices() -> tuple[Choice, ...]:
    return tuple(Choice(each.code, each.name, f"{each.seats}；{each.quorum} 席到齐") for each in templates_of_codes())


def seat_names(panel: Panel) -> Mapping[str, str]:
    """The seats of a template stand in the same order there and in the one list."""
    listed = next((each.seats.split("、") for each in templates_of_codes() if each.code == panel.template), [])
    return {each.seat: name for each, name in zip(panel.seats, listed, strict=False)}


async def _candidates(site: Site, seat: PanelSeat) -> tuple[Choice, ...]:
    """The people whose office may sit there."""
    return tuple(
        Choice(str(each.person), each.name, site.bureau.unit(each.unit))
        for each in await site.staff.everybody()
        if each.person is not None and set(seat.roles) & set(each.roles)
    )


async def _view(site: Site, caller: Caller, case: Case, panel: Panel | None) -> PanelView:
    base = f"/cases/{case.case_id}/panel"
    over = "调解已经结束" if case.closed_at is not None else ""
    view = PanelView(
        code=str(case.case_id)[:8].upper(),
        back_url=f"/cases/{case.case_id}",
        form_url=base,
        name="",
        quorum=0,
        taken=0,
        lacking=0,
        seats=(),
        decided=(),
        templates=templates_of_codes() if case.has("hand_over") and not over else (),
        next_act=None,
        acts=(),
    )
    if panel is None:
        return view
    everybody = {each.person: each for each in await site.staff.everybody() if each.person}
    names, units = await site.staff.names(), {person: each.unit for person, each in everybody.items()}
    mine, calls = caller.staff.person, case.has("hand_over")
    lines = [
        await _line(site, panel, seat, base, names, units, mine, calls=calls, over=bool(over)) for seat in panel.seats
    ]
    lacking = f"还差 {panel.lacking} 席，人数不够不能决定" if panel.lacking else ""
    not_seated = "" if mine in {str(each.person) for each in _counting(panel)} else "由入席的人来登记"
    decide = offered(_decide(panel), f"{base}/decide", why_not=over or lacking or not_seated)
    not_mine = "" if calls else "由承办人来定"
    dissolve = offered(DISSOLVE, f"{base}/dissolve", why_not=over or not_mine)
    ready = not decide.why_not
    return replace(
        view,
        name=zh_names()["panels"].get(panel.template, "联调"),
        quorum=panel.quorum,
        taken=len(_counting(panel)),
        lacking=panel.lacking,
        seats=tuple(lines),
        decided=_decided(panel),
        templates=(),
        next_act=decide if ready else None,
        acts=(dissolve,) if ready else (decide, dissolve),
    )


async def _line(
    site: Site,
    panel: Panel,
    seat: PanelSeat,
    base: str,
    names: Mapping[UUID, str],
    units: Mapping[UUID, str | None],
    mine: str,
    *,
    calls: bool,
    over: bool,
) -> SeatLine:
    """Who coordinates calls people together; everybody else acts for his own seat."""
    specs = await _seat_specs(site, panel, seat)
    own = str(seat.person) == mine
    names_of_acts = [
        *(["take"] if own and not seat.taken else []),
        *(["offer"] if calls and not seat.taken else []),
        *(["recuse"] if seat.person is not None and (own or calls) else []),
    ]
    acts = tuple(offered(specs[name], f"{base}/{seat.seat}/{name}") for name in names_of_acts)
    state: tuple[str, Tone] = ("空着", "soon")
    if seat.person is not None:
        state = ("已入席", "good") if seat.taken else ("已请，还没入席", "soon")
    if seat.recused:
        state = ("应当回避，不算人数", "late")
    return SeatLine(
        name=seat_names(panel)[seat.seat],
        holder=named(seat.person, names, "还没有请") if seat.person else "还没有请",
        unit=site.bureau.unit(units.get(seat.person)) if seat.person else "",
        state=state[0],
        tone=state[1],
        interest=_interest(seat),
        acts=() if over else acts,
    )


def _interest(seat: PanelSeat) -> str:
    if seat.interest is None:
        return ""
    words = INTERESTS.get(seat.interest, "有利害关系")
    return f"{words}，应当回避（R-15）" if seat.interest in GRAVE else words


def _decided(panel: Panel) -> tuple[TimelineItem, ...]:
    names = seat_names(panel)
    return tuple(
        TimelineItem(each.at, "、".join(names.get(seat, seat) for seat in each.present), DECIDED.get(each.decision, ""))
        for each in reversed(panel.decided)
    )
