"""A firm's whole file, as the station and its liaison officer see it."""

from datetime import date
from uuid import UUID

from services.portal.desk_client import DeskClient, Refused
from services.portal.pages.acts import offered
from services.portal.pages.caller import Caller, Site
from services.portal.pages.contexts import Act, FirmView, InspectionLine, LiaisonLine, LossLine
from services.portal.pages.firms_specs import (
    KEY_PROJECT,
    MEMBER,
    NO_INSPECTION,
    RECORD_LOSS,
    RECOVER,
    naming_liaison,
    planning_visit,
    recording_hazard,
)
from services.portal.pages.firms_year import DECIDE, clusters, inspection_line, items_of, proposal
from services.portal.pages.staffroom import named
from services.portal.pages.station import OFFICER, hazard_line, matter_item
from services.portal.pages.station_files import (
    API,
    Catalogue,
    Firm,
    Hazards,
    Losses,
    LossRow,
    Matters,
    Plans,
    VisitRow,
    Visits,
    Year,
    catalogue,
    year_of,
)
from services.portal.pages.station_visits import visit_line
from shared.kernel import BUREAU_ZONE, value


@value
class Parts:
    """What was fetched for the page."""

    lists: Catalogue
    visits: tuple[VisitRow, ...]
    year: Year
    plans: Plans
    today: date


async def staff_view(site: Site, caller: Caller, firm: Firm, after: str) -> FirmView:
    desk, local = caller.desk, caller.now.astimezone(BUREAU_ZONE)
    names, lists = await site.staff.names(), await catalogue(desk)
    matters = (await desk.get(f"{API}/matters", Matters, firm_id=firm.firm_id, limit=50, after=after)).matters
    visits = (await desk.get(f"{API}/visits", Visits, firm_id=firm.firm_id, after=after)).visits
    hazards = (await desk.get(f"{API}/hazards", Hazards, firm_id=firm.firm_id, open="true", after=after)).hazards
    plans = await desk.get(f"{API}/inspection-plans", Plans, open="true", after=after)
    own_plans = Plans(plans=tuple(each for each in plans.plans if each.firm_id == firm.firm_id))
    year = await year_of(desk, firm.firm_id, local.year)
    parts = Parts(lists, visits, year, own_plans, local.date())
    is_officer = OFFICER in caller.staff.roles and caller.staff.unit == firm.unit
    first, acts = _acts(site, firm, parts, is_officer)
    known = {firm.firm_id: firm}
    return FirmView(
        name=firm.called,
        code=firm.credit_code,
        doubtful=not firm.checks_hold,
        key_project=firm.key_project,
        unit=site.bureau.unit(firm.unit),
        contacts=firm.contacts or "",
        liaison=named(firm.liaison, names, "今天没有联络民警"),
        liaisons=tuple(
            LiaisonLine(named(each.officer, names, "民警"), each.since, each.until, each.officer == firm.liaison)
            for each in sorted(firm.liaisons, key=lambda each: each.since, reverse=True)
        ),
        members=len(firm.members),
        year=local.year,
        next_act=first,
        acts=acts,
        matters=tuple(matter_item(each, dict(known), names) for each in matters),
        visits=tuple(visit_line(each, firm, names) for each in visits[:20]),
        hazards=tuple(hazard_line(each, firm, lists, site, may=is_officer) for each in hazards),
        inspections=_inspections(site, firm, parts, is_officer),
        items=items_of(year, lists, site.bureau),
        losses=tuple(_loss(each, firm, is_officer) for each in await _losses(desk, firm.firm_id, after)),
    )


def _inspections(site: Site, firm: Firm, parts: Parts, is_officer: bool) -> tuple[InspectionLine, ...]:
    return tuple(
        inspection_line(
            each,
            parts.year,
            site.bureau,
            parts.today,
            (offered(DECIDE, f"/firms/{firm.credit_code}/decide-{each.inspection_id}"),)
            if is_officer and each.waits_for_decision
            else (),
        )
        for each in parts.year.inspections
    )


def _acts(site: Site, firm: Firm, parts: Parts, is_officer: bool) -> tuple[Act | None, tuple[Act, ...]]:
    """First what somebody waits for: an objection, plans that could be one visit; else the next visit of service."""
    base = f"/firms/{firm.credit_code}"
    visit = offered(planning_visit(parts.lists, parts.today.isoformat()), f"{base}/plan_visit")
    no_inspection = Act("检查企业", base, why_not=NO_INSPECTION)
    if not is_officer:
        return visit, (no_inspection,)
    waits = next((each for each in parts.year.inspections if each.waits_for_decision), None)
    merges = [proposal(each, firm, parts.lists, site.bureau).act for each in clusters(parts.plans.plans)]
    held = any(each.state == "HELD" for each in parts.visits)
    no_visit = "" if held else "隐患要写明是哪次走访看到的，这家企业还没有走访过"
    others = (
        visit,
        offered(recording_hazard(parts.lists, parts.visits), f"{base}/record_hazard", why_not=no_visit),
        offered(RECORD_LOSS, f"{base}/record_loss"),
        offered(naming_liaison(()), f"{base}/name_liaison"),
        offered(MEMBER, f"{base}/add_member"),
        offered(KEY_PROJECT, f"{base}/mark_key_project"),
        no_inspection,
    )
    if waits is not None:
        return offered(DECIDE, f"{base}/decide-{waits.inspection_id}"), (*merges, *others)
    if merges:
        return merges[0], (*merges[1:], *others)
    return visit, others[1:]


async def _losses(desk: DeskClient, firm_id: UUID, after: str) -> tuple[LossRow, ...]:
    """Nothing for those who see the firm and not its losses."""
    try:
        return (await desk.get(f"{API}/firms/{firm_id}/losses", Losses, after=after)).losses
    except Refused:
        return ()


def _loss(row: LossRow, firm: Firm, may: bool) -> LossLine:
    act = offered(RECOVER, f"/firms/{firm.credit_code}/recover-{row.loss_id}") if may else None
    return LossLine(row.recorded_at, row.recovered_fen, row.claimed_fen, act)
