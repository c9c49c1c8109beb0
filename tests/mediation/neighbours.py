"""Intake and routing as mediation sees them: what they publish about one request, in whatever order a test wants."""

from datetime import datetime
from uuid import UUID

from shared.contracts.base import Contract
from shared.contracts.published import PUBLISHED
from shared.eventstore import Codec, CommandHandler
from shared.kernel import SYSTEM, Context, Decider, RequestId, command, fact, new_id, state
from shared.web import Deps, Service
from tests.support.house import Desk


@fact("heard")
class Heard:
    request_id: RequestId
    contract: bytes
    kind: bytes
    occurred_at: datetime


@command
class Say:
    contract: Contract
    request_id: RequestId
    at: datetime


@state
class Quiet:
    pass


heard_codec: Codec[Heard] = Codec(Heard)


def _decide(command: Say, state: Quiet) -> tuple[Heard, ...]:
    told = command.contract
    return (
        Heard(
            request_id=command.request_id,
            contract=told.model_dump_json().encode(),
            kind=type(told).__name__.encode(),
            occurred_at=command.at,
        ),
    )


def _heard(state: Quiet, event: Heard) -> Quiet:
    return state


def build_neighbour(deps: Deps) -> Service:
    """A service without pages, views or readers; `say` fills its feed."""
    name = deps.store.service
    return Service(name=name, codecs={f"{name}.neighbour": heard_codec})


async def say(desk: Desk, service: str, contract: Contract, request_id: UUID) -> None:
    def publish(event: Heard) -> Contract:
        kinds = {each.__name__: each for each in PUBLISHED[service]}
        return kinds[event.kind.decode()].model_validate_json(event.contract)

    handler = CommandHandler(
        store=desk.store(service),
        category=f"{service}.neighbour",
        decider=Decider(Quiet(), _decide, _heard),
        codec=heard_codec,
        publish=publish,
        key=lambda id, state, events: request_id,
    )
    wish = Say(contract=contract, request_id=RequestId(request_id), at=desk.clock.now())
    await handler.handle(new_id(), wish, Context(actor=SYSTEM))
