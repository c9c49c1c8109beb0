"""Visits over HTTP."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from services.enterprise.adapters.catalogue import Catalogue
from services.enterprise.clerk import Clerk, doer_of
from services.enterprise.firms.decider import Firm, FirmId, require_filed
from services.enterprise.firms.relations import of_firm, of_lists, sees_everything, to_firm
from services.enterprise.firms.store import FirmHandler
from services.enterprise.firms.views import FirmBook
from services.enterprise.matters.deadlines import end_of
from services.enterprise.visits.commands import (
    AdoptMeasure,
    AnswerOpinion,
    CancelVisit,
    HoldVisit,
    PlanVisit,
    RaiseOpinion,
)
from services.enterprise.visits.decider import Visit, require_visit
from services.enterprise.visits.facts import Answered, Found, OpinionId, VisitId, VisitKind
from services.enterprise.visits.store import VisitHandler, remark, words
from services.enterprise.visits.views import Seen, list_visits
from shared.contracts.codes import Operation, Relation, ServiceMode
from shared.eventstore import EventStore
from shared.kernel import Actor, Clock, ItemCode, NotFound, UnitCode, derive_id
from shared.web import Call, CodeText, Guard, LongText, Query, Relate, StrictModel
from shared.web.clerk import Day, Done, act, done, id_in, told

Codes = Annotated[tuple[CodeText, ...], Field(min_length=1, max_length=40)]


class PlanBody(StrictModel):
    on: Day
    mode: ServiceMode = ServiceMode.AT_HOME
    checklist: Codes
    kind: VisitKind = VisitKind.SERVICE


class AnsweredBody(StrictModel):
    item: CodeText
    found: Found


class HeldBody(StrictModel):
    answered: Annotated[tuple[AnsweredBody, ...], Field(max_length=40)]
    note: LongText | None = None


class OpinionBody(StrictModel):
    opinion: LongText


class MeasureBody(StrictModel):
    unit: CodeText
    measure: LongText
    due: Day


class AnswerBody(StrictModel):
    answer: LongText


class VisitDone(Done):
    visit_id: UUID


class OpinionDone(Done):
    opinion_id: UUID


class OpinionAnswer(StrictModel):
    opinion_id: UUID
    opinion: str | None
    measure: str | None
    due: datetime | None
    late: bool
    answered: bool
    answer: str | None


class VisitAnswer(StrictModel):
    visit_id: UUID
    firm_id: UUID
    on: date
    checklist: tuple[str, ...]
    visitor: UUID
    units: tuple[str, ...]
    held: bool
    cancelled: bool
    opinions: tuple[OpinionAnswer, ...]
    version: int


class VisitRow(StrictModel):
    visit_id: UUID
    firm_id: UUID
    on: date
    mode: str
    visitor: UUID
    unit: str
    state: str
    opinions: int
    late: int
    next_due: datetime | None


class VisitList(StrictModel):
    visits: tuple[VisitRow, ...]


def of_visit(visits: VisitHandler, firms: FirmHandler, clock: Clock) -> Relate:
    async def relate(actor: Actor, path: Mapping[str, str]) -> frozenset[Relation]:
        visit, _ = await visits.state(id_in(path, "visit_id"))
        if not isinstance(visit, Visit):
            raise NotFound("visit")
        firm, _ = await firms.state(visit.firm_id)
        found = to_firm(actor, firm, clock) if isinstance(firm, Firm) else frozenset()
        if Relation.OWN_FIRM in found:
            return found
        if actor.person is not None and actor.person == visit.visitor:
            found |= {Relation.OWN}
        return found | {Relation.OWN_UNIT} if actor.unit in visit.units else found

    return relate


def visits_router(
    visits: VisitHandler,
    firms: FirmHandler,
    book: FirmBook,
    catalogue: Catalogue,
    clerk: Clerk,
    store: EventStore,
    guard: Guard,
    clock: Clock,
) -> APIRouter:
    router = APIRouter(prefix="/enterprise/v1", tags=["visits"])
    relate = of_visit(visits, firms, clock)
    visiting = guard.command(Operation.VISIT_FIRM, relation=relate)
    _readings(router, visits, book, clerk, store, guard, relate)

    @router.post("/firms/{firm_id}/visits", operation_id="enterprise.plan_visit", status_code=201)
    async def plan_visit(
        firm_id: UUID,
        body: PlanBody,
        call: Annotated[Call, guard.command(Operation.VISIT_FIRM, relation=of_firm(firms, clock))],
    ) -> VisitDone:
        firm, _ = await firms.state(firm_id)
        visit_id = VisitId(derive_id(firm_id, "visit", call.principal, call.key))
        wish = PlanVisit(
            doer=doer_of(call.actor),
            visit_id=visit_id,
            firm_id=FirmId(firm_id),
            workstation=require_filed(firm).unit,
            kind=body.kind,
            on=body.on,
            today=clerk.today(),
            mode=body.mode,
            checklist=tuple(dict.fromkeys(ItemCode(item) for item in body.checklist)),
            known_items=catalogue.questions,
            at=clerk.now(),
        )
        recorded = await visits.handle(
            visit_id,
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: done(visit_id, recorded, visit_id=str(visit_id)),
        )
        return VisitDone.model_validate(recorded.answer)

    @router.post("/visits/{visit_id}/held", operation_id="enterprise.hold_visit")
    async def hold_visit(visit_id: UUID, body: HeldBody, call: Annotated[Call, visiting]) -> Done:
        refs = await clerk.seal(call, visit_id, {"note": remark(body.note)})
        answered = tuple(Answered(ItemCode(each.item), each.found) for each in body.answered)
        wish = HoldVisit(doer=doer_of(call.actor), answered=answered, note=refs.get("note"), at=clerk.now())
        return await act(visits, visit_id, wish, call)

    @router.post("/visits/{visit_id}/cancellation", operation_id="enterprise.cancel_visit")
    async def cancel_visit(visit_id: UUID, call: Annotated[Call, visiting]) -> Done:
        return await act(visits, visit_id, CancelVisit(doer=doer_of(call.actor), at=clerk.now()), call)

    @router.post("/visits/{visit_id}/opinions", operation_id="enterprise.raise_opinion", status_code=201)
    async def raise_opinion(visit_id: UUID, body: OpinionBody, call: Annotated[Call, visiting]) -> OpinionDone:
        refs = await clerk.seal(call, visit_id, {"opinion": words(body.opinion)})
        opinion_id = OpinionId(derive_id(visit_id, "opinion", call.principal, call.key))
        wish = RaiseOpinion(doer=doer_of(call.actor), opinion_id=opinion_id, opinion=refs["opinion"], at=clerk.now())
        recorded = await visits.handle(
            visit_id,
            wish,
            call.context,
            once=call.once,
            answer=lambda recorded: done(visit_id, recorded, opinion_id=str(opinion_id)),
        )
        return OpinionDone.model_validate(recorded.answer)

    @router.post("/visits/{visit_id}/opinions/{opinion_id}/measure", operation_id="enterprise.adopt_measure")
    async def adopt_measure(
        visit_id: UUID, opinion_id: UUID, body: MeasureBody, call: Annotated[Call, visiting]
    ) -> Done:
        refs = await clerk.seal(call, visit_id, {"measure": words(body.measure)})
        wish = AdoptMeasure(
            doer=doer_of(call.actor),
            opinion_id=OpinionId(opinion_id),
            unit=UnitCode(body.unit),
            measure=refs["measure"],
            due=end_of(body.due),
            at=clerk.now(),
        )
        return await act(visits, visit_id, wish, call)

    @router.post("/visits/{visit_id}/opinions/{opinion_id}/answer", operation_id="enterprise.answer_opinion")
    async def answer_opinion(
        visit_id: UUID, opinion_id: UUID, body: AnswerBody, call: Annotated[Call, visiting]
    ) -> Done:
        refs = await clerk.seal(call, visit_id, {"answer": words(body.answer)})
        wish = AnswerOpinion(
            doer=doer_of(call.actor), opinion_id=OpinionId(opinion_id), answer=refs["answer"], at=clerk.now()
        )
        return await act(visits, visit_id, wish, call)

    return router


def _readings(
    router: APIRouter,
    visits: VisitHandler,
    book: FirmBook,
    clerk: Clerk,
    store: EventStore,
    guard: Guard,
    relate: Relate,
) -> None:
    @router.get("/visits", operation_id="enterprise.list_visits")
    async def list_all(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_lists)],
        on: Day | None = None,
        firm_id: UUID | None = None,
        after: UUID | None = None,
    ) -> VisitList:
        if after is not None:
            await store.wait_for_view("visit_list", after)
        actor = query.actor
        seen = Seen(sees_everything(actor), actor.unit, actor.person, await book.firms_of(actor.person))
        rows = await list_visits(store.pool, seen, on, firm_id)
        return VisitList(
            visits=tuple(
                VisitRow.model_validate({**{k: v for k, v in row.items() if k != "on_day"}, "on": row["on_day"]})
                for row in rows
            )
        )

    @router.get("/visits/{visit_id}", operation_id="enterprise.get_visit")
    async def get_visit(
        visit_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=relate)]
    ) -> VisitAnswer:
        state, version = await visits.state(visit_id)
        visit = require_visit(state)
        refs = [ref for each in visit.opinions.values() for ref in (each.opinion, each.measure, each.answer)]
        texts = await clerk.read(query, refs)
        return VisitAnswer(
            visit_id=visit_id,
            firm_id=visit.firm_id,
            on=visit.on,
            checklist=visit.checklist,
            visitor=visit.visitor,
            units=tuple(sorted(visit.units)),
            held=visit.held,
            cancelled=visit.cancelled,
            opinions=tuple(
                OpinionAnswer(
                    opinion_id=opinion_id,
                    opinion=told(texts, each.opinion),
                    measure=told(texts, each.measure),
                    due=each.due,
                    late=each.late,
                    answered=each.answer is not None,
                    answer=told(texts, each.answer),
                )
                for opinion_id, each in visit.opinions.items()
            ),
            version=version,
        )
