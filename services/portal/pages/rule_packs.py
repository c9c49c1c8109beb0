"""规则: packs of rows by which requests are routed; drafted, tried on past requests, published by a second person."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Response
from fastapi import Path as InPath

from services.portal.desk_client import Refused
from services.portal.pages.acts import MENDABLE
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import ActView, FieldError, Notice
from services.portal.pages.contexts.rule_packs import (
    PackLine,
    PackView,
    RuleDraftLine,
    RulesView,
)
from services.portal.pages.door import pages_router
from services.portal.pages.rule_rows import as_row, filled_lines, lines_of, row_sent
from services.portal.pages.rule_views import (
    API,
    DRAFTS,
    PAGE,
    PUBLISHES,
    Packs,
    WholeDraft,
    bases,
    called,
    draft_url,
    draft_view,
    pack_url,
    row_form,
    row_line,
    standing,
)
from services.portal.pages.rule_words import Pack, Row
from services.portal.pages.staffroom import DESK
from shared.kernel import BUREAU_ZONE

Version = Annotated[str, InPath(max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]


def rule_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get(PAGE)
    async def listed(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        person = caller.require_staff()
        told = await caller.desk.get(API, Packs)
        names = await site.staff.names()
        view = RulesView(
            packs=tuple(
                PackLine(pack_url(each.version), each.version, each.in_force_from, standing(each), each.rows)
                for each in told.packs
            ),
            drafts=tuple(
                RuleDraftLine(draft_url(each.pack_id), each.version, each.based_on, called(each, names), each.rows)
                for each in told.drafts
            ),
            bases=bases(told) if DRAFTS & set(person.roles) else (),
        )
        return caller.show("rules/list.html", view, caller.page(surface=DESK))

    @router.post(PAGE)
    async def draft(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told = await caller.desk.command(f"{API}/drafts", {"based_on": caller.text("based_on")}, caller.form_key)
        caller.visit = caller.visit.saying("已经起草。改好以后先试算，再请另一位负责人发布。")
        return caller.go(draft_url(UUID(str(told["pack_id"]))))

    @router.get(PAGE + "/packs/{version}")
    async def pack(version: Version, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        person = caller.require_staff()
        told = await caller.desk.get(f"{API}/{version}", Pack)
        withdraws = told.coming and told.pack_id is not None and PUBLISHES & set(person.roles)
        view = PackView(
            version=told.version,
            since=told.in_force_from,
            standing=standing(told),
            rows=tuple(row_line(each) for each in told.table),
            table_url=f"{pack_url(version)}/table",
            withdraw_url=f"{PAGE}/drafts/{told.pack_id}/withdrawal" if withdraws else "",
        )
        return caller.show("rules/pack.html", view, caller.page(surface=DESK))

    @router.get(PAGE + "/packs/{version}/table")
    async def table(version: Version, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        written = await caller.desk.file(f"{API}/{version}/table")
        name = f'attachment; filename="{version}.json"'
        return Response(written, media_type="application/json", headers={"Content-Disposition": name})

    _drafts(router, site)
    return router


def _drafts(router: APIRouter, site: Site) -> None:
    """The draft itself, its rows, and what is done with it as a whole."""

    @router.get(PAGE + "/drafts/{pack_id}")
    async def draft(pack_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return await _show(site, caller, pack_id)

    @router.get(PAGE + "/drafts/{pack_id}/rows/{number}")
    async def row(pack_id: UUID, number: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        """`new`, or the number of a row."""
        caller.require_staff()
        told = await caller.desk.get(f"{API}/drafts/{pack_id}", WholeDraft)
        found = None if number == "new" else _numbered(told, number)
        view = row_form(pack_id, number, told.revision, len(told.table), found, lines_of(found))
        return caller.show("rules/row.html", view, caller.page(surface=DESK), keep=True)

    @router.post(PAGE + "/drafts/{pack_id}/rows/{number}")
    async def write(pack_id: UUID, number: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await _write(caller, pack_id, number)

    @router.get(PAGE + "/drafts/{pack_id}/rows/{number}/removal")
    async def ask_removal(pack_id: UUID, number: int, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told = await caller.desk.get(f"{API}/drafts/{pack_id}", WholeDraft)
        _numbered(told, str(number))
        view = ActView(
            title=f"删掉第 {number} 行",
            explanation="删掉以后，下面各行的行号往前移。可以撤销。",
            action=f"{caller.path}?revision={told.revision}",
            submit="删掉",
            back_url=draft_url(pack_id),
            back_label="回草稿",
        )
        return caller.show("act.html", view, caller.page(surface=DESK))

    @router.post(PAGE + "/drafts/{pack_id}/rows/{number}/{how}")
    async def change(pack_id: UUID, number: int, how: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        revision = _revision(caller)
        path = f"{API}/drafts/{pack_id}/rows/{number}"
        match how:
            case "removal":
                wish, said = (f"{path}/removal", {"revision": revision}), f"第 {number} 行已删掉。"
            case "up" | "down":
                to = number - 1 if how == "up" else number + 1
                wish, said = (f"{path}/place", {"to": to, "revision": revision}), f"已移到第 {to} 行。"
            case _:
                raise HTTPException(404)
        return await _do(site, caller, pack_id, *wish, said=said)

    @router.post(PAGE + "/drafts/{pack_id}/undo")
    async def undo(pack_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        path, body = f"{API}/drafts/{pack_id}/undo", {"revision": _revision(caller)}
        return await _do(site, caller, pack_id, path, body, said="已撤销上一步。")

    @router.post(PAGE + "/drafts/{pack_id}/redecision")
    async def redecide(pack_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        path = f"{API}/drafts/{pack_id}/redecision"
        try:
            told = await caller.desk.command(path, {}, caller.form_key)
        except Refused as refused:
            return await _again(site, caller, pack_id, refused)
        url = f"{PAGE}/drafts/{pack_id}/redecisions/{told['redecision_id']}"
        return caller.go(url, told.get("record_id"))

    @router.post(PAGE + "/drafts/{pack_id}/publication")
    async def publish(pack_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        path, body = f"{API}/drafts/{pack_id}/publication", {"in_force_from": caller.text("in_force_from")}
        said = f"已发布，从 {caller.text('in_force_from')} 起用来分流。"
        return await _do(site, caller, pack_id, path, body, said=said, to=PAGE)

    @router.post(PAGE + "/drafts/{pack_id}/discard")
    async def discard(pack_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        path = f"{API}/drafts/{pack_id}/discard"
        return await _do(site, caller, pack_id, path, {}, said="草稿已作废。", to=PAGE)

    @router.post(PAGE + "/drafts/{pack_id}/withdrawal")
    async def withdraw(pack_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        await caller.desk.command(f"{API}/drafts/{pack_id}/withdrawal", {}, caller.form_key)
        caller.visit = caller.visit.saying("已撤下，它没有用来分流过。")
        return caller.go(PAGE)


async def _do(
    site: Site, caller: Caller, pack_id: UUID, path: str, body: Mapping[str, Any], *, said: str, to: str = ""
) -> Response:
    """One wish and back to the draft; a refusal is told above it."""
    try:
        await caller.desk.command(path, body, caller.form_key)
    except Refused as refused:
        return await _again(site, caller, pack_id, refused)
    caller.visit = caller.visit.saying(said)
    return caller.go(to or draft_url(pack_id))


async def _again(site: Site, caller: Caller, pack_id: UUID, refused: Refused) -> Response:
    if refused.status not in MENDABLE | {503}:
        raise refused
    return await _show(site, caller, pack_id, Notice(refused.words, "late"), refused.status)


async def _write(caller: Caller, pack_id: UUID, number: str) -> Response:
    body, revision = row_sent(caller), _revision(caller)
    place = caller.text("place")
    path = f"{API}/drafts/{pack_id}/rows"
    errors: tuple[FieldError, ...] = ()
    if not body["reason"]:
        errors = (FieldError("reason", "请选一项：理由"),)
    if number == "new" and not place.isdigit():
        errors = (*errors, FieldError("place", "请选一项：放在第几行"))
    notice = None
    if not errors:
        try:
            if number == "new":
                added = {"row": body, "number": int(place), "revision": revision}
                await caller.desk.command(path, added, caller.form_key)
            else:
                await caller.desk.command(
                    f"{path}/{number}", {"row": body, "revision": revision}, caller.form_key, "PUT"
                )
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            errors = tuple(
                FieldError("law", "写规则编号，例如 R-18") for each in refused.mendings if "law" in each.field
            )
            notice = None if errors else Notice(refused.words, "late")
        else:
            caller.visit = caller.visit.saying("这一行已保存。")
            return caller.go(draft_url(pack_id))
    told = await caller.desk.get(f"{API}/drafts/{pack_id}", WholeDraft)
    typed = as_row(body)
    view = row_form(pack_id, number, revision, len(told.table), typed, filled_lines(caller), place)
    page = caller.page(surface=DESK, errors=errors, notice=notice)
    return caller.show("rules/row.html", view, page, status=422 if errors else 409, keep=True)


async def _show(site: Site, caller: Caller, pack_id: UUID, notice: Notice | None = None, status: int = 200) -> Response:
    person = caller.require_staff()
    told = await caller.desk.get(f"{API}/drafts/{pack_id}", WholeDraft)
    view = draft_view(told, set(person.roles), await site.staff.names(), caller.now.astimezone(BUREAU_ZONE).date())
    return caller.show("rules/draft.html", view, caller.page(surface=DESK, notice=notice), status=status)


def _numbered(told: WholeDraft, number: str) -> Row:
    found = next((row for row in told.table if str(row.number) == number), None)
    if found is None:
        raise HTTPException(404)
    return found


def _revision(caller: Caller) -> int:
    given = caller.text("revision") or caller.request.query_params.get("revision", "")
    if not (given.isascii() and given.isdigit() and len(given) < 10):
        raise HTTPException(404)
    return int(given)
