"""Reads what was typed, with the purpose triage, and asks the model: one command for the decision."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Protocol
from uuid import UUID

from services.routing.decisions.acts_found import acts_in
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
from services.routing.decisions.judgement import Choice, Judgement
from services.routing.decisions.model_facts import ShadowAnswer
from services.routing.decisions.rosters import Rosters
from services.routing.decisions.rules.owners import Roster
from services.routing.directory.places import Gazetteer
from services.routing.directory.sightings import Sighting
from shared.contracts.codes import Category, Channel, Police, Priority, Purpose
from shared.contracts.danger import danger_signs
from shared.eventstore import Incoming
from shared.kernel import BUREAU_ZONE, Clock, Context, ModelVersion, RecordId, RequestId, TextRef, value
from shared.web.vault import Vault, VaultRefused, VaultUnavailable, Wanted

MOST_KEPT = 128
"""Texts of doubtful judgements, kept for the second reading that follows at once."""


class Judge(Protocol):
    def judge(self, title: str, text: str) -> Judgement: ...

    def asks_again(self, judgement: Judgement) -> bool: ...


class AtWork(Protocol):
    """Who judges now, and who is on trial beside him."""

    @property
    def version(self) -> ModelVersion: ...
    @property
    def judge(self) -> Judge: ...
    @property
    def trial_version(self) -> ModelVersion | None: ...
    @property
    def trial(self) -> Judge | None: ...


class Models(Protocol):
    async def now(self) -> AtWork: ...


@value
class Typed:
    title: str
    text: str

    def __repr__(self) -> str:
        # A traceback or a failing assertion must not print what somebody typed.
        return f"Typed({len(self.title)}, {len(self.text)})"


class Judging:
    """What is needed to judge a request; `seconds` bounds the wait for the vault. `read_again`: somebody asks for the
    words of doubtful judgements at once."""

    def __init__(
        self,
        vault: Vault,
        models: Models,
        gazetteer: Gazetteer,
        rosters: Rosters,
        clock: Clock,
        seconds: float,
        *,
        read_again: bool = False,
    ) -> None:
        self._vault = vault
        self._models = models
        self._gazetteer = gazetteer
        self._rosters = rosters
        self._clock = clock
        self._seconds = seconds
        self._at_hand: dict[RecordId, Mapping[UUID, str | None]] = {}
        """Texts that were read for a judgement which is about to be made. What is judged is dropped."""
        self._read_again = read_again
        self._doubtful: OrderedDict[RequestId, Typed] = OrderedDict()

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

    async def typed_again(self, begun: TriageBegun, context: Context) -> Typed | None:
        """The words of a doubtful judgement, from before or read once more. None: erased, or closed to triage.

        Raises VaultUnavailable.
        """
        if (kept := self._doubtful.pop(begun.request_id, None)) is not None:
            return kept
        try:
            texts = await self._texts(begun, context)
        except VaultRefused:
            return None
        narrative = texts.get(begun.narrative.item)
        return Typed(_of(begun.title, texts), narrative) if narrative is not None else None

    async def _texts(self, begun: TriageBegun, context: Context) -> Mapping[UUID, str | None]:
        async with asyncio.timeout(self._seconds):
            return await self._vault.fetch(context, _items(begun), purpose=Purpose.TRIAGE, request_id=begun.request_id)

    async def _unavailable(self, begun: TriageBegun, *, again: bool) -> NoteTextUnavailable:
        now = self._clock.now()
        roster = await self._rosters.on(now, None)
        return NoteTextUnavailable(request_id=begun.request_id, again=again, roster=roster, at=now)

    async def _judged(self, begun: TriageBegun, title: str, text: str, place: str) -> RecordJudgement:
        at_work = await self._models.now()
        found = at_work.judge.judge(title, text)
        now = self._clock.now()
        sighting = self._gazetteer.at(now).find(place, title, text)
        command = recorded(
            begun.request_id,
            Typed(title, text),
            found,
            at_work.version,
            sighting,
            await self._rosters.on(now, sighting.grid if sighting else None),
            now,
            _shadow(at_work, title, text),
        )
        acts, acted_on = acts_in(title, text, begun.filed_at.astimezone(BUREAU_ZONE).date())
        command = replace(command, acts=acts, acted_on=acted_on)
        if self._read_again and not command.danger and at_work.judge.asks_again(found):
            self._keep(begun.request_id, Typed(title, text))
        return command

    def _keep(self, request_id: RequestId, typed: Typed) -> None:
        self._doubtful[request_id] = typed
        while len(self._doubtful) > MOST_KEPT:
            self._doubtful.popitem(last=False)


@value
class Guesses:
    category: CategoryGuess
    priority: PriorityGuess
    police: PoliceGuess
    channel: ChannelGuess


def guesses_of(found: Judgement) -> Guesses:
    category, priority, police, channel = found.category, found.priority, found.police, found.channel
    return Guesses(
        CategoryGuess(*_likely(category), Category(category.label), Category(category.second)),
        PriorityGuess(*_likely(priority), Priority(priority.label), Priority(priority.second)),
        PoliceGuess(*_likely(police), Police(police.label), Police(police.second)),
        ChannelGuess(*_likely(channel), Channel(channel.label), Channel(channel.second)),
    )


def recorded(
    request_id: RequestId,
    typed: Typed,
    found: Judgement,
    model: ModelVersion,
    sighting: Sighting | None,
    roster: Roster,
    at: datetime,
    shadow: ShadowAnswer | None = None,
) -> RecordJudgement:
    """What the model and the danger net made of the words, as a wish."""
    signs = tuple(_signs(typed.title, typed.text))
    guesses = guesses_of(found)
    return RecordJudgement(
        request_id=request_id,
        category=guesses.category,
        priority=guesses.priority,
        police=guesses.police,
        channel=guesses.channel,
        flags=found.flags,
        words=signs + tuple(Carrying(Field(span.field), span.start, span.end) for span in found.words),
        danger=tuple(sorted({sign.sign for sign in signs if sign.sign})),
        unsure=found.needs_person,
        model=model,
        grid=sighting.grid if sighting else None,
        sighting=sighting,
        roster=roster,
        at=at,
        shadow=shadow,
    )


def _likely(choice: Choice) -> tuple[int, int]:
    return choice.confidence, choice.second_confidence


def _shadow(at_work: AtWork, title: str, text: str) -> ShadowAnswer | None:
    if at_work.trial is None or at_work.trial_version is None:
        return None
    found = at_work.trial.judge(title, text)
    return ShadowAnswer(
        model=at_work.trial_version,
        category=Category(found.category.label),
        priority=Priority(found.priority.label),
        police=Police(found.police.label),
        channel=Channel(found.channel.label),
        flags=found.flags,
        confidence=found.category.confidence,
        unsure=found.needs_person,
    )


def _items(begun: TriageBegun) -> list[UUID]:
    return [ref.item for ref in (begun.title, begun.narrative, begun.place) if ref is not None]


def _of(ref: TextRef | None, texts: Mapping[UUID, str | None]) -> str:
    return (texts.get(ref.item) or "") if ref is not None else ""


def _signs(title: str, text: str) -> Iterator[Carrying]:
    for field, typed in ((Field.TITLE, title), (Field.TEXT, text)):
        for sign in danger_signs(typed):
            yield Carrying(field, sign.start, sign.end, sign.kind)
