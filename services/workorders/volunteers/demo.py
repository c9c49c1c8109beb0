"""The volunteers of a demo desk: an invented courier whose training counts, and one whose training ran out."""

from datetime import date
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from services.workorders.volunteers.decider import Certificate, RegisterVolunteer
from services.workorders.volunteers.store import VolunteerHandler
from shared.kernel import SYSTEM, Clock, Context, ItemCode, PersonId, UnitCode, derive_id

DEMO_NAMESPACE: Final = uuid5(NAMESPACE_URL, "urn:lounge:demo-people")
STATION: Final = UnitCode("STATION-GL")
VOLUNTEERS: Final = {
    "volunteer": Certificate(ItemCode("courier-a"), STATION, date(2020, 1, 1), date(2030, 12, 31)),
    "volunteer_lapsed": Certificate(ItemCode("courier-b"), STATION, date(2019, 1, 1), date(2019, 12, 31)),
}


async def register_demo_volunteers(volunteers: VolunteerHandler, clock: Clock) -> None:
    """Whoever is known already stays as he is: being struck off outlives a restart."""
    for login, certificate in VOLUNTEERS.items():
        person = PersonId(derive_id(DEMO_NAMESPACE, login))
        if await volunteers.has_begun(person):
            continue
        wish = RegisterVolunteer(person=person, certificate=certificate, at=clock.now())
        await volunteers.handle(person, wish, Context(actor=SYSTEM))
