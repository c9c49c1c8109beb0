"""The answer into the group over HTTP: written by whoever handles the order, looked through before it goes out."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import StringConstraints

from services.workorders.groupanswers.decider import AnswerGroup, Asked, GroupAnswered
from services.workorders.groupanswers.store import GroupAnswerHandler, group_text
from services.workorders.groups.book import GroupBook
from services.workorders.groups.clerk import Done, GroupClerk, act
from services.workorders.orders.desk import doer_of
from services.workorders.orders.relations import of_order
from services.workorders.orders.rules.facts import AnswerGiven
from services.workorders.orders.rules.states import Unoffered, owner_of
from services.workorders.orders.store import OrderHandler
from shared.contracts.codes import Operation, Purpose
from shared.kernel import Digest, NotFound, TextRef
from shared.web import Call, Guard, LongText, Query, StrictModel, VaultUnavailable
from shared.web.errors import NotAllowed

Result = Annotated[LongText, StringConstraints(max_length=300)]
PROBE = TextRef(UUID(int=0), Digest("0" * 64))
"""Stands for words that are refused and therefore not kept."""


class GroupAnswerBody(StrictModel):
    answer: Result
    """The result only: who, where exactly and whose car stays out of it."""


class GroupAnswerShown(StrictModel):
    group: str | None
    """None: the request did not come out of a group, as far as is known."""
    name: str | None
    answered_at: datetime | None
    answer: str | None


def group_answers_router(
    answers: GroupAnswerHandler, orders: OrderHandler, book: GroupBook, clerk: GroupClerk, guard: Guard
) -> APIRouter:
    router = APIRouter(prefix="/workorders/v1/orders/{order_id}/group-answer", tags=["groups"])
    relate = of_order(orders)

    @router.get("", operation_id="workorders.get_group_answer")
    async def get_group_answer(
        order_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=relate)]
    ) -> GroupAnswerShown:
        order, _ = await orders.state(order_id)
        if isinstance(order, Unoffered):
            raise NotFound("order")
        asked, _ = await answers.state(order.offer.request_id)
        if not isinstance(asked, Asked):
            return GroupAnswerShown(group=None, name=None, answered_at=None, answer=None)
        told = [stored.event for stored in await answers.history(order.offer.request_id)]
        given = next((each for each in told if isinstance(each, GroupAnswered) and each.order_id == order_id), None)
        return GroupAnswerShown(
            group=asked.group,
            name=book.name_of(asked.group),
            answered_at=given.occurred_at if given else None,
            answer=await _words(given, query) if given else None,
        )

    async def _words(given: GroupAnswered, query: Query) -> str | None:
        try:
            texts = await clerk.vault.fetch(
                query.context, [given.answer.item], purpose=Purpose.HANDLING, request_id=given.request_id
            )
        except VaultUnavailable:
            return None
        return texts.get(given.answer.item)

    @router.post("", operation_id="workorders.answer_group", status_code=201)
    async def answer_group(
        order_id: UUID,
        body: GroupAnswerBody,
        call: Annotated[Call, guard.command(Operation.HANDLE, relation=relate)],
    ) -> Done:
        order, _ = await orders.state(order_id)
        doer = doer_of(call.actor)
        if isinstance(order, Unoffered) or doer is None:
            raise NotAllowed
        request_id = order.offer.request_id
        leaks = await clerk.leaks(body.answer, request_id, call.context)
        texts = {} if leaks else {"answer": group_text(body.answer)}
        refs = await clerk.seal(call, order_id, texts, request_id)
        answered = any(isinstance(stored.event, AnswerGiven) for stored in await orders.history(order_id))
        wish = AnswerGroup(
            doer=doer,
            order_id=order_id,
            owner=owner_of(order),
            answered=answered,
            answer=refs.get("answer", PROBE),
            leaks=leaks,
            at=clerk.now(),
        )
        return Done.model_validate(await act(answers, request_id, wish, call))

    return router
