"""The bodies of a demo desk: an invented association on the list, one that is not, and the county court."""

from datetime import date

from services.mediation.bodies.decider import ListBody, RegisterBody, Span
from services.mediation.bodies.store import BodyHandler, body_id
from services.mediation.cases.values import BodyKind, Trade
from shared.kernel import SYSTEM, Clock, Context, UnitCode

SPAN = Span(date(2025, 1, 1), None)
LISTED = UnitCode("INDUSTRY-PROPERTY")
UNLISTED = UnitCode("INDUSTRY-CARS")
COURT = UnitCode("COURT-1")

BODIES = (
    (LISTED, BodyKind.INDUSTRY, (Trade.PROPERTY, Trade.CONSUMER, Trade.LABOUR, Trade.TRAFFIC)),
    (UNLISTED, BodyKind.INDUSTRY, (Trade.CONSUMER, Trade.TRAFFIC)),
    (COURT, BodyKind.COURT, ()),
)


async def register_demo_bodies(bodies: BodyHandler, clock: Clock) -> None:
    """Repeating it changes nothing."""
    now, context = clock.now(), Context(actor=SYSTEM)
    for code, kind, trades in BODIES:
        wish = RegisterBody(code=code, kind=kind, trades=trades, span=SPAN, at=now)
        await bodies.handle(body_id(code), wish, context)
    await bodies.handle(body_id(LISTED), ListBody(code=LISTED, span=SPAN, at=now), context)
