"""A firm's workers as one list: every good row is registered, every bad one says beside itself why not."""

import csv
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.portal.desk_client import Answer, Refused
from services.portal.pages.acts import MENDABLE
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import FieldError, LodgingView, Notice, RowLine
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK
from services.portal.pages.station_files import API
from services.portal.pages.station_matters import matter_of
from services.portal.pages.station_specs import ROW_ERRORS

MAX_LIST = 100_000
MAX_ROWS = 200
COLUMNS = ("name", "id_number", "phone", "address")
MAX_CELL = 200


class BadRow(Answer):
    row: int
    errors: tuple[str, ...]


class Lodged(Answer):
    lodged: int
    known: tuple[int, ...] = ()
    bad: tuple[BadRow, ...] = ()


def lodging_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/station/lodging/{matter_id}")
    async def ask(matter_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        await matter_of(caller, matter_id)
        return _show(caller, matter_id, "")

    @router.post("/station/lodging/{matter_id}")
    async def send(matter_id: UUID, request: Request, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        pasted = caller.text("workers")
        written = await _uploaded(request) or pasted
        rows = rows_of(written)
        if wrong := _unusable(written, rows):
            return _show(caller, matter_id, pasted, errors=(FieldError("workers", wrong),), status=422)
        body = {"workers": [dict(zip(COLUMNS, row, strict=False)) for row in rows]}
        try:
            told = await caller.desk.command(f"{API}/matters/{matter_id}/workers", body, caller.form_key)
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            return _show(caller, matter_id, written, notice=Notice(refused.words, "late"), status=refused.status)
        return _told(caller, matter_id, rows, Lodged.model_validate(told))

    return router


def rows_of(written: str) -> list[list[str]]:
    """Rows as people paste them from a table: by tab, comma or Chinese comma; a line of headings is left out."""
    lines = [line for line in written.replace("，", ",").replace("\t", ",").split("\n") if line.strip(" ,\r")]
    rows = [[cell.strip()[:MAX_CELL] for cell in row][: len(COLUMNS)] for row in csv.reader(lines)]
    if rows and any(cell in ("姓名", "身份证号", "身份证号码") for cell in rows[0]):
        rows = rows[1:]
    return [[*row, *[""] * (2 - len(row))] for row in rows]


def _unusable(written: str, rows: list[list[str]]) -> str:
    if not rows:
        return "请选文件，或者把名单贴进来：每行一人，姓名、身份证号、手机号、住址"
    if len(written) > MAX_LIST or len(rows) > MAX_ROWS:
        return f"一次最多 {MAX_ROWS} 人，这张名单有 {len(rows)} 行；请分几次交"
    return ""


async def _uploaded(request: Request) -> str:
    """Tables are saved in the one or the other code; a file in neither shows itself in its rows."""
    sent: Any = (await request.form()).get("file")
    if sent is None or isinstance(sent, str):
        return ""
    content: bytes = await sent.read(MAX_LIST + 1)
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").strip()
    except UnicodeDecodeError:
        return content.decode("gb18030", "replace").replace("\r\n", "\n").strip()


def _told(caller: Caller, matter_id: UUID, rows: list[list[str]], lodged: Lodged) -> Response:
    errors = {each.row: tuple(ROW_ERRORS.get(error, error) for error in each.errors) for each in lodged.bad}
    known = set(lodged.known)
    lines = [_line(number, row, errors.get(number, ()), number in known) for number, row in enumerate(rows, 1)]
    left = "\n".join(",".join(row) for number, row in enumerate(rows, 1) if number in errors)
    view = LodgingView(
        action=f"/station/lodging/{matter_id}",
        back_url=f"/station/matters/{matter_id}",
        list_text=left,
        lodged=lodged.lodged,
        known=len(known),
        wrong=len(errors),
        rows=tuple(sorted(lines, key=lambda line: (line.tone != "late", line.row))),
    )
    return caller.show("station/lodging.html", view, caller.page(surface=DESK))


def _line(number: int, row: list[str], errors: tuple[str, ...], known: bool) -> RowLine:
    cells = tuple(cell for cell in row if cell)
    if errors:
        return RowLine(number, cells, "；".join(errors), "late")
    hidden = (row[0], f"…{row[1][-4:]}")
    return RowLine(number, hidden, "以前登记过，没有重复登记" if known else "已登记", "plain" if known else "good")


def _show(
    caller: Caller,
    matter_id: UUID,
    written: str,
    *,
    errors: tuple[FieldError, ...] = (),
    notice: Notice | None = None,
    status: int = 200,
) -> Response:
    view = LodgingView(
        action=f"/station/lodging/{matter_id}",
        back_url=f"/station/matters/{matter_id}",
        list_text=written,
        lodged=None,
        known=0,
        wrong=0,
        rows=(),
    )
    page = caller.page(surface=DESK, errors=errors, notice=notice)
    return caller.show("station/lodging.html", view, page, status=status)
