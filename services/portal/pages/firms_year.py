"""The inspections of a firm in one year: against the cap, merged into one visit, objected to, reported."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

from services.portal.bureau import Bureau
from services.portal.pages.acts import ActSpec, offered
from services.portal.pages.contexts import Act, Choice, Field, InspectionLine, ItemYear, Proposal, Tone
from services.portal.pages.station_files import API, Catalogue, FirmRow, Inspection, PlanRow, Year
from services.portal.pages.words import day
from shared.kernel import value

COUNTED = frozenset({"PLANNED", "MERGED"})
OF_VISIT = f"{API}/firms/{{id}}/inspections/{{year}}/visits/{{inspection}}"
MERGE = ActSpec(
    f"{API}/firms/{{id}}/inspections/{{year}}",
    "合并成一次门",
    "综合查一次：合并成一次门",
    "这一时段里各部门的计划合并成一次检查，一起进门，只进一次（R-30）。企业会被告知。",
    "合并",
    "已合并成一次检查，企业和各部门都能看到。",
)
OBJECT = ActSpec(
    f"{OF_VISIT}/objection",
    "对这次检查提出异议",
    "对这次检查提出异议",
    "写一句为什么：日期不合适、没有依据、今年已经查过，都可以。有结论以前，谁也不能来查。",
    "提出异议",
    "异议已提出。有结论以前不会来检查。",
    (Field("reason", "为什么", "area", "排检查的部门自己不能决定您的异议。", limit=2000, required=True),),
)
DECIDE = ActSpec(
    f"{OF_VISIT}/decision",
    "决定企业的异议",
    "决定企业的异议",
    "排了检查的部门不能自己决定（R-15）。成立的，这次检查不再进行，各部门的计划作废、不占次数。",
    "作出决定",
    "已作出决定，企业能看到理由。",
    (
        Field(
            "upheld",
            "决定",
            "one",
            choices=(Choice("yes", "异议成立", "这次检查不再进行"), Choice("no", "异议不成立", "检查照常")),
            required=True,
        ),
        Field("reason", "理由", "area", "企业会读到。", limit=2000, required=True),
    ),
    body=lambda values: {**values, "upheld": values["upheld"] == "yes"},
)
REPORT = ActSpec(
    f"{OF_VISIT}/report",
    "报检查结果",
    "报检查结果",
    "企业和同去的部门都能看到，不用再来查第二遍。",
    "报结果",
    "检查结果已报。",
    (
        Field(
            "finding",
            "结果",
            "one",
            choices=(Choice("FINE", "没有发现问题"), Choice("HAZARD", "发现隐患", "请另外登记隐患和整改期限")),
            required=True,
        ),
        Field("report", "检查情况", "area", limit=5000, required=True),
    ),
)


def at_visit(spec: ActSpec, year: int, inspection_id: UUID) -> ActSpec:
    return spec.at(spec.path.replace("{year}", str(year)).replace("{inspection}", str(inspection_id)))


def merging(year: int, first: str, last: str) -> ActSpec:
    spec = MERGE.at(MERGE.path.replace("{year}", str(year)))
    return spec.asking(
        Field("begins", "时段从", "day", "这一时段里排了的计划都并进来", value=first, required=True),
        Field("ends", "到", "day", value=last, required=True),
        Field("on", "哪天进门", "day", "不填就取各部门都行的第一天"),
    )


@value
class Cluster:
    """Plans at one firm whose windows share a day."""

    firm_id: UUID
    code: str
    year: int
    plans: tuple[PlanRow, ...]
    first: date
    last: date


def clusters(plans: Sequence[PlanRow]) -> tuple[Cluster, ...]:
    """One visit each: a plan joins the visit of an earlier one as long as a common day is left."""
    found: list[Cluster] = []
    open_plans = sorted((each for each in plans if each.state == "PLANNED"), key=_by_firm)
    for (firm_id, year), of_firm in groupby(open_plans, key=lambda each: (each.firm_id, each.year)):
        found.extend(_of_one_firm(firm_id, year, of_firm))
    return tuple(sorted(found, key=lambda each: (each.last, each.code)))


def _by_firm(plan: PlanRow) -> tuple[str, int, date, str]:
    return str(plan.firm_id), plan.year, plan.begins, str(plan.plan_id)


def _of_one_firm(firm_id: UUID, year: int, plans: Iterable[PlanRow]) -> list[Cluster]:
    found: list[Cluster] = []
    for plan in plans:
        if found and plan.begins <= found[-1].last:
            last = found[-1]
            joined = (*last.plans, plan)
            found[-1] = Cluster(
                firm_id, last.code, year, joined, max(last.first, plan.begins), min(last.last, plan.ends)
            )
        else:
            found.append(Cluster(firm_id, plan.credit_code, year, (plan,), plan.begins, plan.ends))
    return found


def proposal(cluster: Cluster, firm: FirmRow | None, lists: Catalogue, bureau: Bureau) -> Proposal:
    titles = lists.titles
    query = urlencode({"year": cluster.year, "begins": cluster.first.isoformat(), "ends": cluster.last.isoformat()})
    url = f"/firms/{cluster.code}"
    return Proposal(
        firm=firm.called if firm else cluster.code,
        firm_url=url,
        departments=tuple(f"{bureau.unit(each.unit)}（{titles.get(each.item, each.item)}）" for each in cluster.plans),
        first=cluster.first,
        last=cluster.last,
        plans=len(cluster.plans),
        act=Act(MERGE.label, f"{url}/merge?{query}", MERGE.explanation, asks_first=True),
    )


def items_of(year: Year, lists: Catalogue, bureau: Bureau) -> tuple[ItemYear, ...]:
    return tuple(
        ItemYear(
            title=item.title,
            ground=item.ground or "没有写明法律依据，谁也不能排",
            units="、".join(bureau.unit(unit) for unit in item.units),
            counted=sum(plan.item == item.code and plan.state in COUNTED for plan in year.plans),
            cap=item.yearly_cap if item.ground else 0,
        )
        for item in lists.inspection_items
    )


def standing(visit: Inspection, today: date) -> tuple[str, Tone]:
    if visit.upheld:
        return "异议成立，不再检查", "good"
    if visit.waits_for_decision:
        return "有异议，等决定；决定前不能检查", "soon"
    if visit.held:
        return "已检查", "good"
    kept = "异议不成立，照常检查；" if visit.upheld is False else ""
    return (f"{kept}等检查", "plain") if visit.on >= today else (f"{kept}到了日子，还没有报结果", "late")


def inspection_line(
    visit: Inspection, year: Year, bureau: Bureau, today: date, acts: tuple[Act, ...] = ()
) -> InspectionLine:
    of_visit = {plan.plan_id: plan for plan in year.plans if plan.plan_id in visit.plans}
    state, tone = standing(visit, today)
    return InspectionLine(
        on=visit.on,
        departments=tuple(bureau.unit(unit) for unit in visit.units),
        items=tuple(dict.fromkeys(plan.title for plan in of_visit.values())),
        state=state,
        tone=tone,
        objection=visit.objection or "",
        decision=visit.decision or "",
        reports=tuple(_report(each.unit, each.finding, each.report, bureau) for each in visit.reports),
        acts=acts,
    )


def _report(unit: str, finding: str, report: str | None, bureau: Bureau) -> str:
    result = "发现隐患" if finding == "HAZARD" else "没有发现问题"
    return f"{bureau.unit(unit)}：{result}{'。' + report if report else ''}"


def objecting(visit: Inspection, url: str) -> Act:
    """For the firm: the way to say no, or why it is closed."""
    why = ""
    if visit.objected:
        why = "已经提过异议，一次检查只提一次"
    elif visit.held or visit.reports:
        why = "检查已经进行，可以对这件事另外反映"
    return offered(OBJECT, f"{url}/object-{visit.inspection_id}", why_not=why)


def in_words(visit: Inspection, own: str, bureau: Bureau, stands: Mapping[str, str]) -> str:
    """For a department: which visit its plan became part of, and with whom."""
    others = [bureau.unit(unit) for unit in visit.units if unit != own]
    together = f"，与{'、'.join(others)}一起进门" if others else ""
    return f"{day(visit.on)}{together}；{stands['state']}"
