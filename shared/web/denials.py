"""Denied calls are facts: one for each of a signed-in actor, one for each client and minute of anonymous ones."""

import asyncio
import hashlib
import hmac
from collections import Counter
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.contracts.codes import Operation
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.kernel import SYSTEM, Actor, Clock, Context, Decider, command, derive_id, fact, state
from shared.telemetry.spans import current_traceparent

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
    """The stream is the actor's, or the anonymous client's by a keyed pseudonym."""

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
        context = Context(actor=actor, trace=current_traceparent())
        await self._handler.handle(derive_id(NAMESPACE, actor.person), deny, context)

    async def flush(self) -> None:
        """Writes what anonymous clients were denied since the last flush."""
        counted, self._anonymous = self._anonymous, Counter()
        for (client, operation), times in counted.items():
            deny = Deny(operation=operation, times=times, at=self._clock.now())
            await self._handler.handle(client, deny, Context(actor=SYSTEM))

    async def run(self) -> None:
        while True:
            await asyncio.sleep(60)
            await self.flush()
