"""Where the watch over a request is kept, and which timers it sets. Nothing of it is published."""

from typing import Final

from services.routing.watch.commands import WatchCommand
from services.routing.watch.courses import CourseRules
from services.routing.watch.decider import watch_decider
from services.routing.watch.facts import (
    LimitArmed,
    LimitBreached,
    LimitPaused,
    LimitResumed,
    LimitRetimed,
    LimitStopped,
    OverdueClimbed,
    OverdueEnded,
    WatchEvent,
)
from services.routing.watch.ladders import Ladders
from services.routing.watch.state import Watch
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer

CATEGORY: Final = "routing.watch"
DUE: Final = "limit_due:"
WARN: Final = "limit_warn:"
CLIMB: Final = "climb:"

WatchHandler = CommandHandler[WatchCommand, Watch, WatchEvent]

watch_codec: Codec[WatchEvent] = Codec(WatchEvent)


def watch_handler(store: EventStore, rules: CourseRules, ladders: Ladders) -> WatchHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=watch_decider(rules, ladders),
        codec=watch_codec,
        timers=watch_timers,
    )


def watch_timers(event: WatchEvent, state: Watch) -> tuple[Timer | Cancel, ...]:
    match event:
        case LimitArmed() | LimitResumed() | LimitRetimed():
            due = Timer(DUE + event.clock, event.due)
            return (due, Timer(WARN + event.clock, event.warn) if event.warn else Cancel(WARN + event.clock))
        case LimitPaused() | LimitStopped():
            return (Cancel(DUE + event.clock), Cancel(WARN + event.clock))
        case LimitBreached():
            return (Cancel(WARN + event.clock),)
        case OverdueClimbed():
            return (Timer(CLIMB + event.clock, event.next_at) if event.next_at else Cancel(CLIMB + event.clock),)
        case OverdueEnded():
            return (Cancel(CLIMB + event.clock),)
        case _:
            return ()
