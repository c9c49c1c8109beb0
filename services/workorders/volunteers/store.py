"""How the registry of volunteers is stored: one stream per person. Nothing of it is published."""

from typing import TypeAlias

from services.workorders.volunteers.decider import Volunteer, VolunteerCommand, VolunteerEvent, volunteer_decider
from shared.eventstore import Codec, CommandHandler, EventStore

CATEGORY = "workorders.volunteer"

VolunteerHandler: TypeAlias = CommandHandler[VolunteerCommand, Volunteer, VolunteerEvent]

volunteer_codec: Codec[VolunteerEvent] = Codec(VolunteerEvent)


def volunteer_handler(store: EventStore) -> VolunteerHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=volunteer_decider, codec=volunteer_codec)
