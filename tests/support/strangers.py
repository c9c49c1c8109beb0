"""Other services, as far as a test needs them: a feed into which the test puts what they would have published."""

from dataclasses import dataclass
from datetime import datetime

from shared.contracts.base import Contract
from shared.contracts.published import PUBLISHED
from shared.eventstore import Codec, CommandHandler, EventStore
from shared.kernel import Context, Decider, command, fact, new_id, state
from shared.kernel.context import SYSTEM
from shared.web import Deps, Service
from tests.support.house import Desk


@fact("said")
class Said:
    kind: str
    words: str
    occurred_at: datetime


@command
class Say:
    contract: Contract
    at: datetime


@state
class Silent:
    pass


def _decide(command: Say, state: Silent) -> tuple[Said, ...]:
    words = command.contract.model_dump_json()
    return (Said(kind=type(command.contract).__name__, words=words, occurred_at=command.at),)


@dataclass(frozen=True, slots=True)
class Stranger:
    """One service of which only the published language exists."""

    name: str

    def build(self, deps: Deps) -> Service:
        return Service(name=self.name, codecs={f"{self.name}.stranger": Codec(Said)})

    async def says(self, desk: Desk, contract: Contract) -> None:
        """Publishes one record; its key is the request that the contract names."""
        request_id = contract.request_id  # type: ignore[attr-defined]
        handler = CommandHandler(
            store=self._store(desk),
            category=f"{self.name}.stranger",
            decider=Decider(Silent(), _decide, lambda state, event: state),
            codec=Codec(Said),
            publish=self._published,
            key=lambda id, state, events: request_id,
        )
        await handler.handle(new_id(), Say(contract=contract, at=desk.clock.now()), Context(actor=SYSTEM))

    def _published(self, event: Said) -> Contract:
        cls = next(each for each in PUBLISHED[self.name] if each.__name__ == event.kind)
        return cls.model_validate_json(event.words)

    def _store(self, desk: Desk) -> EventStore:
        return desk.store(self.name)
