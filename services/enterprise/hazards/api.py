"""Hazards over HTTP."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Param

from services.enterprise.adapters.catalogue import Catalogue
from services.enterprise.clerk import Clerk, doer_of
from services.enterprise.firms.decider import Firm, FirmId
from services.enterprise.firms.relations import of_lists, sees_everything, to_firm
from services.enterprise.firms.store import FirmHandler
from services.enterprise.firms.views import FirmBook
from services.enterprise.hazards.commands import DecideLeniency, RecheckHazard, RecordHazard
from services.enterprise.hazards.decider import Hazard, require_found
from services.enterprise.hazards.facts import FoundAt, HazardId, Recheck
from services.enterprise.hazards.store import HazardHandler, finding_text, reason_text
from services.enterprise.hazards.views import Seen, had_before, list_hazards
from services.enterprise.inspections.facts import InspectionId
from services.enterprise.inspections.state import Inspection
from services.enterprise.inspections.store import InspectionHandler, year_of
from services.enterprise.matters.deadlines import end_of
from services.enterprise.visits.decider import Visit
from services.enterprise.visits.store import VisitHandler
from shared.contracts.codes import Operation, Relation, Role
from shared.eventstore import EventStore
from shared.kernel import Actor, Clock, ItemCode, NotFound, derive_id
from shared.web import Call, CodeText, Guard, LongText, Query, Relate, StrictModel
from shared.web.clerk import Day, Done, act, done, id_in, told
from shared.web.doors import command_by_role

INSPECTORS = {Role.DEPARTMENT_CLERK: Operation.INSPECT_FIRM}
"""What they find, they find on an inspection; everybody else on a visit."""


class HazardBody(StrictModel):
    found_at: FoundAt
    source: UUID
    item: CodeText
    slight: bool
    finding: LongText
    fix_by: Day


class RecheckBody(StrictModel):
    result: Recheck
    fix_by: Day | None = None


class LeniencyBody(StrictModel):
    granted: bool
    reason: LongText


class HazardDone(Done):
    hazard_id: UUID


class HazardAnswer(StrictModel):
    hazard_id: UUID
    firm_id: UUID
    item: str
    finding: str | None
    fix_by: datetime
    fixed: bool
    rung: str | None
    leniency_proposed: bool
    leniency_granted: bool | None
    """None: no person has decided."""
    version: int


class HazardRow(StrictModel):
    hazard_id: UUID
    firm_id: UUID
    item: str
    found_at: FoundAt
    unit: str
    fix_by: datetime
    state: str
    rung: str | None
    leniency: str | None


class HazardList(StrictModel):
    hazards: tuple[HazardRow, ...]


def of_hazard(hazards: HazardHandler, firms: FirmHandler, clock: Clock) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        hazard, _ = await hazards.state(id_in(path, "hazard_id"))
        if not isinstance(hazard, Hazard):
            raise NotFound("hazard")
        return await _to(actor, hazard.firm_id, hazard.unit, firms, clock)

    return relate


def of_finding(firms: FirmHandler, clock: Clock) -> Relate:
    """A department finds something at any firm where it inspects."""

    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        unit = actor.unit if Role.DEPARTMENT_CLERK in actor.roles else None
        return await _to(actor, FirmId(id_in(path, "firm_id")), unit, firms, clock)

    return relate


class Occasions:
    """What a finding may come from."""

    def __init__(self, visits: VisitHandler, inspections: InspectionHandler) -> None:
        self._visits = visits
        self._inspections = inspections

    async def named(self, found_at: FoundAt, source: UUID, firm_id: UUID, today: date) -> Visit | Inspection | None:
        if found_at is FoundAt.VISIT:
            visit, _ = await self._visits.state(source)
            return visit if isinstance(visit, Visit) else None
        # What was found in the last days of a year may be written down in the next one.
        for year in (today.year, today.year - 1):
            state, _ = await self._inspections.state(year_of(firm_id, year))
            if found := state.inspections.get(InspectionId(source)):
                return found
        return None


async def _to(actor: Actor, firm_id: FirmId, unit: str | None, firms: FirmHandler, clock: Clock) -> frozenset[Relation]:
    firm, _ = await firms.state(firm_id)
    if not isinstance(firm, Firm):
        raise NotFound("firm")
    found = to_firm(actor, firm, clock)
    ours = actor.unit is not None and actor.unit == unit and Relation.OWN_FIRM not in found
    return found | {Relation.OWN_UNIT, Relation.TASK} if ours else found


def hazards_router(
    hazards: HazardHandler,
    occasions: Occasions,
    firms: FirmHandler,
    book: FirmBook,
    catalogue: Catalogue,
    clerk: Clerk,
    store: EventStore,
    guard: Guard,
    clock: Clock,
) -> APIRouter:
    router = APIRouter(prefix="/enterprise/v1", tags=["hazards"])
    relate = of_hazard(hazards, firms, clock)
    finding = command_by_role(guard, Operation.VISIT_FIRM, INSPECTORS, relation=of_finding(firms, clock))
    _readings(router, hazards, book, clerk, store, guard, relate)

    @router.post("/firms/{firm_id}/hazards", operation_id="enterprise.record_hazard", status_code=201)
    async def record(firm_id: UUID, body: HazardBody, call: Annotated[Call, finding]) -> HazardDone:
        hazard_id = HazardId(derive_id(firm_id, "hazard", call.principal, call.key))
        refs = await clerk.seal(call, hazard_id, {"finding": finding_text(body.finding)})
        item = ItemCode(body.item)
        wish = RecordHazard(
            doer=doer_of(call.actor),
            hazard_id=hazard_id,
            firm_id=FirmId(firm_id),
            found_at=body.found_at,
            source=body.source,
            occasion=await occasions.named(body.found_at, body.source, firm_id, clerk.today()),
            item=item,
            known_items=catalogue.hazard_codes,
            slight=body.slight,
            forgivable=item in catalogue.forgivable,
            first=not await had_before(store.pool, firm_id, item),
            finding=refs["finding"],
            fix_by=end_of(body.fix_by),
            today=clerk.today(),
            at=clerk.now(),
        )
        recorded = await hazards.handle(
            hazard_id,
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: done(hazard_id, recorded, hazard_id=str(hazard_id)),
        )
        return HazardDone.model_validate(recorded.answer)

    @router.post("/hazards/{hazard_id}/recheck", operation_id="enterprise.recheck_hazard")
    async def recheck(
        hazard_id: UUID,
        body: RecheckBody,
        call: Annotated[Call, command_by_role(guard, Operation.REVISIT, INSPECTORS, relation=relate)],
    ) -> Done:
        fix_by = end_of(body.fix_by) if body.fix_by is not None else None
        wish = RecheckHazard(doer=doer_of(call.actor), result=body.result, fix_by=fix_by, at=clerk.now())
        return await act(hazards, hazard_id, wish, call)

    @router.post("/hazards/{hazard_id}/leniency", operation_id="enterprise.decide_leniency")
    async def decide_leniency(
        hazard_id: UUID,
        body: LeniencyBody,
        call: Annotated[Call, guard.command(Operation.APPROVE_LENIENCY, relation=relate)],
    ) -> Done:
        refs = await clerk.seal(call, hazard_id, {"reason": reason_text(body.reason)})
        wish = DecideLeniency(doer=doer_of(call.actor), granted=body.granted, reason=refs["reason"], at=clerk.now())
        return await act(hazards, hazard_id, wish, call)

    return router


def _readings(
    router: APIRouter,
    hazards: HazardHandler,
    book: FirmBook,
    clerk: Clerk,
    store: EventStore,
    guard: Guard,
    relate: Relate,
) -> None:
    @router.get("/hazards", operation_id="enterprise.list_hazards")
    async def list_all(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_lists)],
        firm_id: UUID | None = None,
        is_open: Annotated[bool | None, Param(alias="open")] = None,
        after: UUID | None = None,
    ) -> HazardList:
        if after is not None:
            await store.wait_for_view("hazard_list", after)
        actor = query.actor
        seen = Seen(sees_everything(actor), actor.unit, await book.firms_of(actor.person))
        rows = await list_hazards(store.pool, seen, firm_id, is_open)
        return HazardList(hazards=tuple(HazardRow.model_validate(dict(row)) for row in rows))

    @router.get("/hazards/{hazard_id}", operation_id="enterprise.get_hazard")
    async def get_hazard(
        hazard_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=relate)]
    ) -> HazardAnswer:
        state, version = await hazards.state(hazard_id)
        hazard = require_found(state)
        texts = await clerk.read(query, (hazard.finding,))
        return HazardAnswer(
            hazard_id=hazard_id,
            firm_id=hazard.firm_id,
            item=hazard.item,
            finding=told(texts, hazard.finding),
            fix_by=hazard.fix_by,
            fixed=hazard.fixed,
            rung=hazard.rung,
            leniency_proposed=hazard.proposed,
            leniency_granted=hazard.granted,
            version=version,
        )
