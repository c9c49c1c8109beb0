"""How hazards are stored, what is published of them, and their days."""

from typing import TypeAlias

from services.enterprise.hazards.commands import HazardCommand
from services.enterprise.hazards.decider import HazardState, hazard_decider
from services.enterprise.hazards.facts import HazardEvent, HazardFound, HazardOverdue, HazardRechecked, Recheck
from shared.contracts.base import Contract
from shared.contracts.codes import DataLevel
from shared.contracts.enterprise import HazardFixedV1, HazardFoundV1, HazardOverdueV1
from shared.contracts.vault import ItemKind
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.web import Text

CATEGORY = "enterprise.hazard"
FIX_BY = "fix_by"

HazardHandler: TypeAlias = CommandHandler[HazardCommand, HazardState, HazardEvent]

hazard_codec: Codec[HazardEvent] = Codec(HazardEvent)


def published(event: HazardEvent) -> Contract | None:
    match event:
        case HazardFound():
            return HazardFoundV1(
                firm_id=event.firm_id,
                hazard_id=event.hazard_id,
                item=event.item,
                fix_by=event.fix_by,
                finding=event.finding,
                at=event.occurred_at,
            )
        case HazardOverdue():
            return HazardOverdueV1(
                firm_id=event.firm_id,
                hazard_id=event.hazard_id,
                due=event.due,
                rung=event.rung,
                at=event.occurred_at,
            )
        case HazardRechecked(result=Recheck.FIXED):
            return HazardFixedV1(firm_id=event.firm_id, hazard_id=event.hazard_id, at=event.occurred_at)
        case _:
            return None


def hazard_timers(event: HazardEvent, state: HazardState) -> tuple[Timer | Cancel, ...]:
    match event:
        case HazardFound():
            return (Timer(FIX_BY, event.fix_by),)
        case HazardOverdue() if event.climbs_at is not None:
            return (Timer(FIX_BY, event.climbs_at),)
        case HazardRechecked() if event.fix_by is not None:
            return (Timer(FIX_BY, event.fix_by),)
        case HazardRechecked():
            return (Cancel(FIX_BY),)
        case _:
            return ()


def finding_text(text: str) -> Text:
    """The firm has to read what it is to mend."""
    return Text(ItemKind.STATEMENT, text, DataLevel.L2)


def reason_text(text: str) -> Text:
    return Text(ItemKind.NOTE, text)


def hazard_handler(store: EventStore) -> HazardHandler:
    return CommandHandler(
        store=store,
        category=CATEGORY,
        decider=hazard_decider,
        codec=hazard_codec,
        publish=published,
        timers=hazard_timers,
    )
