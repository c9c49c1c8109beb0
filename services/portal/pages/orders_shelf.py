"""The shelf of playbooks: what is done with whom, by when and with which proof. Read only."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi import Path as Part

from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import PlaybooksView, PlaybookView
from services.portal.pages.contexts.orders import PlaybookLine, SheetStep
from services.portal.pages.door import pages_router
from services.portal.pages.orders_files import API, MinutesFor, PlaybookFile, PlaybookRow, PlaybookRows, StepSheet
from services.portal.pages.orders_steps import PROOFS, SHARES
from services.portal.pages.orders_view import roles_in_words
from services.portal.pages.staffroom import DESK
from services.portal.pages.words import zh_names
from shared.kernel import BUREAU_ZONE

DOES = {
    "respond": "首次回应",
    "work": "本单位办",
    "task": "请别的单位办",
    "approve": "另一人审批",
    "answer": "答复当事人",
}
ASKS = {"deadline": "哪天要用", "amount": "金额", "items": "材料清单"}
HOUR = 60


def shelf_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    @router.get("/playbooks")
    async def listed(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        rows = (await caller.desk.get(f"{API}/playbooks", PlaybookRows)).playbooks
        today = caller.now.astimezone(BUREAU_ZONE).date()
        view = PlaybooksView(tuple(_line(row, today) for row in rows))
        return caller.show("orders/playbooks.html", view, caller.page(surface=DESK))

    @router.get("/playbooks/{code}")
    async def read(
        code: Annotated[str, Part(max_length=40, pattern="^[a-z_]+$")], caller: Annotated[Caller, Depends(site.caller)]
    ) -> Response:
        caller.require_staff()
        told = await caller.desk.get(f"{API}/playbooks/{code}", PlaybookFile)
        return caller.show("orders/playbook.html", playbook_view(told), caller.page(surface=DESK))

    return router


def _line(row: PlaybookRow, today: date) -> PlaybookLine:
    return PlaybookLine(
        url=f"/playbooks/{row.playbook}",
        name=row.title.zh,
        version=row.version,
        since=since(row.valid_from),
        until=since(row.valid_until) if row.valid_until else "",
        takes=takes(row.channels, row.categories, row.flags, row.by_hand),
        steps=len(row.steps),
        counts=row.valid_from <= today and (row.valid_until is None or today <= row.valid_until),
    )


def _named(kind: str, codes: Sequence[str]) -> str:
    names = zh_names()[kind]
    return "、".join(names.get(code, code) for code in codes)


def takes(channels: Sequence[str], categories: Sequence[str], flags: Sequence[str], by_hand: bool) -> str:
    """Which orders take it by themselves."""
    parts = [_named("channels", channels)]
    if by_hand:
        return f"{parts[0]}；由负责人选用"
    if categories:
        parts.append(_named("categories", categories))
    if flags:
        parts.append(f"带有{_named('flags', flags)}标记")
    return "；".join(parts)


def in_time(minutes: int) -> str:
    """`30 分钟`, `4 小时`."""
    hours, left = divmod(minutes, HOUR)
    return f"{hours} 小时" if hours and not left else f"{minutes} 分钟"


def limits(minutes: Sequence[MinutesFor]) -> str:
    names = zh_names()["priorities"]
    return "，".join(f"{names.get(each.priority, each.priority)} {in_time(each.minutes)}" for each in minutes)


def playbook_view(told: PlaybookFile) -> PlaybookView:
    names = {each.step.step: each.step.name for each in told.steps}
    results = {(each.step.step, found.code): found.words for each in told.steps for found in each.step.results}
    outcomes, details = zh_names()["outcomes"], zh_names()["outcome_details"]
    return PlaybookView(
        name=told.title.zh,
        version=told.version,
        since=since(told.valid_from),
        until=since(told.valid_until) if told.valid_until else "",
        takes=takes(told.channels, told.categories, told.flags, told.by_hand),
        signs=roles_in_words(told.signers),
        sign_limits=limits(told.sign_minutes),
        returns=told.returns,
        steps=tuple(_step(each, names, results) for each in told.steps),
        ends=tuple(
            (
                outcomes.get(end.outcome, end.outcome),
                "、".join(names.get(code, code) for code in end.needs),
                "、".join(details.get(code, code) for code in end.details),
            )
            for end in told.ends
        ),
    )


def _step(sheet: StepSheet, names: Mapping[str, str], results: Mapping[tuple[str, str], str]) -> SheetStep:
    step = sheet.step
    asked = step.task.kinds if step.task else ()
    helpers = roles_in_words((*step.helpers, *step.others))
    who = _named("unit_kinds", asked) if asked else "、".join(each for each in (_own(step.does), helpers) if each)
    return SheetStep(
        code=step.step,
        name=step.name,
        does=DOES.get(step.does, step.does),
        who=f"{who}（最多 {step.task.most} 个）" if step.task else who,
        after=_after(sheet, names, results),
        limits=_limits(sheet),
        shown=_shown(sheet),
        law=step.rule or "",
        results="、".join(each.words for each in step.results),
    )


def _own(does: str) -> str:
    return "" if does == "approve" else "负责人"


def _after(sheet: StepSheet, names: Mapping[str, str], results: Mapping[tuple[str, str], str]) -> str:
    def titles(codes: Sequence[str]) -> str:
        return "、".join(names.get(code, code) for code in codes)

    parts = []
    if sheet.after:
        parts.append(f"做完{titles(sheet.after)}")
    if sheet.one_of:
        parts.append(f"做完其中一步：{titles(sheet.one_of)}")
    if sheet.failed:
        parts.append(f"{titles(sheet.failed)}没成")
    parts += [
        f"{names.get(when.step, when.step)}是“{results.get((when.step, when.result), when.result)}”"
        for when in sheet.when
    ]
    if sheet.back_to:
        parts.append(f"不同意就从{titles((sheet.back_to,))}重来")
    return "；".join(parts)


def _limits(sheet: StepSheet) -> str:
    parts = [limits(sheet.minutes)] if sheet.minutes else []
    asked = sheet.step.task
    if asked is not None and asked.minutes is not None:
        parts.append(f"{in_time(asked.minutes)}内回复")
    if asked is not None and asked.days is not None:
        parts.append(f"{_days(asked.days)}回复")
    if sheet.days is not None:
        parts.append(_days(sheet.days))
    parts += [f"{tier.minutes} 分钟没到，告诉{roles_in_words(tier.told)}" for tier in sheet.tiers]
    if sheet.step.most_tries > 1:
        parts.append(f"最多试 {sheet.step.most_tries} 次")
    return "；".join(parts)


def _days(days: int) -> str:
    return f"{days} 天内" if days else "当天"


def since(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _shown(sheet: StepSheet) -> str:
    step = sheet.step
    wanted = [PROOFS.get(each, each) for each in (*step.proof, *(step.task.proof if step.task else ()))]
    wanted += [ASKS.get(each, each) for each in step.asks]
    told = f"只告诉他们：{'、'.join(SHARES.get(each, each) for each in step.task.shares)}" if step.task else ""
    return "；".join(each for each in ("、".join(wanted), told) if each)
