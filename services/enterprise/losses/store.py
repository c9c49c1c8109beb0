"""How losses are stored, and the two figures that are published of them, never one of both."""

from typing import TypeAlias
from uuid import UUID

from services.enterprise.losses.decider import (
    LossCommand,
    LossEvent,
    LossRecorded,
    LossRecovered,
    LossState,
    Unrecorded,
    loss_decider,
)
from shared.contracts.base import Contract
from shared.contracts.enterprise import LossRecordedV1, LossRecoveredV1
from shared.contracts.vault import ItemKind
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.web import Text

CATEGORY = "enterprise.loss"

LossHandler: TypeAlias = CommandHandler[LossCommand, LossState, LossEvent]

loss_codec: Codec[LossEvent] = Codec(LossEvent)


def published(event: LossEvent) -> Contract | None:
    match event:
        case LossRecorded():
            return LossRecordedV1(
                firm_id=event.firm_id,
                loss_id=event.loss_id,
                request_id=event.request_id,
                claimed_fen=event.claimed_fen,
                claimed_pieces=sum(each.pieces for each in event.claimed_goods),
                at=event.occurred_at,
            )
        case LossRecovered():
            return LossRecoveredV1(
                firm_id=event.firm_id,
                loss_id=event.loss_id,
                request_id=event.request_id,
                fen=event.fen,
                pieces=sum(each.pieces for each in event.goods),
                recovered_fen=event.recovered_fen,
                recovered_pieces=event.recovered_pieces,
                at=event.occurred_at,
            )
        case _:
            return None


def _key(id: UUID, state: LossState, events: tuple[LossEvent, ...]) -> UUID:
    """The request's, so that the loss stands in its history; its own where no request exists."""
    if not isinstance(state, Unrecorded):
        return state.request_id or id
    first = events[0] if events else None
    return (first.request_id or id) if isinstance(first, LossRecorded) else id


def goods_text(text: str | None) -> Text | None:
    return Text(ItemKind.NOTE, text) if text is not None else None


def proof_text(text: str) -> Text:
    return Text(ItemKind.EVIDENCE, text)


def loss_handler(store: EventStore) -> LossHandler:
    return CommandHandler(
        store=store, category=CATEGORY, decider=loss_decider, codec=loss_codec, publish=published, key=_key
    )
