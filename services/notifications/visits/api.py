"""Follow-up visits over HTTP: what is due, what was found, and who goes."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi import Path as InPath
from fastapi import Query as Param

from services.notifications.adapters.plan import VisitPlan
from services.notifications.visits.commands import AssignRevisit, RecordRevisit, VisitCommand
from services.notifications.visits.facts import (
    Found,
    Revisited,
    RevisitNotReached,
    RevisitReported,
    RevisitsPlanned,
    VisitEvent,
)
from services.notifications.visits.reactions import next_try_after
from services.notifications.visits.relations import of_revisits, of_the_list, seen_by
from services.notifications.visits.store import VisitHandler, note_text
from services.notifications.visits.views import list_revisits, revisits
from shared.contracts.codes import Channel, Operation, Purpose, Role
from shared.eventstore import Stored
from shared.kernel import Clock, ItemCode, PersonId, RequestId, TextRef, UnitCode
from shared.web import Call, CodeText, Guard, LongText, Query, StrictModel, Vault, VaultUnavailable
from shared.web.doors import query_by_role
from shared.web.errors import NotAllowed

READ = {
    Role.CHILD_OFFICER: Operation.REVISIT,
    Role.TRAFFIC_OFFICER: Operation.REVISIT,
    Role.PEOPLES_MEDIATOR: Operation.REVISIT,
    Role.SUPERVISOR: Operation.REVISIT,
}
"""Whoever may go may see where to; the others read what their role reads."""

Day = Annotated[int, InPath(ge=1, le=365)]


class ResultBody(StrictModel):
    found: Found
    satisfied: bool | None = None
    note: LongText | None = None


class AssignBody(StrictModel):
    person: UUID
    unit: CodeText


class Done(StrictModel):
    request_id: UUID
    version: int
    record_id: UUID | None
    """None: it was so already."""


class ReasonAnswer(StrictModel):
    code: str
    zh: str
    en: str


class RevisitRow(StrictModel):
    request_id: UUID
    attempt: int
    day: int
    category: str
    priority: str
    channel: str
    unit: str
    visitor: UUID | None
    handled_by_reader: bool
    """The reader handled it: another person has to judge it."""
    opens_at: datetime
    due: datetime
    next_at: datetime
    reasons: tuple[ReasonAnswer, ...]
    tries: int
    late: bool
    state: str


class Revisits(StrictModel):
    revisits: tuple[RevisitRow, ...]


class Told(StrictModel):
    """One thing that happened with the visits of a request."""

    fact: str
    day: int | None
    found: str | None
    satisfied: bool | None
    note: str | None
    at: datetime
    role: str


class RevisitCourse(StrictModel):
    request_id: UUID
    told: tuple[Told, ...]
    texts_withheld: bool


def visits_router(visits: VisitHandler, plan: VisitPlan, vault: Vault, guard: Guard, clock: Clock) -> APIRouter:
    router = APIRouter(prefix="/notifications/v1", tags=["revisits"])
    related = of_revisits(visits)

    @router.get("/revisits", operation_id="notifications.list_revisits")
    async def list_all(
        query: Annotated[Query, query_by_role(guard, Operation.READ, READ, relation=of_the_list)],
        is_open: Annotated[bool | None, Param(alias="open")] = None,
        today: bool = False,
        request_id: UUID | None = None,
        after: UUID | None = None,
        limit: Annotated[int, Param(ge=1, le=200)] = 100,
    ) -> Revisits:
        """`today`: only those whose time has come."""
        if after is not None:
            await visits.store.wait_for_view(revisits.name, after)
        by = clock.now() if today else None
        rows = await list_revisits(visits.store.pool, seen_by(query.actor), is_open, by, request_id, limit)
        return Revisits(revisits=tuple(_row(dict(row), plan, query.actor.person) for row in rows))

    @router.get("/requests/{request_id}/revisits", operation_id="notifications.get_revisits")
    async def read(
        request_id: UUID, query: Annotated[Query, query_by_role(guard, Operation.READ, READ, relation=related)]
    ) -> RevisitCourse:
        history = await visits.history(request_id)
        notes = [ref.item for stored in history if (ref := _note(stored.event)) is not None]
        try:
            texts = await vault.fetch(query.context, notes, purpose=Purpose.FEEDBACK, request_id=RequestId(request_id))
        except VaultUnavailable:
            texts = {}
        return RevisitCourse(
            request_id=request_id,
            told=tuple(_told(stored, texts) for stored in history),
            texts_withheld=any(texts.get(item) is None for item in notes),
        )

    @router.post("/requests/{request_id}/revisits/{day}/result", operation_id="notifications.record_revisit")
    async def record(
        request_id: UUID,
        day: Day,
        body: ResultBody,
        call: Annotated[Call, guard.command(Operation.REVISIT, relation=related)],
    ) -> Done:
        if call.actor.person is None:
            raise NotAllowed
        command = RecordRevisit(
            day=day,
            found=body.found,
            satisfied=body.satisfied,
            note=await _seal(request_id, body.note, call),
            visitor=call.actor.person,
            next_try=next_try_after(clock.now()),
            at=clock.now(),
        )
        return await _do(request_id, command, call)

    @router.post("/requests/{request_id}/revisits/{day}/assignment", operation_id="notifications.assign_revisit")
    async def assign(
        request_id: UUID,
        day: Day,
        body: AssignBody,
        call: Annotated[Call, guard.command(Operation.ASSIGN, relation=related)],
    ) -> Done:
        command = AssignRevisit(day=day, unit=UnitCode(body.unit), visitor=PersonId(body.person), at=clock.now())
        return await _do(request_id, command, call)

    async def _seal(request_id: UUID, note: str | None, call: Call) -> TextRef | None:
        known, _ = await visits.state(request_id)
        of_a_child = known.matter is not None and known.matter.channel is Channel.CHILD
        sealed = await vault.seal(
            request_id,
            f"{call.principal} {call.once.operation} {call.key}",
            {"note": note_text(note, of_a_child=of_a_child)},
            request_id=RequestId(request_id),
            owner=call.actor.person,
            context=call.context,
        )
        return sealed.refs.get("note")

    async def _do(request_id: UUID, command: VisitCommand, call: Call) -> Done:
        recorded = await visits.handle(
            request_id,
            command,
            call.context,
            once=call.once,
            answer=lambda done: Done(request_id=request_id, version=done.version, record_id=done.last).model_dump(
                mode="json"
            ),
            if_version=call.if_match,
        )
        return Done.model_validate(recorded.answer)

    return router


def _row(row: dict[str, Any], plan: VisitPlan, reader: PersonId | None) -> RevisitRow:
    reasons = tuple(
        ReasonAnswer(code=code, zh=plan.reason(ItemCode(code)).zh, en=plan.reason(ItemCode(code)).en)
        for code in row.pop("grounds")
    )
    handler = row.pop("handler")
    return RevisitRow(**row, reasons=reasons, handled_by_reader=reader is not None and reader == handler)


def _note(event: VisitEvent) -> TextRef | None:
    return event.note if isinstance(event, RevisitReported | Revisited) else None


def _told(stored: Stored[VisitEvent], texts: dict[UUID, str | None]) -> Told:
    event, note = stored.event, _note(stored.event)
    found: Found | None = None
    if isinstance(event, Revisited):
        found = event.found
    elif isinstance(event, RevisitNotReached):
        found = Found.NOT_REACHED
    elif isinstance(event, RevisitReported):
        found = Found.CALM
    return Told(
        fact=stored.raw.fact,
        day=None if isinstance(event, RevisitsPlanned) else getattr(event, "day", None),
        found=found,
        satisfied=event.satisfied if isinstance(event, Revisited) else None,
        note=texts.get(note.item) if note is not None else None,
        at=event.occurred_at,
        role=stored.raw.role,
    )
