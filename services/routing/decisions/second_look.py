"""What the first model left open is read once more by a slower one, outside any transaction; a decision may follow it.

A reaction on our own record: a crash in between asks again. Without the slower model, or where it does not answer in
time, nothing happens and the person who was asked decides as before.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from services.routing.decisions.commands import CorrectJudgement
from services.routing.decisions.correcting import may_correct
from services.routing.decisions.facts import RequestJudged, TriageBegun
from services.routing.decisions.judgement import Judgement
from services.routing.decisions.judging import AtWork, Judge, Typed, guesses_of
from services.routing.decisions.rosters import Rosters
from services.routing.decisions.rules.owners import Roster
from services.routing.decisions.state import Matter
from services.routing.decisions.store import DecisionHandler
from shared.eventstore import Incoming, Transaction
from shared.kernel import Clock, Context, ModelVersion, RecordId
from shared.messaging import Reaction
from shared.web.vault import VaultUnavailable

Vector = tuple[float, ...]
SECOND = "+again"
"""After the version of the model whose second head answered."""


class Embedder(Protocol):
    async def vector(self, title: str, text: str) -> Vector | None:
        """None: not in time."""
        ...

    async def stop(self) -> None: ...


class SecondJudge(Judge, Protocol):
    def judge_again(self, title: str, text: str, vector: Vector) -> Judgement: ...


class SecondAtWork(AtWork, Protocol):
    @property
    def judge(self) -> SecondJudge: ...


class SecondModels(Protocol):
    async def now(self) -> SecondAtWork: ...


class Reading(Protocol):
    async def typed_again(self, begun: TriageBegun, context: Context) -> Typed | None: ...


class SecondLook:
    def __init__(
        self,
        decisions: DecisionHandler,
        reading: Reading,
        models: SecondModels,
        embedder: Embedder,
        rosters: Rosters,
        clock: Clock,
    ) -> None:
        self._decisions = decisions
        self._reading = reading
        self._models = models
        self._embedder = embedder
        self._rosters = rosters
        self._clock = clock
        self._at_hand: dict[RecordId, CorrectJudgement | None] = {}

    async def read_ahead(self, records: Sequence[Incoming]) -> None:
        """Before the transaction: a second reading takes long, and nobody is to wait for our locks meanwhile."""
        for record in records:
            judged = record.body
            if isinstance(judged, RequestJudged) and judged.unsure and record.record_id not in self._at_hand:
                self._at_hand[record.record_id] = await self._of(judged, record.context)

    def take(self, record: RecordId) -> CorrectJudgement | None:
        return self._at_hand.pop(record, None)

    async def _of(self, judged: RequestJudged, context: Context) -> CorrectJudgement | None:
        history = [stored.event for stored in await self._decisions.history(judged.request_id)]
        begun, matter = history[0], self._decisions.decider.fold(history)
        if not isinstance(begun, TriageBegun) or not isinstance(matter, Matter) or not may_correct(matter):
            return None
        typed = None
        with suppress(VaultUnavailable, TimeoutError):
            typed = await self._reading.typed_again(begun, context)
        if typed is None:
            return None
        at_work = await self._models.now()
        if not at_work.judge.asks_again(at_work.judge.judge(typed.title, typed.text)):
            return None
        vector = await self._embedder.vector(typed.title, typed.text)
        if vector is None:
            return None
        found = at_work.judge.judge_again(typed.title, typed.text, vector)
        now = self._clock.now()
        return correction(judged, found, at_work.version, await self._rosters.on(now, judged.grid), now)


def correction(
    judged: RequestJudged, found: Judgement, version: ModelVersion, roster: Roster, at: datetime
) -> CorrectJudgement:
    guesses = guesses_of(found)
    return CorrectJudgement(
        request_id=judged.request_id,
        category=guesses.category,
        priority=guesses.priority,
        police=guesses.police,
        channel=guesses.channel,
        flags=found.flags,
        unsure=found.needs_person,
        model=ModelVersion(version + SECOND),
        roster=roster,
        at=at,
    )


def dismissed_at_the_end(embedder: Embedder) -> Callable[[], Awaitable[None]]:
    """The worker process leaves with the service."""

    async def wait_for_the_end() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await embedder.stop()

    return wait_for_the_end


def look_again(decisions: DecisionHandler, second: SecondLook) -> Reaction:
    async def correct(record: Incoming, tx: Transaction) -> None:
        if (command := second.take(record.record_id)) is not None:
            await decisions.within(tx).handle(record.key, command, record.context)

    return Reaction(
        reader="routing.look_again",
        causes=(("routing", RequestJudged),),
        handle=correct,
        prepare=second.read_ahead,
    )
