"""Command → decider → append: the same few steps for every slice."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson

from shared.contracts.base import Contract, record_type
from shared.eventstore.batch import Batch
from shared.eventstore.codec import Codec
from shared.eventstore.onecall import forget, histories_of_this_call
from shared.eventstore.store import Append, Cancel, EventStore, NewEvent, Once, StoredEvent, Timer, Transaction
from shared.kernel import (
    ConcurrencyConflict,
    Context,
    CorruptHistory,
    Decider,
    NotFound,
    NotThereYet,
    RecordId,
    Rejection,
    fact_name,
    new_id,
)
from shared.telemetry.spans import concerns, current_traceparent, span

C = TypeVar("C")
S = TypeVar("S")
E = TypeVar("E")

JSON = dict[str, Any]

RE_DECISIONS = 3


@dataclass(frozen=True, slots=True)
class Stored(Generic[E]):
    """An event with what was stored beside it."""

    event: E
    raw: StoredEvent

    @property
    def record_id(self) -> RecordId:
        return self.raw.record_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded(Generic[S, E]):
    """What a command led to."""

    stream: str
    version: int
    events: tuple[E, ...]
    records: tuple[RecordId, ...]
    state: S
    answer: JSON | None = None

    @property
    def last(self) -> RecordId | None:
        return self.records[-1] if self.records else None


async def always_ready() -> None:
    """Nothing beside the stream has to be read."""


def private(event: object) -> None:
    """Publishes nothing."""


class CommandHandler(Generic[C, S, E]):
    """Loads a stream, decides and appends; a stale version is decided anew three times.

    `ready` is awaited before each command: it brings up to date what the decider was given beside the stream.
    """

    def __init__(
        self,
        *,
        store: EventStore,
        category: str,
        decider: Decider[C, S, E],
        codec: Codec[E],
        publish: Callable[[E], Contract | None] = private,
        key: Callable[[UUID, S, tuple[E, ...]], UUID] = lambda id, state, events: id,
        timers: Callable[[E, S], tuple[Timer | Cancel, ...]] = lambda event, state: (),
        ready: Callable[[], Awaitable[None]] = always_ready,
        tx: Transaction | None = None,
    ) -> None:
        self.store = store
        self.category = category
        self.decider = decider
        self.codec = codec
        self._publish = publish
        self._key = key
        self._timers = timers
        self._ready = ready
        self._tx = tx

    def within(self, tx: Transaction) -> "CommandHandler[C, S, E]":
        """The same handler inside an open transaction: its append commits with it."""
        return CommandHandler(
            store=self.store,
            category=self.category,
            decider=self.decider,
            codec=self.codec,
            publish=self._publish,
            key=self._key,
            timers=self._timers,
            ready=self._ready,
            tx=tx,
        )

    def stream(self, id: UUID) -> str:
        return f"{self.category}-{id}"

    async def history(self, id: UUID) -> tuple[Stored[E], ...]:
        stream = self.stream(id)
        read = histories_of_this_call() if self._tx is None else None
        if read is not None and stream in read:
            known: tuple[Stored[E], ...] = read[stream]
            return known
        stored = await self.store.read(stream, self._tx)
        history = tuple(Stored(self.codec.decode(raw.fact, raw.body), raw) for raw in stored)
        if read is not None:
            read[stream] = history
        return history

    async def state(self, id: UUID) -> tuple[S, int]:
        """The folded state and its version; the initial state and 0 where there is no stream."""
        batch = self._tx if isinstance(self._tx, Batch) else None
        if batch is not None and (known := batch.folded.get(self.stream(id))) is not None:
            return known
        history = await self.history(id)
        folded = self.decider.fold(stored.event for stored in history), len(history)
        if batch is not None:
            batch.folded[self.stream(id)] = folded
        return folded

    async def has_begun(self, id: UUID) -> bool:
        """Whether there is such a stream."""
        return self.store.memory.of(self.stream(id)) is not None or (await self.state(id))[1] > 0

    async def read_ahead(self, ids: Iterable[UUID]) -> None:
        """Reads at once the streams of a batch that will be decided on and are not remembered."""
        batch, memory = self._tx, self.store.memory
        assert isinstance(batch, Batch)
        streams = list(dict.fromkeys(stream for id in ids if memory.of(stream := self.stream(id)) is None))
        if len(streams) > 1:
            for stream, rows in (await self.store.read_many(streams, batch)).items():
                events = (self.codec.decode(fact, body) for fact, body in rows)
                batch.folded[stream] = self.decider.fold(events), len(rows)

    async def handle(
        self,
        id: UUID,
        command: C,
        context: Context,
        *,
        once: Once | None = None,
        answer: Callable[[Recorded[S, E]], JSON] | None = None,
        if_version: int | None = None,
    ) -> Recorded[S, E]:
        """Raises Rejection, ConcurrencyConflict, Repeated, KeyReused, StoreUnavailable."""
        with span(f"decide {self.category}", stream=self.stream(id)):
            await self._ready()
            for tries_left in reversed(range(RE_DECISIONS)):
                try:
                    return await self._try(id, command, context, once, answer, if_version)
                except ConcurrencyConflict:
                    forget(self.stream(id))
                    self.store.memory.forget((self.stream(id),))
                    if tries_left == 0 or self._tx is not None or if_version is not None:
                        raise
            raise AssertionError("unreachable")

    async def _try(
        self,
        id: UUID,
        command: C,
        context: Context,
        once: Once | None,
        answer: Callable[[Recorded[S, E]], JSON] | None,
        if_version: int | None,
    ) -> Recorded[S, E]:
        before, version, events = await self._decided(id, command, if_version)
        states = self._states(before, events)
        recorded = Recorded(
            stream=self.stream(id),
            version=version + len(events),
            events=events,
            records=tuple(RecordId(new_id()) for _ in events),
            state=states[-1] if states else before,
        )
        if answer is not None:
            recorded = replace(recorded, answer=answer(recorded))
        if events:
            forget(recorded.stream)
            await self.store.append(self._append(id, before, states, recorded, version, context, once), self._tx)
            self._keep(recorded)
        return recorded

    async def _decided(self, id: UUID, command: C, if_version: int | None) -> tuple[S, int, tuple[E, ...]]:
        """State, version and what follows from them.

        In a batch a remembered state is good enough for an append, which fails if it was not the newest. That nothing
        follows, or a refusal, is believed only of what was read.
        """
        if if_version is None and (remembered := self._remembered(id)) is not None:
            with suppress(Rejection, NotFound, NotThereYet, CorruptHistory):
                if events := tuple(self.decider.decide(command, remembered[0])):
                    return *remembered, events
        before, version = await self.state(id)
        if if_version is not None and if_version != version:
            raise ConcurrencyConflict(f"{self.stream(id)} is at {version}, not {if_version}")
        return before, version, tuple(self.decider.decide(command, before))

    def _remembered(self, id: UUID) -> tuple[S, int] | None:
        """Only for a batch that has not read the stream itself."""
        if not isinstance(self._tx, Batch) or self.stream(id) in self._tx.folded:
            return None
        return self.store.memory.of(self.stream(id))

    def _keep(self, recorded: Recorded[S, E]) -> None:
        """What was committed, or will be with the batch. Of any other transaction we do not learn how it ends."""
        folded = {recorded.stream: (recorded.state, recorded.version)}
        if isinstance(self._tx, Batch):
            self._tx.folded |= folded
        elif self._tx is None:
            self.store.memory.keep(folded)
        else:
            self.store.memory.forget(folded)

    def _states(self, before: S, events: Sequence[E]) -> list[S]:
        states = []
        for event in events:
            before = self.decider.evolve(before, event)
            states.append(before)
        return states

    def _append(
        self,
        id: UUID,
        before: S,
        states: Sequence[S],
        recorded: Recorded[S, E],
        version: int,
        context: Context,
        once: Once | None,
    ) -> Append:
        key = self._key(id, before, recorded.events)
        concerns(key)
        changes = [self._timers(event, state) for event, state in zip(recorded.events, states, strict=True)]
        return Append(
            stream=recorded.stream,
            expected=version,
            key=key,
            events=tuple(
                self._new_event(event, record_id)
                for event, record_id in zip(recorded.events, recorded.records, strict=True)
            ),
            context=replace(context, trace=current_traceparent() or context.trace),
            timers=tuple(change for each in changes for change in each),
            once=once,
            answer=orjson.dumps(recorded.answer),
        )

    def _new_event(self, event: E, record_id: RecordId) -> NewEvent:
        contract = self._publish(event)
        fact = fact_name(event)
        outcome = getattr(event, "outcome", None)
        rule = getattr(event, "rule", None)
        return NewEvent(
            event_id=record_id,
            fact=fact,
            body=self.codec.encode(event),
            occurred_at=event.occurred_at,  # type: ignore[attr-defined]
            type=record_type(self.store.service, *((contract.fact, contract.version) if contract else (fact,))),
            data=contract.model_dump_json().encode() if contract else None,
            outcome=str(outcome) if outcome is not None else None,
            rule=str(rule) if rule is not None else None,
        )
