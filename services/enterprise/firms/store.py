"""How firms are stored, and what of them is published: never the number, never a name."""

from typing import TypeAlias
from uuid import NAMESPACE_URL, uuid5

from services.enterprise.firms.decider import FirmCommand, FirmEvent, FirmFiled, FirmId, FirmState, firm_decider
from services.enterprise.firms.rules.credit_code import CreditCode
from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel
from shared.contracts.enterprise import FirmFiledV1
from shared.contracts.vault import ItemKind
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.kernel import derive_id
from shared.web import Text

CATEGORY = "enterprise.firm"
FIRMS = uuid5(NAMESPACE_URL, "urn:lounge:firms")

FirmHandler: TypeAlias = CommandHandler[FirmCommand, FirmState, FirmEvent]

firm_codec: Codec[FirmEvent] = Codec(FirmEvent)


def firm_of_code(code: CreditCode) -> FirmId:
    """The same number is the same firm."""
    return FirmId(derive_id(FIRMS, code))


def published(event: FirmEvent) -> Contract | None:
    match event:
        case FirmFiled():
            return FirmFiledV1(
                firm_id=event.firm_id,
                unit=event.unit,
                checks_hold=event.checks_hold,
                name=event.name,
                contacts=event.contacts,
                at=event.occurred_at,
            )
        case _:
            return None


def name_text(text: str) -> Text:
    return Text(ItemKind.TITLE, text, DataLevel.L2)


def contacts_text(text: str | None) -> Text | None:
    return Text(ItemKind.CONTACT, text, DataLevel.L2) if text is not None else None


def firm_handler(store: EventStore) -> FirmHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=firm_decider, codec=firm_codec, publish=published)
