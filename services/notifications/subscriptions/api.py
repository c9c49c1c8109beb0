"""HTTP for partner agencies: subscribe, take deliveries, ask for them again, change the secret, try it out."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Response
from fastapi import Path as PathParameter
from fastapi import Query as Param
from fastapi.responses import StreamingResponse
from pydantic import Field

from services.notifications.subscriptions.commands import (
    AskReplay,
    ChangeEndpoint,
    End,
    NoteResent,
    NoteTested,
    OpenSubscription,
    Pause,
    Resume,
    RotateSecret,
    SubscriptionCommand,
)
from services.notifications.subscriptions.documents import asyncapi
from services.notifications.subscriptions.facts import Answer, Way
from services.notifications.subscriptions.kiosk import (
    Kiosk,
    LedgerAnswer,
    PurposesAnswer,
    SubscriptionAnswer,
    SubscriptionList,
)
from services.notifications.subscriptions.purposes import agreement
from services.notifications.subscriptions.refusals import DeliveriesGone, TopicsNotOffered, WebhookMissing
from services.notifications.subscriptions.sending import JSON
from services.notifications.subscriptions.state import Subscription
from services.notifications.subscriptions.views import subscriptions as subscription_view
from shared.contracts.codes import DataLevel, Operation, Role
from shared.kernel import BUREAU_ZONE, ItemCode, NotFound, UnitCode, derive_id
from shared.web import Call, CodeText, Guard, Query, ShortText, StrictModel
from shared.web.doors import command_by_role, query_by_role
from shared.web.webhooks import written

MAX_PAGE = 500
TRIES = "20/minute"
Number = Annotated[int, PathParameter(ge=1, lt=2**62)]
After = Annotated[int, Param(ge=0, lt=2**62)]


class OpenBody(StrictModel):
    purpose: CodeText
    url: ShortText | None = None
    """Of the webhook; without one deliveries are taken from the feed or the stream."""
    kafka: bool = False
    """Also on the agency's own Kafka topic, where the bureau offers one."""
    types: Annotated[tuple[CodeText, ...], Field(max_length=50)] = ()
    places: Annotated[tuple[CodeText, ...], Field(max_length=100)] = ()


class EndpointBody(StrictModel):
    url: ShortText


class ReplayBody(StrictModel):
    after: Annotated[int, Field(strict=True, ge=0, lt=2**62)]


class Done(StrictModel):
    subscription_id: UUID
    version: int
    record_id: UUID | None


class Opened(Done):
    secret: str | None
    """Shown now and never again."""


class Rotated(Done):
    secret: str
    both_until: datetime


class Tried(StrictModel):
    subscription_id: UUID
    taken: bool
    status: int | None
    failure: str | None


def subscriptions_router(kiosk: Kiosk, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/notifications/v1", tags=["subscriptions"])
    member = kiosk.of_member
    reads = query_by_role(guard, Operation.READ, {Role.PLATFORM: Operation.FOLLOW}, relation=kiosk.of_agency)
    acts = command_by_role(
        guard, Operation.ANSWER_TASK, {Role.OPERATOR: Operation.REPLAY_RECORDS}, relation=kiosk.of_agency
    )

    @router.get("/purposes", operation_id="notifications.list_purposes")
    async def list_purposes(
        query: Annotated[
            Query, query_by_role(guard, Operation.READ, {Role.PLATFORM: Operation.FOLLOW}, relation=member)
        ],
    ) -> PurposesAnswer:
        """What the caller's agency may be told, by its contract."""
        return kiosk.purposes_of(query.actor)

    @router.get("/purposes/{purpose}/asyncapi.json", operation_id="notifications.get_asyncapi")
    async def get_asyncapi(
        purpose: Annotated[str, PathParameter(max_length=64)],
        query: Annotated[
            Query, query_by_role(guard, Operation.READ, {Role.PLATFORM: Operation.FOLLOW}, relation=member)
        ],
    ) -> dict[str, Any]:
        known = kiosk.purposes.purposes.get(ItemCode(purpose))
        if known is None:
            raise NotFound("purpose")
        return asyncapi(ItemCode(purpose), known, kiosk.purposes.version, kiosk.division)

    @router.post("/subscriptions", operation_id="notifications.open_subscription", status_code=201)
    async def open_subscription(
        body: OpenBody,
        call: Annotated[Call, guard.command(Operation.ANSWER_TASK, relation=member, replay=False)],
    ) -> Opened:
        if body.kafka and not kiosk.has_topics:
            raise TopicsNotOffered()
        agency = call.actor.unit or UnitCode("")
        id = derive_id(kiosk.NAMESPACE, call.principal, call.key)
        if call.answered is None:
            command = OpenSubscription(
                subscription_id=id,
                agency=agency,
                contract=agreement(kiosk.purposes, kiosk.agencies, agency, body.purpose, _today(kiosk)),
                ways=(*((Way.WEBHOOK,) if body.url else ()), *((Way.KAFKA,) if body.kafka else ())),
                types=tuple(ItemCode(each) for each in body.types),
                places=tuple(UnitCode(each) for each in body.places),
                endpoint=await kiosk.sealed(id, body.url, call) if body.url else None,
                by=call.actor.person,
                at=kiosk.clock.now(),
            )
            answered = await _handle(id, command, call)
        else:
            answered = call.answered
        secret = written(kiosk.secrets.of(id, 1)) if body.url else None
        return Opened.model_validate({**answered, "secret": secret})

    @router.get("/subscriptions", operation_id="notifications.list_subscriptions")
    async def list_subscriptions(
        query: Annotated[
            Query, query_by_role(guard, Operation.READ, {Role.PLATFORM: Operation.FOLLOW}, relation=member)
        ],
        after: UUID | None = None,
    ) -> SubscriptionList:
        """An agency's own; operators see all, the given up first."""
        if after is not None:
            await kiosk.subscriptions.store.wait_for_view(subscription_view.name, after)
        return await kiosk.listed(query.actor)

    @router.get("/subscriptions/{subscription_id}", operation_id="notifications.get_subscription")
    async def get_subscription(
        subscription_id: UUID, query: Annotated[Query, reads], after: UUID | None = None
    ) -> SubscriptionAnswer:
        if after is not None:
            await kiosk.subscriptions.store.wait_for_view(subscription_view.name, after)
        return await kiosk.one(subscription_id)

    @router.post("/subscriptions/{subscription_id}/endpoint", operation_id="notifications.change_endpoint")
    async def change_endpoint(subscription_id: UUID, body: EndpointBody, call: Annotated[Call, acts]) -> Done:
        endpoint = await kiosk.sealed(subscription_id, body.url, call)
        return await _done(subscription_id, ChangeEndpoint(endpoint=endpoint, at=kiosk.clock.now()), call)

    @router.post("/subscriptions/{subscription_id}/secret", operation_id="notifications.rotate_secret")
    async def rotate_secret(
        subscription_id: UUID,
        call: Annotated[Call, guard.command(Operation.ANSWER_TASK, relation=kiosk.of_agency, replay=False)],
    ) -> Rotated:
        """Both secrets sign for a day. The new one is shown now, and again for the same Idempotency-Key."""
        if call.answered is not None:
            version = int(call.answered["secret_version"])
            told = call.answered
        else:
            state = await kiosk.state(subscription_id)
            rotate = RotateSecret(following=state.secret_version, at=kiosk.clock.now())
            version = state.secret_version + 1
            told = await _handle(subscription_id, rotate, call, secret_version=version)
        secret = written(kiosk.secrets.of(subscription_id, version))
        state = await kiosk.state(subscription_id)
        plain = {name: value for name, value in told.items() if name != "secret_version"}
        return Rotated.model_validate({**plain, "secret": secret, "both_until": state.both_until})

    @router.post("/subscriptions/{subscription_id}/pause", operation_id="notifications.pause_subscription")
    async def pause(subscription_id: UUID, call: Annotated[Call, acts]) -> Done:
        return await _done(subscription_id, Pause(at=kiosk.clock.now()), call)

    @router.post("/subscriptions/{subscription_id}/resume", operation_id="notifications.resume_subscription")
    async def resume(subscription_id: UUID, call: Annotated[Call, acts]) -> Done:
        """Also of one that was given up: everything since then is sent, in order."""
        done = await _done(subscription_id, Resume(at=kiosk.clock.now()), call)
        kiosk.ring()
        return done

    @router.post("/subscriptions/{subscription_id}/end", operation_id="notifications.end_subscription")
    async def end(subscription_id: UUID, call: Annotated[Call, acts]) -> Done:
        return await _done(subscription_id, End(at=kiosk.clock.now()), call)

    @router.post("/subscriptions/{subscription_id}/replay", operation_id="notifications.replay_deliveries")
    async def replay(subscription_id: UUID, body: ReplayBody, call: Annotated[Call, acts]) -> Done:
        """Everything after a number is sent once more, under the same numbers."""
        answered = await kiosk.replayed(
            subscription_id,
            AskReplay(
                after=body.after,
                made=await kiosk.ledger.made(subscription_id),
                oldest=await kiosk.ledger.oldest(subscription_id),
                at=kiosk.clock.now(),
            ),
            call,
        )
        kiosk.ring()
        return Done.model_validate(answered)

    @router.post(
        "/subscriptions/{subscription_id}/deliveries/{number}/resend", operation_id="notifications.resend_delivery"
    )
    async def resend(subscription_id: UUID, number: Number, call: Annotated[Call, acts]) -> Tried:
        """One delivery out of its turn, now."""
        guard.limits.hit(TRIES, "partner", str(subscription_id))
        state = await kiosk.state(subscription_id)
        delivery = await kiosk.ledger.one(subscription_id, number)
        if delivery is None:
            raise DeliveriesGone(oldest=await kiosk.ledger.oldest(subscription_id))
        _require_webhook(state)
        answer, _ = await kiosk.sender.send(state, delivery)
        await kiosk.ledger.note_try(delivery, answer.status, answer.failure, kiosk.clock.now())
        return await _tried(
            subscription_id, NoteResent(number=number, answer=answer, at=kiosk.clock.now()), answer, call
        )

    @router.post("/subscriptions/{subscription_id}/test", operation_id="notifications.test_webhook")
    async def test(subscription_id: UUID, call: Annotated[Call, acts]) -> Tried:
        """Sends a signed event that says nothing, outside the numbers, and tells what came back."""
        guard.limits.hit(TRIES, "partner", str(subscription_id))
        state = await kiosk.state(subscription_id)
        _require_webhook(state)
        answer = await kiosk.sender.test(state)
        return await _tried(subscription_id, NoteTested(answer=answer, at=kiosk.clock.now()), answer, call)

    @router.get("/subscriptions/{subscription_id}/deliveries", operation_id="notifications.list_partner_deliveries")
    async def deliveries(
        subscription_id: UUID,
        query: Annotated[Query, reads],
        after: After = 0,
        limit: Annotated[int, Param(ge=1, le=MAX_PAGE)] = 100,
    ) -> Response:
        """Everything after a number, byte for byte as the webhook has it. Ask again with `next_after`.

        Drop what you hold under the numbers that a `delivery_withdrawn` names."""
        await kiosk.require_contract(subscription_id)
        await kiosk.require_kept(subscription_id, after)
        found = await kiosk.ledger.after(subscription_id, after, limit)
        await kiosk.sender.require_cover(max((each.level for each in found), default=DataLevel.L1))
        body = {
            "deliveries": [orjson.Fragment(each.body) for each in found],
            "next_after": found[-1].number if found else after,
            "made": await kiosk.ledger.made(subscription_id),
        }
        return Response(orjson.dumps(body), media_type="application/json")

    @router.get("/subscriptions/{subscription_id}/deliveries/{number}", operation_id="notifications.get_delivery")
    async def one(subscription_id: UUID, number: Number, query: Annotated[Query, reads]) -> Response:
        await kiosk.require_contract(subscription_id)
        delivery = await kiosk.ledger.one(subscription_id, number)
        if delivery is None:
            raise NotFound("delivery")
        await kiosk.sender.require_cover(delivery.level)
        return Response(delivery.body, media_type=JSON)

    @router.get("/subscriptions/{subscription_id}/ledger", operation_id="notifications.list_delivery_states")
    async def ledger(
        subscription_id: UUID,
        query: Annotated[Query, reads],
        before: Annotated[int | None, Param(ge=1, lt=2**62)] = None,
        limit: Annotated[int, Param(ge=1, le=MAX_PAGE)] = 50,
    ) -> LedgerAnswer:
        """For people: state, tries and last answer of each, newest first."""
        return await kiosk.ledger_of(subscription_id, before, limit)

    @router.get(
        "/subscriptions/{subscription_id}/stream",
        operation_id="notifications.stream_deliveries",
        response_class=StreamingResponse,
    )
    async def stream(
        subscription_id: UUID,
        query: Annotated[Query, reads],
        last_event_id: Annotated[str | None, Header(max_length=19, pattern=r"^\d{1,18}$")] = None,
        after: After = 0,
    ) -> StreamingResponse:
        """Server-sent events; `id` is the delivery's number, so that a reconnect goes on where it was."""
        since = int(last_event_id) if last_event_id else after
        agency = await kiosk.require_contract(subscription_id)
        await kiosk.require_kept(subscription_id, since)
        return StreamingResponse(
            kiosk.streams.follow(subscription_id, agency, since),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def _handle(id: UUID, command: SubscriptionCommand, call: Call, **more: Any) -> dict[str, Any]:
        recorded = await kiosk.subscriptions.handle(
            id,
            command,
            call.context,
            once=call.once,
            answer=lambda recorded: {
                **Done(subscription_id=id, version=recorded.version, record_id=recorded.last).model_dump(mode="json"),
                **more,
            },
        )
        assert recorded.answer is not None
        return recorded.answer

    async def _done(id: UUID, command: SubscriptionCommand, call: Call) -> Done:
        return Done.model_validate(await _handle(id, command, call))

    async def _tried(id: UUID, command: NoteResent | NoteTested, answer: Answer, call: Call) -> Tried:
        tried = Tried(subscription_id=id, taken=answer.is_taken, status=answer.status, failure=answer.failure)
        await kiosk.subscriptions.handle(
            id, command, call.context, once=call.once, answer=lambda recorded: tried.model_dump(mode="json")
        )
        return tried

    return router


def _today(kiosk: Kiosk) -> date:
    return kiosk.clock.now().astimezone(BUREAU_ZONE).date()


def _require_webhook(state: Subscription) -> None:
    if Way.WEBHOOK not in state.ways:
        raise WebhookMissing()
