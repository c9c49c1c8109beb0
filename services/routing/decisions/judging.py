"""Reads what was typed, with the purpose triage, and asks the model: one command for the decision."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Protocol
from uuid import UUID

from services.routing.decisions.commands import NoteTextUnavailable, RecordJudgement
from services.routing.decisions.facts import (
    Carrying,
    CategoryGuess,
    ChannelGuess,
    Field,
    PoliceGuess,
    PriorityGuess,
    TriageBegun,
)
from services.routing.decisions.judgement import Judgement
from services.routing.decisions.rosters import Rosters
from services.routing.directory.places import Gazetteer, grid_of
from shared.contracts.codes import Category, Channel, Police, Priority, Purpose
from shared.contracts.danger import danger_signs
from shared.eventstore import Incoming
from shared.kernel import Clock, Context, ModelVersion, RecordId, TextRef
from shared.web.vault import Vault, VaultRefused, VaultUnavailable, Wanted


class Model(Protocol):
    def judge(self, title: str, text: str) -> Judgement: ...


class Judging:
    """What is needed to judge a request; `seconds` bounds the wait for the vault."""

    def __init__(
        self,
        vault: Vault,
        model: Model,
        version: ModelVersion,
        gazetteer: Gazetteer,
        rosters: Rosters,
        clock: Clock,
        seconds: float,
    ) -> None:
        self._vault = vault
        self._model = model
        self._version = version
        self._gazetteer = gazetteer
        self._rosters = rosters
        self._clock = clock
        self._seconds = seconds
        self._at_hand: dict[RecordId, Mapping[UUID, str | None]] = {}
        """Texts that were read for a judgement which is about to be made. What is judged is dropped."""

    async def read_ahead(self, records: Sequence[Incoming]) -> None:
        """Reads in one call what several judgements need. Where that fails, each reads alone and learns why."""
        begun = {
            record: record.body
            for record in records
            if isinstance(record.body, TriageBegun) and record.record_id not in self._at_hand
        }
        if len(begun) < 2:
            return
        wanted = [Wanted(_items(each), each.request_id, record.context.trace) for record, each in begun.items()]
        context = Context(actor=next(iter(begun)).context.actor)
        with suppress(VaultUnavailable, VaultRefused, TimeoutError):
            async with asyncio.timeout(self._seconds):
                texts = await self._vault.fetch_many(context, wanted, purpose=Purpose.TRIAGE)
            self._at_hand |= {record.record_id: each for record, each in zip(begun, texts, strict=True)}

    async def of(
        self, begun: TriageBegun, context: Context, record: RecordId | None = None
    ) -> RecordJudgement | NoteTextUnavailable:
        """`record`: of the beginning, for which something may have been read ahead."""
        try:
            texts = self._at_hand.pop(record, None) if record is not None else None
            if texts is None:
                texts = await self._texts(begun, context)
        except (VaultUnavailable, TimeoutError):
            return await self._unavailable(begun, again=True)
        except VaultRefused:
            return await self._unavailable(begun, again=False)
        narrative = texts.get(begun.narrative.item)
        if narrative is None:
            return await self._unavailable(begun, again=False)
        return await self._judged(begun, _of(begun.title, texts), narrative, _of(begun.place, texts))

    async def _texts(self, begun: TriageBegun, context: Context) -> Mapping[UUID, str | None]:
        async with asyncio.timeout(self._seconds):
            return await self._vault.fetch(context, _items(begun), purpose=Purpose.TRIAGE, request_id=begun.request_id)

    async def _unavailable(self, begun: TriageBegun, *, again: bool) -> NoteTextUnavailable:
        now = self._clock.now()
        return NoteTextUnavailable(request_id=begun.request_id, again=again, desk=await self._rosters.desk(now), at=now)

    async def _judged(self, begun: TriageBegun, title: str, text: str, place: str) -> RecordJudgement:
        found = self._model.judge(title, text)
        signs = tuple(_signs(title, text))
        grid = grid_of(self._gazetteer, place, title, text)
        now = self._clock.now()
        category, priority, police, channel = found.category, found.priority, found.police, found.channel
        return RecordJudgement(
            request_id=begun.request_id,
            category=CategoryGuess(
                category.confidence, category.second_confidence, Category(category.label), Category(category.second)
            ),
            priority=PriorityGuess(
                priority.confidence, priority.second_confidence, Priority(priority.label), Priority(priority.second)
            ),
            police=PoliceGuess(
                police.confidence, police.second_confidence, Police(police.label), Police(police.second)
            ),
            channel=ChannelGuess(
                channel.confidence, channel.second_confidence, Channel(channel.label), Channel(channel.second)
            ),
            flags=found.flags,
            words=signs + tuple(Carrying(Field(span.field), span.start, span.end) for span in found.words),
            danger=tuple(sorted({sign.sign for sign in signs if sign.sign})),
            unsure=found.needs_person,
            model=self._version,
            grid=grid,
            roster=await self._rosters.on(now, grid),
            at=now,
        )


def _items(begun: TriageBegun) -> list[UUID]:
    return [ref.item for ref in (begun.title, begun.narrative, begun.place) if ref is not None]


def _of(ref: TextRef | None, texts: Mapping[UUID, str | None]) -> str:
    return (texts.get(ref.item) or "") if ref is not None else ""


def _signs(title: str, text: str) -> Iterator[Carrying]:
    for field, typed in ((Field.TITLE, title), (Field.TEXT, text)):
        for sign in danger_signs(typed):
            yield Carrying(field, sign.start, sign.end, sign.kind)
