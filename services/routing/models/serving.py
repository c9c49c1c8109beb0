"""Who judges now, and who is on trial beside him. A promotion counts in every process within a second."""

import asyncio

import structlog

from services.routing.models.shelf import Judge, Shelf
from services.routing.models.store import RegistryReader
from shared.kernel import ModelVersion, value

FRESH_SECONDS = 1.0

log = structlog.get_logger("models")


@value
class AtWork:
    version: ModelVersion
    judge: Judge
    trial_version: ModelVersion | None = None
    trial: Judge | None = None


class ModelsAtWork:
    def __init__(self, registry: RegistryReader, shelf: Shelf) -> None:
        self._registry = registry
        self._shelf = shelf
        self._at_work: AtWork | None = None
        self._until = float("-inf")

    async def now(self) -> AtWork:
        """Asked before every judgement, so it looks at the registry once a second at most."""
        if self._at_work is None or asyncio.get_running_loop().time() >= self._until:
            self._at_work = await self._looked_up()
            self._until = asyncio.get_running_loop().time() + FRESH_SECONDS
        return self._at_work

    def look_again(self) -> None:
        """After a command in this process nobody waits for the second to pass."""
        self._until = float("-inf")

    async def _looked_up(self) -> AtWork:
        registry = await self._registry.newest()
        version = registry.serving or self._shelf.shipped
        judge = await self._shelf.judge(version)
        if judge is None:
            # Whoever takes a promoted file away leaves the desk the model that it came with.
            log.critical("promoted_model_missing", version=version)
            version, judge = self._shelf.shipped, self._shelf.shipped_judge
        if registry.trial is None or (trial := await self._shelf.judge(registry.trial.model)) is None:
            return AtWork(version, judge)
        return AtWork(version, judge, registry.trial.model, trial)
