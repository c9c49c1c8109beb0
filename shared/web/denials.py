"""Denied calls are facts: one for each of a signed-in actor, one for each client and minute of anonymous ones."""

import asyncio
import hashlib
import hmac
from collections import Counter
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

import structlog

from shared.contracts.codes import Operation
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.eventstore.store import UNAVAILABLE
from shared.kernel import (
    SYSTEM,
    Actor,
    Clock,
    ConcurrencyConflict,
    Context,
    Decider,
    Unavailable,
    command,
    derive_id,
    fact,
    new_id,
    state,
)
from shared.telemetry.spans import current_traceparent

log = structlog.get_logger("denials")

NAMESPACE = uuid5(NAMESPACE_URL, "urn:lounge:denials")


@fact("access_denied")
class AccessDenied:
    operation: Operation
    times: int
    occurred_at: datetime
    outcome: str = "denied"


@command
class Deny:
    operation: Operation
    times: int
    at: datetime


@state
class Nothing:
    pass


def decide(command: Deny, state: Nothing) -> tuple[AccessDenied, ...]:
    return (AccessDenied(operation=command.operation, times=command.times, occurred_at=command.at),)


denial_decider: Decider[Deny, Nothing, AccessDenied] = Decider(Nothing(), decide, lambda state, event: state)
denial_codec: Codec[AccessDenied] = Codec(AccessDenied)


class Denials:
    """Of a signed-in actor each its own stream; of an anonymous client one, by a keyed pseudonym."""

    def __init__(self, store: EventStore, clock: Clock, key: bytes) -> None:
        self._clock = clock
        self._key = key
        self._anonymous: Counter[tuple[UUID, Operation]] = Counter()
        self._handler = CommandHandler(
            store=store, category=f"{store.service}.denial", decider=denial_decider, codec=denial_codec
        )

    async def of(self, actor: Actor, operation: Operation, client: str) -> None:
        if actor.person is None:
            pseudonym = hmac.new(self._key, client.encode(), hashlib.sha256).hexdigest()
            self._anonymous[derive_id(NAMESPACE, pseudonym), operation] += 1
            return
        deny = Deny(operation=operation, times=1, at=self._clock.now())
        # A stream for each: a person who is denied twenty times at once must not be in his own way.
        await self._handler.handle(new_id(), deny, Context(actor=actor, trace=current_traceparent()))

    async def flush(self) -> None:
        """Writes what anonymous clients were denied since the last flush."""
        for (client, operation), times in list(self._anonymous.items()):
            deny = Deny(operation=operation, times=times, at=self._clock.now())
            await self._handler.handle(client, deny, Context(actor=SYSTEM))
            self._anonymous[client, operation] -= times
        self._anonymous = +self._anonymous

    async def run(self) -> None:
        while True:
            await asyncio.sleep(60)
            try:
                await self.flush()
            except (*UNAVAILABLE, Unavailable, ConcurrencyConflict) as error:
                log.warning("denials_wait", error=type(error).__name__)
