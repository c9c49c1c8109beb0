"""The register of a demo desk: the invented mediators of the embedded issuer."""

from datetime import date
from uuid import NAMESPACE_URL, uuid5

from services.mediation.mediators.decider import Register, Term
from services.mediation.mediators.store import MediatorHandler
from shared.kernel import SYSTEM, Clock, Context, PersonId, UnitCode, derive_id

DEMO_NAMESPACE = uuid5(NAMESPACE_URL, "urn:lounge:demo-people")
FIRST_DAY = date(2025, 1, 1)
KEEPERS = {
    "mediator": UnitCode("PM-COMMITTEE-1"),
    "mediator_two": UnitCode("PM-COMMITTEE-1"),
    "invited_mediator": UnitCode("COURT-1"),
    "industry_mediator": UnitCode("INDUSTRY-PROPERTY"),
    "unlisted_mediator": UnitCode("INDUSTRY-CARS"),
}
"""Committees and industry bodies keep their own mediators, courts those whom they invite."""


async def register_demo_mediators(mediators: MediatorHandler, clock: Clock) -> None:
    """Repeating it changes nothing."""
    for login, keeper in KEEPERS.items():
        person = PersonId(derive_id(DEMO_NAMESPACE, login))
        wish = Register(person=person, term=Term(keeper, FIRST_DAY, None), at=clock.now())
        await mediators.handle(person, wish, Context(actor=SYSTEM))
