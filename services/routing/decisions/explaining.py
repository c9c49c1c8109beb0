"""Why it was judged so, for whoever may see the decision (R-39): margins, what would change it, and what was alike."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated, Protocol
from uuid import UUID

from fastapi import APIRouter

from services.routing.adapters.classifier import Classifier
from services.routing.decisions.doors import reading
from services.routing.decisions.facts import DecisionEvent, Field, RequestJudged, TriageBegun
from services.routing.decisions.judgement import Doubt, Model
from services.routing.decisions.model_facts import JudgementCorrected
from services.routing.decisions.nearest import Nearest, PastDecisions
from services.routing.decisions.relations import Relate
from services.routing.decisions.store import DecisionHandler
from services.routing.decisions.turning import Margin, Turn, margins, turns
from shared.contracts.codes import Purpose
from shared.kernel import ModelVersion, NotFound
from shared.web import Guard, Query, StrictModel, Vault
from shared.web.vault import VaultRefused, VaultUnavailable


class Shelf(Protocol):
    async def judge(self, version: ModelVersion) -> object | None: ...


class Place(StrictModel):
    """Where a word stands; the text itself is the vault's."""

    field: Field
    start: int
    end: int


class MarginAnswer(StrictModel):
    field: str
    answer: str
    confidence: int
    second: str
    second_confidence: int
    needed: int
    scarce: bool


class TurnAnswer(StrictModel):
    field: str
    instead: str
    confidence: int
    words: tuple[Place, ...]


class SecondReading(StrictModel):
    """What the slower model made of it."""

    category: str
    confidence: int
    first_category: str
    first_confidence: int
    unsure: bool
    at: datetime


class WhyAnswer(StrictModel):
    request_id: UUID
    model: str | None
    recomputed: bool
    """False where the model is gone or the words cannot be read: then nothing can be said about what would change."""
    second: SecondReading | None
    doubts: tuple[Doubt, ...]
    margins: tuple[MarginAnswer, ...]
    turns: tuple[TurnAnswer, ...]
    nearest: tuple[Nearest, ...]


def explaining_router(
    decisions: DecisionHandler, past: PastDecisions, shelf: Shelf, relate: Relate, vault: Vault, guard: Guard
) -> APIRouter:
    router = APIRouter(prefix="/routing/v1", tags=["decisions"])

    async def typed(begun: TriageBegun, query: Query) -> tuple[str, str] | None:
        """With the right of whoever asks, and a fact of its own."""
        items = [ref.item for ref in (begun.title, begun.narrative) if ref is not None]
        with suppress(VaultUnavailable, VaultRefused):
            texts = await vault.fetch(query.context, items, purpose=Purpose.TRIAGE, request_id=begun.request_id)
            if (narrative := texts.get(begun.narrative.item)) is not None:
                return (texts.get(begun.title.item) or "") if begun.title else "", narrative
        return None

    @router.get("/decisions/{request_id}/why", operation_id="routing.explain_decision")
    async def explain(request_id: UUID, query: Annotated[Query, reading(guard, relate)]) -> WhyAnswer:
        history = [stored.event for stored in await decisions.history(request_id)]
        if not history or not isinstance(begun := history[0], TriageBegun):
            raise NotFound("decision")
        judged = next((event for event in history if isinstance(event, RequestJudged)), None)
        judge = await shelf.judge(judged.model) if judged else None
        words = await typed(begun, query) if isinstance(judge, Classifier) else None
        told = (
            await asyncio.to_thread(_recomputed, judge, *words)
            if isinstance(judge, Classifier) and words is not None
            else None
        )
        return WhyAnswer(
            request_id=request_id,
            model=judged.model if judged else None,
            recomputed=told is not None,
            second=_second(history, judged),
            doubts=told.doubts if told else (),
            margins=tuple(_margin(each) for each in told.margins) if told else (),
            turns=tuple(_turn(each) for each in told.turns) if told else (),
            nearest=await past.nearest(begun, query),
        )

    return router


class _Told:
    """Some milliseconds of arithmetic, done in a thread."""

    def __init__(self, model: Model, doubts: Sequence[Doubt], title: str, text: str) -> None:
        self.doubts = tuple(doubts)
        self.margins = margins(model, title, text)
        self.turns = turns(model, title, text)


def _recomputed(judge: Classifier, title: str, text: str) -> _Told:
    return _Told(judge.model, judge.judge(title, text).doubts, title, text)


def _second(history: Sequence[DecisionEvent], judged: RequestJudged | None) -> SecondReading | None:
    again = next((event for event in history if isinstance(event, JudgementCorrected)), None)
    if again is None or judged is None:
        return None
    return SecondReading(
        category=again.category.label,
        confidence=again.category.confidence,
        first_category=judged.category.label,
        first_confidence=judged.category.confidence,
        unsure=again.unsure,
        at=again.occurred_at,
    )


def _margin(margin: Margin) -> MarginAnswer:
    return MarginAnswer(
        field=margin.field,
        answer=margin.answer,
        confidence=margin.confidence,
        second=margin.second,
        second_confidence=margin.second_confidence,
        needed=margin.needed,
        scarce=margin.scarce,
    )


def _turn(turn: Turn) -> TurnAnswer:
    return TurnAnswer(
        field=turn.field,
        instead=turn.instead,
        confidence=turn.confidence,
        words=tuple(Place(field=Field(word.field), start=word.start, end=word.end) for word in turn.words),
    )
