"""The histories of what others sent in: what intake learns of them, which replies are due, and their handler."""

from typing import TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

from services.workorders.arrivals.commands import ArrivalCommand
from services.workorders.arrivals.decider import ArrivalState, arrival_decider
from services.workorders.arrivals.facts import (
    ArrivalEvent,
    RequestSent,
    RequestTakenBack,
    SupervisionAnswered,
    SupervisionNoticed,
)
from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel
from shared.contracts.transfers import RequestSentV1, RequestTakenBackV1, SupervisionAnsweredV1, SupervisionNoticedV1
from shared.contracts.vault import ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.kernel import RequestId, UnitCode, derive_id
from shared.web import Text

CATEGORY = "workorders.arrival"
NUMBERS = uuid5(NAMESPACE_URL, "urn:lounge:numbers-of-others")
"""As intake derives ids at its own door, so that a number sent by both ways is one request."""
REPLY_DUE = "reply_due:"

ArrivalHandler: TypeAlias = CommandHandler[ArrivalCommand, ArrivalState, ArrivalEvent]

arrival_codec: Codec[ArrivalEvent] = Codec(ArrivalEvent)


def request_of(body: UnitCode, number: str) -> RequestId:
    """The same number of the same body is the same request."""
    return RequestId(derive_id(NUMBERS, body, number))


def published(event: ArrivalEvent) -> Contract | None:
    match event:
        case RequestSent():
            return RequestSentV1(
                request_id=event.request_id,
                body=event.body,
                door=event.door,
                external=event.external,
                narrative=event.narrative,
                place=event.place,
                requester=event.requester,
                danger=event.danger,
                at=event.occurred_at,
            )
        case RequestTakenBack():
            return RequestTakenBackV1(request_id=event.request_id, at=event.occurred_at)
        case SupervisionNoticed():
            return SupervisionNoticedV1(
                request_id=event.request_id,
                notice_id=event.notice_id,
                reply_due=event.reply_due,
                at=event.occurred_at,
            )
        case SupervisionAnswered():
            return SupervisionAnsweredV1(request_id=event.request_id, notice_id=event.notice_id, at=event.occurred_at)
        case _:
            return None


def arrival_timers(event: ArrivalEvent, state: ArrivalState) -> tuple[Timer | Cancel, ...]:
    match event:
        case SupervisionNoticed():
            return (Timer(f"{REPLY_DUE}{event.notice_id}", event.reply_due),)
        case SupervisionAnswered():
            return (Cancel(f"{REPLY_DUE}{event.notice_id}"),)
        case _:
            return ()


def notice_of_timer(name: str) -> UUID:
    return UUID(name.removeprefix(REPLY_DUE))


def external_number(text: str) -> Text:
    return Text(ItemKind.NOTE, text, DataLevel.L2)


def brought_in(text: str) -> Text:
    return Text(ItemKind.NARRATIVE, text)


def place_text(text: str | None) -> Text | None:
    return Text(ItemKind.PLACE, text) if text is not None else None


def official(text: str) -> Text:
    """Between bodies, without names: no more than L2."""
    return Text(ItemKind.ANSWER, text, DataLevel.L2)


def arrival_handler(store: EventStore) -> ArrivalHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=arrival_decider,
        codec=arrival_codec,
        publish=published,
        timers=arrival_timers,
    )
