"""Ladders as data: who is told next while a broken clock runs on, and the rungs of the place (M10).

A rung has an owner, a time and a next rung.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from services.routing.clocks.table import Limit
from shared.contracts.calendar import SECONDS, Unit
from shared.contracts.codes import ReasonCode, Role
from shared.kernel import ClockId, value


class PlaceRung(StrEnum):
    """In the order of the ladder PLACE of codes.yaml."""

    HOUSEHOLD = "household"
    VILLAGE = "village"
    STATION = "station"
    TOWNSHIP = "township"
    LOUNGE = "lounge"
    COURT = "court"
    ENFORCEMENT = "enforcement"


ORDER: Final = tuple(PlaceRung)


@value
class Rung:
    role: Role
    within: tuple[int, str] | None
    """How long before the next one is told; None on the last."""


@value
class PlaceStep:
    rung: PlaceRung
    owner: Role
    clock: ClockId | None
    overdue: PlaceRung | None


@value
class Ladders:
    usual: tuple[Rung, ...]
    at_once: tuple[Rung, ...]
    place: Mapping[PlaceRung, PlaceStep]
    reasons: frozenset[ReasonCode]
    skipping: frozenset[ReasonCode]
    remedies: Mapping[ClockId, str]

    def overdue(self, limit: Limit) -> tuple[Rung, ...]:
        """The rungs above a broken clock, from the one that its row names."""
        rungs = self.at_once if limit.unit in SECONDS and limit.unit != Unit.HOUR else self.usual
        named = limit.next_rung.split()[:1]
        begin = next((place for place, rung in enumerate(rungs) if [rung.role] == named), 0)
        return rungs[begin:]

    def place_of(self, clock: ClockId) -> PlaceStep | None:
        return next((step for step in self.place.values() if step.clock == clock), None)
