"""Where scores are kept, by the id of the request. Internal: nothing of them is published (§8 of the domain)."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from services.routing.conflict.decider import Conflict, ConflictCommand, ConflictEvent, conflict_decider
from services.routing.conflict.rules.score import Band, Part, Proposes, Weight, Weights, WeightsId
from shared.eventstore import Codec, CommandHandler, EventStore

CATEGORY = "routing.conflict"
WEIGHTS = Path(__file__).with_name("weights.yaml")

ConflictHandler = CommandHandler[ConflictCommand, Conflict, ConflictEvent]

conflict_codec: Codec[ConflictEvent] = Codec(ConflictEvent)


class _WeightEntry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    each: int
    most: int
    per_days: int = 1


class _WeightsFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    watch_from: int
    high_from: int
    parts: dict[Part, _WeightEntry]
    proposes: dict[Band, tuple[Proposes, ...]]


class WeightsIncomplete(Exception):
    """A part has no weight: nothing that is seen may count for nothing by accident."""


@cache
def shipped_weights(path: Path = WEIGHTS) -> Weights:
    read = _WeightsFile.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    if missing := set(Part) - read.parts.keys():
        raise WeightsIncomplete(", ".join(sorted(missing)))
    return Weights(
        version=WeightsId(read.version),
        parts={part: Weight(each.each, each.most, each.per_days) for part, each in read.parts.items()},
        watch_from=read.watch_from,
        high_from=read.high_from,
        proposes=dict(read.proposes),
    )


def conflict_handler(store: EventStore, weights: Weights) -> ConflictHandler:
    return CommandHandler(store=store, category=CATEGORY, decider=conflict_decider(weights), codec=conflict_codec)
