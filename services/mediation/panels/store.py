"""How panels are stored: one per case, its id from the case's; others learn that a panel was called together."""

from typing import TypeAlias
from uuid import UUID

from services.mediation.panels.commands import PanelCommand
from services.mediation.panels.decider import PanelState, panel_decider
from services.mediation.panels.facts import PanelEvent, PanelFormed, PanelId
from shared.contracts.base import Contract
from shared.contracts.mediation import PanelFormedV1
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.kernel import derive_id

CATEGORY = "mediation.panel"
PANELS = UUID("6f0b1c1a-94b7-5b0e-8d1c-2f6c0f3e7a06")

PanelHandler: TypeAlias = CommandHandler[PanelCommand, PanelState, PanelEvent]

panel_codec: Codec[PanelEvent] = Codec(PanelEvent)


def panel_handler(store: EventStore) -> PanelHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=panel_decider,
        codec=panel_codec,
        publish=published,
        key=request_of,
    )


def request_of(id: UUID, state: PanelState, events: tuple[PanelEvent, ...]) -> UUID:
    return events[0].request_id


def panel_of(case_id: UUID) -> PanelId:
    return PanelId(derive_id(PANELS, case_id))


def published(event: PanelEvent) -> Contract | None:
    if not isinstance(event, PanelFormed):
        return None
    return PanelFormedV1(
        request_id=event.request_id, case_id=event.case_id, template=event.template, at=event.occurred_at
    )
