"""Clues: brought on a phone by trained volunteers, verified by an officer; whoever brought one learns its verdict."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from services.portal.desk_client import Answer, Refused
from services.portal.pages.acts import MENDABLE, ActSpec, act, offered, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    Choice,
    ClueLine,
    CluesView,
    ClueView,
    Field,
    FieldError,
    Notice,
    OwnCluesView,
    Tone,
)
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK

API = "/workorders/v1"
SOURCES: Mapping[str, str] = {"volunteer": "志愿者报来", "grid_worker": "网格员报来", "group": "群里有人说"}
VERDICTS: Mapping[str, tuple[str, Tone]] = {"CLUE_VALID": ("有效", "good"), "CLUE_INVALID": ("无效", "plain")}
WAITING: tuple[str, Tone] = ("等核查", "soon")
MOST = 2000

JUDGE = ActSpec(
    f"{API}/clues/{{id}}/verdict",
    "写核查结论",
    "写核查结论",
    "结论只给一次。报线索的人只会看到“有效”或“无效”，看不到别的。",
    "写好了",
    "结论已记下。",
    (
        Field(
            "verdict",
            "核查下来",
            "one",
            choices=(Choice("CLUE_VALID", "有效", "用上了"), Choice("CLUE_INVALID", "无效", "核实过，没有用")),
            required=True,
        ),
        Field("note", "说明（只给民警看，可以不写）", "line", limit=200),
    ),
    consequence="结论不能再改。",
)


class ClueRow(Answer):
    clue_id: UUID
    source: str = ""
    verdict: str | None = None
    filed_at: datetime
    judged_at: datetime | None = None


class ClueRows(Answer):
    clues: tuple[ClueRow, ...] = ()


class Clue(Answer):
    group_name: str | None = None
    order_id: UUID | None = None
    verdict: str | None = None
    text: str | None = None
    reporter_protected: bool = False


class Posted(Answer):
    words: str | None = None


def clue_line(row: ClueRow, *, linked: bool = True) -> ClueLine:
    return ClueLine(
        f"/clues/{row.clue_id}" if linked else "",
        SOURCES.get(row.source, "线索"),
        *VERDICTS.get(row.verdict or "", WAITING),
        filed_at=row.filed_at,
        judged_at=row.judged_at,
    )


def clue_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/clues")
    async def listed(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        open_only = caller.request.query_params.get("all") != "true"
        after = caller.request.query_params.get("after", "")
        rows = await caller.desk.get(f"{API}/clues", ClueRows, open="true" if open_only else "", after=after)
        view = CluesView(tuple(clue_line(row) for row in rows.clues), open_only)
        return caller.show("street/clues.html", view, caller.page(surface=DESK))

    @router.get("/clues/new")
    async def own(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await _own(caller)

    @router.post("/clues/new")
    async def bring(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        text = caller.text("text")
        if not text or len(text) > MOST:
            words = "请写看到了什么" if not text else f"最多 {MOST} 个字，您写了 {len(text)} 个"
            return await _own(caller, errors=(FieldError("text", words),), status=422)
        order, broadcast = _answered(caller)
        body = {"text": text, **({"order_id": str(order), "broadcast_id": str(broadcast)} if order else {})}
        try:
            told = await caller.desk.command(f"{API}/clues", body, caller.form_key)
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            return await _own(caller, notice=Notice(refused.words, "late"), status=refused.status)
        caller.visit = caller.visit.saying("收到了，谢谢您。民警核查后，这里会写结论。")
        return caller.go("/clues/new", told.get("record_id"))

    @router.get("/clues/{clue_id}")
    async def read(clue_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        clue = await caller.desk.get(f"{API}/clues/{clue_id}", Clue)
        state, tone = VERDICTS.get(clue.verdict or "", WAITING)
        view = ClueView(
            source=f"{clue.group_name}里有人说" if clue.group_name else "有人报来",
            state=state,
            tone=tone,
            text=clue.text or "",
            withheld="" if clue.text else "内容由核查的民警看，或者现在读不到。",
            protected=clue.reporter_protected,
            order_url=f"/orders/{clue.order_id}" if clue.order_id else "",
            acts=() if clue.verdict or not clue.text else (offered(JUDGE, f"/clues/{clue_id}/verdict"),),
        )
        return caller.show("street/clue.html", view, caller.page(surface=DESK))

    @router.get("/clues/{clue_id}/verdict")
    async def ask(clue_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, JUDGE, (f"/clues/{clue_id}", "回线索"), surface=DESK)

    @router.post("/clues/{clue_id}/verdict")
    async def judge(clue_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, JUDGE, clue_id, (f"/clues/{clue_id}", "回线索"), surface=DESK)

    return router


def _answered(caller: Caller) -> tuple[UUID | None, UUID | None]:
    """The broadcast that the link in the group named; a link that was cut brings a clue of its own."""
    given = caller.request.query_params
    try:
        return UUID(given["order"]), UUID(given["broadcast"])
    except (KeyError, ValueError):
        return None, None


async def _own(
    caller: Caller, *, errors: tuple[FieldError, ...] = (), notice: Notice | None = None, status: int = 200
) -> Response:
    order, broadcast = _answered(caller)
    after = caller.request.query_params.get("after", "")
    words, over = "", ""
    if order is not None:
        try:
            posted = await caller.desk.get(f"{API}/orders/{order}/broadcasts/{broadcast}", Posted)
            words = posted.words or ""
        except Refused as refused:
            over = refused.words
    try:
        rows = await caller.desk.get(f"{API}/clues/own", ClueRows, after=after)
    except Refused as refused:
        if refused.status != 403:
            raise
        rows = ClueRows()
    view = OwnCluesView(
        words=words,
        over=over,
        action=caller.path + (f"?order={order}&broadcast={broadcast}" if words else ""),
        text=caller.text("text"),
        items=tuple(clue_line(row, linked=False) for row in rows.clues),
    )
    page = caller.page(errors=errors, notice=notice)
    return caller.show("street/own_clues.html", view, page, status=status, keep=True)
