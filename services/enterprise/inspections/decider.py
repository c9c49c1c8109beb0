"""综合查一次: what departments plan at one firm in one year, merged into one visit for a period (R-30)."""

from dataclasses import replace
from datetime import date
from typing import assert_never

from services.enterprise.inspections.commands import (
    DecideObjection,
    InspectionCommand,
    MergePlans,
    ObjectToInspection,
    RegisterPlan,
    ReportInspection,
    WithdrawPlan,
)
from services.enterprise.inspections.facts import (
    InspectionEvent,
    InspectionHeld,
    InspectionId,
    InspectionMerged,
    InspectionObjected,
    InspectionPlanned,
    InspectionReported,
    ObjectionDecided,
    PlanId,
    PlanWithdrawn,
)
from services.enterprise.inspections.rules.entitlement import require_below_cap, require_entitled, require_may_inspect
from services.enterprise.inspections.state import FirmYear, Inspection, Objection, Plan, PlanState
from shared.kernel import CorruptHistory, Decider, Rejection, UnitCode


class PlanUnknown(Rejection):
    """No such plan was registered for this firm in this year."""


class InspectionUnknown(Rejection):
    """No such visit was merged for this firm in this year."""


class PlanPeriodWrong(Rejection):
    """A plan lies in one year, ends after it begins, and is not over."""


class PlanNotYours(Rejection):
    """A department withdraws its own plans."""


class PlanMergedAlready(Rejection):
    """The plan is part of a visit; the firm has been told."""


class NothingToMerge(Rejection):
    """No department plans anything at this firm in this period."""


class PeriodHasItsVisit(Rejection):
    """One visit per firm and period."""

    rule = "R-30"


class NoCommonDay(Rejection):
    """The windows of the plans share no day; a department has to move its own."""


class InspectionOver(Rejection):
    """The visit took place, or does not take place."""


class ObjectionOpen(Rejection):
    """The firm objected and nobody has decided."""


class NoObjection(Rejection):
    """The firm has not objected, or it was decided."""


class OwnPlanNotJudged(Rejection):
    """Whoever planned a visit does not decide on the objection to it."""

    rule = "R-15"


class NotOfThisInspection(Rejection):
    """The department has no plan in this visit."""

    rule = "R-30"


class InspectionTooEarly(Rejection):
    """The firm was told another day."""


def require_of_inspection(unit: UnitCode | None, visit: Inspection) -> UnitCode:
    """R-30: only those whose plan is in the visit."""
    if unit is None or unit not in visit.units:
        raise NotOfThisInspection
    return unit


def require_takes_place(visit: Inspection, today: date) -> None:
    """R-30: not over an objection, upheld or open, and not before the day that the firm was told."""
    if visit.cancelled:
        raise InspectionOver
    if visit.objection is not None and visit.objection.upheld is None:
        raise ObjectionOpen
    if today < visit.on:
        raise InspectionTooEarly(on=visit.on)


def evolve(state: FirmYear, event: InspectionEvent) -> FirmYear:
    match event:
        case InspectionPlanned():
            plan = Plan(event.unit, event.item, event.begins, event.ends)
            return replace(state, firm_id=event.firm_id, year=event.year, plans={**state.plans, event.plan_id: plan})
        case PlanWithdrawn():
            return _stand(state, (event.plan_id,), PlanState.WITHDRAWN)
        case InspectionMerged():
            merged = Inspection(event.plans, event.units, event.begins, event.ends, event.on)
            found = {**state.inspections, event.inspection_id: merged}
            return replace(_stand(state, event.plans, PlanState.MERGED), inspections=found)
        case InspectionObjected():
            visit = replace(state.inspections[event.inspection_id], objection=Objection(event.reason))
            return replace(state, inspections={**state.inspections, event.inspection_id: visit})
        case ObjectionDecided():
            return _decided(state, event)
        case InspectionReported():
            visit = state.inspections[event.inspection_id]
            visit = replace(visit, reports={**visit.reports, event.unit: event.finding})
            return replace(state, inspections={**state.inspections, event.inspection_id: visit})
        case InspectionHeld():
            visit = replace(state.inspections[event.inspection_id], held=True)
            return replace(state, inspections={**state.inspections, event.inspection_id: visit})
        case _:
            assert_never(event)


def _stand(state: FirmYear, ids: tuple[PlanId, ...], stands: PlanState) -> FirmYear:
    changed = {plan_id: replace(state.plans[plan_id], stands=stands) for plan_id in ids}
    return replace(state, plans={**state.plans, **changed})


def _decided(state: FirmYear, event: ObjectionDecided) -> FirmYear:
    visit = state.inspections[event.inspection_id]
    if visit.objection is None:
        raise CorruptHistory("decided without an objection")
    visit = replace(visit, objection=replace(visit.objection, upheld=event.upheld))
    found = replace(state, inspections={**state.inspections, event.inspection_id: visit})
    return _stand(found, visit.plans, PlanState.VOID) if event.upheld else found


def decide(command: InspectionCommand, state: FirmYear) -> tuple[InspectionEvent, ...]:
    match command:
        case RegisterPlan():
            return _register(command, state)
        case WithdrawPlan():
            return _withdraw(command, state)
        case MergePlans():
            return _merge(command, state)
        case ObjectToInspection():
            return _object(command, state)
        case DecideObjection():
            return _decide_objection(command, state)
        case ReportInspection():
            return _report(command, state)
        case _:
            assert_never(command)


def _register(command: RegisterPlan, year: FirmYear) -> tuple[InspectionEvent, ...]:
    """R-30: by whom, for what, on which ground, how often."""
    if command.plan_id in year.plans:
        return ()
    require_may_inspect(command.doer.role)
    unit = command.doer.unit or UnitCode("-")
    item = require_entitled(command.item, unit)
    if not command.today <= command.ends or command.ends < command.begins or command.begins.year != command.year:
        raise PlanPeriodWrong
    if command.ends.year != command.year:
        raise PlanPeriodWrong
    require_below_cap(item, sum(plan.item == item.code and plan.counts for plan in year.plans.values()))
    return (
        InspectionPlanned(
            firm_id=command.firm_id,
            year=command.year,
            plan_id=command.plan_id,
            unit=unit,
            item=item.code,
            begins=command.begins,
            ends=command.ends,
            occurred_at=command.at,
        ),
    )


def _withdraw(command: WithdrawPlan, year: FirmYear) -> tuple[InspectionEvent, ...]:
    plan = year.plans.get(command.plan_id)
    if plan is None or year.firm_id is None:
        raise PlanUnknown
    if plan.unit != command.doer.unit:
        raise PlanNotYours
    if plan.stands is PlanState.WITHDRAWN:
        return ()
    if plan.stands is not PlanState.PLANNED:
        raise PlanMergedAlready
    return (PlanWithdrawn(firm_id=year.firm_id, plan_id=command.plan_id, occurred_at=command.at),)


def _merge(command: MergePlans, year: FirmYear) -> tuple[InspectionEvent, ...]:
    """R-30: one visit for all plans whose window touches the period, on a day that suits each of them."""
    if command.inspection_id in year.inspections:
        return ()
    chosen = {
        plan_id: plan
        for plan_id, plan in sorted(year.plans.items())
        if plan.stands is PlanState.PLANNED and plan.begins <= command.ends and command.begins <= plan.ends
    }
    if not chosen or year.firm_id is None:
        raise NothingToMerge
    if any(_touches(visit, command) for visit in year.inspections.values() if not visit.cancelled):
        raise PeriodHasItsVisit
    first = max(command.begins, command.today, *(plan.begins for plan in chosen.values()))
    on = command.on or first
    last = min(command.ends, *(plan.ends for plan in chosen.values()))
    if not first <= on <= last:
        raise NoCommonDay
    return (
        InspectionMerged(
            firm_id=year.firm_id,
            inspection_id=command.inspection_id,
            plans=tuple(chosen),
            units=tuple(sorted({plan.unit for plan in chosen.values()})),
            begins=command.begins,
            ends=command.ends,
            on=on,
            occurred_at=command.at,
        ),
    )


def _touches(visit: Inspection, command: MergePlans) -> bool:
    return visit.begins <= command.ends and command.begins <= visit.ends


def _object(command: ObjectToInspection, year: FirmYear) -> tuple[InspectionEvent, ...]:
    """A firm objects to a visit that is still to come, and once."""
    visit = _inspection(command.inspection_id, year)
    if visit.objection is not None:
        return ()
    if visit.held or visit.reports:
        raise InspectionOver
    assert year.firm_id is not None
    return (
        InspectionObjected(
            firm_id=year.firm_id,
            inspection_id=command.inspection_id,
            by=command.by,
            reason=command.reason,
            occurred_at=command.at,
        ),
    )


def _decide_objection(command: DecideObjection, year: FirmYear) -> tuple[InspectionEvent, ...]:
    """R-15: nobody judges his own plan."""
    visit = _inspection(command.inspection_id, year)
    if command.doer.unit in visit.units:
        raise OwnPlanNotJudged
    if visit.objection is None:
        raise NoObjection
    if visit.objection.upheld is not None:
        if visit.objection.upheld is command.upheld:
            return ()
        raise NoObjection
    assert year.firm_id is not None
    return (
        ObjectionDecided(
            firm_id=year.firm_id,
            inspection_id=command.inspection_id,
            upheld=command.upheld,
            reason=command.reason,
            occurred_at=command.at,
        ),
    )


def _report(command: ReportInspection, year: FirmYear) -> tuple[InspectionEvent, ...]:
    """R-30: only those whose plan is in the visit, not before its day, and not over an open objection."""
    require_may_inspect(command.doer.role)
    visit = _inspection(command.inspection_id, year)
    unit = require_of_inspection(command.doer.unit, visit)
    if unit in visit.reports:
        return ()
    require_takes_place(visit, command.today)
    assert year.firm_id is not None
    reported = InspectionReported(
        firm_id=year.firm_id,
        inspection_id=command.inspection_id,
        unit=unit,
        finding=command.finding,
        report=command.report,
        occurred_at=command.at,
    )
    if set(visit.units) - set(visit.reports) != {unit}:
        return (reported,)
    held = InspectionHeld(
        firm_id=year.firm_id, inspection_id=command.inspection_id, units=visit.units, occurred_at=command.at
    )
    return (reported, held)


def _inspection(inspection_id: InspectionId, year: FirmYear) -> Inspection:
    visit = year.inspections.get(inspection_id)
    if visit is None:
        raise InspectionUnknown
    return visit


inspection_decider: Decider[InspectionCommand, FirmYear, InspectionEvent] = Decider(FirmYear(), decide, evolve)
