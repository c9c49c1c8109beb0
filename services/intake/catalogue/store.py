"""Where questions are kept, and what of them is public."""

from services.intake.catalogue.decider import (
    InquiryAnswered,
    InquiryCommand,
    InquiryEvent,
    InquiryState,
    inquiry_decider,
)
from shared.contracts.base import Contract
from shared.contracts.inquiries import InquiryAnsweredV1
from shared.eventstore import Codec, CommandHandler, EventStore

CATEGORY = "intake.inquiry"

InquiryHandler = CommandHandler[InquiryCommand, InquiryState, InquiryEvent]

inquiry_codec: Codec[InquiryEvent] = Codec(InquiryEvent)


def published(event: InquiryEvent) -> Contract | None:
    if not isinstance(event, InquiryAnswered):
        return None
    return InquiryAnsweredV1(
        inquiry_id=event.inquiry_id,
        question=event.question,
        group=event.group,
        item=event.item,
        category=event.category,
        priority=event.priority,
        police=event.police,
        channel=event.channel,
        at=event.occurred_at,
    )


def inquiry_handler(store: EventStore) -> InquiryHandler:
    return CommandHandler(
        store=store, category=CATEGORY, decider=inquiry_decider, codec=inquiry_codec, publish=published
    )
