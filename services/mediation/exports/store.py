"""How exports are stored. Others learn nothing of them but the leaf in the log."""

from typing import TypeAlias
from uuid import UUID

from services.mediation.exports.decider import ExportCommand, ExportEvent, ExportState, export_decider
from shared.eventstore import Codec, CommandHandler, EventStore

CATEGORY = "mediation.export"

ExportHandler: TypeAlias = CommandHandler[ExportCommand, ExportState, ExportEvent]

export_codec: Codec[ExportEvent] = Codec(ExportEvent)


def export_handler(store: EventStore) -> ExportHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=export_decider, codec=export_codec, key=request_of)


def request_of(id: UUID, state: ExportState, events: tuple[ExportEvent, ...]) -> UUID:
    return events[0].request_id
