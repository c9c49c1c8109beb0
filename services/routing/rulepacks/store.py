"""Where rule packs are kept: one stream for all, nothing of it public. Re-decisions have a stream each."""

from uuid import NAMESPACE_URL, uuid5

from services.routing.decisions.rules.pack import Pack
from services.routing.rulepacks.decider import RulePackCommand, Shelf, rule_pack_decider
from services.routing.rulepacks.facts import RulePackEvent
from services.routing.rulepacks.redecision import (
    Redecision,
    RedecisionAdvanced,
    RedecisionBegun,
    RedecisionCommand,
    RedecisionEvent,
    redecision_decider,
)
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.kernel import RuleId

CATEGORY = "routing.rulepacks"
SHELF_ID = uuid5(NAMESPACE_URL, "urn:lounge:rulepacks")
REDECISIONS = "routing.redecision"
NEXT = "next"

RulePackHandler = CommandHandler[RulePackCommand, Shelf, RulePackEvent]
RedecisionHandler = CommandHandler[RedecisionCommand, Redecision, RedecisionEvent]

rule_pack_codec: Codec[RulePackEvent] = Codec(RulePackEvent)
redecision_codec: Codec[RedecisionEvent] = Codec(RedecisionEvent)


def rule_pack_handler(store: EventStore, shipped: tuple[Pack, ...], laws: frozenset[RuleId]) -> RulePackHandler:
    return CommandHandler(
        store=store, category=CATEGORY, decider=rule_pack_decider(shipped, laws), codec=rule_pack_codec
    )


def redecision_handler(store: EventStore) -> RedecisionHandler:
    return CommandHandler(
        store=store, category=REDECISIONS, decider=redecision_decider, codec=redecision_codec, timers=_timers
    )


def _timers(event: RedecisionEvent, state: Redecision) -> tuple[Timer | Cancel, ...]:
    """Each slice sets the alarm for the next one, so that a crash loses at most the slice under way."""
    match event:
        case RedecisionBegun() | RedecisionAdvanced():
            return (Timer(NEXT, event.occurred_at),)
        case _:
            return (Cancel(NEXT),)
