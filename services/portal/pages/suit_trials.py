"""A suit that goes on at court after the talks: the court's time, and what it ruled, with why not yet (R-19)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from services.portal.desk_client import Answer, DeskClient, Refused, Unreachable
from services.portal.pages.acts import ActSpec, Body, offered
from services.portal.pages.cases import case_of
from services.portal.pages.channel_words import countdown
from services.portal.pages.contexts import Choice, CourtTime, Field
from services.portal.pages.words import day
from shared.kernel import BUREAU_ZONE

CASE: Final = "/mediation/v1/cases/{id}"
JUDGED: Final = "JUDGED"
PROCEDURES: Final[Mapping[str, str]] = {"simple": "简易程序", "ordinary": "普通程序"}
TRIAL_LIMITS: Final[Mapping[str, str]] = {
    "CL-050": "简易程序审限（三个月）",
    "CL-051": "简易程序延长（一个月）",
    "CL-052": "普通程序审限（六个月）",
    "CL-053": "普通程序延长（六个月）",
}


class Trial(Answer):
    state: str
    procedure: str = ""
    filed_at: datetime | None = None
    clock: str = ""
    due: datetime | None = None
    overdue: bool = False
    suspended: bool = False
    extended: bool = False


def _filing(values: Body) -> Body:
    """The court's day begins at midnight of the bureau; what is no day the desk itself complains about."""
    try:
        filed_at = datetime.combine(date.fromisoformat(values["filed_at"]), time(), BUREAU_ZONE).isoformat()
    except ValueError:
        return values
    return {**values, "filed_at": filed_at}


RULING: Final = Field(
    "ruling", "裁定或者批准怎么写的", "area", "写文号和日期就够，只存在保险库里。", limit=2000, required=True
)
TRIAL_ACTS: Final[Mapping[str, ActSpec]] = {
    "filing": ActSpec(
        f"{CASE}/recorded-litigation",
        "登记起诉立案",
        "登记起诉立案",
        "调解没有成、法院立案审理的，从立案那天起算审限。期限由法院掌握，汇客厅只提醒（R-19）。",
        "登记",
        "已登记，到期前会提醒。",
        (
            Field("number", "法院立案的案号", "line", "例如 （2026）冀0581民初8号", limit=40, required=True),
            Field(
                "procedure",
                "什么程序",
                "one",
                choices=tuple(Choice(*each) for each in PROCEDURES.items()),
                required=True,
            ),
            Field("filed_at", "哪天立案", "day", required=True),
        ),
        body=_filing,
    ),
    "extension": ActSpec(
        f"{CASE}/litigation/extension",
        "登记延长审限",
        "登记延长审限",
        "法院批准延长的：简易程序再加一个月，普通程序再加六个月，从原来的到期日接着算（R-19）。",
        "登记延长",
        "已登记延长，新的期限在算。",
        (RULING,),
        consequence="同一种程序只能延长一次。",
    ),
    "suspension": ActSpec(
        f"{CASE}/litigation/suspension",
        "登记中止",
        "登记诉讼中止",
        "法院裁定中止诉讼的，审限停下来不算，恢复以后接着算（R-19）。",
        "登记中止",
        "已登记中止，审限停了。",
        (RULING,),
    ),
    "resumption": ActSpec(
        f"{CASE}/litigation/resumption",
        "登记恢复",
        "登记恢复诉讼",
        "法院恢复审理的，审限从现在起接着算，停了多久，到期日就往后推多久（R-19）。",
        "登记恢复",
        "已登记恢复，审限接着算。",
        consequence="恢复以后，审限马上接着算。",
    ),
    "procedure": ActSpec(
        f"{CASE}/litigation/procedure",
        "转为普通程序",
        "转为普通程序",
        "简易程序审不完、转为普通程序的，审限是六个月，仍从立案那天起算（R-19）。",
        "转为普通程序",
        "已转为普通程序，期限重新算过。",
        consequence="转为普通程序以后，不再转回简易程序。",
    ),
    "judgment": ActSpec(
        f"{CASE}/recorded-litigation/judgment",
        "登记裁判结果",
        "登记裁判结果",
        "法院判了、双方在法庭上和解了、撤诉了，都登记在这里。",
        "登记",
        "已登记裁判结果，不再提醒。",
        (Field("paper", "哪份裁判文书", "area", "写文号和日期就够，只存在保险库里。", limit=2000, required=True),),
        consequence="登记以后审限不再算，也不能再改。",
    ),
}


def filing_at(stage: str) -> ActSpec:
    """With the procedure that the court already named for this suit."""
    spec = TRIAL_ACTS["filing"]
    number, procedure, filed_at = spec.fields
    choices = tuple(replace(each, chosen=each.value == stage) for each in procedure.choices)
    return spec.asking(number, replace(procedure, choices=choices), filed_at)


async def court_time(desk: DeskClient, case_id: UUID | None, base: str) -> CourtTime | None:
    """None where nobody handles it yet, or the reader does not stand to the case: the page of the suit still stands."""
    if case_id is None:
        return None
    try:
        case = await case_of(desk, case_id)
        trial = await _trial(desk, case_id)
    except (Refused, Unreachable):
        return None
    return told(trial, over=case.closed_at is not None, base=base)


async def _trial(desk: DeskClient, case_id: UUID) -> Trial | None:
    """None: nobody said yet that the court filed it. Raises Refused, Unreachable."""
    try:
        return await desk.get(f"{CASE.format(id=case_id)}/litigation", Trial)
    except Refused as refused:
        if refused.status != 404:
            raise
        return None


def told(trial: Trial | None, *, over: bool, base: str) -> CourtTime:
    """`over`: the mediation has ended."""
    why_not = _why_not(trial, over)
    limits = (
        (countdown(TRIAL_LIMITS[trial.clock], trial.due, still=trial.suspended, breached=trial.overdue, rule="R-19"),)
        if trial is not None and trial.clock in TRIAL_LIMITS
        else ()
    )
    return CourtTime(
        says=_says(trial),
        clocks=limits,
        acts=tuple(offered(spec, f"{base}/trial/{name}", why_not=why_not[name]) for name, spec in TRIAL_ACTS.items()),
    )


def _says(trial: Trial | None) -> str:
    if trial is None:
        return "还没有登记起诉立案。调解没有成、法院立案的，登记以后这里看审限。"
    if trial.state == JUDGED or trial.filed_at is None:
        return "法院已经裁判，审限不再计算。"
    filed_on = day(trial.filed_at.astimezone(BUREAU_ZONE).date())
    return f"{PROCEDURES.get(trial.procedure, trial.procedure)}，{filed_on}立案。期限由法院掌握，汇客厅到期前提醒。"


def _why_not(trial: Trial | None, over: bool) -> Mapping[str, str]:
    """Of each act; empty where it may be taken."""
    if trial is None:
        waits = dict.fromkeys(TRIAL_ACTS, "还没有登记起诉立案")
        return waits | {"filing": "" if over else "调解还没有结束，结束以后才登记"}
    if trial.state == JUDGED:
        return dict.fromkeys(TRIAL_ACTS, "法院已经裁判")
    still = "诉讼中止着，先登记恢复" if trial.suspended else ""
    extended = "这种程序已经延长过一次" if trial.extended else ""
    return {
        "filing": "已经登记，正在计算审限",
        "extension": still or extended,
        "suspension": still,
        "resumption": "" if trial.suspended else "诉讼没有中止",
        "procedure": "已经是普通程序，不再转回" if trial.procedure == "ordinary" else still,
        "judgment": "",
    }
