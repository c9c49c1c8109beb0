"""How the register of bodies is stored: one stream per body, its id from its code. Nothing of it is published."""

from typing import TypeAlias
from uuid import UUID

from services.mediation.bodies.decider import BodyCommand, BodyEvent, Entry, body_decider
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.kernel import UnitCode, derive_id

CATEGORY = "mediation.body"
BODIES = UUID("6f0b1c1a-94b7-5b0e-8d1c-2f6c0f3e7a04")

BodyHandler: TypeAlias = CommandHandler[BodyCommand, Entry, BodyEvent]

body_codec: Codec[BodyEvent] = Codec(BodyEvent)


def body_handler(store: EventStore) -> BodyHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=body_decider, codec=body_codec)


def body_id(code: UnitCode) -> UUID:
    return derive_id(BODIES, code)
