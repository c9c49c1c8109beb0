"""A table of requests: looked at first, filed part by part, with what to mend and what to hand out."""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Final
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.portal.desk_client import Answer, Refused
from services.portal.pages.acts import MENDABLE
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    BatchesView,
    BatchTile,
    BatchView,
    Choice,
    FieldError,
    Notice,
    RowWrong,
    Slip,
    SlipsView,
)
from services.portal.pages.door import pages_router
from services.portal.pages.registering import DOORS, LINES, door_name, doors_of
from services.portal.pages.staffroom import DESK

API: Final = "/intake/v1"
MAX_FILE: Final = 990_000
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
COLUMNS: Final = {
    "narrative": "事由",
    "title": "标题",
    "place": "地点",
    "name": "姓名",
    "phone": "手机号",
    "id_number": "身份证号",
    "for_name": "替谁办",
    "for_phone": "受益人手机号",
    "number": "来文编号",
    "group": "群",
}


class RowError(Answer):
    row: int
    column: str
    words: str


class Table(Answer):
    rows: tuple[dict[str, str | None], ...]
    good: int
    errors: tuple[RowError, ...] = ()


class Batch(Answer):
    batch_id: UUID
    door: str
    opened_at: datetime
    rows: int
    filed: int
    known: int = 0
    refused: int
    waiting: int = 0
    finished: bool = False
    errors: tuple[RowError, ...] = ()


class Batches(Answer):
    batches: tuple[Batch, ...] = ()


class SlipTold(Answer):
    row: int
    code: str
    pin: str


class Slips(Answer):
    slips: tuple[SlipTold, ...] = ()


def batch_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/batches")
    async def ask(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return await _show(caller)

    @router.post("/batches")
    async def send(request: Request, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        doors = _doors(caller)
        content = await _uploaded(request) or caller.text("table").encode()
        door = caller.text("door") if caller.text("door") in doors else ""
        wrong = _unusable(content, door, doors)
        if wrong is not None:
            return await _show(caller, errors=(wrong,), status=422)
        where = {"door": door or doors[0], "system": caller.text("system")}
        asked = urlencode({name: text for name, text in where.items() if text})
        try:
            if caller.text("go") == "check":
                told = await caller.desk.upload(f"{API}/batch-tables?{asked}", content, _kind(content))
                return await _show(caller, table=Table.model_validate(told))
            told = await caller.desk.upload(f"{API}/batches/upload?{asked}", content, _kind(content), caller.form_key)
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            return await _show(caller, notice=Notice(refused.words, "late"), status=refused.status)
        return caller.go(f"/batches/{UUID(str(told['batch_id']))}")

    @router.get("/batches/form.xlsx")
    async def form(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return _file(await caller.desk.file(f"{API}/batch-form"), SHEET, "form.xlsx")

    @router.get("/batches/{batch_id}")
    async def one(batch_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        batch = await caller.desk.get(f"{API}/batches/{batch_id}", Batch)
        base = f"/batches/{batch_id}"
        view = BatchView(
            door=door_name(batch.door),
            opened_at=batch.opened_at,
            rows=batch.rows,
            filed=batch.filed,
            known=batch.known,
            refused=batch.refused,
            waiting=batch.waiting,
            wrong=_wrong(batch.errors),
            slips_url=f"{base}/slips",
            errors_url=f"{base}/errors.csv",
        )
        return caller.show("batches/one.html", view, caller.page(surface=DESK))

    @router.get("/batches/{batch_id}/slips")
    async def slips(batch_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told = await caller.desk.get(f"{API}/batches/{batch_id}/slips", Slips)
        view = SlipsView(tuple(Slip(each.row, each.code, each.pin) for each in told.slips), f"/batches/{batch_id}")
        return caller.show("batches/slips.html", view, caller.page(surface=DESK))

    @router.get("/batches/{batch_id}/errors.csv")
    async def errors(batch_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return _file(await caller.desk.file(f"{API}/batches/{batch_id}/errors"), "text/csv", "errors.csv")

    return router


def _doors(caller: Caller) -> tuple[str, ...]:
    return tuple(door for door in doors_of(caller) if DOORS[door].batches)


def _unusable(content: bytes, door: str, doors: Sequence[str]) -> FieldError | None:
    if not content:
        return FieldError("file", "请选文件，或者把表贴进来")
    if len(content) > MAX_FILE:
        return FieldError("file", "这张表太大，一次最多 1 MB，请分几次交")
    return FieldError("door", "请选从哪个入口来的") if not door and len(doors) != 1 else None


async def _uploaded(request: Request) -> bytes:
    sent: Any = (await request.form()).get("file")
    return b"" if sent is None or isinstance(sent, str) else await sent.read(MAX_FILE + 1)


def _kind(content: bytes) -> str:
    return SHEET if content.startswith(b"PK") else "text/csv"


def _file(content: bytes, kind: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)


async def _show(
    caller: Caller,
    *,
    table: Table | None = None,
    errors: tuple[FieldError, ...] = (),
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    doors = _doors(caller)
    chosen = caller.text("door") or (doors[0] if len(doors) == 1 else "")
    after = caller.request.query_params.get("after", "")
    told = await caller.desk.get(f"{API}/batches", Batches, after=after) if doors else Batches()
    view = BatchesView(
        doors=tuple(Choice(door, DOORS[door].name, chosen=door == chosen) for door in doors),
        systems=tuple(Choice(each.value, each.label, chosen=each.value == caller.text("system")) for each in LINES)
        if "HOTLINE" in doors
        else (),
        table=_written(table.rows) if table else caller.text("table"),
        good=table.good if table else None,
        wrong=_wrong(table.errors) if table else (),
        batches=tuple(_tile(each) for each in told.batches),
    )
    page = caller.page(surface=DESK, errors=errors, notice=notice)
    return caller.show("batches/list.html", view, page, status=status, keep=True)


def _written(rows: Sequence[dict[str, str | None]]) -> str:
    """The table as it was read, with the headings of the columns that are used."""
    used = [name for name in COLUMNS if any(row.get(name) for row in rows)] or ["narrative"]
    written = io.StringIO(newline="")
    lines = csv.writer(written, lineterminator="\n")
    lines.writerow([COLUMNS[name] for name in used])
    lines.writerows([[row.get(name) or "" for name in used] for row in rows])
    return written.getvalue()


def _wrong(errors: Sequence[RowError]) -> tuple[RowWrong, ...]:
    return tuple(RowWrong(each.row, COLUMNS.get(each.column, each.column), each.words) for each in errors)


def _tile(batch: Batch) -> BatchTile:
    counts = f"{batch.rows} 行：登记 {batch.filed}，没有登记 {batch.refused}"
    return BatchTile(f"/batches/{batch.batch_id}", door_name(batch.door), batch.opened_at, counts, batch.finished)
