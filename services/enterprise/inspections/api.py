"""Inspections over HTTP: departments plan, the workstation merges, the firm may object, everybody sees the result."""

import re
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from fastapi import Query as Param

from services.enterprise.adapters.catalogue import Catalogue
from services.enterprise.clerk import Clerk, doer_of
from services.enterprise.firms.decider import Firm, FirmId
from services.enterprise.firms.relations import of_firm, of_lists, sees_everything, to_firm
from services.enterprise.firms.store import FirmHandler
from services.enterprise.inspections.bodies import (
    DecisionBody,
    InspectionAnswer,
    MergeBody,
    MergeDone,
    PlanAnswer,
    PlanBody,
    PlanDone,
    PlanList,
    PlanRow,
    ReasonBody,
    ReportAnswer,
    ReportBody,
    YearAnswer,
)
from services.enterprise.inspections.commands import (
    DecideObjection,
    MergePlans,
    ObjectToInspection,
    RegisterPlan,
    ReportInspection,
    WithdrawPlan,
)
from services.enterprise.inspections.facts import (
    InspectionId,
    InspectionObjected,
    InspectionReported,
    ObjectionDecided,
    PlanId,
)
from services.enterprise.inspections.store import InspectionHandler, report_text, year_of
from services.enterprise.inspections.views import list_plans
from shared.contracts.codes import Operation, Relation, Role
from shared.eventstore import EventStore
from shared.kernel import Actor, Clock, NotFound, derive_id
from shared.web import Call, Guard, Query, Relate
from shared.web.clerk import Done, act, done, id_in, told

Year = Annotated[int, Path(ge=2000, le=2100)]


YEAR = re.compile(r"2[01]\d\d", re.ASCII)


async def of_planner(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
    """What a department plans is its own."""
    return frozenset({Relation.OWN_UNIT}) if actor.unit and Role.DEPARTMENT_CLERK in actor.roles else frozenset()


def of_year(inspections: InspectionHandler, firms: FirmHandler, clock: Clock) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        firm_id = id_in(path, "firm_id")
        firm, _ = await firms.state(firm_id)
        if not isinstance(firm, Firm) or not YEAR.fullmatch(path["year"]):
            raise NotFound("firm")
        found = to_firm(actor, firm, clock)
        year, _ = await inspections.state(year_of(firm_id, int(path["year"])))
        if Role.DEPARTMENT_CLERK in actor.roles and actor.unit in {plan.unit for plan in year.plans.values()}:
            found |= {Relation.OWN_UNIT, Relation.TASK}
        return found

    return relate


def inspections_router(
    inspections: InspectionHandler,
    firms: FirmHandler,
    catalogue: Catalogue,
    clerk: Clerk,
    store: EventStore,
    guard: Guard,
    clock: Clock,
) -> APIRouter:
    router = APIRouter(prefix="/enterprise/v1", tags=["inspections"])
    relate = of_year(inspections, firms, clock)
    planning = guard.command(Operation.PLAN_INSPECTION, relation=of_planner)
    _readings(router, inspections, catalogue, clerk, store, guard, relate)
    _visits(router, inspections, clerk, guard, relate)

    @router.post(
        "/firms/{firm_id}/inspections/{year}/plans", operation_id="enterprise.plan_inspection", status_code=201
    )
    async def plan(firm_id: UUID, year: Year, body: PlanBody, call: Annotated[Call, planning]) -> PlanDone:
        firm, _ = await firms.state(firm_id)
        if not isinstance(firm, Firm):
            raise NotFound("firm")
        plan_id = PlanId(derive_id(year_of(firm_id, year), "plan", call.principal, call.key))
        wish = RegisterPlan(
            doer=doer_of(call.actor),
            firm_id=FirmId(firm_id),
            year=year,
            plan_id=plan_id,
            item=catalogue.item(body.item),
            begins=body.begins,
            ends=body.ends,
            today=clerk.today(),
            at=clerk.now(),
        )
        recorded = await inspections.handle(
            year_of(firm_id, year),
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: done(firm_id, recorded, plan_id=str(plan_id)),
        )
        return PlanDone.model_validate(recorded.answer)

    @router.post(
        "/firms/{firm_id}/inspections/{year}/plans/{plan_id}/withdrawal", operation_id="enterprise.withdraw_plan"
    )
    async def withdraw(firm_id: UUID, year: Year, plan_id: UUID, call: Annotated[Call, planning]) -> Done:
        wish = WithdrawPlan(doer=doer_of(call.actor), plan_id=PlanId(plan_id), at=clerk.now())
        return await act(inspections, year_of(firm_id, year), wish, call, named=firm_id)

    @router.post("/firms/{firm_id}/inspections/{year}", operation_id="enterprise.merge_inspections", status_code=201)
    async def merge(
        firm_id: UUID,
        year: Year,
        body: MergeBody,
        call: Annotated[Call, guard.command(Operation.MERGE_INSPECTION, relation=of_firm(firms, clock))],
    ) -> MergeDone:
        inspection_id = InspectionId(derive_id(year_of(firm_id, year), body.begins, body.ends, call.key))
        wish = MergePlans(
            inspection_id=inspection_id,
            begins=body.begins,
            ends=body.ends,
            on=body.on,
            today=clerk.today(),
            at=clerk.now(),
        )
        recorded = await inspections.handle(
            year_of(firm_id, year),
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: done(
                firm_id,
                recorded,
                inspection_id=str(inspection_id),
                on=recorded.state.inspections[inspection_id].on.isoformat(),
                plans=[str(each) for each in recorded.state.inspections[inspection_id].plans],
                units=list(recorded.state.inspections[inspection_id].units),
            ),
        )
        return MergeDone.model_validate(recorded.answer)

    return router


def _visits(router: APIRouter, inspections: InspectionHandler, clerk: Clerk, guard: Guard, relate: Relate) -> None:
    visit = "/firms/{firm_id}/inspections/{year}/visits/{inspection_id}"

    @router.post(f"{visit}/objection", operation_id="enterprise.object_to_inspection")
    async def object_to(
        firm_id: UUID,
        year: Year,
        inspection_id: UUID,
        body: ReasonBody,
        call: Annotated[Call, guard.command(Operation.ASK_REVIEW, relation=relate)],
    ) -> Done:
        refs = await clerk.seal(call, inspection_id, {"reason": report_text(body.reason)})
        wish = ObjectToInspection(
            by=doer_of(call.actor).person,
            inspection_id=InspectionId(inspection_id),
            reason=refs["reason"],
            at=clerk.now(),
        )
        return await act(inspections, year_of(firm_id, year), wish, call, named=firm_id)

    @router.post(f"{visit}/decision", operation_id="enterprise.decide_objection")
    async def decide_objection(
        firm_id: UUID,
        year: Year,
        inspection_id: UUID,
        body: DecisionBody,
        call: Annotated[Call, guard.command(Operation.SUPERVISE_ORDER, relation=relate)],
    ) -> Done:
        refs = await clerk.seal(call, inspection_id, {"reason": report_text(body.reason)})
        wish = DecideObjection(
            doer=doer_of(call.actor),
            inspection_id=InspectionId(inspection_id),
            upheld=body.upheld,
            reason=refs["reason"],
            at=clerk.now(),
        )
        return await act(inspections, year_of(firm_id, year), wish, call, named=firm_id)

    @router.post(f"{visit}/report", operation_id="enterprise.report_inspection")
    async def report(
        firm_id: UUID,
        year: Year,
        inspection_id: UUID,
        body: ReportBody,
        call: Annotated[Call, guard.command(Operation.INSPECT_FIRM, relation=relate)],
    ) -> Done:
        refs = await clerk.seal(call, inspection_id, {"report": report_text(body.report)})
        wish = ReportInspection(
            doer=doer_of(call.actor),
            inspection_id=InspectionId(inspection_id),
            finding=body.finding,
            report=refs["report"],
            today=clerk.today(),
            at=clerk.now(),
        )
        return await act(inspections, year_of(firm_id, year), wish, call, named=firm_id)


def _readings(
    router: APIRouter,
    inspections: InspectionHandler,
    catalogue: Catalogue,
    clerk: Clerk,
    store: EventStore,
    guard: Guard,
    relate: Relate,
) -> None:
    titles = {entry.code: entry.title.zh for entry in catalogue.inspection_items}

    @router.get("/inspection-plans", operation_id="enterprise.list_inspection_plans")
    async def list_all(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_lists)],
        is_open: Annotated[bool, Param(alias="open")] = False,
        after: UUID | None = None,
    ) -> PlanList:
        """For the workstation the plans at its firms, for a department its own; `open`: not merged yet."""
        if after is not None:
            await store.wait_for_view("inspection_plans", after)
        actor = query.actor
        department = actor.unit if Role.DEPARTMENT_CLERK in actor.roles else None
        rows = await list_plans(store.pool, actor.unit, department, sees_everything(actor), is_open)
        return PlanList(
            plans=tuple(
                PlanRow.model_validate({**{k: v for k, v in row.items() if k != "on_day"}, "on": row["on_day"]})
                for row in rows
            )
        )

    @router.get("/firms/{firm_id}/inspections/{year}", operation_id="enterprise.get_inspections")
    async def of_one_year(
        firm_id: UUID, year: Year, query: Annotated[Query, guard.query(Operation.READ, relation=relate)]
    ) -> YearAnswer:
        """The firm's page and the departments' see the same: who comes, why, and what was found."""
        history = await inspections.history(year_of(firm_id, year))
        events = [stored.event for stored in history]
        state = inspections.decider.fold(events)
        reports = [event for event in events if isinstance(event, InspectionReported)]
        objections = {event.inspection_id: event.reason for event in events if isinstance(event, InspectionObjected)}
        decisions = {event.inspection_id: event.reason for event in events if isinstance(event, ObjectionDecided)}
        refs = [*(event.report for event in reports), *objections.values(), *decisions.values()]
        texts = await clerk.read(query, refs)
        return YearAnswer(
            firm_id=firm_id,
            year=year,
            plans=tuple(
                PlanAnswer(
                    plan_id=plan_id,
                    unit=plan.unit,
                    item=plan.item,
                    title=titles.get(plan.item, plan.item),
                    begins=plan.begins,
                    ends=plan.ends,
                    state=plan.stands,
                )
                for plan_id, plan in state.plans.items()
            ),
            inspections=tuple(
                InspectionAnswer(
                    inspection_id=inspection_id,
                    on=each.on,
                    plans=each.plans,
                    units=each.units,
                    objected=each.objection is not None,
                    objection=told(texts, objections.get(inspection_id)),
                    upheld=each.objection.upheld if each.objection else None,
                    decision=told(texts, decisions.get(inspection_id)),
                    held=each.held,
                    reports=tuple(
                        ReportAnswer(unit=event.unit, finding=event.finding, report=told(texts, event.report))
                        for event in reports
                        if event.inspection_id == inspection_id
                    ),
                )
                for inspection_id, each in state.inspections.items()
            ),
            version=len(history),
        )
