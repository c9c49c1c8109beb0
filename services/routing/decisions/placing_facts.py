"""Where a request lies, how its owner was found, and who took it over."""

from datetime import datetime
from enum import StrEnum

from services.routing.directory.choosing import Choosing
from services.routing.directory.sightings import Sighting
from shared.kernel import GridCode, PersonId, RequestId, UnitCode, fact


class TakenOver(StrEnum):
    """How a request came to another hand while it was handled."""

    SIGNED = "signed"
    """Somebody else than the owner signed for it."""
    HANDED_OVER = "handed_over"
    """A colleague took it over from the owner."""


@fact("place_sighted")
class PlaceSighted:
    """What the texts say of the place. Several candidates: somebody has to say which."""

    request_id: RequestId
    sighting: Sighting
    occurred_at: datetime


@fact("place_settled")
class PlaceSettled:
    """A person said where it is."""

    request_id: RequestId
    grid: GridCode
    occurred_at: datetime


@fact("owner_found")
class OwnerFound:
    """Why the owner of this routing is who he is."""

    request_id: RequestId
    attempt: int
    owner: PersonId
    choosing: Choosing
    occurred_at: datetime


@fact("holder_changed")
class HolderChanged:
    """From now on somebody else is accountable."""

    request_id: RequestId
    attempt: int
    unit: UnitCode
    owner: PersonId
    how: TakenOver
    occurred_at: datetime


PLACING_EVENTS = (PlaceSighted, PlaceSettled, OwnerFound, HolderChanged)
PlacingEvent = PlaceSighted | PlaceSettled | OwnerFound | HolderChanged
