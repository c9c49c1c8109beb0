"""The screening desk: one key answers the open request, and the next one opens. R-39: a person's word stands.

With a script the answer is the next request alone, put into the page that stays; without one it is a page. Who comes
second is told what a colleague decided meanwhile, and nothing of his is lost.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Query as Param

from services.portal.desk_client import Refused
from services.portal.pages.acts import MENDABLE
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Notice, RequestPane, StepView, Tone
from services.portal.pages.door import pages_router
from services.portal.pages.proposals import FIELDS, FLAG_KEYS, read_proposal
from services.portal.pages.request_pane import Decision, decision_of, pane_of, seen_in, waits
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import zh_names
from services.portal.visits import Undoable
from shared.kernel import value

UNDO_SECONDS = 60
STALE = 412
MOST_FOLLOWING = 8
TRIES = 3
"""How often a wish is sent to a decision whose clocks tick on meanwhile."""

ACCEPT = "/routing/v1/decisions/{id}/confirmation"
CORRECT = "/routing/v1/decisions/{id}/overrule"
TAKEN = "同事已处理"
TAKEN_MEANWHILE = "这件刚才已由同事处理，您这一下没有生效。现在是：{state}"


@value
class Wish:
    """What one key asks of the desk."""

    path: str
    body: Mapping[str, Any]
    said: str
    undo: str = ""
    """What is undone when it is taken back."""


def screening_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/desk/pane")
    async def pane(
        caller: Annotated[Caller, Depends(site.caller)],
        open_: Annotated[UUID, Param(alias="open")],
        of: Annotated[str, Param(max_length=600)] = "",
    ) -> Response:
        """One request without the page around it."""
        caller.require_staff()
        return _show(caller, await pane_of(site, caller, open_, list_of(of)))

    @router.post("/desk/{request_id}/accept")
    async def accept(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await _step(site, caller, request_id, Wish(ACCEPT, {}, "已接受", "confirmation"))

    @router.post("/desk/{request_id}/correct")
    async def correct(request_id: UUID, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        changed = _changes(caller)
        if not changed:
            return await _stay(site, caller, request_id, "还没有改动：请改优先级、类别、渠道或标记里不对的一项", "soon")
        told = "，".join(_told(changed))
        return await _step(
            site, caller, request_id, Wish(CORRECT, _overrule(caller, changed), f"已改判：{told}", "overrule")
        )

    @router.post("/desk/{request_id}/undo")
    async def undo(
        request_id: UUID,
        caller: Annotated[Caller, Depends(site.caller)],
        of: Annotated[str, Param(pattern="^(confirmation|overrule)$")] = "overrule",
    ) -> Response:
        caller.require_staff()
        caller.visit = caller.visit.without_undo()
        said = "已撤销，恢复原来的判断。"
        try:
            told = await caller.desk.command(f"/routing/v1/decisions/{request_id}/{of}/undo", {}, caller.form_key)
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            return await _stay(site, caller, request_id, refused.words, "soon")
        return await _stay(site, caller, request_id, said, "good", told.get("record_id"))

    return router


def list_of(given: str) -> str:
    """The address of the list that a form came from: of our desk, and nothing but a list's own words."""
    pairs = [(name, each) for name, each in parse_qsl(given) if name in ("state", "sort", "q", "cursor")]
    return "/desk" + (f"?{urlencode(pairs)}" if pairs else "")


def url_of(list_url: str, request_id: object, after: object = None) -> str:
    extra = {"open": str(request_id), **({"after": str(after)} if after else {})}
    return list_url + ("&" if "?" in list_url else "?") + urlencode(extra)


def _changes(caller: Caller) -> dict[str, Any]:
    """What was pressed or chosen, as far as it differs from what the page showed."""
    if proposal := caller.text("proposal"):
        return dict(read_proposal(proposal))
    shown = dict(part.partition("=")[::2] for part in caller.text("seen").split(","))
    names = zh_names()
    changed: dict[str, Any] = {
        field: given
        for field, kind in FIELDS.items()
        if (given := caller.text(field)) in names[kind] and given != shown.get(field)
    }
    standing = names["flags"].keys() & shown.get("flags", "").split()
    if "flags" in caller.form and (flags := _flags(caller, standing)) != standing:
        changed["flags"] = sorted(flags)
    return changed


def _flags(caller: Caller, standing: Set[str]) -> Set[str]:
    """All that stand from now on: what has no box stays as it was."""
    return (standing - FLAG_KEYS.keys()) | (FLAG_KEYS.keys() & set(caller.many("flags")))


def _told(changed: Mapping[str, Any]) -> Iterator[str]:
    names = zh_names()
    yield from (names[kind][changed[field]] for field, kind in FIELDS.items() if field in changed)
    if "flags" in changed:
        yield "标记：" + ("、".join(names["flags"][flag] for flag in changed["flags"]) or "没有")


def _overrule(caller: Caller, changed: Mapping[str, Any]) -> dict[str, Any]:
    reason = caller.text("reason") or ("WRONG_CATEGORY" if "category" in changed else "OVERRULED")
    note = caller.text("note")
    return {**changed, "reason": reason, **({"note": note} if note else {})}


async def _step(site: Site, caller: Caller, request_id: UUID, wish: Wish) -> Response:
    """Sends the wish while the next request is chosen; its text is read when the wish has gone through, because each
    read is a fact. A refusal leaves the present one open, with its reason."""
    list_url = list_of(caller.text("list"))
    following = _following(caller, request_id)
    sending = asyncio.ensure_future(_send(caller, request_id, wish, caller.text("version")))
    choosing = asyncio.ensure_future(_choose_next(caller, following))
    done, chosen = await asyncio.gather(sending, choosing, return_exceptions=True)
    if isinstance(done, Taken):
        said = TAKEN_MEANWHILE.format(state=done.state)
        return await _stay(site, caller, request_id, said, "soon")
    if isinstance(done, Refused) and done.status in MENDABLE:
        return await _stay(site, caller, request_id, done.words, "late")
    if isinstance(done, BaseException):
        raise done
    if isinstance(chosen, BaseException):
        raise chosen
    if done is None and wish.undo == "confirmation":
        return await _stay(site, caller, request_id, "这件已经由人判过，不用再接受。", "soon")
    following_one, skipped = chosen
    _remember_undo(caller, request_id, wish, list_url)
    if following_one is None:
        return await _at_the_end(site, caller, request_id, wish, list_url, done)
    if not caller.is_renewing:
        if skipped:
            caller.visit = caller.visit.saying(_skipped(skipped), "soon")
        return caller.go(url_of(list_url, following_one.request_id, done))
    pane = await pane_of(site, caller, following_one.request_id, list_url, decision=following_one)
    marked = ((str(request_id), wish.said), *((str(each), TAKEN) for each in skipped))
    return _show(caller, pane, _skipped(skipped), "soon", marked)


class Taken(Exception):
    """A colleague was faster."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


async def _send(caller: Caller, request_id: UUID, wish: Wish, version: str, tries: int = TRIES) -> object:
    """The record that it led to; None when it stood so already. Raises Taken, Refused."""
    path = wish.path.format(id=request_id)
    try:
        told = await caller.desk.command(path, wish.body, caller.form_key, version=version or None)
    except Refused as refused:
        if refused.status != STALE:
            raise
        now = await decision_of(caller.desk, request_id)
        if seen_in(now) != caller.text("seen"):
            raise Taken(_standing(now)) from None
        if tries == 1:
            raise
    else:
        return told.get("record_id")
    return await _send(caller, request_id, wish, str(now.version), tries - 1)


def _standing(decision: Decision) -> str:
    names = zh_names()
    parts = (
        names["categories"].get(decision.category or "", ""),
        names["priorities"].get(decision.priority or "", ""),
        names["channels"].get(decision.channel or "", ""),
        "、".join(names["flags"].get(flag, flag) for flag in decision.flags),
    )
    return "，".join(part for part in parts if part)


def _following(caller: Caller, request_id: UUID) -> tuple[UUID, ...]:
    found = []
    for each in caller.text("next").split():
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return tuple(each for each in dict.fromkeys(found) if each != request_id)[:MOST_FOLLOWING]


async def _choose_next(caller: Caller, following: Sequence[UUID]) -> tuple[Decision | None, tuple[UUID, ...]]:
    """The first that still waits for somebody; those before it were taken by colleagues meanwhile."""
    skipped: list[UUID] = []
    for each in following:
        try:
            decision = await decision_of(caller.desk, each)
        except Refused as refused:
            if refused.status not in (403, 404):
                raise
            skipped.append(each)
            continue
        if waits(decision):
            return decision, tuple(skipped)
        skipped.append(each)
    return None, tuple(skipped)


def _skipped(skipped: Sequence[UUID]) -> str:
    return f"跳过 {len(skipped)} 件：同事已处理" if skipped else ""


def _remember_undo(caller: Caller, request_id: UUID, wish: Wish, list_url: str) -> None:
    url = f"/desk/{request_id}/undo?of={wish.undo}"
    caller.visit = caller.visit.with_undo(Undoable(wish.said, url, caller.now.timestamp() + UNDO_SECONDS))


async def _at_the_end(
    site: Site, caller: Caller, request_id: UUID, wish: Wish, list_url: str, record: object
) -> Response:
    """Nothing more waits among the rows shown: the list is read anew, and the first that waits opens."""
    done = {"next": str(request_id), **({"after": str(record)} if record else {})}
    fresh = list_url + ("&" if "?" in list_url else "?") + urlencode(done)
    if not caller.is_renewing:
        return caller.go(fresh)
    response = Response(status_code=204)
    response.headers["X-Go"] = fresh
    return response


async def _stay(site: Site, caller: Caller, request_id: UUID, said: str, tone: Tone, record: object = None) -> Response:
    list_url = list_of(caller.text("list"))
    if caller.is_renewing:
        pane = await pane_of(site, caller, request_id, list_url)
        return _show(caller, pane, said, tone, ((str(request_id), ""),) if record else ())
    caller.visit = caller.visit.saying(said, tone)
    return caller.go(url_of(list_url, request_id, record))


def _show(
    caller: Caller,
    pane: RequestPane,
    said: str = "",
    tone: Tone = "plain",
    marked: tuple[tuple[str, str], ...] = (),
) -> Response:
    notice = Notice(said, tone) if said else None
    url = url_of(pane.list_url, pane.request_id)
    view = StepView(pane, url, marked)
    return caller.show("desk/step.html", view, caller.page(surface=DESK, notice=notice))
