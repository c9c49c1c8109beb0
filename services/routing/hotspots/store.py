"""Where hot spots are kept, and when they are looked at again: after a whole window without another request."""

from datetime import timedelta
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from services.routing.hotspots.decider import (
    HotSpotClosed,
    HotSpotCommand,
    HotSpotEvent,
    HotSpotGrew,
    HotSpotOpened,
    HotSpotState,
    hot_spot_decider,
)
from services.routing.hotspots.rules.heat import HeatRules
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.kernel import PackVersion

CATEGORY = "routing.hotspot"
LOOK = "look"
RULES = Path(__file__).with_name("rules.yaml")

HotSpotHandler = CommandHandler[HotSpotCommand, HotSpotState, HotSpotEvent]

hot_spot_codec: Codec[HotSpotEvent] = Codec(HotSpotEvent)


class _RulesFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    version: str
    window_days: int
    usual_days: int
    least_requests: int
    least_people: int
    chance: int


@cache
def shipped_rules(path: Path = RULES) -> HeatRules:
    read = _RulesFile.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    return HeatRules(
        version=PackVersion(read.version),
        window_days=read.window_days,
        usual_days=read.usual_days,
        least_requests=read.least_requests,
        least_people=read.least_people,
        chance=read.chance,
    )


def hot_spot_handler(store: EventStore, rules: HeatRules) -> HotSpotHandler:
    window = timedelta(days=rules.window_days)

    def timers(event: HotSpotEvent, state: HotSpotState) -> tuple[Timer | Cancel, ...]:
        match event:
            case HotSpotOpened() | HotSpotGrew():
                return (Timer(LOOK, event.occurred_at + window),)
            case HotSpotClosed():
                return (Cancel(LOOK),)
        return ()

    return CommandHandler(
        store=store, category=CATEGORY, decider=hot_spot_decider(rules), codec=hot_spot_codec, timers=timers
    )
