"""HTTP: what was told, what each side thinks, and whether letters arrive."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from fastapi import Query as Param

from services.notifications.contacts.commands import Rate
from services.notifications.contacts.decider import VerdictNotAsked
from services.notifications.contacts.mailbox import Inbox, Mailbox, MessageAnswer
from services.notifications.contacts.relations import Relate, contact_of, voice_of
from services.notifications.contacts.store import ContactHandler, ItemKind
from services.notifications.contacts.views import messages
from shared.contracts.codes import Operation
from shared.kernel import Clock, RequestId, TextRef
from shared.web import Call, Guard, LongText, Query, StrictModel, Text, Vault, own

MAX_PAGE = 200


class RatingBody(StrictModel):
    satisfied: bool
    comment: LongText | None = None


class RatingAnswer(StrictModel):
    request_id: UUID
    satisfied: bool
    version: int
    record_id: UUID | None


class Messages(StrictModel):
    messages: tuple[MessageAnswer, ...]
    may_rate_until: datetime | None


class Deliveries(StrictModel):
    deliveries: tuple[dict[str, Any], ...]


def contacts_router(
    contacts: ContactHandler,
    mailbox: Mailbox,
    vault: Vault,
    guard: Guard,
    clock: Clock,
    people: Relate,
    staff: Relate,
) -> APIRouter:
    router = APIRouter(prefix="/notifications/v1", tags=["contacts"])
    store = contacts.store

    @router.get("/inbox", operation_id="notifications.list_inbox")
    async def list_inbox(
        query: Annotated[Query, guard.query(Operation.READ, relation=own)],
        after: UUID | None = None,
        cursor: Annotated[str | None, Param(max_length=200)] = None,
        limit: Annotated[int, Param(ge=1, le=MAX_PAGE)] = 50,
    ) -> Inbox:
        if after is not None:
            await store.wait_for_view(messages.name, after)
        return await mailbox.inbox(query, cursor, limit)

    @router.get("/requests/{request_id}/messages", operation_id="notifications.list_messages")
    async def list_messages(
        request_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=people)]
    ) -> Messages:
        contact = await contact_of(contacts, _path(request_id))
        voice = voice_of(query.actor, contact)
        question = contact.question
        asked = question is not None and question.attempt == contact.attempt and voice in question.voices
        return Messages(
            messages=await mailbox.of_request(request_id, voice, query),
            may_rate_until=question.due if question is not None and asked else None,
        )

    @router.post("/requests/{request_id}/ratings", operation_id="notifications.rate")
    async def rate(
        request_id: UUID, body: RatingBody, call: Annotated[Call, guard.command(Operation.RATE, relation=people)]
    ) -> RatingAnswer:
        voice = voice_of(call.actor, await contact_of(contacts, _path(request_id)))
        if voice is None:
            raise VerdictNotAsked()
        command = Rate(
            voice=voice,
            satisfied=body.satisfied,
            comment=await comment_of(request_id, body.comment, call),
            at=clock.now(),
        )
        recorded = await contacts.handle(
            request_id,
            command,
            call.context,
            once=call.once,
            answer=lambda recorded: RatingAnswer(
                request_id=request_id,
                satisfied=body.satisfied,
                version=recorded.version,
                record_id=recorded.last,
            ).model_dump(mode="json"),
        )
        return RatingAnswer.model_validate(recorded.answer)

    async def comment_of(request_id: UUID, comment: str | None, call: Call) -> TextRef | None:
        if comment is None:
            return None
        sealed = await vault.seal(
            request_id,
            call.key,
            {"comment": Text(ItemKind.STATEMENT, comment)},
            request_id=RequestId(request_id),
            owner=call.actor.person,
            context=call.context,
        )
        return sealed.refs["comment"]

    @router.get("/requests/{request_id}/deliveries", operation_id="notifications.list_deliveries")
    async def list_deliveries(
        request_id: UUID, query: Annotated[Query, guard.query(Operation.READ, relation=staff)]
    ) -> Deliveries:
        return Deliveries(deliveries=await mailbox.deliveries(request_id))

    return router


def _path(request_id: UUID) -> Mapping[str, str]:
    return {"request_id": str(request_id)}
