"""How a firm's inspections of a year are stored, and what the others learn of them."""

from typing import TypeAlias
from uuid import NAMESPACE_URL, UUID, uuid5

from services.enterprise.inspections.commands import InspectionCommand
from services.enterprise.inspections.decider import inspection_decider
from services.enterprise.inspections.facts import InspectionEvent, InspectionHeld, InspectionMerged, InspectionPlanned
from services.enterprise.inspections.state import FirmYear
from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel
from shared.contracts.enterprise import InspectionHeldV1, InspectionMergedV1, InspectionPlannedV1
from shared.contracts.vault import ItemKind
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.kernel import derive_id
from shared.web import Text

CATEGORY = "enterprise.inspections"
YEARS = uuid5(NAMESPACE_URL, "urn:lounge:firm-years")

InspectionHandler: TypeAlias = CommandHandler[InspectionCommand, FirmYear, InspectionEvent]

inspection_codec: Codec[InspectionEvent] = Codec(InspectionEvent)


def year_of(firm_id: UUID, year: int) -> UUID:
    return derive_id(YEARS, firm_id, year)


def published(event: InspectionEvent) -> Contract | None:
    match event:
        case InspectionPlanned():
            return InspectionPlannedV1(
                firm_id=event.firm_id,
                plan_id=event.plan_id,
                unit=event.unit,
                item=event.item,
                begins=event.begins,
                ends=event.ends,
                at=event.occurred_at,
            )
        case InspectionMerged():
            return InspectionMergedV1(
                firm_id=event.firm_id,
                inspection_id=event.inspection_id,
                plans=event.plans,
                units=event.units,
                on=event.on,
                at=event.occurred_at,
            )
        case InspectionHeld():
            return InspectionHeldV1(
                firm_id=event.firm_id, inspection_id=event.inspection_id, units=event.units, at=event.occurred_at
            )
        case _:
            return None


def report_text(text: str) -> Text:
    """The firm and the other departments of the visit may read it."""
    return Text(ItemKind.STATEMENT, text, DataLevel.L2)


def inspection_handler(store: EventStore) -> InspectionHandler:
    return CommandHandler(
        store=store, category=CATEGORY, decider=inspection_decider, codec=inspection_codec, publish=published
    )
