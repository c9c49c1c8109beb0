"""What happens to a duty that was missed, rung by rung: ladder PLACE, local first and court last (S14, S49, S54)."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from shared.contracts.codes import Channel, Effect, Ladder


class Rung(StrEnum):
    """The rungs of PLACE in codes.yaml, in their order."""

    GRID = "grid"
    VILLAGE = "village"
    STATION = "station"
    TOWNSHIP_CENTRE = "township_centre"
    LOUNGE = "lounge"
    COURT = "court"
    ENFORCEMENT = "enforcement"


LADDER: Final = Ladder.PLACE
RUNGS: Final = tuple(Rung)
STAY: Final = timedelta(days=7)
"""How long a rung has before the next one is climbed: a proposal of ours, no text gives a time."""

FIRST: Final = {
    Channel.PM: Rung.VILLAGE,
    Channel.PSM: Rung.STATION,
    Channel.IM: Rung.LOUNGE,
    Channel.JM: Rung.COURT,
}
"""Who settled it is the first to be asked why it was not performed."""


def first_rung(channel: Channel, effect: Effect) -> Rung:
    return Rung.ENFORCEMENT if effect is Effect.ENFORCEABLE else FIRST.get(channel, Rung.LOUNGE)


def rung_above(rung: Rung) -> Rung | None:
    """The court is the last one for whatever the court may not enforce yet: from there it is the party that sues."""
    if rung in (Rung.COURT, Rung.ENFORCEMENT):
        return None
    return RUNGS[RUNGS.index(rung) + 1]
