"""Judicial confirmation as the court's people do it: what waits, accept, decide, ten days more (R-13)."""

from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.acts import ActSpec, Body, act, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Choice, Field, SuitLine
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK

AGREEMENT: Final = "/mediation/v1/agreements/{id}/confirmation"
REASONS: Final = (
    Choice("unclear", "内容不明确"),
    Choice("unlawful", "违法"),
    Choice("harms_others", "损害别人"),
    Choice("identity_relation", "身份关系"),
    Choice("not_voluntary", "不是自愿"),
)
STATES: Final = {"filed": "等受理", "accepted": "已受理，等决定"}


def _decision(values: Body) -> Body:
    return {**values, "confirmed": values.get("confirmed") == "yes"}


ACCEPT = ActSpec(
    f"{AGREEMENT}/acceptance",
    "受理申请",
    "受理申请",
    "双方一起申请的，三日内决定是否受理；受理后十五日内作出决定（R-13）。",
    "受理",
    "已受理。",
)
DECIDE = ActSpec(
    f"{AGREEMENT}/decision",
    "作出决定",
    "作出是否确认的决定",
    "内容明确、自愿、不违法、不损害别人的，确认；确认后不履行的可以强制执行（R-13）。",
    "作出决定",
    "已记下法院的决定。",
    (
        Field("confirmed", "决定", "one", choices=(Choice("yes", "确认"), Choice("no", "不予确认")), required=True),
        Field("reason", "为什么不确认（不确认才选）", "one", choices=REASONS),
        Field("ruling", "裁定书编号", "line", "例如 （2026）冀0581民特9号"),
    ),
    body=_decision,
    consequence="作出后不能改。双方都会知道。",
)
LONGER = ActSpec(
    f"{AGREEMENT}/extension",
    "延长十日",
    "延长十日",
    "有特殊情况，可以延长一次，十日（R-13）。",
    "延长",
    "已延长十日。",
)
NAMED: Final = {"accept": ACCEPT, "decide": DECIDE, "longer": LONGER}


class Application(Answer):
    agreement_id: UUID
    state: str
    due: datetime | None = None
    filed_at: datetime


class Applications(Answer):
    applications: tuple[Application, ...] = ()


async def applications(desk: DeskClient) -> tuple[SuitLine, ...]:
    """What waits for the court; nothing for those who come from none."""
    try:
        told = await desk.get("/mediation/v1/confirmations", Applications)
    except (Refused, Unreachable):
        return ()
    return tuple(
        SuitLine(
            url=f"/agreements/{each.agreement_id}",
            number=f"协议 {str(each.agreement_id)[:8].upper()}",
            stage=STATES.get(each.state, each.state),
            waiting=0,
            docked_at=each.filed_at,
            due=each.due,
        )
        for each in told.applications
    )


def confirmation_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/agreements/{agreement_id}/confirmation/{name}")
    async def ask(agreement_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, _spec(name), _back(agreement_id), surface=DESK)

    @router.post("/agreements/{agreement_id}/confirmation/{name}")
    async def do(agreement_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, _spec(name), agreement_id, _back(agreement_id), surface=DESK)

    return router


def _spec(name: str) -> ActSpec:
    if name not in NAMED:
        raise HTTPException(404)
    return NAMED[name]


def _back(agreement_id: UUID) -> tuple[str, str]:
    return f"/agreements/{agreement_id}", "回协议"
