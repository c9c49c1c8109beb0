"""How sweeps are stored, and which findings intake is to take in."""

from collections.abc import Mapping
from typing import TypeAlias

from services.workorders.sweeps.commands import SweepCommand
from services.workorders.sweeps.decider import SweepState, sweep_decider
from services.workorders.sweeps.facts import FindingMade, SweepEvent
from shared.contracts.base import Contract
from shared.contracts.sweeps import FindingRaisedV1
from shared.contracts.vault import ItemKind
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.web import Text

CATEGORY = "workorders.sweep"

SweepHandler: TypeAlias = CommandHandler[SweepCommand, SweepState, SweepEvent]

sweep_codec: Codec[SweepEvent] = Codec(SweepEvent)


def published(event: SweepEvent) -> Contract | None:
    match event:
        case FindingMade() if event.request_id is not None:
            return FindingRaisedV1(
                request_id=event.request_id,
                sweep_id=event.sweep_id,
                finding_id=event.finding_id,
                kind=event.kind,
                grid=event.grid,
                narrative=event.what,
                place=event.place,
                danger=event.danger,
                finder=event.walker,
                at=event.occurred_at,
            )
    return None


def claim_texts(narrative: str, place: str) -> Mapping[str, Text]:
    """What a walker saw, as the words of a request."""
    return {"narrative": Text(ItemKind.NARRATIVE, narrative), "place": Text(ItemKind.PLACE, place)}


def sweep_handler(store: EventStore) -> SweepHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=sweep_decider, codec=sweep_codec, publish=published)
