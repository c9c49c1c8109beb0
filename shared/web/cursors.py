"""Where the next page of a list begins: the place of its last row, written so that nobody reads a meaning into it."""

import base64
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import orjson

from shared.kernel import NotFound

HIGHEST_RANK = 2**31 - 1


class Place(NamedTuple):
    """The order of a list: a rank where it has one, a time, and the id that tells equal times apart."""

    at: datetime
    id: UUID
    rank: int = 0


def write_cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(orjson.dumps([place.rank, place.at, str(place.id)])).decode()


def read_cursor(cursor: str) -> Place:
    """Raises NotFound for what nobody gave out."""
    try:
        rank, at, id = orjson.loads(base64.urlsafe_b64decode(cursor))
        place = Place(datetime.fromisoformat(at), UUID(id), int(rank))
        # No time zone, or beyond the calendar in ours: the database could not compare it.
        place.at.astimezone(UTC)
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise NotFound("cursor") from None
    if place.at.tzinfo is None or not 0 <= place.rank <= HIGHEST_RANK:
        raise NotFound("cursor")
    return place
