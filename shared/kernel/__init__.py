"""What everything else is made of. Imports nothing of ours."""

from shared.kernel.clock import BUREAU_ZONE, BureauClock, Clock, FixedClock
from shared.kernel.context import SYSTEM, Actor, Context
from shared.kernel.decider import Decider
from shared.kernel.facts import command, fact, fact_name, state, value
from shared.kernel.ids import (
    LANES,
    ClockId,
    Digest,
    GridCode,
    ItemCode,
    ModelVersion,
    PackVersion,
    PersonId,
    RecordId,
    RequestId,
    RuleId,
    UnitCode,
    derive_id,
    lane_of,
    new_id,
    wall_time,
)
from shared.kernel.rejection import (
    ConcurrencyConflict,
    CorruptHistory,
    NotFound,
    NotThereYet,
    Rejection,
    Unavailable,
    UnknownFact,
)
from shared.kernel.text import TextRef

__all__ = [
    "BUREAU_ZONE",
    "LANES",
    "SYSTEM",
    "Actor",
    "BureauClock",
    "Clock",
    "ClockId",
    "ConcurrencyConflict",
    "Context",
    "CorruptHistory",
    "Decider",
    "Digest",
    "FixedClock",
    "GridCode",
    "ItemCode",
    "ModelVersion",
    "NotFound",
    "NotThereYet",
    "PackVersion",
    "PersonId",
    "RecordId",
    "Rejection",
    "RequestId",
    "RuleId",
    "TextRef",
    "Unavailable",
    "UnitCode",
    "UnknownFact",
    "command",
    "derive_id",
    "fact",
    "fact_name",
    "lane_of",
    "new_id",
    "state",
    "value",
    "wall_time",
]
