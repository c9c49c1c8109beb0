"""Court docking: the suits a court left to mediation, what came of each, and what the court has taken back."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Answer
from services.portal.pages.acts import ActSpec, Body, act, carry_out, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.channel_words import SUITS
from services.portal.pages.confirmations import applications
from services.portal.pages.contexts import Choice, CourtReport, Field, SuitLine, SuitsView, SuitView
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK
from services.portal.pages.suit_trials import TRIAL_ACTS, court_time, filing_at

LIST: Final = ("/suits", "回法院对接")
STAGES: Final = tuple(Choice(code, words) for code, words in SUITS.items())
REPORTS: Final = {
    "begun": "开始调解了",
    "settled": "调解成了",
    "failed": "没有调成",
    "handed_back": "退回法院",
    "stopped": "调解停下来了",
    "performed": "有一项约定做到了",
    "defaulted": "有一项约定到期没有做到",
}


def _suit(values: Body) -> Body:
    sides = {
        side: {name: values[f"{side}_{name}"] for name in ("name", "phone") if values.get(f"{side}_{name}")}
        for side in ("claimant", "defendant")
    }
    return {"number": values["number"], "stage": values["stage"], "claim": values["claim"], **sides}


DOCK = ActSpec(
    "/mediation/v1/suits",
    "送来一件",
    "送一件诉讼来调解",
    "同一个案号送几次都是同一件（R-14、R-61）。结果和履行情况会回到这里。",
    "送来",
    "已送来，汇客厅会派人办。",
    (
        Field("number", "案号", "line", "例如 （2026）冀0581民诉前调17号", required=True, limit=40),
        Field("stage", "到了哪一步", "one", choices=STAGES, required=True),
        Field("claim", "原告要什么", "area", "只给办理的人看。", limit=5000, required=True),
        Field("claimant_name", "原告怎么称呼", heading="原告"),
        Field("claimant_phone", "原告电话", limit=30),
        Field("defendant_name", "被告怎么称呼", heading="被告"),
        Field("defendant_phone", "被告电话", limit=30),
    ),
    body=_suit,
)
STAGE = ActSpec(
    "/mediation/v1/suits/{id}/stage",
    "更新诉讼阶段",
    "更新诉讼阶段",
    "立案以后只能由法院主持，原来的主持人不再主持（R-61）。阶段不能倒退。",
    "更新",
    "已更新诉讼阶段。",
    (Field("stage", "到了哪一步", "one", choices=STAGES, required=True),),
    consequence="写成已立案以后，这件纠纷不能再转出法院。",
)


class Row(Answer):
    request_id: UUID
    number: str
    stage: str
    reports: int
    taken: int
    docked_at: datetime


class Rows(Answer):
    suits: tuple[Row, ...] = ()


class Report(Answer):
    place: int
    kind: str
    duties_watched: int = 0
    taken: bool = False
    at: datetime


class Suit(Answer):
    suit_id: UUID
    case_id: UUID | None = None
    number: str
    stage: str
    docked_at: datetime
    reports: tuple[Report, ...] = ()


def suit_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/suits")
    async def listed(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        pending = caller.request.query_params.get("pending") == "true"
        after = caller.request.query_params.get("after", "")
        told = await caller.desk.get("/mediation/v1/suits", Rows, pending=str(pending).lower(), after=after)
        view = SuitsView(
            tuple(
                SuitLine(f"/suits/{each.request_id}", each.number, SUITS.get(each.stage, each.stage),
                         each.reports - each.taken, each.docked_at)
                for each in told.suits
            ),
            pending,
            await applications(caller.desk),
        )  # fmt: skip
        return caller.show("suits/list.html", view, caller.page(surface=DESK))

    @router.get("/suits/new")
    async def ask(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, DOCK, LIST, surface=DESK)

    @router.post("/suits/new")
    async def dock(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told, again = await carry_out(caller, caller.desk, DOCK, UUID(int=0), LIST, surface=DESK)
        return again or caller.go(f"/suits/{told['suit_id']}" if told else LIST[0])

    @router.get("/suits/{suit_id}")
    async def one(suit_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        suit = await _suit_of(caller, suit_id)
        trial = await court_time(caller.desk, suit.case_id, f"/suits/{suit_id}")
        return caller.show("suits/one.html", replace(_view(suit), trial=trial), caller.page(surface=DESK))

    @router.get("/suits/{suit_id}/trial/{name}")
    async def ask_trial(suit_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        _, spec = await _trial_act(caller, suit_id, name)
        return question(caller, spec, _back(suit_id), surface=DESK)

    @router.post("/suits/{suit_id}/trial/{name}")
    async def do_trial(suit_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        case_id, spec = await _trial_act(caller, suit_id, name)
        return await act(caller, caller.desk, spec, case_id, _back(suit_id), surface=DESK)

    @router.get("/suits/{suit_id}/stage")
    async def ask_stage(suit_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, STAGE, _back(suit_id), surface=DESK)

    @router.post("/suits/{suit_id}/stage")
    async def stage(suit_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, STAGE, suit_id, _back(suit_id), surface=DESK)

    @router.post("/suits/{suit_id}/reports/{place}")
    async def take(suit_id: UUID, place: int, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        if place < 0:
            raise HTTPException(404)
        path = f"/mediation/v1/suits/{suit_id}/reports/{place}/receipt"
        await caller.desk.command(path, {}, caller.form_key)
        caller.visit = caller.visit.saying("已收下这份结果。")
        return caller.go(f"/suits/{suit_id}")

    return router


async def _suit_of(caller: Caller, suit_id: UUID) -> Suit:
    return await caller.desk.get(f"/mediation/v1/suits/{suit_id}", Suit)


async def _trial_act(caller: Caller, suit_id: UUID, name: str) -> tuple[UUID, ActSpec]:
    """What is told of the trial, and the case beside which it stands."""
    caller.require_staff()
    suit = await _suit_of(caller, suit_id)
    if suit.case_id is None or name not in TRIAL_ACTS:
        raise HTTPException(404)
    return suit.case_id, filing_at(suit.stage) if name == "filing" else TRIAL_ACTS[name]


def _back(suit_id: UUID) -> tuple[str, str]:
    return f"/suits/{suit_id}", "返回"


def _view(suit: Suit) -> SuitView:
    base = f"/suits/{suit.suit_id}"
    filed = suit.stage != "pre_suit"
    return SuitView(
        number=suit.number,
        stage=SUITS.get(suit.stage, suit.stage),
        docked_at=suit.docked_at,
        case_url=f"/cases/{suit.case_id}" if suit.case_id else "",
        reports=tuple(
            CourtReport(
                text=REPORTS.get(each.kind, each.kind)
                + (f"，还有 {each.duties_watched} 项约定在看着" if each.duties_watched else ""),
                at=each.at,
                taken=each.taken,
                take_url="" if each.taken else f"{base}/reports/{each.place}",
            )
            for each in suit.reports
        ),
        acts=(offered(STAGE, f"{base}/stage", why_not="已经立案，不能再改" if filed else ""),),
    )
