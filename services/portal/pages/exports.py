"""The complete file of a case: asked for, approved by a second person, fetched before the approval ends."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Refused, Unreachable
from services.portal.pages.acts import ActSpec, act, carry_out, question
from services.portal.pages.caller import Caller, Site
from services.portal.pages.case_models import ExportFile, Exports
from services.portal.pages.contexts import Choice, ExportLine, ExportsView, ExportView, Field, Tone
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, named

LIST: Final = ("/exports", "回待批档案")
PURPOSES: Final = {"mediation": "调解办理", "handling": "案件办理", "data_rights": "本人查阅、复制"}
STANDINGS: Final[Mapping[str, tuple[str, Tone]]] = {
    "asked": ("等另一个人批准", "soon"),
    "granted": ("已批准，可以下载", "good"),
    "refused": ("没有批准", "late"),
}
FORMS: Final = {"pdf": "application/pdf", "json": "application/json"}
ASK = ActSpec(
    "/mediation/v1/cases/{id}/exports",
    "申请导出",
    "申请导出一人一事一档",
    "整卷材料，不含单独谈话和让步的内容（R-15）。由另一个人批准；批准后有期限，每次下载都有记录。",
    "申请导出",
    "已申请，等另一个人批准。",
    (
        Field(
            "purpose",
            "做什么用",
            "one",
            choices=(Choice("mediation", PURPOSES["mediation"]), Choice("handling", PURPOSES["handling"])),
            required=True,
        ),
    ),
)
APPROVE = ActSpec(
    "/mediation/v1/exports/{id}/approval",
    "批准",
    "批准导出",
    "申请的人不能自己批。批准后，他在期限内可以下载。",
    "批准",
    "已批准。",
    consequence="批准后，材料会离开汇客厅。",
)
REFUSE = ActSpec(
    "/mediation/v1/exports/{id}/refusal",
    "不批准",
    "不批准导出",
    "写一句理由，申请的人看得到结果。",
    "不批准",
    "已记下：不批准。",
    (Field("note", "理由（可以不写）", "area", limit=1000),),
    danger=True,
)
JUDGING: Final = {"approve": APPROVE, "refuse": REFUSE}


def export_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/cases/{case_id}/exports")
    async def own(case_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        """What the reader asked for; when nothing, the question."""
        caller.require_staff()
        path = f"/mediation/v1/cases/{case_id}/exports"
        told = await caller.desk.get(path, Exports, after=caller.request.query_params.get("after", ""))
        if told.exports:
            return caller.go(f"/exports/{told.exports[0].export_id}")
        return question(caller, ASK, _case(case_id), surface=DESK)

    @router.get("/cases/{case_id}/exports/new")
    async def ask(case_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, ASK, _case(case_id), surface=DESK)

    @router.post("/cases/{case_id}/exports")
    @router.post("/cases/{case_id}/exports/new")
    async def asked(case_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told, again = await carry_out(caller, caller.desk, ASK, case_id, _case(case_id), surface=DESK)
        return again or caller.go(f"/exports/{told['export_id']}" if told else f"/cases/{case_id}")

    @router.get("/exports")
    async def waiting(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told = await caller.desk.get("/mediation/v1/exports", Exports)
        names = await site.staff.names()
        view = ExportsView(tuple(_line(each, names) for each in told.exports))
        return caller.show("exports/list.html", view, caller.page(surface=DESK))

    @router.get("/exports/{export_id}")
    async def one(export_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        file = await caller.desk.get(f"/mediation/v1/exports/{export_id}", ExportFile)
        view = _view(file, await site.staff.names(), mine=str(file.asked_by) == caller.staff.person, now=caller.now)
        return caller.show("exports/one.html", view, caller.page(surface=DESK))

    @router.get("/exports/{export_id}/file/{form}")
    async def fetch(export_id: UUID, form: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        if form not in FORMS:
            raise HTTPException(404)
        made = await caller.desk.file(f"/mediation/v1/exports/{export_id}/file?form={form}")
        name = f'attachment; filename="file-{str(export_id)[:8]}.{form}"'
        headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
        return Response(made, media_type=FORMS[form], headers=headers)

    @router.get("/exports/{export_id}/{name}")
    async def judge(export_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return question(caller, _judging(name), _export(export_id), surface=DESK)

    @router.post("/exports/{export_id}/{name}")
    async def judged(export_id: UUID, name: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await act(caller, caller.desk, _judging(name), export_id, _export(export_id), surface=DESK)

    return router


async def waits_for_approval(caller: Caller) -> int:
    """How many files wait for a second person; none for those who approve nothing."""
    try:
        return len((await caller.desk.get("/mediation/v1/exports", Exports)).exports)
    except (Refused, Unreachable):
        return 0


def _judging(name: str) -> ActSpec:
    if name not in JUDGING:
        raise HTTPException(404)
    return JUDGING[name]


def _case(case_id: UUID) -> tuple[str, str]:
    return f"/cases/{case_id}", "回调解室"


def _export(export_id: UUID) -> tuple[str, str]:
    return f"/exports/{export_id}", "返回"


def _line(file: ExportFile, names: Mapping[UUID, str]) -> ExportLine:
    return ExportLine(
        url=f"/exports/{file.export_id}",
        code=str(file.case_id)[:8].upper(),
        asked_by=named(file.asked_by, names, "当事人"),
        asked_at=file.asked_at,
        standing=STANDINGS.get(file.standing, (file.standing, "plain"))[0],
        purpose=PURPOSES.get(file.purpose, file.purpose),
        until=file.until,
    )


def _view(file: ExportFile, names: Mapping[UUID, str], *, mine: bool, now: datetime) -> ExportView:
    standing = STANDINGS.get(file.standing, (file.standing, "plain"))
    over = file.standing == "granted" and file.until is not None and file.until < now
    base = f"/exports/{file.export_id}"
    ready = file.standing == "granted" and not over and mine
    judged = file.standing == "asked" and not mine
    return ExportView(
        code=str(file.case_id)[:8].upper(),
        standing="批准的期限过了，要重新申请" if over else standing[0],
        tone="late" if over else standing[1],
        purpose=PURPOSES.get(file.purpose, file.purpose),
        asked_by=named(file.asked_by, names, "当事人"),
        until=file.until if ready else None,
        case_url=f"/cases/{file.case_id}",
        again_url=f"/cases/{file.case_id}/exports/new" if mine and (over or file.standing == "refused") else "",
        approve_url=f"{base}/approve" if judged else "",
        refuse_url=f"{base}/refuse" if judged else "",
        pdf_url=f"{base}/file/pdf" if ready else "",
        json_url=f"{base}/file/json" if ready else "",
    )
