"""The triage model: how it does, what is on trial beside it, and the two persons whom a promotion needs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from fastapi import Path as InPath

from services.portal.desk_client import Answer, Refused
from services.portal.pages.acts import MENDABLE
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import (
    ActView,
    CandidateLine,
    ChangeLine,
    Gauge,
    MixLine,
    ModelsView,
    MovedLine,
    Notice,
    TrialCard,
)
from services.portal.pages.door import pages_router
from services.portal.pages.staffroom import DESK, named
from services.portal.pages.words import zh_names

PAGE = "/desk/models"
API = "/routing/v1/models"
TRIES = frozenset({"triage_officer", "auditor"})
PROMOTES = frozenset({"bureau_leader"})
NOTHING = "—"
ALARMS: Mapping[str, str] = {
    "persons": "交给人看的比例与模型当初的不一样了",
    "overruled": "人改判的比模型自己说的多",
    "mix": "来的事情与当初的不是一类了",
}
Version = Annotated[str, InPath(max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]


class Moved(Answer):
    category: str
    trial_category: str
    requests: int
    serving_right: int
    trial_right: int


class Figures(Answer):
    requests: int
    agreed: int
    by_people: int
    serving_right: int
    trial_right: int
    serving_unsure: int
    trial_unsure: int
    elsewhere: int
    moved: tuple[Moved, ...] = ()


class Trial(Answer):
    model: str
    begun_by: UUID
    begun_at: datetime
    needed: int
    figures: Figures


class Week(Answer):
    asked_again: int
    settled_again: int


class Drift(Answer):
    since: datetime
    judged: int
    enough: bool
    persons: int
    persons_expected: int | None = None
    overruled: int
    overruled_expected: int
    by_people: int
    mix: float
    categories: Mapping[str, int] = {}
    categories_expected: Mapping[str, int] = {}
    alarms: tuple[str, ...] = ()
    week: Week


class Candidate(Answer):
    model: str
    shipped: bool
    fits: bool


class Change(Answer):
    model: str
    former: str
    taken_back: bool
    by: UUID
    at: datetime
    compared: int | None = None


class Models(Answer):
    serving: str
    trial: Trial | None = None
    drift: Drift
    candidates: tuple[Candidate, ...] = ()
    changes: tuple[Change, ...] = ()


def model_pages(site: Site) -> APIRouter:
    router = pages_router(site)

    async def shown(caller: Caller, notice: Notice | None = None, status: int = 200) -> Response:
        models = await caller.desk.get(API, Models)
        view = view_of_models(models, caller.staff.person, frozenset(caller.staff.roles), await site.staff.names())
        return caller.show(
            "models/models.html", view, caller.page(surface=DESK, notice=notice, path=PAGE), status=status
        )

    async def did(caller: Caller, path: str, said: str) -> Response:
        """What cannot be mended by typing differently is said above the page."""
        try:
            await caller.desk.command(f"{API}/{path}", {}, caller.form_key)
        except Refused as refused:
            if refused.status not in MENDABLE:
                raise
            return await shown(caller, Notice(refused.words, "late"), refused.status)
        caller.visit = caller.visit.saying(said)
        return caller.go(PAGE)

    @router.get(PAGE)
    async def models(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await shown(caller)

    @router.post(PAGE + "/{version}/trial")
    async def begin(version: Version, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await did(caller, f"{version}/trial", "开始试运行。它只在旁边判断，不影响任何诉求。")

    @router.post(PAGE + "/trial-end")
    async def end(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await did(caller, "trial/end", "试运行已结束，现在的模型继续使用。")

    @router.get(PAGE + "/{version}/promotion")
    async def ask_promotion(version: Version, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told = await caller.desk.get(API, Models)
        if told.trial is None or told.trial.model != version:
            return caller.go(PAGE)
        sentence = "；".join(map(_said, _figures(told.trial.figures)))
        view = _question(
            "启用这个模型",
            f"试运行 {told.trial.figures.requests} 件：{sentence}。",
            f"启用后由模型 {version} 判断新来的诉求；随时可以退回现在的 {told.serving}。",
            f"{PAGE}/{version}/promotion",
            "启用",
        )
        return caller.show("act.html", view, caller.page(surface=DESK))

    @router.post(PAGE + "/{version}/promotion")
    async def promote(version: Version, caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await did(caller, f"{version}/promotion", "已启用，新来的诉求由它判断。")

    @router.get(PAGE + "/rollback")
    async def ask_roll_back(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        told = await caller.desk.get(API, Models)
        view = _question(
            "退回上一个模型",
            f"现在由模型 {told.serving} 判断。",
            "退回后，新来的诉求由上一个模型判断；已经判断的不变。",
            f"{PAGE}/rollback",
            "退回",
        )
        return caller.show("act.html", view, caller.page(surface=DESK))

    @router.post(PAGE + "/rollback")
    async def roll_back(caller: Annotated[Caller, Depends(site.caller)]) -> Response:
        caller.require_staff()
        return await did(caller, "rollback", "已退回上一个模型。")

    return router


def _question(title: str, explanation: str, consequence: str, action: str, submit: str) -> ActView:
    return ActView(
        title=title,
        explanation=explanation,
        action=action,
        submit=submit,
        back_url=PAGE,
        back_label="回模型",
        consequence=consequence,
    )


def view_of_models(models: Models, person: str, roles: frozenset[str], names: Mapping[UUID, str]) -> ModelsView:
    drift = models.drift
    week = drift.week
    return ModelsView(
        serving=models.serving,
        alarms=tuple(ALARMS[alarm] for alarm in drift.alarms if alarm in ALARMS),
        since=drift.since,
        judged=drift.judged,
        enough=drift.enough,
        gauges=_gauges(drift),
        mix=_mix(drift),
        again=f"{week.asked_again} 件没有把握的又读了一遍，其中 {week.settled_again} 件读完有了把握，不用人看。"
        if week.asked_again
        else "",
        trial=_trial(models.trial, person, roles, names) if models.trial else None,
        candidates=tuple(_candidate(each, models, roles) for each in models.candidates),
        changes=tuple(_change(each, names) for each in models.changes),
        back_url=f"{PAGE}/rollback" if models.changes and _can_go_back(models) and roles & PROMOTES else "",
    )


def _can_go_back(models: Models) -> bool:
    return sum(-1 if each.taken_back else 1 for each in models.changes) > 0


def _percent(per_mille: int) -> str:
    return f"{per_mille / 10:.1f}%"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else NOTHING


def _gauges(drift: Drift) -> tuple[Gauge, ...]:
    expected = drift.persons_expected
    persons = _percent(drift.persons) if drift.judged else NOTHING
    overruled = _percent(drift.overruled) if drift.by_people else NOTHING
    promised = _percent(drift.overruled_expected) if drift.by_people else NOTHING
    return (
        _gauge("交给人看的", persons, NOTHING if expected is None else _percent(expected), "persons", drift),
        _gauge(f"人看过的 {drift.by_people} 件里改了类别的", overruled, promised, "overruled", drift),
        _gauge("类别的分布偏离了多少", f"{drift.mix:.2f}", "0.25 以内", "mix", drift),
    )


def _gauge(about: str, now: str, expected: str, kind: str, drift: Drift) -> Gauge:
    if kind in drift.alarms:
        return Gauge(about, now, expected, "late", "偏离了，要有人看")
    return Gauge(about, now, expected, "plain", "在范围内" if drift.enough else "件数还少，不下结论")


def _mix(drift: Drift) -> tuple[MixLine, ...]:
    names = zh_names()["categories"]
    every = sorted(
        drift.categories.keys() | drift.categories_expected.keys(),
        key=lambda code: (-drift.categories.get(code, 0), -drift.categories_expected.get(code, 0), code),
    )
    return tuple(
        MixLine(
            names.get(code, code),
            _share(drift.categories.get(code, 0), drift.judged),
            _percent(drift.categories_expected.get(code, 0)) if drift.categories_expected else NOTHING,
        )
        for code in every
    )


def _trial(trial: Trial, person: str, roles: frozenset[str], names: Mapping[UUID, str]) -> TrialCard:
    figures, why_not = trial.figures, ""
    if not roles & PROMOTES:
        why_not = "由局领导启用。"
    elif str(trial.begun_by) == person:
        why_not = "是您开始的试运行，要由另一个人启用。"
    elif figures.requests < trial.needed:
        why_not = f"还要再比较 {trial.needed - figures.requests} 件才能启用。"
    return TrialCard(
        model=trial.model,
        since=trial.begun_at,
        begun_by=named(trial.begun_by, names, "一位同事"),
        requests=figures.requests,
        needed=trial.needed,
        figures=_figures(figures),
        moved=tuple(_moved(each) for each in figures.moved),
        promote_url="" if why_not else f"{PAGE}/{trial.model}/promotion",
        why_not=why_not,
        end_url=f"{PAGE}/trial-end" if roles & TRIES else "",
    )


def _figures(figures: Figures) -> tuple[Gauge, ...]:
    whole, judged = figures.requests, figures.by_people
    return (
        Gauge("交给人看的", _share(figures.trial_unsure, whole), _share(figures.serving_unsure, whole), "plain", ""),
        Gauge(
            f"人判断过的 {judged} 件里，类别与人一致的",
            _share(figures.trial_right, judged),
            _share(figures.serving_right, judged),
            "late" if figures.trial_right < figures.serving_right else "plain",
            "",
        ),
        Gauge("两个模型四项全相同的", _share(figures.agreed, whole), NOTHING, "plain", ""),
        Gauge("都有把握、去向却不同的", f"{figures.elsewhere} 件", NOTHING, "plain", ""),
    )


def _said(gauge: Gauge) -> str:
    return f"{gauge.about} {gauge.now}" + (f"（现在的 {gauge.expected}）" if gauge.expected != NOTHING else "")


def _moved(moved: Moved) -> MovedLine:
    names = zh_names()["categories"]
    judged = f"人判断过的：现在的对 {moved.serving_right} 件，试运行的对 {moved.trial_right} 件"
    return MovedLine(
        names.get(moved.category, moved.category),
        names.get(moved.trial_category, moved.trial_category),
        moved.requests,
        judged if moved.serving_right or moved.trial_right else "人还没有判断过",
    )


def _candidate(candidate: Candidate, models: Models, roles: frozenset[str]) -> CandidateLine:
    own = "随程序来的" if candidate.shipped else "自己训练的"
    if candidate.model == models.serving:
        return CandidateLine(candidate.model, f"{own}，正在使用", "good", "")
    if models.trial and candidate.model == models.trial.model:
        return CandidateLine(candidate.model, f"{own}，正在试运行", "soon", "")
    if not candidate.fits:
        return CandidateLine(candidate.model, f"{own}，不适合现在的程序，要重新训练", "late", "")
    return CandidateLine(candidate.model, own, "plain", f"{PAGE}/{candidate.model}/trial" if roles & TRIES else "")


def _change(change: Change, names: Mapping[UUID, str]) -> ChangeLine:
    who = named(change.by, names, "一位同事")
    if change.taken_back:
        return ChangeLine(change.at, f"{who}从 {change.former} 退回 {change.model}")
    return ChangeLine(change.at, f"{who}启用 {change.model}，替下 {change.former}（比较了 {change.compared} 件）")
