"""What the doors of arrivals need done: a request that a body sends, a notice and its reply, and how it stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from services.workorders.adapters.bodies import Body
from services.workorders.arrivals.commands import ArrivalCommand, SendIn
from services.workorders.arrivals.decider import ArrivalState, Arrived
from services.workorders.arrivals.facts import (
    ArrivalEvent,
    RequestSent,
    StageTold,
    SupervisionAnswered,
    SupervisionNoticed,
)
from services.workorders.arrivals.store import (
    ArrivalHandler,
    brought_in,
    external_number,
    official,
    place_text,
    request_of,
)
from services.workorders.connector.messages import RequestSent as SentMessage
from services.workorders.screening import leaks_of
from services.workorders.transfers.rules.legality import require_nobody_named
from shared.contracts.codes import Purpose
from shared.contracts.danger import danger_signs
from shared.eventstore import Recorded
from shared.kernel import Clock, Context, NotFound, PersonId, RequestId, TextRef
from shared.web import Call, Query, StrictModel, Vault, VaultUnavailable


class StageFile(StrictModel):
    place: int
    stage: str
    unit: str | None
    outcome: str | None
    answer: str | None
    at: datetime


class NoticeFile(StrictModel):
    notice_id: UUID
    notice: str | None
    reply_due: datetime
    given_at: datetime
    overdue: bool
    reply: str | None
    fixed: bool | None
    proof: str | None
    answered_at: datetime | None


class ArrivalFile(StrictModel):
    request_id: UUID
    door: str
    body: str | None
    number: str | None
    arrived_at: datetime
    stages: tuple[StageFile, ...]
    notices: tuple[NoticeFile, ...]


class ArrivalDesk:
    def __init__(self, arrivals: ArrivalHandler, vault: Vault, clock: Clock) -> None:
        self.arrivals = arrivals
        self.vault = vault
        self._clock = clock

    async def arrived(self, request_id: UUID) -> Arrived:
        state, _ = await self.arrivals.state(request_id)
        if not isinstance(state, Arrived):
            raise NotFound
        return state

    async def since(self, request_id: UUID) -> datetime:
        await self.arrived(request_id)
        return (await self.arrivals.history(request_id))[0].event.occurred_at

    async def do(self, request_id: UUID, wish: ArrivalCommand, call: Call) -> dict[str, Any]:
        def answer(recorded: Recorded[ArrivalState, ArrivalEvent]) -> dict[str, Any]:
            last = str(recorded.last) if recorded.last else None
            return {"request_id": str(request_id), "version": recorded.version, "record_id": last}

        recorded = await self.arrivals.handle(
            request_id, wish, call.context, once=call.once, answer=answer, if_version=call.if_match
        )
        return recorded.answer or {}

    async def sent(self, body: Body, message: SentMessage, context: Context) -> SendIn | None:
        """None: under this number it came before, and nothing is sealed a second time."""
        request_id = request_of(body.code, message.number)
        if await self.arrivals.has_begun(request_id):
            return None
        requester = await self._requester(message, request_id, context)
        texts = {
            "external": external_number(message.number),
            "narrative": brought_in(message.narrative),
            "place": place_text(message.place),
        }
        sealed = await self.vault.seal(
            request_id, "sent in", texts, request_id=request_id, owner=requester, context=context
        )
        kinds = [sign.kind for text in (message.narrative, message.place or "") for sign in danger_signs(text)]
        return SendIn(
            request_id=request_id,
            body=body.code,
            door=body.door,
            external=sealed.refs["external"],
            narrative=sealed.refs["narrative"],
            place=sealed.refs.get("place"),
            requester=requester,
            danger=tuple(sorted(set(kinds))),
            at=self._clock.now(),
        )

    async def _requester(self, message: SentMessage, request_id: RequestId, context: Context) -> PersonId | None:
        given = message.asker.model_dump(exclude_none=True) if message.asker else {}
        if "phone" not in given:
            return None
        return (await self.vault.identify(context, given, request_id=request_id)).person

    async def screen(self, words: str | None, request_id: UUID, context: Context) -> None:
        """Of what the sender will read. Raises TaskNamesSomebody."""
        if words is not None:
            require_nobody_named(await leaks_of(self.vault, words, RequestId(request_id), context))

    async def seal(
        self, request_id: UUID, key: str, context: Context, *, owner: PersonId | None, **words: str | None
    ) -> dict[str, TextRef]:
        texts = {name: official(text) if text is not None else None for name, text in words.items()}
        sealed = await self.vault.seal(
            request_id, key, texts, request_id=RequestId(request_id), owner=owner, context=context
        )
        return dict(sealed.refs)

    async def show(self, request_id: UUID, query: Query, purpose: Purpose) -> ArrivalFile:
        arrived = await self.arrived(request_id)
        history = await self.arrivals.history(request_id)
        events = [stored.event for stored in history]
        refs = [ref for event in events for ref in _words_of(event)]
        try:
            words = await self.vault.fetch(
                query.context, [ref.item for ref in refs], purpose=purpose, request_id=arrived.request_id
            )
        except VaultUnavailable:
            words = {}
        number = words.get(arrived.external.item) if arrived.external else None
        told = [event for event in events if isinstance(event, StageTold)]
        return ArrivalFile(
            request_id=arrived.request_id,
            door=arrived.door,
            body=arrived.body,
            number=number,
            arrived_at=events[0].occurred_at,
            stages=tuple(_stage(event, words) for event in told),
            notices=tuple(
                _notice(event, arrived, events, words) for event in events if isinstance(event, SupervisionNoticed)
            ),
        )


def _words_of(event: object) -> tuple[TextRef, ...]:
    match event:
        case RequestSent(external=external):
            return (external,)
        case StageTold(answer=answer) if answer is not None:
            return (answer,)
        case SupervisionNoticed(notice=notice):
            return (notice,)
        case SupervisionAnswered(reply=reply, proof=proof):
            return (reply, proof) if proof is not None else (reply,)
    return ()


def _stage(event: StageTold, words: dict[UUID, str | None]) -> StageFile:
    return StageFile(
        place=event.place,
        stage=event.stage,
        unit=event.unit,
        outcome=event.outcome,
        answer=words.get(event.answer.item) if event.answer else None,
        at=event.occurred_at,
    )


def _notice(
    event: SupervisionNoticed, arrived: Arrived, events: Sequence[object], words: dict[UUID, str | None]
) -> NoticeFile:
    replies = (each for each in events if isinstance(each, SupervisionAnswered))
    reply = next((each for each in replies if each.notice_id == event.notice_id), None)
    return NoticeFile(
        notice_id=event.notice_id,
        notice=words.get(event.notice.item),
        reply_due=event.reply_due,
        given_at=event.occurred_at,
        overdue=event.notice_id in arrived.overdue,
        reply=words.get(reply.reply.item) if reply else None,
        fixed=reply.fixed if reply else None,
        proof=words.get(reply.proof.item) if reply and reply.proof else None,
        answered_at=reply.occurred_at if reply else None,
    )
