"""The register of a demo desk: the invented mediators of the embedded issuer."""

from datetime import date
from uuid import NAMESPACE_URL, uuid5

from services.mediation.mediators.decider import Register, Term
from services.mediation.mediators.store import MediatorHandler
from shared.kernel import SYSTEM, Clock, Context, PersonId, UnitCode, derive_id

DEMO_NAMESPACE = uuid5(NAMESPACE_URL, "urn:lounge:demo-people")
TERM = Term(UnitCode("PM-COMMITTEE-1"), date(2025, 1, 1), None)
LOGINS = ("mediator", "mediator_two")


async def register_demo_mediators(mediators: MediatorHandler, clock: Clock) -> None:
    """Repeating it changes nothing."""
    for login in LOGINS:
        person = PersonId(derive_id(DEMO_NAMESPACE, login))
        wish = Register(person=person, term=TERM, at=clock.now())
        await mediators.handle(person, wish, Context(actor=SYSTEM))
