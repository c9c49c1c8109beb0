"""Clues over HTTP: brought on a phone, verified by an officer, answered with a verdict and nothing else."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Param
from pydantic import model_validator

from services.workorders.clues.desk import ClueDesk, of_clue, of_clue_list, of_new_clue
from services.workorders.clues.facts import Source, Verdict
from services.workorders.clues.views import NAME, list_clues, own_clues
from services.workorders.groups.book import GroupBook
from services.workorders.groups.clerk import Done
from services.workorders.orders.relations import of_order
from services.workorders.orders.store import OrderHandler
from shared.contracts.codes import Operation, Relation
from shared.kernel import ItemCode, PersonId
from shared.web import Call, CodeText, Guard, LongText, Query, ShortText, StrictModel
from shared.web.errors import NotAllowed


class ClueBody(StrictModel):
    text: LongText
    order_id: UUID | None = None
    broadcast_id: UUID | None = None

    @model_validator(mode="after")
    def _both_or_none(self) -> "ClueBody":
        if (self.order_id is None) != (self.broadcast_id is None):
            raise ValueError("a broadcast is named with its order")
        return self


class ReplyBody(StrictModel):
    group: CodeText
    text: LongText


class OfficerBody(StrictModel):
    officer: UUID


class VerdictBody(StrictModel):
    verdict: Verdict
    note: ShortText | None = None


class ClueDone(Done):
    clue_id: UUID


class OwnClue(StrictModel):
    """All that whoever brought it learns."""

    clue_id: UUID
    verdict: Verdict | None
    filed_at: datetime
    judged_at: datetime | None


class OwnClues(StrictModel):
    clues: tuple[OwnClue, ...]


class ClueRow(StrictModel):
    clue_id: UUID
    source: Source
    group: str | None
    order_id: UUID | None
    broadcast_id: UUID | None
    unit: str
    officer: UUID | None
    verdict: Verdict | None
    filed_at: datetime
    judged_at: datetime | None


class ClueList(StrictModel):
    clues: tuple[ClueRow, ...]


class ClueAnswer(StrictModel):
    clue_id: UUID
    group: str | None
    group_name: str | None
    order_id: UUID | None
    unit: str
    officer: UUID | None
    verdict: Verdict | None
    text: str | None
    reporter_protected: bool
    """Somebody brought it whose name nobody here can read (R-23)."""


def clues_router(desk: ClueDesk, orders: OrderHandler, book: GroupBook, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1", tags=["clues"])
    _of_reporters(router, desk, orders, guard)
    _of_officers(router, desk, book, guard)
    return router


def _of_reporters(router: APIRouter, desk: ClueDesk, orders: OrderHandler, guard: Guard) -> None:
    @router.post("/clues", operation_id="workorders.submit_clue", status_code=201)
    async def submit(
        body: ClueBody, call: Annotated[Call, guard.command(Operation.SUBMIT_CLUE, relation=of_new_clue)]
    ) -> ClueDone:
        return ClueDone.model_validate(await desk.file(body.text, body.order_id, body.broadcast_id, call))

    @router.get("/clues/own", operation_id="workorders.list_own_clues")
    async def list_own(
        query: Annotated[Query, guard.query(Operation.FOLLOW, relation=of_new_clue)], after: UUID | None = None
    ) -> OwnClues:
        if query.actor.person is None:
            raise NotAllowed
        if after is not None:
            await desk.clues.store.wait_for_view(NAME, after)
        rows = await own_clues(desk.clues.store, desk.pseudonym_of(query.actor.person))
        return OwnClues(clues=tuple(OwnClue.model_validate(dict(row)) for row in rows))

    @router.post(
        "/orders/{order_id}/broadcasts/{broadcast_id}/replies",
        operation_id="workorders.record_reply",
        status_code=201,
    )
    async def record_reply(
        order_id: UUID,
        broadcast_id: UUID,
        body: ReplyBody,
        call: Annotated[Call, guard.command(Operation.REGISTER, relation=of_order(orders))],
    ) -> ClueDone:
        group = ItemCode(body.group)
        return ClueDone.model_validate(await desk.take_from_group(order_id, broadcast_id, group, body.text, call))


def _of_officers(router: APIRouter, desk: ClueDesk, book: GroupBook, guard: Guard) -> None:
    relate = of_clue(desk)

    @router.get("/clues", operation_id="workorders.list_clues")
    async def list_all(
        query: Annotated[Query, guard.query(Operation.READ, relation=of_clue_list)],
        is_open: Annotated[bool | None, Param(alias="open")] = None,
        order_id: UUID | None = None,
        after: UUID | None = None,
    ) -> ClueList:
        if after is not None:
            await desk.clues.store.wait_for_view(NAME, after)
        actor = query.actor
        rows = await list_clues(desk.clues.store, actor.unit, actor.person, is_open, order_id)
        return ClueList(clues=tuple(ClueRow.model_validate(dict(row)) for row in rows))

    @router.get("/clues/{clue_id}", operation_id="workorders.get_clue")
    async def get_clue(
        clue_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=relate)]
    ) -> ClueAnswer:
        clue = await desk.clue(clue_id)
        return ClueAnswer(
            clue_id=clue_id,
            group=clue.group,
            group_name=book.name_of(clue.group) if clue.group else None,
            order_id=clue.about.order_id if clue.about else None,
            unit=clue.unit,
            officer=clue.officer,
            verdict=clue.verdict,
            text=await desk.words(clue, query) if Relation.OWN in query.relations else None,
            reporter_protected=clue.reporter is not None,
        )

    @router.post("/clues/{clue_id}/officer", operation_id="workorders.assign_clue")
    async def assign(
        clue_id: UUID, body: OfficerBody, call: Annotated[Call, guard.command(Operation.ASSIGN, relation=relate)]
    ) -> ClueDone:
        return ClueDone.model_validate(await desk.assign(clue_id, PersonId(body.officer), call))

    @router.post("/clues/{clue_id}/verdict", operation_id="workorders.judge_clue")
    async def judge(
        clue_id: UUID, body: VerdictBody, call: Annotated[Call, guard.command(Operation.VERIFY_CLUE, relation=relate)]
    ) -> ClueDone:
        return ClueDone.model_validate(await desk.judge(clue_id, body.verdict, body.note, call))
