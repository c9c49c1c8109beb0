"""走访: the questions, what the firm said, what is done about it and until when, what it was answered."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.pages.acts import ActSpec, Body, carry_out, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, Choice, Field, Link, OpinionLine, VisitLine, VisitView
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.station_files import API, Catalogue, Firm, FirmRow, Opinion, Visit, VisitRow, catalogue
from services.portal.pages.station_specs import naming_units

VISIT = f"{API}/visits/{{id}}"
FOUND = (Choice("FINE", "没有问题"), Choice("CONCERN", "有困难"))
STATES = {"PLANNED": "还没去", "HELD": "已走访", "CANCELLED": "已取消"}
CANCEL = ActSpec(
    f"{VISIT}/cancellation",
    "取消走访",
    "取消走访",
    "不去了就取消，不留空头计划。",
    "取消走访",
    "走访已取消。",
    consequence="取消后不能恢复，可以另登记一次。",
)
RAISE = ActSpec(
    f"{VISIT}/opinions",
    "记企业的意见",
    "记企业的意见",
    "照企业的话写，不替他概括。",
    "记下",
    "已记下企业的意见。",
    (Field("opinion", "企业说了什么", "area", limit=5000, required=True),),
)
ADOPT = ActSpec(
    f"{VISIT}/opinions/{{opinion}}/measure",
    "写明措施",
    "写明措施",
    "谁来办、办什么、最晚哪天。到期没有做到会提醒。",
    "定下来",
    "措施已定。",
    (
        Field("measure", "办什么", "area", limit=5000, required=True),
        Field("unit", "谁来办", "one", required=True),
        Field("due", "最晚哪天", "day", required=True),
    ),
)
ANSWER = ActSpec(
    f"{VISIT}/opinions/{{opinion}}/answer",
    "答复企业",
    "答复企业",
    "告诉企业他提的意见怎么办了。这段话会原样给企业。",
    "答复",
    "已答复企业。",
    (Field("answer", "答复", "area", limit=5000, required=True),),
)


def visit_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/station/visits/{visit_id}")
    async def read(visit_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        view = await _view(site, caller, await visit_of(caller, visit_id))
        return caller.show("station/visit.html", view, caller.page(surface=DESK))

    @router.get("/station/visits/{visit_id}/{name}")
    async def ask(visit_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _spec(site, caller, visit_id, name)
        return question(caller, spec, _back(visit_id), surface=DESK)

    @router.post("/station/visits/{visit_id}/{name}")
    async def do(visit_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        spec = await _spec(site, caller, visit_id, name)
        _, again = await carry_out(caller, caller.desk, spec, visit_id, _back(visit_id), surface=DESK)
        return again if again is not None else caller.go(_back(visit_id)[0])

    return router


async def visit_of(caller: Caller, visit_id: UUID) -> Visit:
    return await caller.desk.get(f"{API}/visits/{visit_id}", Visit)


def _back(visit_id: UUID) -> tuple[str, str]:
    return f"/station/visits/{visit_id}", "回这次走访"


async def _spec(site: Site, caller: Caller, visit_id: UUID, name: str) -> ActSpec:
    visit = await visit_of(caller, visit_id)
    operation, _, opinion = name.partition("-")
    match operation:
        case "hold_visit" if not opinion:
            return _hold(visit, await catalogue(caller.desk))
        case "cancel_visit" if not opinion:
            return CANCEL
        case "raise_opinion" if not opinion:
            return RAISE
        case "adopt_measure" | "answer_opinion":
            known = next((each for each in visit.opinions if str(each.opinion_id) == opinion), None)
            if known is not None:
                spec = ANSWER if operation == "answer_opinion" else naming_units(ADOPT, site.bureau)
                return spec.at(spec.path.replace("{opinion}", str(known.opinion_id)))
    raise HTTPException(404)


def _hold(visit: Visit, lists: Catalogue) -> ActSpec:
    titles = lists.titles

    def answers(values: Body) -> Body:
        answered = [{"item": item, "found": values[item]} for item in visit.checklist if item in values]
        return {"answered": answered, **({"note": values["note"]} if "note" in values else {})}

    questions = (Field(item, titles.get(item, item), "one", choices=FOUND, required=True) for item in visit.checklist)
    return ActSpec(
        f"{VISIT}/held",
        "填走访清单",
        "填走访清单",
        "走访是服务：问困难、听意见，不是检查。每一项都要填。",
        "走访完成",
        "走访已记下。",
        (*questions, Field("note", "记录（可以不写）", "area", limit=2000)),
        body=answers,
    )


async def _view(site: Site, caller: Caller, visit: Visit) -> VisitView:
    names = await site.staff.names()
    firm = await caller.desk.get(f"{API}/firms/{visit.firm_id}", Firm)
    titles = (await catalogue(caller.desk)).titles
    base = f"/station/visits/{visit.visit_id}"
    first, others = _acts(visit, base, await catalogue(caller.desk))
    return VisitView(
        firm=Link(firm.called, f"/firms/{firm.credit_code}", firm.credit_code),
        on=visit.on,
        visitor=named(visit.visitor, names, "走访人"),
        state=STATES["HELD" if visit.held else "CANCELLED" if visit.cancelled else "PLANNED"],
        questions=tuple(titles.get(item, item) for item in visit.checklist),
        opinions=tuple(_once(opinion_line(each, base), first) for each in visit.opinions),
        next_act=first,
        acts=others,
    )


def _acts(visit: Visit, base: str, lists: Catalogue) -> tuple[Act | None, tuple[Act, ...]]:
    """Before the visit its checklist; after it whatever the firm is still owed."""
    if visit.cancelled:
        return None, ()
    if not visit.held:
        why = "走访后才能记录企业的意见"
        return offered(_hold(visit, lists), f"{base}/hold_visit"), (
            offered(CANCEL, f"{base}/cancel_visit"),
            offered(RAISE, f"{base}/raise_opinion", why_not=why),
        )
    owed = next((each for each in visit.opinions if not each.answered), None)
    raising = offered(RAISE, f"{base}/raise_opinion")
    if owed is None:
        return (raising, ()) if not visit.opinions else (None, (raising,))
    if owed.measure is None and owed.due is None:
        return offered(ADOPT, f"{base}/adopt_measure-{owed.opinion_id}"), (raising,)
    return offered(ANSWER, f"{base}/answer_opinion-{owed.opinion_id}"), (raising,)


def opinion_line(opinion: Opinion, base: str = "") -> OpinionLine:
    """Without `base` nobody acts: so the firm reads it."""
    acts: tuple[Act, ...] = ()
    if base and not opinion.answered:
        decided = opinion.due is not None
        acts = (
            offered(ADOPT, f"{base}/adopt_measure-{opinion.opinion_id}", hint="改措施或期限" if decided else ""),
            offered(
                ANSWER,
                f"{base}/answer_opinion-{opinion.opinion_id}",
                why_not="" if decided else "先写明采取什么措施、何时完成",
            ),
        )
    return OpinionLine(
        text=opinion.opinion or "（原话现在读不到）",
        measure=opinion.measure or "",
        due=None if opinion.answered else opinion.due,
        late=opinion.late,
        answer=opinion.answer or "",
        acts=acts,
    )


def _once(line: OpinionLine, first: Act | None) -> OpinionLine:
    """What stands above as the next step is not offered a second time."""
    return replace(line, acts=tuple(each for each in line.acts if first is None or each.url != first.url))


def visit_line(visit: VisitRow, firm: FirmRow | None, names: dict[UUID, str]) -> VisitLine:
    return VisitLine(
        url=f"/station/visits/{visit.visit_id}",
        on=visit.on,
        firm=firm.called if firm else "企业",
        visitor=named(visit.visitor, names, "走访人"),
        state=STATES.get(visit.state, visit.state),
        tone="late" if visit.late else "good" if visit.state == "HELD" else "plain",
        opinions=visit.opinions,
        late=visit.late,
        next_due=visit.next_due,
    )
