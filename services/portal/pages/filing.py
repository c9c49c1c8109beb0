"""The five screens: what happened, where, who else, how to reach you, check and send.

Every screen posts the whole draft; a finished screen hands it to the next by 307, so that the address is that of the
screen shown and the server keeps nothing.
"""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Response

from services.portal.desk_client import Answer, Refused, Unreachable
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    CheckView,
    Choice,
    DangerHelp,
    DoneView,
    EmergencyNumber,
    FieldError,
    Notice,
    PromiseLine,
    ReachView,
    WhatView,
    WhereView,
    WhoView,
)
from services.portal.pages.door import pages_router
from services.portal.pages.draft import MAX_TEXT, NO_SUCH_PLACE, STEPS, Draft
from services.portal.pages.receipts import receipt_text
from services.portal.visits import Visit

FIELDS_OF_INTAKE = {
    "narrative": "text",
    "place": "place",
    "contact.phone": "phone",
    "contact.email": "email",
    "contact.name": "name",
    "contact.id_number": "id_number",
    "other_party.name": "others",
    "other_party.phone": "contact",
}
STEP_OF_FIELD = {"text": "what", "place": "where", "others": "who", "contact": "who"}
NOT_TAKEN = "暂时连不上，还没有收到您写的。请过一会儿再按“提交”；急事请直接打 110。"
CALL_FIRST = Notice("看起来有危险。请先拨打 110（不方便说话发短信到 12110），再继续写。", "danger")


class Promised(Answer):
    what: str
    who: str
    until: datetime


class Danger(Answer):
    kinds: tuple[str, ...]
    numbers: tuple[str, ...]
    words: tuple[str, ...]


class PlaceMeant(Answer):
    place: str


class PlacesMeant(Answer):
    candidates: tuple[PlaceMeant, ...] = ()


class Filed(Answer):
    request_id: str
    code: str
    pin: str
    promises: tuple[Promised, ...] = ()
    danger: Danger | None = None
    receipt: dict[str, Any]


def filing_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/file")
    async def begin(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return caller.go("/file/what")

    @router.get("/file/{step}")
    async def first(step: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        """A fresh start; any other screen needs what was written before it."""
        if step not in STEPS:
            raise HTTPException(404)
        return _screen(caller, "what", Draft()) if step == "what" else caller.go("/file/what")

    @router.post("/file/{step}")
    async def take(step: str, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        if step not in STEPS:
            raise HTTPException(404)
        draft = Draft.of(caller)
        if caller.text("at") != step:
            return _screen(caller, step, draft)
        if step == "where" and caller.text("go") != "back" and (which := await _places_meant(caller, draft)):
            return _which_of_them(caller, draft, which)
        return _onward(caller, step, draft)

    @router.post("/done")
    async def send(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        """Sends the draft. A reload sends it again under the same key, and gets the same answer."""
        draft = Draft.of(caller)
        if (wrong := draft.first_wrong()) is not None:
            return _screen(caller, wrong, draft, draft.wrong(wrong))
        try:
            told = await caller.desk.command("/intake/v1/requests", draft.body(), caller.form_key)
        except Refused as refused:
            return _refused(caller, draft, refused)
        except Unreachable:
            return _check_again(caller, draft, NOT_TAKEN, 503)
        filed = Filed.model_validate(told)
        await _open(site, caller, filed)
        view = _done(filed, caller, await receipt_text(caller, filed.receipt))
        return caller.show("done.html", view, caller.page(quick_leave=draft.hides or filed.danger is not None))

    @router.get("/done")
    async def nothing_sent(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        return caller.go("/")

    return router


async def _places_meant(caller: Caller, draft: Draft) -> tuple[Choice, ...]:
    """The places that bear the name that was written; none where it is plain, was answered, or cannot be asked now.
    Danger waits for no place."""
    answered = draft.place_asked == draft.place and caller.text("which")
    if not draft.place or answered or draft.in_danger or draft.wrong("where"):
        return ()
    try:
        told = await caller.desk.ask("/routing/v1/places/question", {"place": draft.place}, PlacesMeant)
    except (Refused, Unreachable):
        return ()
    found = tuple(Choice(each.place, each.place) for each in told.candidates)
    return (*found, Choice(NO_SUCH_PLACE, "都不是，或者说不准")) if found else ()


def _which_of_them(caller: Caller, draft: Draft, which: tuple[Choice, ...]) -> Response:
    asked = draft.place_asked == draft.place
    errors = (FieldError("which", "请选一处；都不是，就选最后一个"),) if asked else ()
    page = caller.page(errors=errors, quick_leave=draft.hides, form_key=caller.form_key, path="/file/where")
    view = WhereView(draft.place, draft.kept("where"), which)
    return caller.show("file/where.html", view, page, status=422 if errors else 200, keep=True)


def _onward(caller: Caller, step: str, draft: Draft) -> Response:
    """Where the button leads. Going back never asks for anything."""
    go = caller.text("go")
    place = STEPS.index(step)
    if go == "back":
        return _hand_on(STEPS[max(place - 1, 0)])
    if step == "check" and go in STEPS:
        return _hand_on(go)
    if errors := draft.wrong(step):
        return _screen(caller, step, draft, errors)
    return Response(status_code=307, headers={"Location": "/done"}) if step == "check" else _hand_on(STEPS[place + 1])


def _hand_on(step: str) -> Response:
    return Response(status_code=307, headers={"Location": f"/file/{step}"})


def _screen(caller: Caller, step: str, draft: Draft, errors: tuple[FieldError, ...] = ()) -> Response:
    notice = CALL_FIRST if draft.in_danger else None
    page = caller.page(
        errors=errors, notice=notice, quick_leave=draft.hides, form_key=caller.form_key, path=f"/file/{step}"
    )
    status = 422 if errors else 200
    return caller.show(f"file/{step}.html", _view(step, draft), page, status=status, keep=True)


def _view(step: str, draft: Draft) -> object:
    kept = draft.kept(step)
    match step:
        case "what":
            return WhatView(draft.text, MAX_TEXT, kept)
        case "where":
            return WhereView(draft.place, kept)
        case "who":
            return WhoView(draft.choices(), draft.others, draft.contact, kept)
        case "reach":
            return ReachView(draft.name, draft.phone, draft.email, draft.id_number, kept)
    return CheckView(draft.answers(), kept)


def _refused(caller: Caller, draft: Draft, refused: Refused) -> Response:
    """Back to the screen that has to be mended, with everything still written."""
    errors = tuple(
        FieldError(field, each.words)
        for each in refused.mendings
        if (field := FIELDS_OF_INTAKE.get(each.field)) is not None
    )
    if errors:
        return _screen(caller, STEP_OF_FIELD.get(errors[0].field, "reach"), draft, errors)
    words = NOT_TAKEN if refused.status >= 500 else refused.words
    return _check_again(caller, draft, words, refused.status)


def _check_again(caller: Caller, draft: Draft, words: str, status: int) -> Response:
    page = caller.page(
        notice=Notice(words, "late"), quick_leave=draft.hides, form_key=caller.form_key, path="/file/check"
    )
    return caller.show("file/check.html", _view("check", draft), page, status=status, keep=True)


async def _open(site: Site, caller: Caller, filed: Filed) -> None:
    """So that the next page needs no typing; without it the page asks for code and PIN as always."""
    try:
        thing, key = await site.open_by_code(caller, filed.code, filed.pin, party=False)
    except (Refused, Unreachable):
        return
    caller.visit = Visit.with_key(caller.visit, thing, key)


def _done(filed: Filed, caller: Caller, receipt: str) -> DoneView:
    names = {each.number: each.name for each in caller.site.bureau.emergency}
    danger = filed.danger
    return DoneView(
        code=filed.code,
        pin=filed.pin,
        received_at=caller.now,
        holder=filed.promises[0].who if filed.promises else "值班民警",
        promises=tuple(PromiseLine(f"{each.who}{each.what}", each.until) for each in filed.promises),
        receipt=receipt,
        follow_url=f"/follow/{filed.request_id}",
        danger=DangerHelp(
            tuple(EmergencyNumber(number, names.get(number, "")) for number in danger.numbers), danger.words
        )
        if danger
        else None,
    )
