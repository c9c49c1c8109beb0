"""What would have changed the judgement: the fewest carrying words without which the answer is another one. Pure."""

from collections.abc import Sequence

from services.routing.decisions.carrying import Span, carrying_words
from services.routing.decisions.features import Part
from services.routing.decisions.judgement import Choice, Model, column, needed, score
from shared.kernel.facts import value

BLANK = "。"
"""Stands where a word was: it joins nothing to a new word, and no model has a weight for it."""


@value
class Margin:
    """How far the answer of one field is from the next best one, and from going to a person."""

    field: str
    answer: str
    confidence: int
    second: str
    second_confidence: int
    needed: int
    """Per mille; below it a person is asked. Above 1000: always."""
    scarce: bool
    """Seen too seldom to be believed, however sure."""


@value
class Turn:
    """Without these words the model would have said `instead`."""

    field: str
    instead: str
    confidence: int
    words: tuple[Span, ...]


def margins(model: Model, title: str, text: str) -> tuple[Margin, ...]:
    scored = score(model, title, text)
    choices = scored.choices
    return tuple(
        Margin(
            field=head.field,
            answer=(choice := choices[head.field]).label,
            confidence=choice.confidence,
            second=choice.second,
            second_confidence=choice.second_confidence,
            needed=needed(head.threshold, scored),
            scarce=choice.label in head.scarce,
        )
        for head in model.heads
    )


def turns(model: Model, title: str, text: str) -> tuple[Turn, ...]:
    """One for each field that the marked words alone can turn; a field without one stays whatever is taken away."""
    scored = score(model, title, text)
    found = []
    for field, choice in scored.choices.items():
        words = carrying_words(model.weights, scored.parts, column(model, field, choice.label), model.width)
        if (turn := _turn(model, title, text, field, choice, words)) is not None:
            found.append(turn)
    return tuple(found)


def _turn(model: Model, title: str, text: str, field: str, choice: Choice, words: Sequence[Span]) -> Turn | None:
    for count in range(1, len(words) + 1):
        if _answer(model, title, text, field, words[:count]).label != choice.label:
            needed = _fewest(model, title, text, field, choice, words[:count])
            instead = _answer(model, title, text, field, needed)
            return Turn(field, instead.label, instead.confidence, tuple(needed))
    return None


def _fewest(model: Model, title: str, text: str, field: str, choice: Choice, words: Sequence[Span]) -> tuple[Span, ...]:
    """The last word turned it; whether the ones before were needed is tried one by one, the strongest last."""
    kept = tuple(words)
    for word in reversed(words[:-1]):
        fewer = tuple(each for each in kept if each is not word)
        if _answer(model, title, text, field, fewer).label != choice.label:
            kept = fewer
    return kept


def _answer(model: Model, title: str, text: str, field: str, words: Sequence[Span]) -> Choice:
    return score(model, without(title, Part.TITLE, words), without(text, Part.TEXT, words)).choices[field]


def without(typed: str, part: Part, words: Sequence[Span]) -> str:
    """As long as before, so that offsets keep their meaning."""
    for word in words:
        if word.field is part:
            typed = typed[: word.start] + BLANK * (word.end - word.start) + typed[word.end :]
    return typed
