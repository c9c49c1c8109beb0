"""A small thing with a history, for tests of the store: a switch that counts."""

from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.base import Contract
from shared.eventstore import Cancel, Codec, CommandHandler, EventStore, Timer
from shared.kernel import Decider, Rejection, command, fact, state

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@fact("switched")
class Switched:
    on: bool
    occurred_at: datetime


@fact("counted")
class Counted:
    count: int
    occurred_at: datetime


SwitchEvent = Switched | Counted


@command
class Switch:
    on: bool
    at: datetime = NOON


@command
class Count:
    at: datetime = NOON


@command
class Watch:
    """Switches on and arms the timer `check`."""

    at: datetime = NOON


@state
class Position:
    on: bool = False
    count: int = 0


class AlreadyBroken(Rejection):
    rule = "R-00"


class SwitchedV1(Contract):
    fact: ClassVar[str] = "switched"
    on: bool
    at: datetime


def evolve(state: Position, event: SwitchEvent) -> Position:
    match event:
        case Switched():
            return Position(event.on, state.count)
        case Counted():
            return Position(state.on, event.count)


def decide(command: Switch | Count | Watch, state: Position) -> tuple[SwitchEvent, ...]:
    match command:
        case Switch() if command.on == state.on:
            return ()
        case Switch():
            return (Switched(on=command.on, occurred_at=command.at),)
        case Count():
            if state.count >= 1_000:
                raise AlreadyBroken(count=state.count)
            return (Counted(count=state.count + 1, occurred_at=command.at),)
        case Watch():
            return (Switched(on=True, occurred_at=command.at),)


def published(event: SwitchEvent) -> Contract | None:
    match event:
        case Switched():
            return SwitchedV1(on=event.on, at=event.occurred_at)
    return None


def timers(event: SwitchEvent, state: Position) -> tuple[Timer | Cancel, ...]:
    match event:
        case Switched(on=True):
            return (Timer("check", event.occurred_at.replace(hour=5)),)
        case Switched(on=False):
            return (Cancel("check"),)
    return ()


codec: Codec[SwitchEvent] = Codec(SwitchEvent)
switch_decider: Decider[Switch | Count | Watch, Position, SwitchEvent] = Decider(Position(), decide, evolve)


def switches(store: EventStore) -> CommandHandler[Switch | Count | Watch, Position, SwitchEvent]:
    return CommandHandler(
        store=store,
        category=f"{store.service}.switch",
        decider=switch_decider,
        codec=codec,
        publish=published,
        timers=timers,
    )


FIRST = UUID("00000000-0000-4000-8000-000000000001")
SECOND = UUID("00000000-0000-4000-8000-000000000002")
